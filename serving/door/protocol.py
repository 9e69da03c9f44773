"""HTTP as uvicorn speaks it, with a door in front: bytes are counted before anything is made of them."""

import asyncio
import json
import socket
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from serving.door.connections import Door

MOST_AT_ONCE = 16
"""Requests that one connection may send before the first is answered."""
CLOSED_HEAD = (
    "content-type: application/problem+json\r\nconnection: close\r\ncache-control: no-store\r\n"
)


UNSENT_BYTES = 131_072
"""What the system keeps of an answer that the client does not take: of a large one it would take megabytes, each made by us."""


class _TooLargeError(Exception):
    """The head of a request is too large; the parser takes it for its own failure."""


def _keep_little_in_the_system(transport: asyncio.Transport) -> None:
    """Have the system take no more than it can send: a reader that does not read costs little, and nobody is slowed down."""
    connection = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS know it
    if connection is not None and option is not None:
        connection.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)


def protocol_of(door: Door) -> type[asyncio.Protocol]:
    """Return the protocol that a server has to speak behind this door."""

    class Guarded(GuardedProtocol):
        def __init__(
            self,
            config: Config,
            server_state: ServerState,
            app_state: dict[str, Any],
            _loop: asyncio.AbstractEventLoop | None = None,
        ) -> None:
            super().__init__(config, server_state, app_state, _loop)
            self.door = door

    return Guarded


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    door: Door
    peer = "unknown"
    arriving_since: float | None = None
    full_since: float | None = None
    moved_at = 0.0
    n_waiting = 0
    _head_bytes = 0
    """Of the request whose head is not whole yet."""
    _is_refused = False
    _n_counted = 0
    """The same, of what was understood."""
    _has_head = True
    """Whether there is no head under way."""
    _has_begun = False
    """Whether it began in what has come just now."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Let the connection in, or close it."""
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else "unknown"
        _keep_little_in_the_system(transport)
        self.arriving_since = self.door.clock()
        if not self.door.enter(self):
            self.refuse(503, "There are too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.door.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless there were enough."""
        if self._is_refused:
            return
        if self.arriving_since is None and not self._is_answering:
            self.arriving_since = self.door.clock()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._has_head or self._has_begun:
            # Of what came at once some may belong to the request before.
            self._head_bytes, self._has_begun = 0, False
        elif self._head_bytes > self._most_bytes and not self._is_refused:
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._has_head, self._has_begun, self._n_counted = False, True, 0
        if self.arriving_since is None:
            self.arriving_since = self.door.clock()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; one that comes after the body is none of the request's."""
        self._count(len(name) + len(value))
        if not self._has_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer, unless this client asks faster than it is answered."""
        self._has_head = True
        if len(self.pipeline) >= MOST_AT_ONCE:
            self.drop()
            raise _TooLargeError
        self.door.is_busy(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is there."""
        self.arriving_since = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Note that nothing is left to answer."""
        super().on_response_complete()
        if not self.pipeline:
            self.door.is_idle(self)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's name
        """Say what was wrong: something that is no HTTP, or too much of it."""
        if not self._is_refused:
            self.refuse(400, "This is no HTTP request.")

    def waiting_bytes(self) -> int:
        """Return how many bytes the client has not taken yet."""
        return self.transport.get_write_buffer_size()

    def refuse(self, status: int, words: str) -> None:
        """Say why, and close; where an answer is under way there is nothing to say it in."""
        self._is_refused, self.arriving_since = True, None
        if self.transport.is_closing():
            return
        if self._is_answering:
            self.drop()
            return
        cycle: RequestResponseCycle | Any = self.cycle
        if cycle is not None and cycle.more_body:
            # It was answered before all of it was there.
            self.transport.close()
            return
        title = HTTPStatus(status).phrase
        body = json.dumps({"title": title, "status": status, "detail": words})
        head = f"HTTP/1.1 {status} {title}\r\n{CLOSED_HEAD}content-length: {len(body)}\r\n\r\n"
        self.transport.write(f"{head}{body}".encode())
        self.transport.close()

    def drop(self) -> None:
        """End at once."""
        self._is_refused = True
        self.transport.abort()

    @property
    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | Any = self.cycle  # there is none before the first request
        return cycle is not None and not cycle.response_complete

    @property
    def _most_bytes(self) -> int:
        return self.door.limits.header_bytes

    def _count(self, n_bytes: int) -> None:
        self._n_counted += n_bytes
        if self._n_counted > self._most_bytes:
            self._refuse_head()
            raise _TooLargeError

    def _refuse_head(self) -> None:
        self.refuse(431, f"The headers are longer than {self._most_bytes} bytes.")
