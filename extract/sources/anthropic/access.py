"""Anthropic's directories of 2026: service accounts, RBAC groups with their members, spend limits and what is used of them.

Lists go on with `page` and `next_page`. Read only; a key that may not read one, or an organisation that does not have
it, gets the table status `not_offered`.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from extract.client.http import Api, ApiError, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.contracts import Table
from extract.landing.errors import NotOfferedError, TornError
from extract.landing.sink import Sink
from extract.sources.anthropic.access_tables import (
    RBAC_GROUP_MEMBERS,
    RBAC_GROUPS,
    SERVICE_ACCOUNT_WORKSPACES,
    SERVICE_ACCOUNTS,
    SPEND_LIMIT_USAGE,
    SPEND_LIMITS,
)

BASE = "/v1/organizations"
PAGE_SIZE = 100
BETA = {"anthropic-beta": "spend-limit-reads-2026-09-26"}
_REFUSALS = frozenset({403, 404})


def read_service_accounts(api: Api, sink: Sink) -> None:
    """Read the service accounts, archived ones too, and the workspaces of each."""
    _read_with_children(
        api,
        sink,
        f"{BASE}/service_accounts",
        SERVICE_ACCOUNTS,
        ("workspaces", SERVICE_ACCOUNT_WORKSPACES, _workspace),
        {"include_archived": "true"},
    )


def read_groups(api: Api, sink: Sink) -> None:
    """Read the groups and the members of each."""
    _read_with_children(
        api, sink, f"{BASE}/rbac_groups", RBAC_GROUPS, ("members", RBAC_GROUP_MEMBERS, _member)
    )


def read_spend_limits(api: Api, sink: Sink) -> None:
    """Read the limits as they are configured."""
    for rows in _first_list(api, f"{BASE}/spend_limits", _id, headers=BETA):
        sink.add(SPEND_LIMITS, rows)


def read_spend_limit_usage(api: Api, today: dt.date, sink: Sink) -> None:
    """Read which limit holds for each member, and how much of it is used in the running period."""
    for rows in _first_list(api, f"{BASE}/spend_limits/effective", _member_period, headers=BETA):
        sink.add(SPEND_LIMIT_USAGE, rows, {"snapshot_date": today})


Child = tuple[str, Table, Callable[[object], Hashable]]


def _read_with_children(
    api: Api,
    sink: Sink,
    path: str,
    table: Table,
    child: Child,
    params: dict[str, str] | None = None,
) -> None:
    name, child_table, key = child
    for rows in _first_list(api, path, _id, params=params):
        sink.add(table, rows)
        for row in rows:
            if isinstance(row, dict) and isinstance(row.get("id"), str):
                _read_children(api, sink, f"{path}/{row['id']}/{name}", child_table, key)


def _read_children(
    api: Api, sink: Sink, path: str, table: Table, key: Callable[[object], Hashable]
) -> None:
    try:
        for rows in _lists(api, path, key):
            sink.add(table, rows)
    except ApiError as error:
        # Gone since the list was read: what it was in is another list now.
        if error.status == 404:
            raise TornError(f"{error} (it was listed a moment ago)") from None
        raise


def _first_list(
    api: Api,
    path: str,
    key: Callable[[object], Hashable],
    *,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Iterator[list[Any]]:
    """Yield the pages of a list that may not be offered: a refusal of the first request is an answer."""
    n_pages = 0
    try:
        for rows in _lists(api, path, key, params=params, headers=headers):
            n_pages += 1
            yield rows
    except ApiError as error:
        if error.status in _REFUSALS and not n_pages:
            raise NotOfferedError(str(error)) from None
        raise


def _lists(
    api: Api,
    path: str,
    key: Callable[[object], Hashable],
    *,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Iterator[list[Any]]:
    seen: set[str] = set()

    def envelope(body: Body) -> Body:
        require(body, "data")
        token = body.get("next_page")
        if token:
            if token in seen:
                raise EnvelopeError("'next_page' leads back to a page already read")
            seen.add(token)
        return body

    for body in api.pages(
        "GET",
        path,
        params={"limit": PAGE_SIZE, **(params or {})},
        headers=headers,
        paginator=JSONResponseCursorPaginator(cursor_path="next_page", cursor_param="page"),
        envelope=envelope,
        watch=Watch(key=key),
    ):
        yield body["data"]


def _id(row: object) -> Hashable:
    return row.get("id") if isinstance(row, dict) else None


def _workspace(row: object) -> Hashable:
    return row.get("workspace_id") if isinstance(row, dict) else None


def _member(row: object) -> Hashable:
    return row.get("user_id") if isinstance(row, dict) else None


def _member_period(row: object) -> Hashable:
    actor = row.get("actor") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(actor, dict):
        return None
    name = actor.get("user_id") or actor.get("scoped_api_key_id")
    return (name, str(row.get("period"))) if name else None
