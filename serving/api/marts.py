"""Rows of any published mart, page by page, filtered, as JSON or CSV; a large page is streamed."""

import gzip
from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from persons.columns import personal_columns
from serving.api import mart_names
from serving.api.access import READERS, Principal, require
from serving.api.answers import CACHE_CONTROL, VARY, is_known, key_of, tag_of
from serving.api.as_sent import is_zipped_for
from serving.api.formats import CSV, JSON
from serving.api.lanes import LARGE, within
from serving.api.mart_access import permit_rows
from serving.api.mart_filters import both, condition, known_filters
from serving.api.mart_pages import Page, page_of
from serving.api.mart_rows import as_csv, as_json, column_descriptions
from serving.api.personal_reads import note_read
from serving.api.presentation import provenance, provenance_headers
from serving.api.problems import Problem, documented
from serving.api.requests import (
    ANSWERED,
    current_view,
    refuse_to_expose,
    wants_csv,
)
from serving.api.response_models import MartPage
from serving.api.row_rules import ORGANIZATION
from serving.api.streams import InPlace, Stream
from serving.api.view import Mart, View
from serving.config import SERVED_SCHEMAS
from serving.door.slots import Held

MOST_ROWS = 100_000
MOST_SMALL_ROWS = 2_000
"""A page that cannot have more is made whole, as figures are. What may have more is streamed, in a place for that."""
OWN_PARAMETERS = frozenset({"limit", "after", "snapshot_id", "format"})

router = APIRouter(
    prefix="/analytics/marts",
    tags=["marts"],
    responses={**ANSWERED, **documented(400, 401, 403, 404, 409, 413, 422, 429, 503)},
)
Asker = Annotated[Principal, Depends(require(*READERS))]


@router.get("/{mart}", response_model=MartPage)
async def mart_rows(
    request: Request,
    mart: str,
    principal: Asker,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a page")] = 1_000,
    after: Annotated[int, Query(ge=0, le=2**53, description="From the address in `next`")] = 0,
    snapshot_id: Annotated[str | None, Query(description="From the address in `next`")] = None,
    organization_id: Annotated[list[str] | None, Query(description="May be repeated")] = None,
    format: Annotated[Literal["json", "csv"] | None, Query()] = None,  # noqa: A002, ARG001 - its name; read by wants_csv
) -> Response:
    """Rows of a mart. Every column is a filter: `column=value`, `column.gte=value`, … (docs/api.md)."""
    view = current_view(request)
    found = _find(view, mart)
    rule = permit_rows(request, principal, found, organization_id or [])
    visible = rule.condition()
    if personal_columns(found.own_columns):
        refuse_to_expose(request)
    if snapshot_id not in (None, view.snapshot_id):
        raise Problem(409, "A new snapshot came since the first page: start again without `after`.")
    filters = [(n, v) for n, v in request.query_params.multi_items() if n not in OWN_PARAMETERS]
    if rule.organizations is not None:
        filters = [(n, v) for n, v in filters if n != ORGANIZATION]
    cursor, seconds = view.cursor(), request.app.state.settings.api_request_seconds
    sent = dict(request.scope["headers"])
    tag = tag_of(view, key_of(request.scope, principal))
    is_same = is_known(tag, sent)
    zips = is_zipped_for(sent)

    def first_look() -> Page:
        known = known_filters(cursor, view, found, visible, filters)
        where = both(visible, condition(known, found.columns, cursor))
        return page_of(cursor, found, visible, where, after, limit)

    def chunks_of(page: Page) -> Iterator[bytes]:
        if wants_csv(request):
            return as_csv(found.columns, page.batches(cursor, is_text=True))
        head = {
            **mart_names.names(found),
            "columns": column_descriptions(found),
            "next": _next_address(request, view, page),
            **provenance(view, (found.published,)),
        }
        return as_json(head, page.batches(cursor))

    def whole() -> tuple[Page, bytes]:
        page = first_look()
        body = b"" if is_same else b"".join(chunks_of(page))
        return page, gzip.compress(body, 6, mtime=0) if zips and body else body

    async def noted(page: Page) -> dict[str, str]:
        """Return the headers, when it is written down that something personal is read."""
        if personal_columns(found.own_columns):
            await note_read(request, principal, found.published, rule.organizations)
        return {
            "Cache-Control": CACHE_CONTROL,
            "Vary": VARY,
            "ETag": tag,
            # So that rows which are missing are missed, in every format and however it travels.
            "X-Row-Count": str(page.n_rows),
            **provenance_headers(view, (found.published,)),
            **_links(request, view, found, page),
        }

    media_type = CSV if wants_csv(request) else JSON
    if limit <= MOST_SMALL_ROWS:
        page, body = await within(cursor, seconds, whole)
        headers = await noted(page)
        if is_same:
            return Response(status_code=304, headers=headers)
        if zips:
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=media_type)

    async def streamed(place: Held) -> Response:
        page = await within(cursor, seconds, first_look, LARGE)
        headers = await noted(page)
        if is_same:
            return Response(status_code=304, headers=headers)
        return Stream(
            view,
            cursor,
            chunks_of(page),
            seconds,
            place=place,
            zips=zips,
            headers=headers,
            media_type=media_type,
        )

    return InPlace(request.app.state.streams, seconds, streamed)


def _find(view: View, name: str) -> Mart:
    """Return the mart of this name; the schema may be left out."""
    for schema in ("", *(f"{schema}." for schema in SERVED_SCHEMAS)):
        if view.has(f"{schema}{name}"):
            return view.marts[f"{schema}{name}"]
    raise Problem(404, "There is no mart of this name; /api/v1/analytics/marts lists them.")


def _links(request: Request, view: View, mart: Mart, page: Page) -> dict[str, str]:
    """Return where the next page is, and what a name that goes leads to; count that name."""
    headers: dict[str, str] = {}
    going = mart_names.used(mart, request.query_params.keys())
    if going:
        headers |= mart_names.headers(request, mart)
        request.app.state.meter.count_names(going)
    address = _next_address(request, view, page)
    if address is not None:
        links = [f'<{address}>; rel="next"', headers.get("Link")]
        headers["Link"] = ", ".join(link for link in links if link)
    return headers


def _next_address(request: Request, view: View, page: Page) -> str | None:
    if page.next_after is None:
        return None
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("after", "snapshot_id")
    ]
    pinned = [*kept, ("snapshot_id", view.snapshot_id), ("after", str(page.next_after))]
    return f"{request.url.path}?{urlencode(pinned)}"
