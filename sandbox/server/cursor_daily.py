"""Cursor's POST /teams/daily-usage-data: pages of users, each with all days of the range.

Rules kept from the documentation and from recorded answers:

* with `page` and `pageSize`: every member of the range, zero rows included; without: active
  rows only and no `pagination`;
* pages count users, so a page of N users holds N rows per day;
* one row per whole 24 hours from `startDate` up to and including `endDate`, so exactly
  30 times 24 hours give 31 days; `date` carries the time of day of `startDate`, `day` is its UTC
  calendar day.
"""

from datetime import UTC, date, datetime

import orjson
from starlette.requests import Request

from sandbox.server.answers import Answer, cursor_error
from sandbox.server.cursor import MAX_PAGE_SIZE, BadRequestError, parameters, positive, span
from sandbox.server.source import Days
from sandbox.server.state import State

_DAY_MS = 86_400_000


def days_of(start_ms: int, end_ms: int) -> list[tuple[int, date]]:
    """Return (`date`, day) of each row that a range gives per user."""
    return [
        (instant, datetime.fromtimestamp(instant / 1000, UTC).date())
        for instant in range(start_ms, end_ms + 1, _DAY_MS)
    ]


def _rows(
    days: Days, wanted: list[tuple[int, date]], users: list[str], *, active_only: bool
) -> list[bytes]:
    loaded = [(instant, days.daily(day)) for instant, day in wanted]
    return [
        b'%b,"date":%d}' % (rows.rows[user][:-1], instant)
        for user in users
        for instant, rows in loaded
        if user in rows.rows and (not active_only or user in rows.active)
    ]


async def daily_usage(request: Request, state: State) -> Answer:
    """Answer one page, or all active rows when no page is asked for."""
    try:
        body = await parameters(request)
        start, end = span(body)
        paged = "page" in body and "pageSize" in body
        page = positive(body, "page", 1)
        size = positive(body, "pageSize", MAX_PAGE_SIZE, MAX_PAGE_SIZE)
    except BadRequestError as error:
        return cursor_error(400, str(error))
    wanted = days_of(start, end)
    users = sorted({user for _, day in wanted for user in state.days.daily(day).rows})
    chosen = users[(page - 1) * size : page * size] if paged else users
    rows = _rows(state.days, wanted, chosen, active_only=not paged)
    tail: dict[str, object] = {"period": {"startDate": start, "endDate": end}}
    if paged:
        pages = -(-len(users) // size)
        tail["pagination"] = {
            "page": page,
            "pageSize": size,
            "totalUsers": len(users),
            "totalPages": pages,
            "hasNextPage": page < pages,
            "hasPreviousPage": page > 1,
        }
    return Answer(b'{"data":[%b],%b' % (b",".join(rows), orjson.dumps(tail)[1:]))
