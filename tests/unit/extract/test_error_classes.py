"""An error message is reduced to its class before it lands; the first rule that fits wins."""

import duckdb
import pytest

from extract.landing.error_classes import ERROR_CLASSES, error_class

MESSAGES = [
    ("Request timed out after 30 s", "timeout"),
    ("upstream TIMEOUT (429 before)", "timeout"),
    ("HTTP 504 Gateway", "timeout"),
    ("429: slow down", "rate_limited"),
    ("Rate limit of the organisation reached", "rate_limited"),
    ("monthly quota is used up", "rate_limited"),
    ("401 Unauthorized: bad API key", "authentication"),
    ("maximum context length is 200000 tokens", "context_length"),
    ("prompt has too many tokens", "context_length"),
    ("blocked by the content filter", "content_filter"),
    ("Cancelled by the user", "cancelled"),
    ("request was canceled", "cancelled"),
    ("529 overloaded", "provider_error"),
    ("502 Bad Gateway", "provider_error"),
    ("file 14290 was odd", "unknown"),
    ("Something happened to 401k plans", "unknown"),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("message", "wanted"), MESSAGES)
def test_message_is_reduced_to_its_class(message: str | None, wanted: str | None) -> None:
    found = duckdb.execute(f"select {error_class('$message')}", {"message": message}).fetchone()
    assert found == (wanted,)


def test_every_class_is_reached_by_some_message() -> None:
    assert {name for name, _ in ERROR_CLASSES} <= {wanted for _, wanted in MESSAGES}
