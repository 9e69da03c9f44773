"""Anthropic's directories of 2026: service accounts, RBAC groups, spend limits. They go on with `page` and `next_page`.

An organisation without them gets a 404, as does a question about what is not there; spend limits are a beta that has to be asked for by header.
"""

from starlette.requests import Request

from sandbox.server.answers import Answer, anthropic_error, json_answer
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.middleware import Handler
from sandbox.server.ranked_pages import offset_of
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

SPEND_LIMITS_BETA = "spend-limit-reads-2026-09-26"


def listing(name: str, parent: str | None = None, beta: str | None = None) -> Handler:
    """Make the handler of one list; `parent` is the part of the path that says of what."""

    async def handler(request: Request, state: State) -> Answer:
        query = request.query_params
        owner = request.path_params[parent] if parent else None
        rows = state.world.access_rows(name, owner)
        if rows is None:
            return anthropic_error(404)
        try:
            if beta and beta not in request.headers.get("anthropic-beta", ""):
                raise InvalidRequestError(f"anthropic-beta: this endpoint needs {beta}")
            limit = limit_of(query, 20, 1000)
            same_query = fingerprint(f"{name} {owner}", query.multi_items())
            offset = offset_of(query, state, same_query)
        except InvalidRequestError as error:
            return anthropic_error(400, str(error))
        after = offset + limit
        more = after < len(rows)
        here = query.get("page") or state.tokens.issue(f"{name}#0", same_query)
        body = {
            "data": rows[offset:after],
            "has_more": more,
            "next_page": state.tokens.issue(f"{name}#{after}", same_query) if more else None,
        }
        return json_answer(body, here=here)

    return handler
