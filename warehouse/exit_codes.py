"""How programs end: one table for all of them, whoever starts them (docs/exit-codes.md).

`make` ends with 2 whatever went wrong, so no program of ours does: make's 2 says nothing but "look at the last line",
and there the program's own code stands.
"""

from enum import IntEnum


class Exit(IntEnum):
    """What a program's exit code says."""

    WELL = 0
    FAILED = 1
    FINDINGS = 3
    ROWS_KEPT_OUT = 4
    SOURCE_LOST = 5
    NOT_PUBLISHED = 6
    SETTING_WRONG = 7
    BUSY = 8
    INTERRUPTED = 130


MEANINGS = {
    Exit.WELL: "all well",
    Exit.FAILED: "it could not be done; the message says why",
    Exit.FINDINGS: "done, and a check found something wrong that somebody must look at",
    Exit.ROWS_KEPT_OUT: "rows were kept out; everything else is loaded",
    Exit.SOURCE_LOST: "a source, or a part of one, could not be read; everything else is loaded",
    Exit.NOT_PUBLISHED: "nothing was published; readers keep what they had",
    Exit.SETTING_WRONG: "a setting is wrong; nothing was touched",
    Exit.BUSY: "another run holds the state; nothing was touched",
    Exit.INTERRUPTED: "interrupted; running it again goes on from there",
}
OF_MAKE = 2
"""What make ends with when a program fails, and argparse when it does not understand a command line."""

_BY_WEIGHT = (
    *(Exit.WELL, Exit.FINDINGS, Exit.ROWS_KEPT_OUT, Exit.FAILED),
    *(Exit.SOURCE_LOST, Exit.NOT_PUBLISHED, Exit.SETTING_WRONG, Exit.BUSY, Exit.INTERRUPTED),
)


def worst(*codes: int) -> Exit:
    """Return the code that weighs most, of the steps of a run; one that is none of ours is a failure."""
    known = [Exit(code) if code in MEANINGS else Exit.FAILED for code in codes]
    return max(known, key=_BY_WEIGHT.index, default=Exit.WELL)


def said(name: str, code: int) -> str:
    """Return the last line of a program that did not end well."""
    meaning = f": {MEANINGS[Exit(code)]}" if code in MEANINGS else ""
    return f"{name}: exit code {code}{meaning}"
