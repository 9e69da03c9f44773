"""The mask: whoever waits to be erased is gone from a text, however often and however written."""

import duckdb
import pytest

from privacy.masking import NOBODY, Mask

MASK = Mask((("anna@x.example", "erased-1@erased.invalid"), ("u7", "erased-1")))


def _masked(mask: Mask, text: str) -> str:
    row = duckdb.execute(f"select {mask.expression('t')} from (select ? as t)", [text]).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("separator", [";", " ", ",", '","', "\n"])
@pytest.mark.parametrize("times", [1, 2, 3, 4, 5])
def test_every_mention_is_masked_whatever_stands_between(separator: str, times: int) -> None:
    written = separator.join(["Anna@x.example"] * times)
    assert _masked(MASK, written) == separator.join(["erased-1@erased.invalid"] * times)


def test_identifiers_side_by_side_are_all_masked() -> None:
    assert _masked(MASK, "u7;anna@x.example;u7;u7") == (
        "erased-1;erased-1@erased.invalid;erased-1;erased-1"
    )


@pytest.mark.parametrize(
    "text", ["joanna@x.example", "jo.anna@x.example", "anna@x.example2", "u77", ""]
)
def test_others_stay(text: str) -> None:
    assert _masked(MASK, text) == text
    assert _masked(NOBODY, text) == text
