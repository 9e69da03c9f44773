"""What became of a test, whoever ran it."""

from dataclasses import dataclass
from enum import StrEnum


class Became(StrEnum):
    """The three ends of a test."""

    GREEN = "green"
    RED = "red"
    BROKEN = "broken"
    """It could not ask its question, so its failing says nothing of the fault."""


@dataclass(frozen=True)
class Outcome:
    """What became of a test, and the reason in a few words."""

    became: Became
    why: str = ""


Outcomes = dict[str, Outcome]
"""By the tests' addresses; a test that did not run is missing."""


def worst(found: list[Outcome]) -> Outcome:
    """Return what becomes of a test with several cases: broken before red before green."""
    for became in (Became.BROKEN, Became.RED):
        for one in found:
            if one.became is became:
                return one
    return found[0]
