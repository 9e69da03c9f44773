"""Anthropic's usage_report/claude_code: one UTC day per call, pages of records."""

import re
from datetime import date

from starlette.requests import Request

from sandbox.server.answers import Answer, anthropic_error, json_answer
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(text: str | None) -> date:
    if text is None:
        raise InvalidRequestError("starting_at: Field required")
    if not _DATE.fullmatch(text):
        raise InvalidRequestError("starting_at: Input should be a date in YYYY-MM-DD format")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError("starting_at: Input should be a valid date") from error


async def usage_report_claude_code(request: Request, state: State) -> Answer:
    """GET /v1/organizations/usage_report/claude_code."""
    query = request.query_params
    try:
        day = _day(query.get("starting_at"))
        limit = limit_of(query, 20, 1000)
        same_query = fingerprint("usage_report_claude_code", query.multi_items())
        offset = 0
        if "page" in query:
            found = state.tokens.resolve(query["page"], same_query)
            if found is None:
                raise InvalidRequestError("page: invalid, or it belongs to a request that differs")
            offset = int(found.partition("#")[2])
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    records = state.days.claude_code(day)
    after = offset + limit
    has_more = after < len(records)
    body = {
        "data": list(records[offset:after]),
        "has_more": has_more,
        "next_page": state.tokens.issue(f"{day}#{after}", same_query) if has_more else None,
    }
    here = query.get("page") or state.tokens.issue(f"{day}#0", same_query)
    return json_answer(body, here=here)
