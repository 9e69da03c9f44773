"""Anthropic's directories: keys, users, workspaces and their members, invites, the organisation.

Lists are read with `after_id` and `limit`: there is no offset. The default workspace is in no list;
it is the null of the other tables.
"""

from collections.abc import Hashable, Iterator
from typing import Any

from dlt.sources.helpers.rest_client.paginators import (
    JSONResponseCursorPaginator,
    SinglePagePaginator,
)

from extract.client.http import Api, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.contracts import Table
from extract.landing.sink import Sink
from extract.sources.anthropic.tables import ORGANIZATIONS, WORKSPACE_MEMBERS

PAGE_SIZE = 1000
WORKSPACES_PATH = "/v1/organizations/workspaces"


def list_rows(api: Api, path: str, params: dict[str, Any] | None = None) -> Iterator[list[Any]]:
    """Yield the pages of a list."""
    seen: set[str] = set()

    def envelope(body: Body) -> Body:
        require(body, "data")
        require(body, "has_more", kind=bool)
        last = body.get("last_id")
        if body["has_more"]:
            if not last:
                raise EnvelopeError("'has_more' is true but there is no 'last_id' to go on from")
            if last in seen:
                raise EnvelopeError("'last_id' leads back to a page already read")
            seen.add(last)
        return body

    for body in api.pages(
        "GET",
        path,
        params={"limit": PAGE_SIZE, **(params or {})},
        paginator=JSONResponseCursorPaginator(
            cursor_path="last_id", cursor_param="after_id", has_more_path="has_more"
        ),
        envelope=envelope,
        watch=Watch(key=_identity),
    ):
        yield body["data"]


def _identity(row: object) -> Hashable:
    """Return an entry's id; a member of a workspace has the user's."""
    return (row.get("id") or row.get("user_id")) if isinstance(row, dict) else None


def read_list(
    api: Api, path: str, table: Table, sink: Sink, params: dict[str, Any] | None = None
) -> None:
    """Read one list into its table."""
    for rows in list_rows(api, path, params):
        sink.add(table, rows)


def read_workspace_members(api: Api, sink: Sink) -> None:
    """Read the members of every workspace that is not archived."""
    for workspaces in list_rows(api, WORKSPACES_PATH):
        for workspace in workspaces:
            if isinstance(workspace, dict) and isinstance(workspace.get("id"), str):
                path = f"{WORKSPACES_PATH}/{workspace['id']}/members"
                read_list(api, path, WORKSPACE_MEMBERS, sink)


def read_organization(api: Api, sink: Sink) -> None:
    """Read the organisation that the key belongs to."""

    def envelope(body: Body) -> Body:
        require(body, "id", kind=str)
        return body

    for body in api.pages(
        "GET",
        "/v1/organizations/me",
        paginator=SinglePagePaginator(),
        envelope=envelope,
        watch=None,
    ):
        sink.add(ORGANIZATIONS, [body])
