"""What there is a number of: places for streams, and memory of answers under way. Each token may hold a part of it.

Whoever has one gives it back however the answer ends: they are held by `with` alone.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator


class NoRoomError(Exception):
    """All that there is, or all that one may have of it, is taken."""


class Share:
    """So much of something in all, and for each."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._held: Counter[str] = Counter()
        self._waiting: dict[asyncio.Future[None], str] = {}
        self.n_held = 0

    @contextlib.contextmanager
    def held(self, key: str, n: int = 1) -> Iterator[None]:
        """Hold so much.

        Raises:
            NoRoomError: There is not so much left.
        """
        if not self._has_room(key, n):
            raise NoRoomError
        self._take(key, n)
        try:
            yield
        finally:
            self._give_back(key, n)

    @contextlib.asynccontextmanager
    async def waited_for(self, key: str, seconds: float) -> AsyncIterator[None]:
        """Hold one, which may take a while; whoever waits holds up only those of the same key.

        Raises:
            NoRoomError: There was none within the time.
        """
        if not self._has_room(key, 1):
            await self._turn(key, seconds)
        else:
            self._take(key, 1)
        try:
            yield
        finally:
            self._give_back(key, 1)

    async def _turn(self, key: str, seconds: float) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = key
        try:
            await asyncio.wait_for(asyncio.shield(turn), seconds)
        except BaseException as error:
            self._waiting.pop(turn, None)
            if turn.done():  # it came too late
                self._give_back(key, 1)
            if isinstance(error, TimeoutError):
                raise NoRoomError from None
            raise

    def _has_room(self, key: str, n: int) -> bool:
        return self.n_held + n <= self._most and self._held[key] + n <= self._most_of_one

    def _take(self, key: str, n: int) -> None:
        self._held[key] += n
        self.n_held += n

    def _give_back(self, key: str, n: int) -> None:
        self.n_held -= n
        self._held[key] -= n
        if not self._held[key]:
            del self._held[key]
        for turn, waiting in list(self._waiting.items()):
            if self.n_held >= self._most:
                break
            if self._has_room(waiting, 1):
                del self._waiting[turn]
                self._take(waiting, 1)
                turn.set_result(None)
