"""What there is a number of: places for streams, and memory of answers under way. Each token may hold a part of it.

Whoever has one gives it back however the answer ends: they are held by `with` alone. Where there is nothing left, it is taken
back from a reader who does not take what is there, the slowest first: nobody makes others wait by not reading.
"""

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator

SECONDS_OF_A_PIECE = 2.0
"""Within which a reader takes a piece while others wait for what it holds: 64 KiB, so a quarter of a megabit a second."""
SECONDS_BETWEEN_LOOKS = 0.5
ANY_NUMBER = 1_000_000


class NoRoomError(Exception):
    """All that there is, or all that one may have of it, is taken."""


class CutOffError(Exception):
    """The reader took too long, or too long for those who wait."""


class Held:
    """What one answer holds."""

    def __init__(self, key: str, n: int, clock: Callable[[], float]) -> None:
        self.key, self.n, self._clock = key, n, clock
        self.waits_since: float | None = None
        """Since when its reader has not taken what is there; None while there is nothing to take."""
        self.is_over = False
        self._patience: asyncio.Timeout | None = None

    @contextlib.asynccontextmanager
    async def taken(self, seconds: float | None = None) -> AsyncIterator[None]:
        """Wait for the reader to take something.

        Raises:
            CutOffError: It was not taken in time, or others waited for what is held.
        """
        self.waits_since = self._clock()
        try:
            async with asyncio.timeout(seconds) as self._patience:
                if self.is_over:
                    raise CutOffError
                yield
        except TimeoutError:
            raise CutOffError from None
        finally:
            self.waits_since = self._patience = None

    def take_back(self) -> None:
        """End the wait for the reader."""
        self.is_over = True
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(0.0)


class Share:
    """So much of something in all, and for each."""

    def __init__(
        self,
        most: int,
        most_of_one: int,
        *,
        most_waiting_of_one: int = ANY_NUMBER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._most_of_one, self._clock = most, most_of_one, clock
        self._most_waiting_of_one = most_waiting_of_one
        self._held: Counter[str] = Counter()
        self._holders: dict[Held, None] = {}
        self._waiting: dict[str, deque[asyncio.Future[Held]]] = {}
        self._next_look: asyncio.TimerHandle | None = None
        self.n_held = 0

    @contextlib.contextmanager
    def held(self, key: str, n: int = 1) -> Iterator[Held]:
        """Hold so much.

        Raises:
            NoRoomError: There is not so much left.
        """
        held = self._taken(key, n)
        if held is None:
            raise NoRoomError
        try:
            yield held
        finally:
            self._end(held)

    @contextlib.asynccontextmanager
    async def waited_for(self, key: str, seconds: float) -> AsyncIterator[Held]:
        """Hold one, which may take a while; whoever waits holds up only those of the same key.

        Raises:
            NoRoomError: There was none within the time, or too many of the same key wait already.
        """
        held = self._taken(key, 1) or await self._turn(key, seconds)
        try:
            yield held
        finally:
            self._end(held)

    def is_closed_to(self, key: str) -> bool:
        """Say whether there is nothing to hold for this key, without anybody being sent away for it."""
        return not self._has_room(key, 1) and not self._who_goes(key, 1)

    async def _turn(self, key: str, seconds: float) -> Held:
        waiting = self._waiting.setdefault(key, deque())
        if len(waiting) >= self._most_waiting_of_one:
            raise NoRoomError
        turn: asyncio.Future[Held] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._look_later()
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(turn)
        except BaseException as error:
            if turn.done():  # it came too late
                self._end(turn.result())
            else:
                self._forget(key, turn)
            if isinstance(error, TimeoutError):
                raise NoRoomError from None
            raise

    def _taken(self, key: str, n: int) -> Held | None:
        if not self._has_room(key, n):
            for slow in self._who_goes(key, n):
                self._take_back(slow)
        return self._take(key, n) if self._has_room(key, n) else None

    def _has_room(self, key: str, n: int) -> bool:
        return self.n_held + n <= self._most and self._held[key] + n <= self._most_of_one

    def _who_goes(self, key: str, n: int) -> list[Held]:
        """Return who has to go, the slowest first, so that there is room; nobody where that makes none."""
        missing = self.n_held + n - self._most
        if missing <= 0 or self._held[key] + n > self._most_of_one:
            return []
        going: list[Held] = []
        for slow in sorted(self._slow(key, n), key=lambda one: one.waits_since or 0.0):
            going.append(slow)
            missing -= slow.n
            if missing <= 0:
                return going
        return []

    def _slow(self, _key: str, _n: int) -> Iterator[Held]:
        """Yield those who may be sent away for somebody."""
        latest = self._clock() - SECONDS_OF_A_PIECE
        for held in self._holders:
            if held.waits_since is not None and held.waits_since <= latest:
                yield held

    def _take(self, key: str, n: int) -> Held:
        held = Held(key, n, self._clock)
        self._holders[held] = None
        self._held[key] += n
        self.n_held += n
        return held

    def _take_back(self, held: Held) -> None:
        self._let_go(held)
        held.take_back()

    def _end(self, held: Held) -> None:
        self._let_go(held)
        self._pass_on()

    def _let_go(self, held: Held) -> None:
        if held not in self._holders:  # it was taken back before
            return
        del self._holders[held]
        self.n_held -= held.n
        self._held[held.key] -= held.n
        if not self._held[held.key]:
            del self._held[held.key]

    def _pass_on(self) -> None:
        """Give what is free to those who wait, first to whoever holds least, then to whoever came first."""
        while self._waiting and self.n_held < self._most:
            able = [key for key in self._waiting if self._has_room(key, 1)]
            if not able:
                return
            key = min(able, key=self._held.__getitem__)
            turn = self._waiting[key].popleft()
            if not self._waiting[key]:
                del self._waiting[key]
            turn.set_result(self._take(key, 1))

    def _forget(self, key: str, turn: asyncio.Future[Held]) -> None:
        waiting = self._waiting.get(key)
        if waiting is not None and turn in waiting:
            waiting.remove(turn)
            if not waiting:
                del self._waiting[key]

    def _look_later(self) -> None:
        if self._next_look is None:
            loop = asyncio.get_running_loop()
            self._next_look = loop.call_later(SECONDS_BETWEEN_LOOKS, self._look)

    def _look(self) -> None:
        """See whether somebody has become slow for whom others wait."""
        self._next_look = None
        for key in sorted(self._waiting, key=self._held.__getitem__):
            for slow in self._who_goes(key, 1):
                self._take_back(slow)
        self._pass_on()
        if self._waiting:
            self._look_later()


class EvenShare(Share):
    """One that is held for as long as somebody likes: whoever holds most makes room for whoever holds less."""

    def _slow(self, key: str, n: int) -> Iterator[Held]:
        """Yield what those hold who have more than this one would have."""
        most = max(self._held.values(), default=0)
        if most > self._held[key] + n:
            yield from (held for held in self._holders if self._held[held.key] == most)
