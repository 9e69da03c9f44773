"""The threads that answers are worked out in: lanes, so that nobody's figures wait behind what takes long.

A lane's threads are shared by token: a token waits for its own questions, whoever comes beside it for none of them.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

import duckdb

from serving.api.problems import Problem
from serving.door.asker import ASKER
from serving.door.slots import ANY_NUMBER, NoRoomError, Share

Worked = TypeVar("Worked")


@dataclass(frozen=True, eq=False)
class Lane:
    """Some threads, and how many questions of one token are in them or wait for one."""

    name: str
    threads: ThreadPoolExecutor
    n_threads: int
    most_of_one: int


def _lane(name: str, n_threads: int, most_of_one: int) -> Lane:
    threads = ThreadPoolExecutor(n_threads, thread_name_prefix=name)
    return Lane(name, threads, n_threads, most_of_one)


SMALL = _lane("answers", 4, 2)
"""Figures, and all that is small."""
LARGE = _lane("large", 2, 1)
"""Pieces of what is streamed: many may be on their way, and two are made at once."""
DRAWING = _lane("drawing", max(2, min(4, os.cpu_count() or 1)), ANY_NUMBER)
"""What takes long to draw."""
LANES = (SMALL, LARGE, DRAWING)
_AT_WORK: Counter[str] = Counter()
"""Questions that a lane's threads are at, or that stand in line for one of them."""
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Lane, Share]] = WeakKeyDictionary()


def usage() -> list[tuple[str, int, int]]:
    """Return each lane's name, its questions at work and its threads; more questions than threads is a line."""
    return [(lane.name, _AT_WORK[lane.name], lane.n_threads) for lane in LANES]


async def within(
    cursor: duckdb.DuckDBPyConnection,
    seconds: float,
    work: Callable[[], Worked],
    lane: Lane = SMALL,
) -> Worked:
    """Do the cursor's work in a thread of a lane; what takes too long is stopped.

    Raises:
        Problem: The time is over (503).
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    try:
        async with _turns(lane).waited_for(ASKER.get(), seconds):
            return await _done(cursor, until - loop.time(), work, lane)
    except (TimeoutError, NoRoomError) as error:
        raise Problem(
            503,
            f"No answer within {seconds:g} seconds: ask for less.",
            headers={"Retry-After": "5"},
        ) from error


async def _done(
    cursor: duckdb.DuckDBPyConnection, seconds: float, work: Callable[[], Worked], lane: Lane
) -> Worked:
    doing = asyncio.get_running_loop().run_in_executor(lane.threads, work)
    _AT_WORK[lane.name] += 1
    doing.add_done_callback(lambda _done: _AT_WORK.subtract([lane.name]))
    try:
        return await asyncio.wait_for(asyncio.shield(doing), seconds)
    except (TimeoutError, asyncio.CancelledError):
        # Also when whoever asked has gone: what nobody waits for must not hold a thread.
        cursor.interrupt()
        doing.add_done_callback(lambda done: done.cancelled() or done.exception())
        doing.cancel()
        raise


def _turns(lane: Lane) -> Share:
    """Return the turns at a lane; each loop has its own."""
    of_loop = _TURNS.setdefault(asyncio.get_running_loop(), {})
    if lane not in of_loop:
        # In all more than there are threads: who of another token waits is in the pool's line, not behind this one.
        of_loop[lane] = Share(ANY_NUMBER, lane.most_of_one)
    return of_loop[lane]
