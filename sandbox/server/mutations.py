"""Changes of a good answer into a wrong one: pages and rows.

Every function returns None when the answer gives it nothing to spoil (no row, no page
before), so that the fault waits for the next request.
"""

import re
from collections.abc import Callable, MutableSequence
from random import Random
from typing import Any

from sandbox.server.answers import JsonObject
from sandbox.server.endpoints import Endpoint

NEW_FIELD = "fieldOfTomorrow"


def row_lists(body: JsonObject, endpoint: Endpoint) -> list[list[Any]]:
    """Return the lists that hold the rows: of each bucket in a report, else the page's."""
    rows = body.get(endpoint.rows or "", [])
    if rows and all(isinstance(row, dict) and "results" in row for row in rows):
        return [bucket["results"] for bucket in rows]
    return [rows]


def _pick(body: JsonObject, endpoint: Endpoint, random: Random) -> tuple[list[Any], int] | None:
    filled = [rows for rows in row_lists(body, endpoint) if rows]
    if not filled:
        return None
    rows = random.choice(filled)
    return rows, random.randrange(len(rows))


_Leaf = tuple[JsonObject, str]


def _leaves(row: JsonObject) -> list[_Leaf]:
    found: list[_Leaf] = []
    for name, value in row.items():
        if isinstance(value, dict):
            found.extend(_leaves(value))
        else:
            found.append((row, name))
    return found


def _leaf(
    row: object, field: str | None, random: Random, fits: Callable[[object], bool]
) -> _Leaf | None:
    if not isinstance(row, dict):
        return None
    leaves = [
        (holder, name)
        for holder, name in _leaves(row)
        if (name == field if field else fits(holder[name]))
    ]
    return random.choice(leaves) if leaves else None


