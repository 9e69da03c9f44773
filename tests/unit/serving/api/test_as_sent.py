"""Whatever decides an answer has one meaning, however often and in whatever letters it was sent."""

import pytest
from starlette.types import Scope

from serving.api.as_sent import SINGLE, said_once, takes_gzip
from serving.api.formats import format_of
from serving.api.problems import Problem


def _said(*headers: tuple[str, str]) -> dict[str, str]:
    scope = {"headers": [(name.encode(), text.encode()) for name, text in headers]}
    return {name.decode(): text.decode() for name, text in said_once(scope)}


@pytest.mark.parametrize(
    ("sent", "takes"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.1", True),
        ("x-gzip", True),
        ("*", True),
        ("identity", False),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("*;q=1, gzip;q=0", False),
        ("gzip;q=much", False),
        ("gzip;q=nan", False),
        ("notgzip", False),
        ("gzip;q=2", False),
    ],
)
def test_gzip_is_for_those_who_take_it(sent: str, takes: bool) -> None:
    assert takes_gzip(sent.encode()) is takes
    assert _said(("accept-encoding", sent)).get("accept-encoding") == ("gzip" if takes else None)


def test_lists_in_pieces_are_one_list() -> None:
    found = _said(
        ("accept", "text/csv;q=0.5"),
        ("cookie", "a=1"),
        ("accept", "application/json"),
        ("cookie", "b=2"),
        ("if-none-match", '"x"'),
        ("if-none-match", '"y"'),
        ("accept-encoding", "br"),
        ("accept-encoding", "gzip"),
        ("x-forwarded-for", "1.2.3.4"),
    )
    assert found == {
        "accept": "text/csv;q=0.5, application/json",
        "cookie": "a=1; b=2",
        "if-none-match": '"x", "y"',
        "accept-encoding": "gzip",
        "x-forwarded-for": "1.2.3.4",
    }


@pytest.mark.parametrize("name", sorted(SINGLE))
def test_what_is_no_list_is_sent_once(name: bytes) -> None:
    for second in (b"x", b"y"):
        with pytest.raises(Problem, match="sent twice") as refused:
            said_once({"headers": [(name, b"x"), (name, second)]})
        assert refused.value.status_code == 400


def test_ranges_are_not_heard_and_what_comes_after_the_body_is_no_header() -> None:
    scope: Scope = {
        "headers": [(b"range", b"bytes=0-1"), (b"if-range", b'"x"')],
        "query_string": b"",
    }
    scope["headers"], sent = said_once(scope), scope["headers"]
    sent.append((b"accept", b"text/csv"))
    assert scope["headers"] == []
    assert format_of(scope) == "json"


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        ("TEXT/CSV", "csv"),
        ("text/csv;header=present; Q=0.9, application/json;q=0.8", "csv"),
        ("text/csv;q=inf, application/json", "json"),
        ("text/csv;q=nan", "json"),
        ("application/json;q=0, text/csv;q=0.001", "csv"),
    ],
)
def test_form_is_the_same_in_any_letters(accepted: str, found: str) -> None:
    scope: Scope = {"headers": [(b"accept", accepted.encode())], "query_string": b""}
    assert format_of(scope) == found
    # What is too long to be remembered is decided the same.
    scope["headers"].append((b"accept", b"image/png, " * 200))
    assert format_of(scope) == found
