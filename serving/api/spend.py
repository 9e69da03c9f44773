"""The company's ledger over HTTP: every dollar once, added up by what is asked for."""

from typing import Annotated, Any, Literal, get_args

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
from serving.api.sql import rows
from serving.api.view import View

LEDGER = "marts.fct_ai_spend_daily"
MOST_ROWS = 50_000
# No organisation is named in the ledger: it is the whole company's, and only its tokens may see it.
COMPANY = Permission(organization=None)
_DIMENSIONS = {
    "date": "usage_date",
    "vendor": "vendor",
    "platform": "platform",
    "category": "category",
    "team": "team_name",
}

Dimension = Literal["date", "vendor", "platform", "category", "team"]


class SpendQuery(Days):
    """What to add up, and by what."""

    vendor: str | None = Field(None, max_length=200)
    platform: str | None = Field(None, max_length=200)
    category: str | None = Field(None, max_length=200)
    team: str | None = Field(None, max_length=200)
    group_by: list[Dimension] = Field(
        list(get_args(Dimension)), description="May be repeated; by default all of them"
    )

    def filters(self) -> dict[str, Any]:
        """Return what the queries filter by."""
        return self.model_dump(exclude={"group_by", "format"})


router = APIRouter(
    prefix="/analytics",
    tags=["spend"],
    responses={**ANSWERED, **documented(401, 403, 404, 413, 422, 429, 503)},
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
        COMPANY,
        lambda cursor, view: _added_up(cursor, view, filters, grouped),
        tables=(LEDGER,),
    )


def _added_up(
    cursor: duckdb.DuckDBPyConnection, view: View, asked: dict[str, Any], grouped: list[str]
) -> Answer:
    if not view.has(LEDGER):
        raise Problem(404, "This snapshot has no ledger.")
    dimensions = "".join(f'{_DIMENSIONS[name]} as "{name}", ' for name in grouped)
    found = rows(cursor, "spend", asked, dimensions=dimensions, limit=str(MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Problem(422, f"More than {MOST_ROWS} rows: ask for fewer days or a smaller group_by.")
    (total,) = rows(cursor, "spend_total", asked)
    return Answer(
        {
            "total_spend": money(total["spend"]),
            "currency": CURRENCY,
            "period": period_of(asked, total),
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
