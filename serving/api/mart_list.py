"""Which marts a token may read: names, rows and columns, as JSON or CSV."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from serving.api.access import READERS, Principal, require
from serving.api.answers import CACHE_CONTROL, VARY, is_known, key_of, tag_of
from serving.api.formats import CSV, JSON
from serving.api.lanes import within
from serving.api.mart_access import may_read, visible_to
from serving.api.mart_names import names
from serving.api.mart_pages import n_rows
from serving.api.mart_rows import column_descriptions, is_money
from serving.api.presentation import as_csv, as_json, provenance, provenance_headers
from serving.api.problems import documented
from serving.api.requests import ANSWERED, current_view, only, wants_csv
from serving.api.response_models import Marts
from serving.api.units import adds_up, unit_of
from serving.api.view import Mart, View

router = APIRouter(
    prefix="/analytics/marts",
    tags=["marts"],
    responses={**ANSWERED, **documented(401, 403, 413, 422, 429, 503)},
)


@router.get("", response_model=Marts, dependencies=[Depends(only("format"))])
async def readable_marts(
    request: Request,
    principal: Annotated[Principal, Depends(require(*READERS))],
    format: Annotated[Literal["json", "csv"] | None, Query()] = None,  # noqa: A002, ARG001 - its name; read by wants_csv
) -> Response:
    """Which marts this token may read, and their columns."""
    view, sent = current_view(request), dict(request.scope["headers"])
    # Another token is told another list.
    tag = tag_of(view, key_of(request.scope, principal))
    headers = {
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        "ETag": tag,
        **provenance_headers(view, ()),
    }
    if is_known(tag, sent):
        return Response(status_code=304, headers=headers)
    found = await _listed(view, principal, request.app.state.settings.api_request_seconds)
    if wants_csv(request):
        lines = [
            {"renamed_to": None, **mart, "columns": _in_a_cell(mart["columns"])} for mart in found
        ]
        body = as_csv(
            {"marts": lines}, "marts", ("mart", "rows", "columns", "renamed_to", "description")
        )
        return Response(body, headers=headers, media_type=CSV)
    return Response(
        as_json({"marts": found, **provenance(view, ())}), headers=headers, media_type=JSON
    )


async def _listed(view: View, principal: Principal, seconds: float) -> list[dict[str, Any]]:
    readable = {table: mart for table, mart in view.marts.items() if may_read(principal, mart)}
    cursor = view.cursor()

    def counted() -> dict[str, int]:
        return {
            table: view.figures.n_rows[mart.published]
            if (visible := visible_to(principal, mart)) is None
            else n_rows(cursor, mart, visible)
            for table, mart in readable.items()
        }

    n_visible = await within(cursor, seconds, counted)
    return [
        {
            **names(mart),
            "description": view.described.get(mart.published, {}).get("description") or None,
            "money": view.described.get(mart.published, {}).get("money") or None,
            "rows": n_visible[table],
            "columns": _described(view, mart),
        }
        for table, mart in readable.items()
    ]


def _described(view: View, mart: Mart) -> list[dict[str, Any]]:
    """Return a mart's columns with what they mean, in which unit they are, and whether they may be added."""
    said = view.described.get(mart.published, {})
    money = said.get("money", {})
    never = money.get("never", [])
    if money.get("rows") == "false":  # not one row may be added to another
        never = [name for name in mart.columns if is_money(name)]
    made = []
    for column in column_descriptions(mart):
        name = column["name"]
        now, kind = mart.renamed.get(name, name), mart.columns[name]
        made.append(
            {
                **column,
                "description": said.get("columns", {}).get(now) or None,
                "unit": unit_of(now, kind),
                "adds_up": adds_up(now, kind, never),
            }
        )
    return made


def _in_a_cell(columns: list[dict[str, Any]]) -> str:
    named = ("name", "type", "renamed_to")
    return " ".join(
        ":".join(column[part] for part in named if column.get(part)) for column in columns
    )
