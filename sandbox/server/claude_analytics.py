"""claude.ai Enterprise Analytics, engagement: users and summaries; and the key of all of it.

A page goes on with `next_page` only: there is no `has_more` here. Days are aggregated at 10:00 UTC
of the next day, so that at the start of a day the newest one is the day before yesterday; asking
for a newer one is a 400 that names it.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error, json_answer
from sandbox.server.anthropic import API_VERSION, InvalidRequestError, limit_of
from sandbox.server.options import (
    ANTHROPIC_ADMIN_KEY,
    ANTHROPIC_ANALYTICS_KEY,
    ANTHROPIC_NORMAL_KEY,
)
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

FIRST_DAY = date(2026, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_DAYS = 366
_FILTERS = ("project_id", "rbac_group_id", "user_id")


def guard(request: Request, state: State) -> Answer | None:
    """Let in who sends an Analytics key; an Admin key is a valid key without the scope."""
    del state
    key = request.headers.get("x-api-key")
    if not key:
        return anthropic_error(401, "x-api-key header is required")
    if key in (ANTHROPIC_ADMIN_KEY, ANTHROPIC_NORMAL_KEY):
        return anthropic_error(
            403, "Missing required scopes. Got: ['org:admin'] Needed: ['read:analytics']"
        )
    if key != ANTHROPIC_ANALYTICS_KEY:
        return anthropic_error(401)
    version = request.headers.get("anthropic-version")
    if version is None:
        return anthropic_error(400, "anthropic-version: header is required")
    if version != API_VERSION:
        return anthropic_error(400, f'anthropic-version: "{version}" is not a valid version')
    return None


def _day(query: QueryParams, name: str) -> date | None:
    text = query.get(name)
    if text is None:
        return None
    if not _DATE.fullmatch(text):
        raise InvalidRequestError(f"{name}: Input should be a date in YYYY-MM-DD format")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError(f"{name}: Input should be a valid date") from error


def _check(name: str, day: date, newest: date) -> None:
    if day < FIRST_DAY:
        raise InvalidRequestError(f"{name}: data is available from {FIRST_DAY} on")
    if day > newest:
        raise InvalidRequestError(
            f"{name}: {day} is not available yet; the latest available date is {newest}"
        )


def _range(query: QueryParams, newest: date) -> tuple[date, date]:
    """Return the days of starting_date and ending_date, the second exclusive."""
    start = _day(query, "starting_date")
    if start is None:
        raise InvalidRequestError("starting_date: Field required")
    _check("starting_date", start, newest)
    end = _day(query, "ending_date") or newest + timedelta(days=1)
    _check("ending_date", end - timedelta(days=1), newest)
    if end <= start:
        raise InvalidRequestError("ending_date: must be after starting_date")
    if (end - start).days > _MOST_DAYS:
        raise InvalidRequestError(f"ending_date: at most {_MOST_DAYS} days after starting_date")
    return start, end


async def summaries(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/summaries: one row per day, never paged."""
    world = state.world
    try:
        start, end = _range(request.query_params, world.newest_engagement_day())
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    return json_answer({"summaries": [world.engagement_summary(day) for day in days]})


async def users(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/users: one day, or a range rolled up."""
    query = request.query_params
    newest = state.world.newest_engagement_day()
    try:
        limit = limit_of(query, 100, 1000)
        wanted = _wanted_users(query)
        one = _day(query, "date")
        if one is not None:
            if "starting_date" in query or "ending_date" in query:
                raise InvalidRequestError("date: give either date or starting_date")
            _check("date", one, newest)
            start, end = one, one + timedelta(days=1)
        elif "starting_date" in query:
            start, end = _range(query, newest)
        else:
            raise InvalidRequestError("date: Field required")
        same_query = fingerprint("analytics_users", query.multi_items())
        offset = 0
        if "page" in query:
            found = state.tokens.resolve(query["page"], same_query)
            if found is None:
                raise InvalidRequestError("page: invalid, or it belongs to a request that differs")
            offset = int(found.partition("#")[2])
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    if one is not None:
        rows: Sequence[JsonObject] = state.world.engagement_users(one)
    else:
        rows = _rolled_up(state, start, end)
    if wanted:
        rows = [row for row in rows if row["user"]["id"] in wanted]
    after = offset + limit
    more = after < len(rows)
    body = {
        "data": list(rows[offset:after]),
        "next_page": state.tokens.issue(f"{start}#{after}", same_query) if more else None,
    }
    here = query.get("page") or state.tokens.issue(f"{start}#0", same_query)
    return json_answer(body, here=here)


def _wanted_users(query: QueryParams) -> set[str]:
    if query.getlist("group_by[]"):
        raise InvalidRequestError("group_by[]: the organization has no RBAC groups")
    wanted = set()
    for text in query.getlist("filter[]"):
        name, colon, value = text.partition(":")
        if not colon or name not in _FILTERS:
            raise InvalidRequestError(
                f"filter[]: Input should be <dimension>:<value> of {', '.join(_FILTERS)}"
            )
        if name == "user_id":
            wanted.add(value)
    return wanted


def _rolled_up(state: State, start: date, end: date) -> list[JsonObject]:
    """Add a range up by person; distinct counts cannot be added and are null."""
    totals: dict[str, JsonObject] = {}
    for number in range((end - start).days):
        for row in state.world.engagement_users(start + timedelta(days=number)):
            total = totals.get(row["user"]["id"])
            totals[row["user"]["id"]] = row if total is None else _sum(total, row)
    rows = [_without_distinct(row) for _, row in sorted(totals.items())]
    return rows if (end - start).days > 1 else [totals[key] for key in sorted(totals)]


def _sum(left: JsonObject, right: JsonObject) -> JsonObject:
    total: JsonObject = {}
    for name, value in left.items():
        if isinstance(value, dict) and name != "user":
            total[name] = _sum(value, right[name])
        elif isinstance(value, int) and not isinstance(value, bool):
            total[name] = value + right[name]
        else:
            total[name] = right[name]
    return total


def _without_distinct(row: JsonObject) -> JsonObject:
    found: JsonObject = {}
    for name, value in row.items():
        if isinstance(value, dict) and name != "user":
            found[name] = _without_distinct(value)
        else:
            found[name] = None if name.startswith("distinct_") else value
    return found