def type_flip(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Make a number (or truth value) of one row a string, or the named field a number."""
    picked = _pick(body, endpoint, random)
    leaf = picked and _leaf(
        picked[0][picked[1]], field, random, lambda value: isinstance(value, int | float)
    )
    if not leaf:
        return None
    holder, name = leaf
    holder[name] = 12345 if isinstance(holder[name], str) else f"{holder[name]} units"
    return body


def unknown_field(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Add a field that no documentation knows to one row."""
    picked = _pick(body, endpoint, random)
    if not picked or not isinstance(picked[0][picked[1]], dict):
        return None
    picked[0][picked[1]][field or NEW_FIELD] = "new"
    return body


def missing_field(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Take one field out of one row."""
    picked = _pick(body, endpoint, random)
    leaf = picked and _leaf(picked[0][picked[1]], field, random, lambda _value: True)
    if not leaf:
        return None
    holder, name = leaf
    del holder[name]
    return body


def null_row(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Put null in the place of one row."""
    del field
    picked = _pick(body, endpoint, random)
    if not picked:
        return None
    picked[0][picked[1]] = None
    return body


def renamed_field(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Call a field of every row otherwise, as a new version of a contract does."""
    del random
    held = _everywhere(body, endpoint, field)
    for holder, name in held:
        holder[f"{name}_v2"] = holder.pop(name)
    return body if held else None


def retyped_field(
    body: JsonObject, endpoint: Endpoint, random: Random, field: str | None
) -> JsonObject | None:
    """Put what a field of every row says into an object of its own, with a unit."""
    del random
    held = _everywhere(body, endpoint, field)
    for holder, name in held:
        holder[name] = {"value": holder[name], "unit": "1"}
    return body if held else None


def _everywhere(body: JsonObject, endpoint: Endpoint, field: str | None) -> list[_Leaf]:
    return [
        (holder, name)
        for rows in row_lists(body, endpoint)
        for row in rows
        if isinstance(row, dict)
        for holder, name in _leaves(row)
        if name == field
    ]


ROW_MUTATIONS = {
    "type_flip": type_flip,
    "unknown_field": unknown_field,
    "missing_field": missing_field,
    "null_row": null_row,
    "renamed_field": renamed_field,
    "retyped_field": retyped_field,
}


def missing_data(body: JsonObject, endpoint: Endpoint) -> JsonObject | None:
    """Leave out the key under which the rows are."""
    if endpoint.rows not in body:
        return None
    return {name: value for name, value in body.items() if name != endpoint.rows}


def short_page(body: JsonObject, endpoint: Endpoint) -> JsonObject | None:
    """Drop the last row of the page while counts and paging say nothing of it."""
    rows = body.get(endpoint.rows or "")
    if not isinstance(rows, MutableSequence) or not rows:
        return None
    rows.pop()
    return body


def packed_small() -> bytes:
    """Return a body that is 350 KB on its way."""
    return b'{"data": "' + b" " * 80_000_000 + b'"}'


_FIRST_TEXT = re.compile(rb'("(?:email|userEmail|model|name)": ?")')


def half_character(body: bytes) -> bytes:
    """Put half of an emoji into the first text of a row, as JavaScript does when it cuts one."""
    return _FIRST_TEXT.sub(rb"\1\\ud83d", body, count=1)


def endless_list(body: JsonObject) -> JsonObject | None:
    """Say that there is a next page, whatever page it is."""
    paging = body.get("pagination")
    if not isinstance(paging, dict):
        return None
    return {**body, "pagination": {**paging, "hasNextPage": True}}


def duplicate_page(
    body: JsonObject, endpoint: Endpoint, previous: list[Any] | None
) -> JsonObject | None:
    """Repeat the rows of the page before; paging goes on as if nothing had happened."""
    if not previous or endpoint.rows not in body or body[endpoint.rows] == previous:
        return None
    return {**body, endpoint.rows: previous}


def growing_list(
    body: JsonObject, endpoint: Endpoint, previous: list[Any] | None
) -> JsonObject | None:
    """Answer as if a row had come to the front since the page before: everything moves on by one."""
    rows = body.get(endpoint.rows or "")
    if not previous or not isinstance(rows, list):
        return None
    kept = rows[:-1] if _goes_on(body) else rows
    return {**_counted(body, 1), str(endpoint.rows): [previous[-1], *kept]}


def shrinking_list(body: JsonObject, endpoint: Endpoint) -> JsonObject | None:
    """Answer as if a row of an earlier page were gone: everything moves back by one, and one is never seen."""
    rows = body.get(endpoint.rows or "")
    if not isinstance(rows, list) or not rows:
        return None
    return {**_counted(body, -1), str(endpoint.rows): rows[1:]}


def _goes_on(body: JsonObject) -> bool:
    pagination = body.get("pagination", {})
    ahead = body.get("has_more") or body.get("next_page") or body.get("nextPageToken")
    return bool(ahead or pagination.get("hasNextPage"))


def _counted(body: JsonObject, more: int) -> JsonObject:
    """Change the totals that an answer states."""
    changed = {
        name: body[name] + more
        for name in ("totalUsageEventsCount", "totalMembers")
        if isinstance(body.get(name), int)
    }
    pagination = body.get("pagination", {})
    if "totalUsers" in pagination:
        changed["pagination"] = {**pagination, "totalUsers": pagination["totalUsers"] + more}
    return {**body, **changed}


def empty_page(
    body: JsonObject, endpoint: Endpoint, here: str | None, after_id: str | None
) -> JsonObject | None:
    """Put an empty page in the middle.

    Anthropic: `has_more` is true and the next page is the one that was asked for, so nothing
    is lost for a client that goes on. Cursor: pages are numbered, so the rows of an inner
    page are really withheld and only the total tells.
    """
    if endpoint.vendor == "claude_ai" and here is not None:
        more = {"has_more": True} if "has_more" in body else {}
        return {**body, "data": [], **more, "next_page": here}
    if endpoint.vendor == "anthropic" and here is not None:
        return {**body, "data": [], "has_more": True, "next_page": here}
    if endpoint.vendor == "anthropic" and after_id is not None and "has_more" in body:
        return {"data": [], "has_more": True, "first_id": None, "last_id": after_id}
    pagination = body.get("pagination", {})
    inner = pagination.get("hasNextPage") or body.get("totalPages", 1) > 1
    if endpoint.vendor == "cursor" and inner and endpoint.rows in body:
        return {**body, endpoint.rows: []}
    return None
