"""Routes that explain an amount: a row of the ledger, a task, and whose money nobody knows.

All of them name persons. So nothing of them is kept for the next who asks, and every read is written down first.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import duckdb
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from serving.api.access import PERSONAL_ROLES, Permission, Principal, require
from serving.api.addresses import route_of
from serving.api.answers import CACHE_CONTROL, VARY, is_known, key_of, tag_of
from serving.api.explain_models import ExplainedRow, ExplainedTask, WorkToDo
from serving.api.formats import CSV, JSON
from serving.api.lanes import within
from serving.api.personal_reads import note_read
from serving.api.presentation import as_csv, as_json, provenance, provenance_headers
from serving.api.problems import Problem, documented
from serving.api.requests import (
    ANSWERED,
    current_view,
    only,
    permit,
    refuse_to_expose,
    wants_csv,
)
from serving.explain import ledger, tasks, worklist
from serving.explain.reading import OF_TASKS, OF_THE_LEDGER, OF_THE_WORKLIST, NothingFoundError

COMPANY = Permission(None, PERSONAL_ROLES)
STEPS = ("step", "sum", "result", "rounding", "note")
ITEMS = ("kind", "name", "spend_usd", "what", "remedy")
_PROBLEMS = documented(401, 403, 404, 413, 422, 429, 503)
Asker = Annotated[Principal, Depends(require())]

router = APIRouter(prefix="/analytics", tags=["explain"], responses={**ANSWERED, **_PROBLEMS})


class Of(BaseModel):
    """Whose task it is."""

    model_config = ConfigDict(extra="forbid")
    organization_id: str = Field(min_length=1, max_length=200)
    format: str | None = Field(None, pattern="^(json|csv)$")


class Window(BaseModel):
    """How far back is looked."""

    model_config = ConfigDict(extra="forbid")
    days: int = Field(30, ge=1, le=3_650, description="Newest days of the ledger")
    format: str | None = Field(None, pattern="^(json|csv)$")


@router.get(
    "/explain/ledger/{spend_id}",
    response_model=ExplainedRow,
    dependencies=[Depends(only("format"))],
)
async def explained_row(request: Request, spend_id: str, principal: Asker) -> Response:
    """How a row of the ledger came to be, from what the vendor sent, and who else might own it."""
    permit(request, principal, COMPANY)
    return await _answer(
        request,
        principal,
        lambda cursor: ledger.explain(cursor, [spend_id])[0].as_fields(),
        (OF_THE_LEDGER, "steps", STEPS),
    )


@router.get("/explain/tasks/{task_id}", response_model=ExplainedTask)
async def explained_task(
    request: Request, task_id: str, asked: Annotated[Of, Query()], principal: Asker
) -> Response:
    """How a task's savings came to be: units, prices of the day, baseline."""
    organization = asked.organization_id
    permit(request, principal, Permission(organization, PERSONAL_ROLES))
    return await _answer(
        request,
        principal,
        lambda cursor: tasks.explain(cursor, [task_id], organization)[0].as_fields(),
        (OF_TASKS, "steps", STEPS),
        organization,
    )


@router.get("/worklist", response_model=WorkToDo)
async def work_to_do(
    request: Request, asked: Annotated[Window, Query()], principal: Asker
) -> Response:
    """Whose money nobody knows for certain, the dearest first, with cells for the sheets."""
    permit(request, principal, COMPANY)
    return await _answer(
        request,
        principal,
        lambda cursor: worklist.make(cursor, asked.days).as_fields(),
        (OF_THE_WORKLIST, "items", ITEMS),
    )


async def _answer(
    request: Request,
    principal: Principal,
    work: Callable[[duckdb.DuckDBPyConnection], Mapping[str, Any]],
    made_of: tuple[tuple[str, ...], str, tuple[str, ...]],
    organization: str | None = None,
) -> Response:
    """Work it out, write down who reads it, and answer: whole as JSON, its list as CSV."""
    refuse_to_expose(request)
    view, sent = current_view(request), dict(request.scope["headers"])
    tables, listed, columns = made_of
    if not all(view.has(table) for table in tables):
        raise Problem(404, "This snapshot does not say where amounts come from.")
    cursor = view.cursor()
    try:
        found = await within(
            cursor, request.app.state.settings.api_request_seconds, lambda: work(cursor)
        )
    except NothingFoundError as error:
        raise Problem(404, str(error)) from None
    await note_read(
        request, principal, route_of(request.scope), (organization,) if organization else None
    )
    headers = {
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        "ETag": tag_of(view, key_of(request.scope, principal)),
        **provenance_headers(view, tables),
    }
    if is_known(headers["ETag"], sent):
        return Response(status_code=304, headers=headers)
    if wants_csv(request):
        return Response(as_csv(found, listed, columns), headers=headers, media_type=CSV)
    body = as_json({**found, **provenance(view, tables)})
    return Response(body, headers=headers, media_type=JSON)
