"""Which organisations a token may ask for."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from serving.api.access import Principal, require
from serving.api.answers import CACHE_CONTROL, VARY, is_known, key_of, tag_of
from serving.api.figures import SAVINGS
from serving.api.formats import CSV, JSON
from serving.api.presentation import as_csv, as_json, provenance, provenance_headers
from serving.api.problems import documented
from serving.api.requests import ANSWERED, current_view, only, wants_csv
from serving.api.response_models import Provenance
from serving.api.tokens import EVERY_ORGANIZATION

router = APIRouter(
    tags=["organizations"], responses={**ANSWERED, **documented(401, 403, 413, 422, 429, 503)}
)
_TABLES = (SAVINGS,)


class Organization(BaseModel):
    """An organisation of routed tasks."""

    organization_id: str
    has_tasks: bool = Field(description="Whether the snapshot holds tasks of it; 404 where not")


class Organizations(Provenance):
    """The organisations that this token may ask for."""

    is_whole_company: bool = Field(
        description="Whether the token is for all, and for the company's ledger"
    )
    organizations: list[Organization]


@router.get("/organizations", response_model=Organizations, dependencies=[Depends(only("format"))])
async def organizations(
    request: Request,
    principal: Annotated[Principal, Depends(require())],
    format: Annotated[Literal["json", "csv"] | None, Query()] = None,  # noqa: A002, ARG001 - its name; read by wants_csv
) -> Response:
    """Which organisations this token may ask for."""
    view = current_view(request)
    tag = tag_of(view, key_of(request.scope, principal))
    headers = {
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        "ETag": tag,
        **provenance_headers(view, _TABLES),
    }
    if is_known(tag, dict(request.scope["headers"])):
        return Response(status_code=304, headers=headers)
    # A token of one is told nothing of others, not even that they are there.
    own = principal.organizations - {EVERY_ORGANIZATION}
    named = sorted(own | view.organizations if principal.sees_every_organization else own)
    found = [{"organization_id": name, "has_tasks": name in view.organizations} for name in named]
    if wants_csv(request):
        body = as_csv({"organizations": found}, "organizations", ("organization_id", "has_tasks"))
        return Response(body, headers=headers, media_type=CSV)
    content = {
        "is_whole_company": principal.sees_every_organization,
        "organizations": found,
        **provenance(view, _TABLES),
    }
    return Response(as_json(content), headers=headers, media_type=JSON)
