"""The mask: whoever waits to be erased is gone from a text, however often and however written."""

import pytest

from privacy.jobs import Job
from privacy.masking import NOBODY, Mask, mask_of

CORE = "erased-0000000000000001"
MASK = mask_of(
    [
        Job("", "pending", "", "", ("anna@x.example",), shown_as=CORE),
        Job("", "pending", "", "", ("u7",), shown_as="erased-0000000000000002"),
    ]
)
ANNA, SEVEN = f"{CORE}@erased.invalid", "erased-0000000000000002.id"


def _masked(mask: Mask, text: str) -> str:
    return mask.hidden([text]).get(text, text)


@pytest.mark.parametrize("separator", [";", " ", ",", '","', "\n"])
@pytest.mark.parametrize("times", [1, 2, 3, 4, 5])
def test_every_mention_is_masked_whatever_stands_between(separator: str, times: int) -> None:
    written = separator.join(["Anna@x.example"] * times)
    assert _masked(MASK, written) == separator.join([ANNA] * times)


def test_an_id_is_masked_as_a_whole_cell_and_never_as_a_word() -> None:
    assert _masked(MASK, "U7") == SEVEN
    assert _masked(MASK, "u7, anna@x.example, u7 u7") == f"u7, {ANNA}, u7 u7"


def test_a_name_is_masked_as_a_whole_cell_of_several_words() -> None:
    mask = mask_of(
        [Job("", "pending", "", "", ("claude@x.example", "claude code", "claude"), shown_as=CORE)]
    )
    assert _masked(mask, "Claude  Code") == CORE
    for text in ("claude-code-5", "Claude Code people", "claude sonnet"):
        assert _masked(mask, text) == text


@pytest.mark.parametrize(
    "text", ["joanna@x.example", "jo.anna@x.example", "anna@x.example2", "u77", ""]
)
def test_others_stay(text: str) -> None:
    assert _masked(MASK, text) == text
    assert _masked(NOBODY, text) == text
