"""Many clients at once, each with a connection of its own, in a process beside the service.

The clock of an answer starts when it should have been asked for, so that a service that holds everybody up does not
look fast. What came back is kept once per different body, and checked when the clock has stopped.
"""

import asyncio
import contextlib
import json
import math
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import uvloop

from benchmarks.api.world import ADDRESSES


@dataclass
class Seen:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    bodies: dict[bytes, str] = field(default_factory=dict)
    first_seconds: list[float] = field(default_factory=list)


Ask = Callable[[int, float, Seen], Awaitable[None]]


async def client(
    number: int, port: int, token: str, start: float, seconds: float, pause: float, seen: Seen
) -> None:
    """Ask again and again; with a pause of 0 as soon as the answer is there."""
    # Spread evenly, as clients that know nothing of each other are.
    due, turn = start + (number % 1_000) / 1_000 * pause, number
    try:
        async with _connected(port, token) as ask:
            while due < start + seconds:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await ask(turn, due, seen)
                turn += 7
                due = due + pause if pause else time.perf_counter()
    except (OSError, asyncio.IncompleteReadError, ValueError) as error:
        seen.failures[type(error).__name__] += 1


@contextlib.asynccontextmanager
async def _connected(port: int, token: str) -> AsyncIterator[Ask]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f" HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"

    async def ask(turn: int, due: float, seen: Seen) -> None:
        address = ADDRESSES[turn % len(ADDRESSES)]
        writer.write(f"GET {address}{head}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(answer))
        seen.seconds.append(time.perf_counter() - due)
        seen.statuses[int(answer[9:12])] += 1
        seen.bodies.setdefault(body, address)

    try:
        yield ask
    finally:
        writer.close()


async def first_answers(port: int, token: str) -> list[float]:
    """Ask everything once, one after the other; what nobody asked before takes longer."""
    seen = Seen()
    async with _connected(port, token) as ask:
        for turn in range(len(ADDRESSES)):
            await ask(turn, time.perf_counter(), seen)
    return sorted(seen.seconds)


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"content-length: ")
    if not found:
        raise ValueError("an answer without a length")
    return int(rest.split(b"\r\n", 1)[0])


async def run(port: int, token: str, n_clients: int, seconds: float, pause: float) -> Seen:
    """Let the clients ask for so long and return what they saw."""
    seen = Seen(first_seconds=await first_answers(port, token))
    start = time.perf_counter() + 2.0
    async with asyncio.TaskGroup() as group:
        for number in range(n_clients):
            group.create_task(client(number, port, token, start, seconds, pause, seen))
            if number % 50 == 0:
                await asyncio.sleep(0.01)
    return seen


def percentile(ordered: list[float], share: float) -> float:
    """Return the smallest figure that at least this share does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def result(seen: Seen, seconds: float) -> dict[str, Any]:
    """Return what is printed, and the different bodies for whoever knows the stamps."""
    ordered = sorted(seen.seconds)
    return {
        "n_answers": len(ordered),
        "per_minute": round(len(ordered) / seconds * 60),
        "p50_ms": round(percentile(ordered, 0.50) * 1000, 1),
        "p95_ms": round(percentile(ordered, 0.95) * 1000, 1),
        "p99_ms": round(percentile(ordered, 0.99) * 1000, 1),
        "slowest_ms": round(percentile(ordered, 1.0) * 1000, 1),
        "first_p95_ms": round(percentile(seen.first_seconds, 0.95) * 1000, 1),
        "n_errors": sum(seen.failures.values())
        + sum(count for status, count in seen.statuses.items() if status != 200),
        "failures": {**seen.failures, **{str(s): n for s, n in seen.statuses.items() if s != 200}},
        "bodies": [body.decode() for body in seen.bodies],
    }


if __name__ == "__main__":
    arguments = json.loads(sys.stdin.read())
    found = uvloop.run(run(**arguments))
    json.dump(result(found, arguments["seconds"]), sys.stdout)
