"""All connections of the service, and who has to go: when there are too many, and when one does nothing for too long.

A connection is a stranger until its first request is there, idle between two, and busy while one is answered. When there
are too many, the stranger that has waited longest goes, else the one that is idle longest; nobody who is being answered.
So whoever opens thousands of connections and says nothing pushes out their own.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from serving.door.limits import WHOLE, Limits

SECONDS_BETWEEN_LOOKS = 0.5
MOST_ENDED_AT_ONCE = 200
"""Thousands that began together are over together: between two lots others are answered."""
SECONDS_BETWEEN_LOTS = 0.02
SECONDS_MORE = 3.0
"""Longer than a stream waits for its reader: a stream is cut off by itself, and its line in the log says so."""


class Connection(Protocol):
    """What the door knows of a connection."""

    peer: str
    arriving_since: float | None
    """When the request that is not there yet began; None while nothing arrives."""
    full_since: float | None
    """Since when something has waited to be read by the client."""
    moved_at: float
    n_waiting: int
    """How many bytes wait for that, and when that number has changed."""

    def waiting_bytes(self) -> int:
        """Return how many bytes the client has not taken yet."""

    def refuse(self, status: int, words: str) -> None:
        """Say why, and close."""

    def drop(self) -> None:
        """End at once, whatever was not sent."""


@dataclass
class _Peer:
    """The connections of one address."""

    n: int = 0
    strangers: dict[Connection, None] = field(default_factory=dict)
    idle: dict[Connection, None] = field(default_factory=dict)

    def least_needed(self) -> Connection | None:
        return next(iter(self.strangers), None) or next(iter(self.idle), None)


class Door:
    """Knows all connections of a process."""

    def __init__(
        self,
        limits: Limits,
        request_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits, self._taking_seconds = limits, request_seconds + SECONDS_MORE
        self.clock = clock
        self._peers: dict[str, _Peer] = {}
        self._connections: set[Connection] = set()
        self._next_look: asyncio.TimerHandle | None = None

    def enter(self, connection: Connection) -> bool:
        """Let a connection in, in place of another one where there are too many; say whether it may stay."""
        peer = self._peers.setdefault(connection.peer, _Peer())
        if peer.n >= self.limits.connections_per_peer:
            goes = peer.least_needed()
        elif len(self._connections) >= self.limits.connections:
            goes = max(self._peers.values(), key=lambda one: one.n).least_needed()
        else:
            goes = connection
        if goes is not None and goes is not connection:
            self.leave(goes)
            goes.drop()
            # It may have been the last of its address.
            peer = self._peers.setdefault(connection.peer, peer)
        peer.n += 1
        self._connections.add(connection)
        if goes is None:
            return False
        peer.strangers[connection] = None
        if self._next_look is None:
            self._look_later()
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        if connection not in self._connections:
            return
        self._connections.discard(connection)
        peer = self._peers[connection.peer]
        peer.n -= 1
        self.is_busy(connection)
        if not peer.n:
            del self._peers[connection.peer]

    def is_busy(self, connection: Connection) -> None:
        """Note that a whole request is there."""
        peer = self._peers.get(connection.peer)
        if peer is not None:
            peer.strangers.pop(connection, None)
            peer.idle.pop(connection, None)

    def is_idle(self, connection: Connection) -> None:
        """Note that everything was answered."""
        if connection in self._connections:
            self._peers[connection.peer].idle[connection] = None

    def look(self) -> bool:
        """End what has arrived, or was taken, for too long; say whether more has to go than went."""
        now, n_ended = self.clock(), 0
        for connection in list(self._connections):
            if n_ended >= MOST_ENDED_AT_ONCE:
                return True
            since = connection.arriving_since
            if since is not None and now - since > self.limits.arrival_seconds:
                connection.arriving_since = None
                connection.refuse(408, "The request did not arrive in time.")
                n_ended += 1
            if self._takes_nothing(connection, now):
                connection.drop()
                n_ended += 1
        return False

    def _takes_nothing(self, connection: Connection, now: float) -> bool:
        """Say whether a client has taken nothing for too long, or too little for very long."""
        n_waiting = connection.waiting_bytes()
        if not n_waiting:
            connection.full_since, connection.n_waiting = None, 0
            return False
        if connection.full_since is None:
            connection.full_since = now
        if connection.n_waiting != n_waiting:
            connection.n_waiting, connection.moved_at = n_waiting, now
        return (
            now - connection.moved_at > self._taking_seconds
            or now - connection.full_since > WHOLE * self._taking_seconds
        )

    def _look_later(self, seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
        loop = asyncio.get_running_loop()
        self._next_look = loop.call_later(seconds, self._look_again)

    def _look_again(self) -> None:
        self._next_look = None
        has_more = self.look()
        if self._connections:
            self._look_later(SECONDS_BETWEEN_LOTS if has_more else SECONDS_BETWEEN_LOOKS)
