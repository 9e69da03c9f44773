"""Anthropic Admin API: key check and the reading of query parameters."""

from starlette.datastructures import QueryParams
from starlette.requests import Request

from sandbox.server.answers import Answer, anthropic_error
from sandbox.server.options import (
    ANTHROPIC_ADMIN_KEY,
    ANTHROPIC_ANALYTICS_KEY,
    ANTHROPIC_NORMAL_KEY,
)
from sandbox.server.state import State

API_VERSION = "2023-06-01"


class InvalidRequestError(Exception):
    """The request breaks a rule; the text is the message of the 400."""


def guard(request: Request, state: State) -> Answer | None:
    """Let in who sends an Admin key and the version of the API."""
    del state
    key = request.headers.get("x-api-key")
    if not key:
        return anthropic_error(401, "x-api-key header is required")
    if key in (ANTHROPIC_NORMAL_KEY, ANTHROPIC_ANALYTICS_KEY):
        return anthropic_error(403)
    if key != ANTHROPIC_ADMIN_KEY:
        return anthropic_error(401)
    version = request.headers.get("anthropic-version")
    if version is None:
        return anthropic_error(400, "anthropic-version: header is required")
    if version != API_VERSION:
        return anthropic_error(400, f'anthropic-version: "{version}" is not a valid version')
    return None


def limit_of(query: QueryParams, default: int, most: int) -> int:
    """Return the limit of a page.

    Raises:
        InvalidRequestError: It is no whole number from 1 to `most`.
    """
    text = query.get("limit")
    if text is None:
        return default
    try:
        limit = int(text)
    except ValueError as error:
        raise InvalidRequestError("limit: Input should be a valid integer") from error
    if limit < 1:
        raise InvalidRequestError("limit: Input should be greater than or equal to 1")
    if limit > most:
        raise InvalidRequestError(f"limit: Input should be less than or equal to {most}")
    return limit
