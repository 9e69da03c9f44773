"""What is shown of others' words: what went wrong, and nothing of the data that it is about."""

from collections.abc import Callable

import duckdb
import pyarrow as pa
import pytest

from extract.landing.convert import convert
from extract.landing.redaction import body_summary, error_summary, excerpt


def test_a_vendor_s_words_are_shown_without_addresses() -> None:
    said = excerpt(
        "Ask <ada.berg@corp.example> or bob@corp.example;\n you may not  read this" + "x" * 999
    )
    assert said.startswith("Ask <[address]> or [address]; you may not read this")
    assert len(said) == 300


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b" \n", "an empty body"),
        (b'{"data":[{"email":"ada@corp.example"', "something else of 36 bytes"),
        (b" <html>Ada</html>", "an HTML page of 17 bytes"),
    ],
)
def test_data_is_described_and_never_quoted(content: bytes, expected: str) -> None:
    assert body_summary(content) == expected


def _conversion() -> None:
    with duckdb.connect() as connection:
        connection.execute("select cast('Ada Secret' as integer)")


def _arrow() -> None:
    pa.array(["Ada Secret"]).cast(pa.int64())


def _constraint() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (email varchar primary key)")
        connection.execute("insert into t values ('Ada@Secret.example'), ('Ada@Secret.example')")


@pytest.mark.parametrize("broken", [_conversion, _arrow, _constraint])
def test_a_library_s_error_does_not_quote_the_value(broken: Callable[[], None]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each library has its own
        broken()
    said = error_summary(caught.value)
    assert "ada" in str(caught.value).lower()
    assert "ada" not in said.lower()
    assert said.startswith(type(caught.value).__name__)


def test_the_causes_of_an_error_are_named_and_not_quoted() -> None:
    error, cause, origin = RuntimeError("the step failed"), KeyError("Ada"), ValueError("Ada")
    error.__cause__, cause.__cause__ = cause, origin
    said = "RuntimeError: the step failed, because of KeyError, because of ValueError"
    assert error_summary(error) == said


def test_the_place_of_an_error_is_named() -> None:
    with pytest.raises(TypeError) as caught:
        convert(None, None)  # type: ignore[arg-type]
    assert "(extract/landing/convert.py:" in error_summary(caught.value)
