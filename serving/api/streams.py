"""Answers sent piece by piece, within limits of time: each piece has to be made and taken in time, and so has the whole.

A stream that runs out of time is broken off: the connection ends before the answer does. Over HTTP/1.1 every client reports
that, because the last chunk is missing; JSON is not closed then, and CSV has fewer rows than its header says (docs/api.md).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping

import duckdb
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from serving.api.answers import within
from serving.api.view import View

LONGEST = 30
"""How long a stream may last, in units of the longest time that an answer may take to begin."""
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
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        super().__init__(self._made(cursor, pieces), headers=headers, media_type=media_type)
        self._view, self._seconds = view, seconds
        self._until = _now() + LONGEST * seconds

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

    async def _made(
        self, cursor: duckdb.DuckDBPyConnection, pieces: Iterator[bytes]
    ) -> AsyncIterator[bytes]:
        try:
            while True:
                piece = await within(cursor, self._seconds, lambda: next(pieces, None))
                if piece is None:
                    return
                yield piece
        finally:
            cursor.close()


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
