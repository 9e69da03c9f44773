"""Answers sent piece by piece, within limits of time: each piece has to be made and taken in time, and so has the whole.

There are places for so many streams, of which a token has its part: who comes later waits for one as long as an answer may
take to begin, and nothing is worked out before there is one. However a stream ends, its place and its cursor are given back;
who does not take a piece in time loses the place to whoever waits (`slots.py`).

A stream that runs out of time is broken off: the connection ends before the answer does. Over HTTP/1.1 every client reports
that, because the last chunk is missing; JSON is not closed then, and CSV has fewer rows than its header says (docs/api.md).
"""

import threading
import time
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping

import duckdb
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from serving.api.lanes import LARGE, within
from serving.api.problems import Problem
from serving.api.sending import PIECE_BYTES, in_pieces
from serving.api.view import View
from serving.door.asker import ASKER
from serving.door.limits import WHOLE
from serving.door.slots import CutOffError, Held, NoRoomError, Share

PIECE_SECONDS = 1.0
_now = time.monotonic


class InPlace(Response):
    """A large answer: made and sent in a place, and not begun before there is one."""

    def __init__(
        self, places: Share, seconds: float, make: Callable[[Held], Awaitable[Response]]
    ) -> None:
        super().__init__()
        self._places, self._seconds, self._make = places, seconds, make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make and send it when there is a place."""
        try:
            async with self._places.waited_for(ASKER.get(), self._seconds) as place:
                response = await self._make(place)
                await response(scope, receive, send)
        except NoRoomError as error:
            raise Problem(
                429,
                "Too many large answers of this token are being read, or wait: read them to their end first.",
                headers={"Retry-After": "5"},
            ) from error


class Stream(StreamingResponse):
    """A stream of what a cursor finds in a view, which stays open as long as the stream."""

    def __init__(
        self,
        view: View,
        cursor: duckdb.DuckDBPyConnection,
        pieces: Iterator[bytes],
        seconds: float,
        *,
        place: Held,
        headers: Mapping[str, str],
        media_type: str,
        zips: bool = False,
    ) -> None:
        self._cursor, self._pieces = cursor, zipped(pieces) if zips else pieces
        self._working, self._is_over = threading.Lock(), False
        self._made = self._until_the_last()
        coding = {"Content-Encoding": "gzip"} if zips else {}
        super().__init__(self._made, headers={**headers, **coding}, media_type=media_type)
        self._view, self._seconds, self._place = view, seconds, place
        self._until = _now() + WHOLE * seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._made.aclose()
            self._is_over = True
            self._close()

    async def stream_response(self, send: Send) -> None:
        """Send everything, each piece within its time."""

        async def in_time(message: Message) -> None:
            left = min(self._seconds, self._until - _now())
            if left <= 0:
                raise CutOffError
            # A client that reads nothing would hold the snapshot for ever.
            async with self._place.taken(left):
                await send(message)

        await super().stream_response(in_time)

    async def _until_the_last(self) -> AsyncGenerator[bytes]:
        while True:
            piece = await within(self._cursor, self._seconds, self._next, LARGE)
            if piece is None:
                return
            for part in in_pieces(piece):
                yield part

    def _next(self) -> bytes | None:
        with self._working:
            piece = None if self._is_over else next(self._pieces, None)
        if self._is_over:
            self._close()
        return piece

    def _close(self) -> None:
        """Close the cursor, unless a thread still uses it, which does so then."""
        if self._working.acquire(blocking=False):
            try:
                self._cursor.close()
            finally:
                self._working.release()


def gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Join small chunks to pieces worth a change of threads, without letting anybody wait for one."""
    held, n_bytes, since = [], 0, _now()
    for chunk in chunks:
        held.append(chunk)
        n_bytes += len(chunk)
        if n_bytes >= PIECE_BYTES or _now() - since >= PIECE_SECONDS:
            yield b"".join(held)
            held, n_bytes, since = [], 0, _now()
    if held:
        yield b"".join(held)


def zipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Compress pieces where they are made: the thread that serves everybody has no time for it."""
    making = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)  # with gzip's head
    for piece in pieces:
        # Each leaves when it is made: nobody waits for the next one with what is there.
        yield making.compress(piece) + making.flush(zlib.Z_SYNC_FLUSH)
    yield making.flush()
