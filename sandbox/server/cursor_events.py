"""Cursor's POST /teams/filtered-usage-events: single events, newest first.

Both bounds are inclusive, `timestamp` is a string of milliseconds, pages start at 1. A date
sent as a string is answered with 500, as clients of the live API report. An event carries no
id. Counting a window loads its days one after the other; only the page's days are kept.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import orjson
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, cursor_error
from sandbox.server.cursor import MAX_PAGE_SIZE, BadRequestError, parameters, positive, span
from sandbox.server.source import Days
from sandbox.server.state import State

_PAGE_SIZE = 100
_HOSTING_TYPES = frozenset({"CLOUD", "SELF_HOSTED", "SELF_HOSTED_POOL", "SELF_HOSTED_MACHINE"})
_FILTERS = {
    "userId": "userId",
    "email": "userEmail",
    "serviceAccountId": "serviceAccountId",
    "cloudAgentId": "cloudAgentId",
    "automationId": "automationId",
    "hostingType": "hostingType",
}
_ANY = "*"
_ANY_ALLOWED = frozenset({"cloudAgentId", "automationId"})

Wanted = Callable[[JsonObject], bool]


def _filter(body: JsonObject) -> Wanted | None:
    asked = {name: body[name] for name in _FILTERS if body.get(name) is not None}
    if "hostingType" in asked and asked["hostingType"] not in _HOSTING_TYPES:
        raise BadRequestError(f"hostingType must be one of {', '.join(sorted(_HOSTING_TYPES))}")
    if not asked:
        return None

    def wanted(event: JsonObject) -> bool:
        return all(
            bool(event.get(_FILTERS[name]))
            if value == _ANY and name in _ANY_ALLOWED
            else str(event.get(_FILTERS[name], "")) == str(value)
            for name, value in asked.items()
        )

    return wanted


def _days_newest_first(start_ms: int, end_ms: int) -> Iterator[date]:
    first = datetime.fromtimestamp(start_ms / 1000, UTC).date()
    day = datetime.fromtimestamp(end_ms / 1000, UTC).date()
    while day >= first:
        yield day
        day -= timedelta(days=1)


def _selected(
    days: Days, day: date, start_ms: int, end_ms: int, wanted: Wanted | None
) -> list[bytes]:
    events = days.events(day)
    low, high = events.span(start_ms, end_ms)
    rows = events.rows[low:high]
    rows.reverse()
    return rows if wanted is None else [row for row in rows if wanted(orjson.loads(row))]


def _count(days: Days, day: date, start_ms: int, end_ms: int, wanted: Wanted | None) -> int:
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    whole_day = start_ms <= midnight and midnight + 86_399_999 <= end_ms
    if whole_day and wanted is None:
        return days.event_count(day)
    return len(_selected(days, day, start_ms, end_ms, wanted))


async def usage_events(request: Request, state: State) -> Answer:
    """Answer one page of events."""
    try:
        body = await parameters(request)
        if any(isinstance(body.get(name), str) for name in ("startDate", "endDate")):
            return cursor_error(500)
        start, end = span(body)
        page = positive(body, "page", 1)
        size = positive(body, "pageSize", _PAGE_SIZE, MAX_PAGE_SIZE)
        wanted = _filter(body)
    except BadRequestError as error:
        return cursor_error(400, str(error))
    first, last = (page - 1) * size, page * size
    total = 0
    rows: list[bytes] = []
    for day in _days_newest_first(start, end):
        count = _count(state.days, day, start, end, wanted)
        if total < last and first < total + count:
            selected = _selected(state.days, day, start, end, wanted)
            rows.extend(selected[max(0, first - total) : last - total])
        total += count
    pages = -(-total // size)
    head = {
        "totalUsageEventsCount": total,
        "pagination": {
            "numPages": pages,
            "currentPage": page,
            "pageSize": size,
            "hasNextPage": page < pages,
            "hasPreviousPage": page > 1,
        },
        "period": {"startDate": start, "endDate": end},
    }
    return Answer(b'%b,"usageEvents":[%b]}' % (orjson.dumps(head)[:-1], b",".join(rows)))
