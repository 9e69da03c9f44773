"""Anthropic's bucket reports: usage_report/messages and cost_report.

One bucket per interval, oldest first, empty ones included; `limit` counts buckets. Rows are
summed up to the dimensions in `group_by[]`; every other dimension is null. `group_by` without
brackets is another parameter and changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zlib import crc32

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error, json_answer
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.grouping import COST_GROUPS, MESSAGE_DIMENSIONS, group_costs, group_messages
from sandbox.server.source import Days
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

_SPEED_BETA = "fast-mode-2026-02-01"
_FILTERS = {
    "account_ids[]": "account_id",
    "api_key_ids[]": "api_key_id",
    "context_window[]": "context_window",
    "inference_geos[]": "inference_geo",
    "models[]": "model",
    "service_account_ids[]": "service_account_id",
    "service_tiers[]": "service_tier",
    "speeds[]": "speed",
    "workspace_ids[]": "workspace_id",
}


@dataclass(frozen=True)
class Width:
    """Width of a bucket with the default and the most buckets of a page."""

    step: timedelta
    default: int
    most: int


WIDTHS = {
    "1d": Width(timedelta(days=1), 7, 31),
    "1h": Width(timedelta(hours=1), 24, 168),
    "1m": Width(timedelta(minutes=1), 60, 1440),
}

Results = Callable[[datetime], list[JsonObject]]


def _instant(query: QueryParams, name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError(f"{name}: Input should be a valid datetime") from error
    if parsed.tzinfo is None:
        raise InvalidRequestError(f"{name}: Input should have timezone info")
    return parsed.astimezone(UTC)


def _snap(instant: datetime, width: str) -> datetime:
    minute = instant.replace(second=0, microsecond=0)
    if width == "1m":
        return minute
    return minute.replace(minute=0) if width == "1h" else minute.replace(hour=0, minute=0)


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _groups(query: QueryParams, known: Sequence[str]) -> frozenset[str]:
    asked = query.getlist("group_by[]")
    for name in asked:
        if name not in known:
            raise InvalidRequestError(f"group_by[]: Input should be one of {', '.join(known)}")
    return frozenset(asked)


def _page(
    request: Request, state: State, endpoint: str, widths: dict[str, Width], results: Results
) -> Answer:
    query = request.query_params
    width_name = query.get("bucket_width", "1d")
    if width_name not in widths:
        raise InvalidRequestError(f"bucket_width: Input should be one of {', '.join(widths)}")
    width = widths[width_name]
    limit = limit_of(query, width.default, width.most)
    start = _instant(query, "starting_at")
    if start is None:
        raise InvalidRequestError("starting_at: Field required")
    tomorrow = state.today() + timedelta(days=1)
    end = _instant(query, "ending_at") or datetime(
        tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC
    )
    if end <= start:
        raise InvalidRequestError("ending_at: must be after starting_at")
    same_query = fingerprint(endpoint, query.multi_items())
    position = _snap(start, width_name)
    if "page" in query:
        found = state.tokens.resolve(query["page"], same_query)
        if found is None:
            raise InvalidRequestError("page: invalid, or it belongs to a request that differs")
        position = datetime.fromisoformat(found)
    here = query.get("page") or state.tokens.issue(_text(position), same_query)
    buckets: list[JsonObject] = []
    while len(buckets) < limit and position + width.step <= end:
        after = position + width.step
        buckets.append(
            {
                "starting_at": _text(position),
                "ending_at": _text(after),
                "results": results(position),
            }
        )
        position = after
    has_more = position + width.step <= end
    next_page = state.tokens.issue(_text(position), same_query) if has_more else None
    body = {"data": buckets, "has_more": has_more, "next_page": next_page}
    return json_answer(body, here=here)


def _minute_of(row: JsonObject) -> int:
    """Return the minute of the day in which a row of a whole day is said to have happened."""
    return crc32(repr(sorted(row.items())).encode()) % 1440


def _usage_of_day(days: Days, day: date, query: QueryParams) -> list[JsonObject]:
    rows: Sequence[JsonObject] = days.messages(day)
    for name, dimension in _FILTERS.items():
        allowed = query.getlist(name)
        if allowed:
            rows = [row for row in rows if row.get(dimension) in allowed]
    return list(rows)


async def usage_report_messages(request: Request, state: State) -> Answer:
    """GET /v1/organizations/usage_report/messages."""
    query = request.query_params
    try:
        groups = _groups(query, MESSAGE_DIMENSIONS)
        asks_speed = "speed" in groups or "speeds[]" in query
        if asks_speed and _SPEED_BETA not in request.headers.get("anthropic-beta", ""):
            raise InvalidRequestError(f"speed: needs the header anthropic-beta: {_SPEED_BETA}")
        width = query.get("bucket_width", "1d")

        def results(start: datetime) -> list[JsonObject]:
            rows = _usage_of_day(state.days, start.date(), query)
            if width != "1d":
                first = start.hour * 60 + start.minute
                inside = range(first, first + (60 if width == "1h" else 1))
                rows = [row for row in rows if _minute_of(row) in inside]
            return group_messages(rows, groups)

        return _page(request, state, "usage_report_messages", WIDTHS, results)
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))


async def cost_report(request: Request, state: State) -> Answer:
    """GET /v1/organizations/cost_report: days only; amounts are strings in cents."""
    try:
        groups = _groups(request.query_params, COST_GROUPS)
        by_groups = partial(group_costs, groups=groups)
        return _page(
            request,
            state,
            "cost_report",
            {"1d": WIDTHS["1d"]},
            lambda start: by_groups(state.days.costs(start.date())),
        )
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
