"""Anthropic's Usage and Cost Analytics API, money: GET /v1/organizations/analytics/cost.

A beta that has to be asked for by header, and that not every organisation has: without it the answer is a
404. Rows are cut by at most five dimensions; cost_type and token_type count neither towards these nor towards `limit`,
and leave `requests` null. The amounts of token rows alone are less than the bill.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.claude_analytics_costs import cents, instant_of, midnight
from sandbox.server.ranked_pages import offset_of, page_of
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

BETA = "analytics-usage-cost-2026-08-24"
FIRST_DAY = date(2026, 1, 1)
_MOST_DAYS = 31
_OLDEST_DAYS = 365
_MOST_DIMENSIONS = 5
_WIDTHS = ("1d", "1h", "1m")
_SPLITS = ("cost_type", "token_type")
_DIMENSIONS = (
    "actor", "actor_type", "agent_id", "api_key_id", "claude_tag_category", "claude_tag_user_id", "context_window",
    "deployment_id", "environment_id", "inference_geo", "model", "organization_id", "product", "rbac_group_id",
    "service_tier", "session_id", "slack_channel_id", "speed", "user_profile_id", "workspace_id",
)  # fmt: skip
_ORDERS = ("amount", "list_amount", "time")

Group = tuple[Any, ...]


def _one_of(
    query: QueryParams, name: str, known: tuple[str, ...], default: str | None
) -> str | None:
    text = query.get(name, default)
    if text is not None and text not in known:
        raise InvalidRequestError(f"{name}: Input should be one of {', '.join(known)}")
    return text


def _span(query: QueryParams, today: date, *, by_day: bool) -> tuple[datetime, datetime]:
    start = instant_of(query, "starting_at")
    if start is None:
        raise InvalidRequestError("starting_at: Field required")
    if start.date() < FIRST_DAY:
        raise InvalidRequestError(f"starting_at: must be no earlier than {FIRST_DAY}T00:00:00Z")
    if start.date() < today - timedelta(days=_OLDEST_DAYS):
        raise InvalidRequestError(f"starting_at: must be within the last {_OLDEST_DAYS} days")
    end = instant_of(query, "ending_at")
    if end is None:
        if by_day:
            raise InvalidRequestError("ending_at: Field required with time_bucket_width")
        end = min(datetime.now(UTC), start + timedelta(days=_MOST_DAYS))
    if end <= start:
        raise InvalidRequestError("ending_at: must be after starting_at")
    if end - start > timedelta(days=_MOST_DAYS):
        raise InvalidRequestError(f"ending_at: at most {_MOST_DAYS} days after starting_at")
    return start, end


def _groups(query: QueryParams) -> frozenset[str]:
    asked = frozenset(query.getlist("group_by[]"))
    if asked - {*_DIMENSIONS, *_SPLITS}:
        raise InvalidRequestError(
            f"group_by[]: Input should be one of {', '.join((*_DIMENSIONS, *_SPLITS))}"
        )
    if len(asked - {*_SPLITS}) > _MOST_DIMENSIONS:
        raise InvalidRequestError(f"group_by[]: at most {_MOST_DIMENSIONS} dimensions")
    if "exclude_deleted_users" in query and "actor" not in asked:
        raise InvalidRequestError("exclude_deleted_users: requires group_by[]=actor")
    return asked


async def cost(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/cost."""
    query = request.query_params
    if state.world.vendor_cost_lines(state.today()) is None:
        return anthropic_error(404)
    try:
        if BETA not in request.headers.get("anthropic-beta", ""):
            raise InvalidRequestError(f"anthropic-beta: this endpoint needs {BETA}")
        limit = limit_of(query, 20, 1000)
        groups = _groups(query)
        width = _one_of(query, "time_bucket_width", _WIDTHS, None)
        order_by = _one_of(query, "order_by", _ORDERS, "amount")
        descending = _one_of(query, "order", ("asc", "desc"), "desc") == "desc"
        start, end = _span(query, state.today(), by_day=width is not None)
        same_query = fingerprint("analytics_cost", query.multi_items())
        offset = offset_of(query, state, same_query)
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    rows = list(_grouped(state, start, end, groups, by_day=width is not None).items())
    rows.sort(key=lambda item: repr(item[0]))
    metric = "list_pico" if order_by == "list_amount" else "pico"
    by_time = order_by == "time" and width is not None
    rows.sort(key=lambda item: sum(row[metric] for row in item[1]), reverse=by_time or descending)
    if by_time:
        rows.sort(key=lambda item: str(item[0][0]), reverse=descending)
    after = offset + limit
    page = (_row(row, groups) for _, found in rows[offset:after] for row in found)
    next_offset = after if after < len(rows) else None
    return page_of(query, state, same_query, start, page, next_offset=next_offset)


def _grouped(
    state: State, start: datetime, end: datetime, groups: frozenset[str], *, by_day: bool
) -> dict[Group, list[JsonObject]]:
    """Return the rows of every combination of dimensions; more than one only when they are split."""
    totals: dict[Group, dict[Group, JsonObject]] = {}
    day = start.date()
    while midnight(day) < end:
        since, until = (
            (f"{day}T00:00:00Z", f"{day + timedelta(days=1)}T00:00:00Z")
            if by_day
            else (f"{start:%Y-%m-%dT%H:00:00Z}", f"{end:%Y-%m-%dT%H:00:00Z}")
        )
        for line in _known(state.world.vendor_cost_lines(day) or (), groups):
            shown = {name: line.get(name) if name in groups else None for name in _DIMENSIONS}
            split = {name: line[name] if name in groups else None for name in _SPLITS}
            if "token_type" in groups:
                split["cost_type"] = line["cost_type"]
            parts = totals.setdefault((since, *(str(value) for value in shown.values())), {})
            total = parts.setdefault(
                tuple(split.values()),
                {
                    "starting_at": since, "ending_at": until, "group": {**shown, **split},
                    "pico": 0, "list_pico": 0, "requests": 0,
                },
            )  # fmt: skip
            for name in ("pico", "list_pico", "requests"):
                total[name] += line[name]
        day += timedelta(days=1)
    return {
        key: [row for _, row in sorted(parts.items(), key=str)] for key, parts in totals.items()
    }


def _known(lines: Iterable[JsonObject], groups: frozenset[str]) -> Iterable[JsonObject]:
    """Leave out what a grouping does not show: by token type alone, whatever is no token."""
    for line in lines:
        actor = line["actor"]
        if "token_type" not in groups or "cost_type" in groups or line["token_type"]:
            yield {**line, "actor_type": actor and actor["type"]}


def _row(row: JsonObject, groups: frozenset[str]) -> JsonObject:
    return {
        "starting_at": row["starting_at"],
        "ending_at": row["ending_at"],
        "group": row["group"],
        "cost": {
            "amount": cents(row["pico"]),
            "list_amount": cents(row["list_pico"]),
            "currency": "USD",
            "requests": None if groups & {*_SPLITS} else row["requests"],
        },
    }
