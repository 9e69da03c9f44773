"""Pages of a list that is cut by place: what both of Anthropic's cost analytics answer."""

from collections.abc import Iterable
from datetime import datetime

from starlette.datastructures import QueryParams

from sandbox.server.answers import Answer, JsonObject, json_answer
from sandbox.server.anthropic import InvalidRequestError
from sandbox.server.state import State


def offset_of(query: QueryParams, state: State, same_query: str) -> int:
    """Return the place from which a page goes on.

    Raises:
        InvalidRequestError: The cursor belongs to another query, or is none.
    """
    if "page" not in query:
        return 0
    found = state.tokens.resolve(query["page"], same_query)
    if found is None:
        raise InvalidRequestError("page: invalid, or it belongs to a request that differs")
    return int(found.partition("#")[2])


def page_of(
    query: QueryParams,
    state: State,
    same_query: str,
    start: datetime,
    rows: Iterable[JsonObject],
    *,
    next_offset: int | None,
) -> Answer:
    """Answer with the rows of a page; `next_offset` is the place where the next one begins, if there is one."""
    issue = state.tokens.issue
    body = {
        "data": list(rows),
        "has_more": next_offset is not None,
        "next_page": None if next_offset is None else issue(f"{start}#{next_offset}", same_query),
        "organization_id": state.world.organization()["id"],
        "data_refreshed_at": f"{state.world.reports_refreshed()}T00:00:00Z",
    }
    return json_answer(body, here=query.get("page") or issue(f"{start}#0", same_query))
