"""Answers sent piece by piece, within limits of time: each piece has to be made and taken in time, and so has the whole.

There are places for so many streams, of which a token has its part: who comes later waits for one as long as an answer may
take to begin. However a stream ends, its place and its cursor are given back.

A stream that runs out of time is broken off: the connection ends before the answer does. Over HTTP/1.1 every client reports
that, because the last chunk is missing; JSON is not closed then, and CSV has fewer rows than its header says (docs/api.md).
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping

import duckdb
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from serving.api.answers import within
from serving.api.problems import Problem
from serving.api.view import View
from serving.door.asker import ASKER
from serving.door.limits import WHOLE
from serving.door.slots import NoRoomError, Share

PIECE_BYTES = 65_536
PIECE_SECONDS = 1.0
_now = time.monotonic


class CutOffError(Exception):
    """The stream took too long."""


class Stream(StreamingResponse):
    """A stream of what a cursor finds in a view, which stays open as long as the stream."""

    def __init__(
        self,
        view: View,
        cursor: duckdb.DuckDBPyConnection,
        pieces: Iterator[bytes],
        seconds: float,
        *,
        places: Share,
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        self._cursor, self._pieces = cursor, pieces
        self._working, self._is_over = threading.Lock(), False
        self._made = self._until_the_last()
        super().__init__(self._made, headers=headers, media_type=media_type)
        self._view, self._seconds, self._places = view, seconds, places
        self._until = _now() + WHOLE * seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything when there is a place."""
        try:
            async with self._places.waited_for(ASKER.get(), self._seconds):
                await super().__call__(scope, receive, send)
        except NoRoomError as error:
            raise Problem(
                429,
                "Too many answers of this token are being read: read them to their end first.",
                headers={"Retry-After": "5"},
            ) from error
        finally:
            await self._made.aclose()
            self._is_over = True
            self._close()

    async def stream_response(self, send: Send) -> None:
        """Send everything, each piece within its time."""

        async def in_time(message: Message) -> None:
            left = min(self._seconds, self._until - _now())
            try:
                # A client that reads nothing would hold the snapshot for ever.
                await asyncio.wait_for(send(message), left)
            except TimeoutError:
                raise CutOffError from None

        await super().stream_response(in_time)

    async def _until_the_last(self) -> AsyncGenerator[bytes]:
        while True:
            piece = await within(self._cursor, self._seconds, self._next)
            if piece is None:
                return
            yield piece

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
