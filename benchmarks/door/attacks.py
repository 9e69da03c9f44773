"""The attacks, in a process of their own: they hold what they can until the time is over.

Each returns what became of it, so that an attack that never arrived is not taken for one that was withstood.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import uvloop

CONNECT_SECONDS = 20.0
Attack = Callable[["Target", float], Awaitable[Counter[str]]]


class Target:
    """The service and tokens of whoever attacks."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self.port, self.tokens = port, tokens

    @contextlib.asynccontextmanager
    async def connected(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a pair of streams
        """Yield a connection whose reader takes next to nothing."""
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", self.port, limit=1_024), CONNECT_SECONDS
        )
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def asking(self, number: int, path: str) -> bytes:
        """Return a request with one of the tokens."""
        token = self.tokens[number % len(self.tokens)]
        return f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


async def _ended(reader: asyncio.StreamReader, seconds: float) -> str:
    """Wait until the service ends the connection, without reading more than a head of what it sends."""
    try:
        head = await asyncio.wait_for(reader.read(12), seconds)
    except TimeoutError:
        return "held to the end"
    except OSError:
        return "cut off"
    return head.decode("latin-1")[9:12] or "closed"


async def slow_reader(target: Target, number: int, seconds: float) -> str:
    """Ask for a large mart and read 12 bytes of it."""
    async with target.connected() as (reader, writer):
        writer.write(
            target.asking(number, "/api/v1/analytics/marts/mart_savings__user_days?limit=100000")
        )
        found = await _ended(reader, seconds)
        with contextlib.suppress(TimeoutError, OSError):
            await asyncio.wait_for(asyncio.Event().wait(), seconds)
        return found


async def half_request(target: Target, _number: int, seconds: float) -> str:
    """Send half of a request and wait."""
    async with target.connected() as (reader, writer):
        writer.write(b"GET /api/v1/analytics/spend HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        return await _ended(reader, seconds)


async def headers(target: Target, _number: int, seconds: float) -> str:
    """Send a megabyte of one header, as fast as it is taken."""
    n_sent = 0
    async with target.connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
        try:
            while n_sent < 1_048_576:
                writer.write(b"x" * 65_536)
                await writer.drain()
                n_sent += 65_536
        except OSError:
            return "cut off"
        return await _ended(reader, seconds)


async def events(target: Target, number: int, seconds: float) -> str:
    """Open a stream of events and keep it."""
    async with target.connected() as (reader, writer):
        writer.write(target.asking(number, "/api/v1/events"))
        found = await _ended(reader, seconds)
        if found == "200":
            await asyncio.sleep(seconds)
        return found


ATTACKS = {
    "slow readers": (slow_reader, 300),
    "half requests": (half_request, 2_000),
    "headers of 1 MiB": (headers, 200),
    "event streams": (events, 2_000),
}


async def run(name: str, port: int, tokens: list[str], seconds: float) -> dict[str, int]:
    """Attack, and count what became of each."""
    attack, number = ATTACKS[name]
    target, found = Target(port, tokens), Counter[str]()

    async def one(place: int) -> None:
        # They come within two seconds, as fast as a network brings them.
        await asyncio.sleep(place / number * 2)
        try:
            found[await attack(target, place, seconds)] += 1
        except (OSError, TimeoutError) as error:
            found[type(error).__name__] += 1

    await asyncio.gather(*(one(place) for place in range(number)))
    return dict(found)


if __name__ == "__main__":
    # They give way to whom they attack: on a machine of two cores they are not what is measured.
    os.nice(10)
    print("ready", flush=True)
    asked = json.loads(sys.stdin.read())
    began = time.process_time()
    found = uvloop.run(run(**asked))
    json.dump({"became": found, "cpu_seconds": time.process_time() - began}, sys.stdout)
