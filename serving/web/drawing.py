"""Pictures: drawn by Vega with the page's own colours; `python -m serving.web.drawing` draws them for the service (`drawers.py`).

A picture stands in a light and in a dark page alike: its colours are the page's variables, which say the light tone where
no page is around it.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

import vl_convert

from dashboards.palette import TONES
from serving.web.lean import lean
from serving.web.marks import Spec

HOST = "https://board.invalid/"
"""Stands in front of links while a picture is drawn: Vega would take a bare path for one of another host's."""
NICENESS = 5
_log = logging.getLogger(__name__)
_TONE = re.compile("|".join(tone["light"] for tone in TONES.values()), re.IGNORECASE)
_PART = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
# Words are measured with the font that the page has.
vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))
_NAMES = {tone["light"]: name for name, tone in TONES.items()}


def png(spec: Spec) -> bytes:
    """Draw a picture to keep, on white, twice as large."""
    found: bytes = vl_convert.vegalite_to_png(
        {**lean(spec), "background": "white"}, scale=2, allowed_base_urls=[]
    )
    return found


def drawn(spec: Spec) -> str:
    """Draw a picture for a page."""
    found = vl_convert.vegalite_to_svg(lean(spec), allowed_base_urls=[])
    found = _TONE.sub(
        lambda match: f"var(--{_NAMES[match.group().lower()]}, {match.group().lower()})", found
    )
    return _with_own_names(found.replace(HOST, "/"), spec)


def _with_own_names(picture: str, spec: Spec) -> str:
    """Name a picture's parts after the picture: Vega counts them on, and on a page each name may stand once."""
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:10]
    names = dict.fromkeys(_PART.findall(picture))
    numbers = {name: f"p{digest}-{place}" for place, name in enumerate(names)}
    return _USE.sub(lambda match: match.group(1) + numbers[match.group(2)], picture)


def warm_up() -> None:
    """Draw something once: the first picture of a process takes a second longer than all others."""
    drawn(
        json.loads(
            '{"width": 9, "data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x"}}}'
        )
    )


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Draw what each line asks for, until there is no more: a length, a line's end, and as many bytes; 0: it failed."""
    for line in asked:
        wanted = json.loads(line)
        try:
            picture = (
                png(wanted["spec"]) if wanted["form"] == "png" else drawn(wanted["spec"]).encode()
            )
        except ValueError as error:  # what the library raises, whatever went wrong
            _log.error("a picture was not drawn: %s", type(error).__name__)
            picture = b""
        answers.write(b"%d\n%b" % (len(picture), picture))
        answers.flush()


def _main() -> None:
    # A page's figures come before its pictures, and what somebody waits for before what is drawn ahead.
    os.nice(NICENESS)
    # Whatever a library prints goes to the log, not between the pictures.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warm_up()
    # Who asked may have ended meanwhile.
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
