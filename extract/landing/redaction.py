"""Others' words as they may be shown: an error of a vendor or a library can quote the very data that it is about.

What a vendor delivers as data is never quoted, whole or in part; it is described by its size and kind.
"""

import re
import traceback
from pathlib import Path

from warehouse.redaction import ADDRESS

LONGEST = 300
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_HERE = Path(__file__).parents[1]


def excerpt(words: str) -> str:
    """Return what a vendor says about a request of ours: its beginning, without addresses."""
    # What is looked for takes the length squared.
    return ADDRESS.sub("[address]", " ".join(words[: LONGEST * 10].split()))[:LONGEST]


def body_summary(content: bytes) -> str:
    """Return what an answer is that should have been data."""
    if not content.strip():
        return "an empty body"
    kind = "an HTML page" if content.lstrip()[:1] == b"<" else "something else"
    return f"{kind} of {len(content):,} bytes"


def error_summary(error: BaseException) -> str:
    """Return what can be said of an error that we did not foresee: its kind, first line without quotes, place and causes."""
    first = (str(error)[: LONGEST * 10].splitlines() or [""])[0]
    words = excerpt(_QUOTED.sub("'…'", first))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_HERE)
    ]
    place = (
        f" ({Path(frames[-1].filename).relative_to(_HERE.parent)}:{frames[-1].lineno})"
        if frames
        else ""
    )
    causes = "".join(f", because of {type(cause).__name__}" for cause in _causes(error))
    return f"{type(error).__name__}: {words}{place}{causes}"


def _causes(error: BaseException) -> list[BaseException]:
    """Return what an error was raised from, the nearest first; a library often wraps the one that says something."""
    cause = error.__cause__
    return [] if cause is None else [cause, *_causes(cause)]
