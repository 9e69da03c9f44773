"""Pictures: drawn by Vega in a small pool of threads, with the page's own colours.

A picture stands in a light and in a dark page alike: its colours are the page's variables, which say the light tone where
no page is around it.
"""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor

import vl_convert

from dashboards.palette import TONES
from serving.web.vega import Spec

HOST = "https://board.invalid/"
"""Stands in front of links while a picture is drawn: Vega would take a bare path for one of another host's."""
_N_DRAWN_AT_ONCE = 2
_pool = ThreadPoolExecutor(_N_DRAWN_AT_ONCE, thread_name_prefix="drawing")
_TONE = re.compile("|".join(tone["light"] for tone in TONES.values()), re.IGNORECASE)
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
    return found.replace(HOST, "/").replace(' target="_blank"', "")


def warm_up() -> None:
    """Draw something once: the first picture of a process takes a second longer than all others."""
    drawn(
        json.loads(
            '{"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x"}}}'
        )
    )
