"""Pictures: drawn by Vega in a small pool of threads, with the page's own colours.

A picture stands in a light and in a dark page alike: its colours are the page's variables, which say the light tone where
no page is around it.
"""

import asyncio
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import vl_convert

from dashboards.palette import TONES
from serving.web.marks import Spec

HOST = "https://board.invalid/"
"""Stands in front of links while a picture is drawn: Vega would take a bare path for one of another host's."""
_N_DRAWN_AT_ONCE = 2
_pool = ThreadPoolExecutor(_N_DRAWN_AT_ONCE, thread_name_prefix="drawing")
_TONE = re.compile("|".join(tone["light"] for tone in TONES.values()), re.IGNORECASE)
_PART = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
# Words are measured with the font that the page has.
vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))
_NAMES = {tone["light"]: name for name, tone in TONES.items()}


async def svg(spec: Spec) -> str:
    """Draw a picture for a page."""
    return await asyncio.get_running_loop().run_in_executor(_pool, drawn, spec)


async def png(spec: Spec) -> bytes:
    """Draw a picture to keep, on white, twice as large."""
    return await asyncio.get_running_loop().run_in_executor(
        _pool,
        lambda: vl_convert.vegalite_to_png(
            {**spec, "background": "white"}, scale=2, allowed_base_urls=[]
        ),
    )


def drawn(spec: Spec) -> str:
    """Draw a picture for a page, in the calling thread."""
    found = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
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


@cache
def warm_up() -> None:
    """Draw something once: the first picture of a process takes a second longer than all others."""
    drawn(
        json.loads(
            '{"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x"}}}'
        )
    )
