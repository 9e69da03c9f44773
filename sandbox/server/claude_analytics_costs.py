"""claude.ai Enterprise Analytics, money: charges and tokens by person.

`limit` counts persons with their dimensions; grouping by cost_type or token_type splits a row into
several, so that a page may hold more, and leaves `requests` null. A cursor belongs to its query.
What lies after `data_refreshed_at` is not there yet; the last 30 days may still change.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.claude_analytics import FIRST_DAY
from sandbox.server.ranked_pages import offset_of, page_of
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

_DIMENSIONS = (
    "product",
    "model",
    "context_window",
    "inference_geo",
    "speed",
    "rbac_group_id",
    "slack_channel_id",
)
_COST_SPLITS = ("cost_type", "token_type")
_MOST_DAYS = 31
_OLDEST_DAYS = 365
_PICO_PER_CENT = 10**10

Group = tuple[Any, ...]
Lines = Callable[[date], Iterable[JsonObject]]
Finish = Callable[[JsonObject, frozenset[str]], JsonObject]


def instant_of(query: QueryParams, name: str) -> datetime | None:
    """Read an instant with its zone.

    Raises:
        InvalidRequestError: It is none.
    """
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


def midnight(day: date) -> datetime:
    """Return the instant at which a UTC day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def span(query: QueryParams, today: date) -> tuple[datetime, datetime]:
    """Return the instants between which is asked.

    Raises:
        InvalidRequestError: They are missing, reversed or out of reach.
    """
    start = instant_of(query, "starting_at")
    if start is None:
        raise InvalidRequestError("starting_at: Field required")
    if start.date() < FIRST_DAY:
        raise InvalidRequestError(f"starting_at: data is available from {FIRST_DAY} on")
    if start.date() < today - timedelta(days=_OLDEST_DAYS):
        raise InvalidRequestError(f"starting_at: must be within the last {_OLDEST_DAYS} days")
    end = instant_of(query, "ending_at")
    if end is None:
        if "bucket_width" in query:
            raise InvalidRequestError("ending_at: Field required with bucket_width")
        end = min(midnight(today), start + timedelta(days=_MOST_DAYS))
        end = max(end, start + timedelta(days=1))
    if end <= start:
        raise InvalidRequestError("ending_at: must be after starting_at")
    if end - start > timedelta(days=_MOST_DAYS):
        raise InvalidRequestError(f"ending_at: at most {_MOST_DAYS} days after starting_at")
    return start, end


def _truth_of(query: QueryParams, name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in {"true", "false"}:
        raise InvalidRequestError(f"{name}: Input should be a valid boolean")
    return text == "true"


def _report(
    request: Request,
    state: State,
    endpoint: str,
    splits: tuple[str, ...],
    lines: Lines,
    finish: Finish,
) -> Answer:
    query = request.query_params
    known = (*_DIMENSIONS, *splits)
    try:
        limit = limit_of(query, 20, 1000)
        groups = frozenset(query.getlist("group_by[]"))
        if groups - set(known):
            raise InvalidRequestError(f"group_by[]: Input should be one of {', '.join(known)}")
        width = query.get("bucket_width")
        if width not in (None, "1d"):
            raise InvalidRequestError("bucket_width: Input should be 1d")
        without_deleted = _truth_of(query, "exclude_deleted_users")
        start, end = span(query, state.today())
        same_query = fingerprint(endpoint, query.multi_items())
        offset = offset_of(query, state, same_query)
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    rows = _grouped(lines, start, end, groups, splits, by_day=width is not None)
    if without_deleted:
        rows = {key: found for key, found in rows.items() if not found[0]["actor"]["deleted"]}
    ordered = sorted(rows.items(), key=lambda item: [str(part) for part in item[0]])
    after = offset + limit
    page = (finish(row, groups) for _, found in ordered[offset:after] for row in found)
    next_offset = after if after < len(ordered) else None
    return page_of(query, state, same_query, start, page, next_offset=next_offset)


def _grouped(
    lines: Lines,
    start: datetime,
    end: datetime,
    groups: frozenset[str],
    splits: tuple[str, ...],
    *,
    by_day: bool,
) -> dict[Group, list[JsonObject]]:
    """Return the rows of every person and dimension; more than one only when they are split."""
    totals: dict[Group, dict[Group, JsonObject]] = {}
    day = start.date()
    while midnight(day) < end:
        bucket = (day, day + timedelta(days=1)) if by_day else None
        for line in lines(day):
            shown = {name: line[name] if name in groups else None for name in _DIMENSIONS}
            split = {name: line[name] if name in groups else None for name in splits}
            key = (bucket and bucket[0], line["actor"]["user_id"], *shown.values())
            parts = totals.setdefault(key, {})
            total = parts.get(tuple(split.values()))
            if total is None:
                parts[tuple(split.values())] = {
                    **line,
                    **shown,
                    **split,
                    "starting_at": bucket and f"{bucket[0]}T00:00:00Z",
                    "ending_at": bucket and f"{bucket[1]}T00:00:00Z",
                }
            else:
                parts[tuple(split.values())] = _added(total, line)
        day += timedelta(days=1)
    return {
        key: [row for _, row in sorted(parts.items(), key=lambda item: str(item[0]))]
        for key, parts in totals.items()
    }


def _added(total: JsonObject, line: JsonObject) -> JsonObject:
    found = dict(total)
    for name, value in line.items():
        if isinstance(value, dict) and name != "actor":
            found[name] = _added(total[name], value)
        elif isinstance(value, int) and not isinstance(value, bool):
            found[name] = total[name] + value
    return found


def cents(pico: int) -> str:
    """Write pico-dollars as cents: six decimals, more only where something would be lost."""
    whole, rest = divmod(abs(pico), _PICO_PER_CENT)
    digits = f"{rest:010d}".rstrip("0").ljust(6, "0")
    return f"{'-' if pico < 0 else ''}{whole}.{digits}"


def _cost_row(row: JsonObject, groups: frozenset[str]) -> JsonObject:
    kept = {name: row[name] for name in row if name not in ("pico", "list_pico")}
    if groups & set(_COST_SPLITS):
        kept["requests"] = None
    return {
        **kept,
        "amount": cents(row["pico"]),
        "list_amount": cents(row["list_pico"]),
        "currency": "USD",
    }


async def user_cost_report(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/user_cost_report."""
    return _report(
        request, state, "user_cost_report", _COST_SPLITS, state.world.user_cost_lines, _cost_row
    )


async def user_usage_report(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/user_usage_report."""
    return _report(
        request,
        state,
        "user_usage_report",
        (),
        state.world.user_usage_lines,
        lambda row, _groups: row,
    )
