"""Cursor's daily usage and usage events: what is read by days.

Both are POST requests of at most 30 days from UTC midnight to 23:59:59.999, both ends inclusive, and
always with `page` and `pageSize`: without them the vendor leaves out inactive members.
"""

import datetime as dt
from collections.abc import Hashable

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

from extract.client.http import Api, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.sink import Sink, Unit
from extract.sources.cursor.tables import DAILY_USAGE, USAGE_EVENTS

PAGE_SIZE = 1000
DAY_MS = 86_400_000


def window(unit: Unit) -> Body:
    """Return the request body of a unit; the end is inclusive, so it stops before midnight."""
    return {"startDate": _epoch_ms(unit.since), "endDate": _epoch_ms(unit.until) - 1}


def _epoch_ms(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days * DAY_MS


def numbered_pages() -> PageNumberPaginator:
    """Follow `pagination.hasNextPage`, through pages without rows as well."""
    return PageNumberPaginator(
        base_page=1,
        page_body_path="page",
        total_path=None,
        stop_after_empty_page=False,
        has_more_path="pagination.hasNextPage",
    )


def with_paging(body: Body, n_listed: int) -> Body:
    """Check the paging of an answer.

    An answer without `pagination` is whole only if it could not have been cut at the page size.
    """
    paging = body.get("pagination")
    if paging is None and n_listed < PAGE_SIZE:
        return {**body, "pagination": {"hasNextPage": False}}
    if not isinstance(paging, dict) or not isinstance(paging.get("hasNextPage"), bool):
        raise EnvelopeError("the answer lacks 'pagination.hasNextPage', so its end is unknown")
    return body


def read_daily_usage(api: Api, unit: Unit, sink: Sink) -> None:
    """Read every member's days; a page counts users, not rows."""

    def envelope(body: Body) -> Body:
        rows = require(body, "data")
        users = {
            str(row.get("email") or row.get("userId")) for row in rows if isinstance(row, dict)
        }
        return with_paging(body, len(users))

    for body in api.pages(
        "POST",
        "/teams/daily-usage-data",
        json={**window(unit), "page": 1, "pageSize": PAGE_SIZE},
        paginator=numbered_pages(),
        envelope=envelope,
        watch=Watch(key=_user_day, totals=("pagination.totalUsers", "pagination.totalPages")),
    ):
        # Live, both ends counted: 30 times 24 hours came as 31 days. The last one was not asked for.
        sink.add(DAILY_USAGE, [row for row in body["data"] if not _is_of(row, unit.until)])


def _is_of(row: object, day: dt.date) -> bool:
    return isinstance(row, dict) and row.get("day") == day.isoformat()


def read_usage_events(api: Api, unit: Unit, sink: Sink) -> None:
    """Read all events; they have no id, so whole days are replaced."""

    def envelope(body: Body) -> Body:
        rows = require(body, "usageEvents", "usageEventsDisplay")
        return {**with_paging(body, len(rows)), "usageEvents": rows}

    for body in api.pages(
        "POST",
        "/teams/filtered-usage-events",
        json={**window(unit), "page": 1, "pageSize": PAGE_SIZE},
        paginator=numbered_pages(),
        envelope=envelope,
        watch=Watch(
            rows="usageEvents",
            key=_event,
            place=_instant,
            totals=("pagination.numPages",),
            n_rows="totalUsageEventsCount",
            known=sink.doubted,
        ),
    ):
        sink.add(USAGE_EVENTS, body["usageEvents"])


def _user_day(row: object) -> Hashable:
    """Return whose day a row is."""
    if not isinstance(row, dict):
        return None
    user = row.get("userId"), row.get("email")
    return (str(user), str(row.get("day"))) if any(user) else None


def _event(row: object) -> Hashable:
    """Return what tells an event from most others: there is no id."""
    if not isinstance(row, dict):
        return None
    names = ("timestamp", "userEmail", "serviceAccountId", "model", "conversationId")
    return tuple(str(row.get(name)) for name in names)


def _instant(row: object) -> Hashable:
    """Return where an event stands: the vendor lists the newest first."""
    return str(row.get("timestamp")) if isinstance(row, dict) else None
