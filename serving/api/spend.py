"""The company's ledger over HTTP: every dollar once, added up by what is asked for."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import duckdb
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from serving.api.access import Permission, Principal, require
from serving.api.answers import Answer
from serving.api.days import Days, period_of
from serving.api.presentation import CURRENCY, money
from serving.api.problems import Problem, documented
from serving.api.requests import ANSWERED, answer, permit
from serving.api.response_models import Spend
from serving.api.sql import Row, rows
from serving.api.view import View
from serving.api.words import known_words, refuse_unknown

LEDGER = "marts.fct_ai_spend_daily"
READ_DAYS = "marts.mart_finance__read_days"
MOST_ROWS = 50_000
# No organisation is named in the ledger: it is the whole company's, and only its tokens may see it.
COMPANY = Permission(organization=None)
_DIMENSIONS = {
    "date": "usage_date",
    "month": "strftime(usage_date, '%Y-%m')",
    "vendor": "vendor",
    "platform": "platform",
    "category": "category",
    "team": "team_name",
}

Dimension = Literal["date", "month", "vendor", "platform", "category", "team"]
_ALL: tuple[Dimension, ...] = ("date", "vendor", "platform", "category", "team")


class SpendQuery(Days):
    """What to add up, and by what."""

    vendor: str | None = Field(None, max_length=200)
    platform: str | None = Field(None, max_length=200)
    category: str | None = Field(None, max_length=200)
    team: str | None = Field(None, max_length=200)
    group_by: list[Dimension] = Field(
        list(_ALL), description=f"May be repeated; by default {', '.join(_ALL)}"
    )

    def filters(self) -> dict[str, Any]:
        """Return what the queries filter by."""
        return self.model_dump(exclude={"group_by", "format"})


router = APIRouter(
    prefix="/analytics",
    tags=["spend"],
    responses={**ANSWERED, **documented(400, 401, 403, 404, 413, 422, 429, 503)},
)


@router.get("/spend", response_model=Spend, response_model_exclude_unset=True)
async def spend(
    request: Request,
    asked: Annotated[SpendQuery, Query()],
    principal: Annotated[Principal, Depends(require())],
) -> Response:
    """What was spent, from the ledger: by vendor, platform, category, team and day."""
    permit(request, principal, COMPANY)
    grouped = [name for name in _DIMENSIONS if name in asked.group_by]
    filters = asked.filters()
    return await answer(
        request,
        principal,
        COMPANY,
        lambda cursor, view: _added_up(cursor, view, filters, grouped),
        tables=(LEDGER,),
    )


def _added_up(
    cursor: duckdb.DuckDBPyConnection, view: View, asked: dict[str, Any], grouped: list[str]
) -> Answer:
    if not view.has(LEDGER):
        raise Problem(404, "This snapshot has no ledger.")
    columns = {name: column for name, column in _DIMENSIONS.items() if asked.get(name) is not None}
    words = known_words(cursor, view, columns, (LEDGER, []))
    meant = refuse_unknown({name: [asked[name]] for name in columns}, words)
    asked = {**asked, **{name: spelled[0] for name, spelled in meant.items()}}
    dimensions = "".join(f'{_DIMENSIONS[name]} as "{name}", ' for name in grouped)
    found = rows(cursor, "spend", asked, dimensions=dimensions, limit=str(MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Problem(422, f"More than {MOST_ROWS} rows: ask for fewer days or a smaller group_by.")
    (total,) = rows(cursor, "spend_total", asked)
    reading, is_looked_at = _reading(cursor, view, asked)
    # Nothing found is nothing spent only where somebody looked.
    spend = Decimal(0) if total["spend"] is None and is_looked_at else total["spend"]
    return Answer(
        {
            "total_spend": money(spend),
            "currency": CURRENCY,
            "period": period_of(asked, total),
            "reading": reading,
            "spend": [
                {
                    **{n: str(row[n]) if n == "date" else row[n] for n in grouped},
                    "spend": money(row["spend"]),
                }
                for row in found
                # Without a dimension there is one row, and none where nothing was found.
                if row["spend"] is not None
            ],
        },
        "spend",
        (*grouped, "spend"),
    )


def _reading(
    cursor: duckdb.DuckDBPyConnection, view: View, asked: dict[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Say on how many of the asked days all was read that the total is made of, why not on all, and whether on all so far."""
    if not view.has(READ_DAYS):  # a snapshot from before: nobody can tell
        return {"days": None, "days_read": None, "reason": "unknown"}, False
    scope = next((name for name in ("platform", "vendor", "category") if asked[name]), "company")
    days = {name: asked[name] for name in ("start_date", "end_date")}
    named = {**days, "scope": scope, "value": asked.get(scope) or "*"}
    (found,) = rows(cursor, "spend_readings", named)
    if (
        not found["n_days_loaded"] and scope != "company"
    ):  # a tool with seats only: read with the day
        (found,) = rows(cursor, "spend_readings", {**named, "scope": "company", "value": "*"})
        found["n_days_read"] = found["n_days_partly_read"] = found["n_days_loaded"]
    start, end = days["start_date"] or found["first_date"], days["end_date"] or found["last_date"]
    n_days = 0 if start is None or end is None else max(0, (end - start).days + 1)
    reading = {
        "days": n_days,
        "days_read": found["n_days_read"],
        "reason": _reason(found, n_days),
    }
    return reading, 0 < found["n_days_loaded"] == found["n_days_read"]


def _reason(found: Row, n_days: int) -> str | None:
    if not found["n_days_loaded"]:
        return "days_not_loaded"
    if not found["n_days_partly_read"]:
        return "source_not_read"
    if found["n_days_read"] < n_days:
        return "days_not_read"
    return None if found["is_seats_tab_read"] else "seats_never_read"
