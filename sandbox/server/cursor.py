"""Cursor Admin API: key check, members, groups and spend of the current cycle.

The two big endpoints have files of their own: `cursor_daily.py` and `cursor_events.py`.
"""

import base64
import binascii
import math
from collections.abc import Mapping

import orjson
from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, cursor_error, json_answer
from sandbox.server.options import CURSOR_KEY, CURSOR_TEAM_PLAN_KEY
from sandbox.server.state import State

SPEND_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000
MAX_RANGE_MS = 30 * 86_400_000


class BadRequestError(Exception):
    """The request breaks a rule; the text is the message of the 400."""


def guard(request: Request, state: State) -> Answer | None:
    """Let in who sends the key as user name of HTTP Basic."""
    del state
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return cursor_error(401)
    try:
        key = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return cursor_error(401)
    if key == CURSOR_TEAM_PLAN_KEY:
        return cursor_error(403)
    return None if key == CURSOR_KEY else cursor_error(401)


async def parameters(request: Request) -> JsonObject:
    """Return the JSON body of a request.

    Raises:
        BadRequestError: The body is not a JSON object.
    """
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadRequestError("Request body must be valid JSON") from error
    if not isinstance(body, dict):
        raise BadRequestError("Request body must be a JSON object")
    return body


def positive(body: Mapping[str, object], name: str, default: int, most: int | None = None) -> int:
    """Return a whole number from 1 to `most`.

    Raises:
        BadRequestError: It is something else.
    """
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRequestError(f"{name} must be a positive integer")
    if most is not None and value > most:
        raise BadRequestError(f"{name} must not exceed {most}")
    return value


def span(body: Mapping[str, object]) -> tuple[int, int]:
    """Return start and end in epoch milliseconds, both inclusive.

    Raises:
        BadRequestError: A bound is missing or no whole number, or the range is wrong.
    """
    bounds = []
    for name in ("startDate", "endDate"):
        value = body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadRequestError(f"{name} is required and must be a number (epoch milliseconds)")
        bounds.append(int(value))
    start, end = bounds
    if start > end:
        raise BadRequestError("startDate must not be after endDate")
    if end - start > MAX_RANGE_MS:
        raise BadRequestError("Date range cannot exceed 30 days")
    return start, end


async def team_members(request: Request, state: State) -> Answer:
    """GET /teams/members: everybody at once, removed members included."""
    del request
    return json_answer({"teamMembers": state.world.cursor_members()})


async def groups(request: Request, state: State) -> Answer:
    """GET /teams/groups: the billing groups of the current cycle."""
    del request
    return json_answer(state.world.cursor_groups())


def _spend_key(row: JsonObject, sort_by: str) -> tuple[object, str]:
    if sort_by == "amount":
        return float(row.get("spendCents") or 0), str(row.get("userId"))
    if sort_by == "user":
        return str(row.get("name") or "").lower(), str(row.get("userId"))
    return "", str(row.get("userId"))


async def spend(request: Request, state: State) -> Answer:
    """POST /teams/spend: pages are counted by `totalPages`, there is no `hasNextPage`."""
    try:
        body = await parameters(request)
        page = positive(body, "page", 1)
        size = positive(body, "pageSize", SPEND_PAGE_SIZE, MAX_PAGE_SIZE)
        sort_by = str(body.get("sortBy", "date"))
        direction = str(body.get("sortDirection", "desc"))
        if sort_by not in {"amount", "date", "user"}:
            raise BadRequestError("sortBy must be one of amount, date, user")
        if direction not in {"asc", "desc"}:
            raise BadRequestError("sortDirection must be one of asc, desc")
    except BadRequestError as error:
        return cursor_error(400, str(error))
    rows, cycle_start = state.world.cursor_spend()
    term = str(body.get("searchTerm") or "").lower()
    if term:
        rows = [row for row in rows if term in f"{row.get('name')} {row.get('email')}".lower()]
    rows = sorted(rows, key=lambda row: _spend_key(row, sort_by), reverse=direction == "desc")
    return json_answer(
        {
            "teamMemberSpend": rows[(page - 1) * size : page * size],
            "subscriptionCycleStart": cycle_start,
            "totalMembers": len(rows),
            "totalPages": math.ceil(len(rows) / size),
        }
    )
