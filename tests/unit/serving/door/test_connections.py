"""Who goes when there are too many connections, and what is ended because it takes too long."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from serving.door.connections import MOST_ENDED_AT_ONCE, SECONDS_MORE, Connection, Door
from serving.door.limits import WHOLE, Limits

TAKING = 10 + SECONDS_MORE


@dataclass(eq=False)
class Fake:
    """A connection as the door sees it."""

    peer: str = "a"
    arriving_since: float | None = 0.0
    full_since: float | None = None
    moved_at: float = 0.0
    n_waiting: int = 0
    size: int = 0
    said: list[int] = field(default_factory=list)
    is_dropped: bool = False

    def waiting_bytes(self) -> int:
        return self.size

    def refuse(self, status: int, _words: str) -> None:
        self.said.append(status)

    def drop(self) -> None:
        self.is_dropped = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _within_a_loop(work: Callable[[Door, Clock], None], **limits: int) -> None:
    async def run() -> None:
        clock = Clock()
        work(Door(Limits(**limits), 10, clock), clock)

    asyncio.run(run())


def _asked(door: Door, connection: Connection, *, is_answered: bool) -> None:
    assert door.enter(connection)
    door.is_busy(connection)
    if is_answered:
        door.is_idle(connection)


def test_stranger_that_waited_longest_goes_then_who_is_idle_and_nobody_who_is_answered() -> None:
    def work(door: Door, _clock: Clock) -> None:
        idle, busy, first, second = Fake(), Fake(), Fake(), Fake()
        _asked(door, idle, is_answered=True)
        _asked(door, busy, is_answered=False)
        assert door.enter(first)
        assert door.enter(second)
        newer = [Fake() for _ in range(3)]
        assert door.enter(newer[0])
        assert (first.is_dropped, second.is_dropped, idle.is_dropped) == (True, False, False)
        assert door.enter(newer[1])
        assert second.is_dropped
        for one in newer[:2]:
            door.is_busy(one)
        assert door.enter(newer[2])
        assert (idle.is_dropped, busy.is_dropped) == (True, False)
        door.is_busy(newer[2])
        # All are being answered: who comes now is told so.
        assert not door.enter(Fake())
        door.leave(busy)

    _within_a_loop(work, connections=100, connections_per_peer=4)


def test_address_with_the_most_connections_makes_room_for_others() -> None:
    def work(door: Door, _clock: Clock) -> None:
        many = [Fake("many") for _ in range(3)]
        alone = Fake("alone")
        for one in (*many, alone):
            assert door.enter(one)
        assert door.enter(Fake("new"))
        assert [one.is_dropped for one in (*many, alone)] == [True, False, False, False]

    _within_a_loop(work, connections=4, connections_per_peer=4)


def test_what_does_not_arrive_is_refused_once() -> None:
    def work(door: Door, clock: Clock) -> None:
        half = Fake()
        assert door.enter(half)
        for clock.now in (9.9, 10.1, 10.2):
            door.look()
        assert (half.said, half.is_dropped) == ([408], False)

    _within_a_loop(work)


def test_thousands_that_began_together_are_ended_in_lots() -> None:
    def work(door: Door, clock: Clock) -> None:
        many = [Fake() for _ in range(2 * MOST_ENDED_AT_ONCE + 1)]
        for one in many:
            assert door.enter(one)
        clock.now = 11.0
        ended = []
        while True:
            has_more = door.look()
            ended.append(sum(one.said == [408] for one in many))
            if not has_more:
                break
        assert ended == [MOST_ENDED_AT_ONCE, 2 * MOST_ENDED_AT_ONCE, len(many)]

    _within_a_loop(work)


def test_reader_that_takes_nothing_is_ended_and_one_that_takes_a_little_later() -> None:
    def work(door: Door, clock: Clock) -> None:
        none, little, all_of_it = (Fake(arriving_since=None, size=1_000) for _ in range(3))
        for one in (none, little, all_of_it):
            assert door.enter(one)
        ended: dict[str, float] = {}
        while clock.now < WHOLE * TAKING + 5:
            clock.now += 1
            little.size -= 1
            all_of_it.size = 0 if clock.now % 2 else 1_000
            door.look()
            for name, one in (("none", none), ("little", little)):
                if one.is_dropped:
                    ended.setdefault(name, clock.now)
        assert ended == {"none": TAKING + 2, "little": WHOLE * TAKING + 2}
        assert not all_of_it.is_dropped

    _within_a_loop(work)
