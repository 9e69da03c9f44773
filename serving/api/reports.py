"""Routes of the executive report: one month on a page, and the same figures as CSV and JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import duckdb
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from serving.api.access import Permission, Principal, require
from serving.api.answers import Document
from serving.api.formats import JSON
from serving.api.presentation import as_json, provenance
from serving.api.problems import Problem, Wrong, documented
from serving.api.requests import answer, permit
from serving.api.response_models import ExecutiveReport
from serving.api.view import View
from serving.report import page, tables
from serving.report.reading import OF_SAVINGS, OF_THE_COMPANY, Scope
from serving.report.report import NoReportError, Report, chosen, make

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
_TEXT = {"schema": {"type": "string"}}
_PROBLEMS = documented(401, 403, 404, 413, 422, 429, 503)


class ReportQuery(BaseModel):
    """Which report."""

    model_config = ConfigDict(extra="forbid")

    month: str | None = Field(
        None,
        pattern=_MONTH,
        description="YYYY-MM, in UTC days; without it the newest month that has ended",
    )
    organization_id: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Without it the token's own organisation; for a token of all of them all together",
    )


router = APIRouter(prefix="/reports", tags=["reports"])
Asked = Annotated[ReportQuery, Query()]
Asker = Annotated[Principal, Depends(require())]
Drawn = Callable[[Report, View], Document]


@dataclass(frozen=True)
class _Question:
    scope: Scope
    month: str | None
    draw: Drawn

    def __call__(self, _cursor: duckdb.DuckDBPyConnection, view: View) -> Document:
        name = self.scope.organization_id
        if name is not None and name not in view.organizations:
            raise Problem(404, "There are no tasks of this organisation.")
        try:
            month = chosen(view, self.scope, self.month)
        except NoReportError as error:
            # What is there is said to whoever may see it; what was sent is not repeated.
            raise Problem(
                422,
                "There is no report of this month; see errors.",
                errors=[Wrong(where="query.month", what=str(error))],
            ) from error
        return self.draw(make(view, self.scope, month), view)


async def _answered(
    request: Request, principal: Principal, asked: ReportQuery, draw: Drawn
) -> Response:
    scope = _scope(principal, asked.organization_id)
    # Whoever may see all organisations may see the company's money; others get the part that is theirs.
    permission = Permission(None if scope.is_whole_company else scope.organization_id)
    permit(request, principal, Permission(scope.organization_id))
    return await answer(
        request,
        principal,
        permission,
        _Question(scope, asked.month, draw),
        tables=_tables(scope),
        is_drawn=draw is _pdf,
    )


def _scope(principal: Principal, organization_id: str | None) -> Scope:
    if organization_id is None and not principal.sees_every_organization:
        if len(principal.organizations) != 1:
            raise Problem(
                422,
                "This token is of several organisations: name one.",
                errors=[Wrong(where="query.organization_id", what="missing")],
            )
        (organization_id,) = principal.organizations
    return Scope(organization_id, principal.sees_every_organization)


def _document(body: bytes, media_type: str, report: Report, suffix: str) -> Document:
    name = f"executive-{report.month}.{suffix}"
    return Document(body, media_type, {"Content-Disposition": f'inline; filename="{name}"'})


def _pdf(report: Report, _view: View) -> Document:
    return _document(page.draw(report), PDF, report, "pdf")


def _csv(report: Report, _view: View) -> Document:
    return _document(tables.as_csv(report), CSV, report, "csv")


def _json(report: Report, view: View) -> Document:
    fields = {**tables.as_fields(report), **provenance(view, _tables(report.scope))}
    return _document(as_json(fields), JSON, report, "json")


def _tables(scope: Scope) -> tuple[str, ...]:
    return (*OF_SAVINGS, *OF_THE_COMPANY) if scope.is_whole_company else OF_SAVINGS


@router.get(
    "/executive.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **_PROBLEMS},
)  # fmt: skip
async def executive_pdf(request: Request, asked: Asked, principal: Asker) -> Response:
    """The month on one page (A4, tagged, PDF/UA-1); the same bytes as long as the snapshot is the same."""
    return await _answered(request, principal, asked, _pdf)


@router.get(
    "/executive.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": _TEXT}}, **_PROBLEMS},
)
async def executive_csv(request: Request, asked: Asked, principal: Asker) -> Response:
    """The same figures for a spreadsheet: texts that it would calculate are marked as text."""
    return await _answered(request, principal, asked, _csv)


@router.get("/executive.json", response_model=ExecutiveReport, responses=_PROBLEMS)
async def executive_json(request: Request, asked: Asked, principal: Asker) -> Response:
    """The same figures for programs."""
    return await _answered(request, principal, asked, _json)
