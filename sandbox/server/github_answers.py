"""How GitHub answers: errors, headers of limits, ETags, pages that a Link header leads through."""

import base64
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request

from sandbox.server.answers import GITHUB_DOCS, Answer, github_error, json_answer
from sandbox.server.state import State

PER_HOUR = 5_000
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
_SECONDARY_DOCS = f"{GITHUB_DOCS}/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
DEFAULT_PAGE, LARGEST_PAGE = 30, 100
FILTERED_AT_MOST = 1_000


def limit_headers(state: State) -> dict[str, str]:
    """Return the headers that tell how many requests are left, and when the count begins again."""
    used = state.requests.total()
    if state.options.rate_limits:
        used = state.limiter.used("github")
    return {
        "x-ratelimit-limit": str(PER_HOUR),
        "x-ratelimit-remaining": str(max(0, PER_HOUR - used)),
        "x-ratelimit-used": str(min(used, PER_HOUR)),
        "x-ratelimit-reset": str(math.ceil(time.time() + state.options.rate_limit_window)),
        "x-ratelimit-resource": "core",
    }


def shown(request: Request, state: State, value: object, extra: Mapping[str, str]) -> Answer:
    """Return a good answer with its ETag, or 304 for who has it."""
    answer = json_answer(value, headers={**limit_headers(state), **extra})
    etag = f'W/"{sha256(answer.body).hexdigest()}"'
    headers = {**answer.headers, "etag": etag}
    if request.headers.get("if-none-match") == etag:
        return Answer(b"", 304, headers)
    return replace(answer, headers=headers)


def page_size(request: Request) -> int:
    """Return how many rows a page has; GitHub takes what makes no sense as the default."""
    try:
        asked = int(request.query_params.get("per_page", DEFAULT_PAGE))
    except ValueError:
        return DEFAULT_PAGE
    return min(asked, LARGEST_PAGE) if asked > 0 else DEFAULT_PAGE


def paged(
    request: Request,
    state: State,
    rows: Sequence[Any],
    *,
    here: str,
    by_cursor: bool = False,
    around: str | None = None,
    total: int | None = None,
) -> Answer:
    """Return a page of rows.

    Args:
        request: What was asked.
        state: The server's state.
        rows: All rows in their order.
        here: Path under which the following pages are: GitHub names a repository by its number there.
        by_cursor: Go on by `after=` and not by `page=`.
        around: Key of the rows inside of an object; without it the answer is the list itself.
        total: What the object says of how many there are.
    """
    size = page_size(request)
    query = [
        (name, text) for name, text in request.query_params.multi_items() if name != "per_page"
    ]
    if by_cursor:
        start = _position(request.query_params.get("after"))
        if start is None:
            return github_error(422, "Invalid cursor")
        links = _cursor_links(start, size, len(rows))
    else:
        page = _page(request)
        start = (page - 1) * size
        links = _page_links(page, math.ceil(len(rows) / size))
    kept = [(name, text) for name, text in query if name not in {"page", "after", "before"}]
    base = f"{str(request.base_url).rstrip('/')}{here}"
    link = ", ".join(
        f'<{base}?{urlencode([*kept, ("per_page", str(size)), step])}>; rel="{rel}"'
        for rel, step in links
    )
    found = list(rows[start : start + size])
    value: object = found if around is None else {"total_count": total, around: found}
    return shown(request, state, value, {"Link": link} if link else {})


def _page(request: Request) -> int:
    try:
        return max(1, int(request.query_params.get("page", "1")))
    except ValueError:
        return 1


def _page_links(page: int, last: int) -> list[tuple[str, tuple[str, str]]]:
    links = []
    if page > 1:
        links.append(("prev", ("page", str(min(page - 1, max(last, 1))))))
    if page < last:
        links += [("next", ("page", str(page + 1))), ("last", ("page", str(last)))]
    if page > 1:
        links.append(("first", ("page", "1")))
    return links


def _cursor_links(start: int, size: int, count: int) -> list[tuple[str, tuple[str, str]]]:
    return [("next", ("after", _cursor(start + size)))] if start + size < count else []


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().rpartition(":")[2])
    except ValueError:
        return None


def limit_fault(kind: str, seconds: float | None) -> Answer:
    """Return a refusal for too many requests, as a fault of a kind asks for it.

    Args:
        kind: `primary_limit` tells by its headers, `secondary_limit` by retry-after, `secondary_limit_by_body`
            by its words alone.
        seconds: How long to wait; unused where nothing says so.
    """
    wait = math.ceil(seconds or 1)
    if kind == "primary_limit":
        headers = {
            "x-ratelimit-limit": str(PER_HOUR),
            "x-ratelimit-remaining": "0",
            "x-ratelimit-used": str(PER_HOUR),
            "x-ratelimit-reset": str(math.ceil(time.time()) + wait),
            "x-ratelimit-resource": "core",
        }
        return github_error(403, "API rate limit exceeded for user ID 1.", headers)
    told = {"retry-after": str(wait)} if kind == "secondary_limit" else {}
    left = {"x-ratelimit-limit": str(PER_HOUR), "x-ratelimit-remaining": "4000"}
    return github_error(403, _SECONDARY, {**left, **told}, _SECONDARY_DOCS)


def without_next(answer: Answer, around: str | None) -> Answer:
    """Return the answer of a page that is not there any more: no rows, and none that follow."""
    headers = {name: text for name, text in answer.headers.items() if name != "Link"}
    body = orjson.loads(answer.body)
    value = {**body, around: []} if isinstance(body, dict) else []
    return json_answer(value, headers=headers)
