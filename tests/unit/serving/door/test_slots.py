"""Places and memory are shared by token, given back however something ends, and taken back from who makes others wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from serving.door import slots
from serving.door.slots import SECONDS_OF_A_PIECE, CutOffError, EvenShare, Held, NoRoomError, Share


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_share_of_one_and_of_all() -> None:
    share = Share(10, 5)
    with share.held("a", 5):
        with pytest.raises(NoRoomError), share.held("a", 1):
            pass
        with share.held("b", 4), pytest.raises(NoRoomError), share.held("c", 2):
            pass
        with share.held("b", 5):
            pass
    assert share.n_held == 0


def test_place_is_given_back_when_what_held_it_fails() -> None:
    share = Share(1, 1)
    for _ in range(3):
        with pytest.raises(ValueError, match="no"), share.held("a"):
            raise ValueError("no")
    assert share.n_held == 0


def test_who_waits_holds_up_only_those_of_the_same_token() -> None:
    async def run() -> list[str]:
        share, order, may_end = Share(3, 1), [], asyncio.Event()

        async def hold(key: str, name: str) -> None:
            async with share.waited_for(key, 5):
                order.append(name)
                await may_end.wait()

        tasks = [asyncio.create_task(hold(*one)) for one in (("a", "a1"), ("a", "a2"), ("b", "b1"))]
        await asyncio.sleep(0.01)
        assert order == ["a1", "b1"]
        may_end.set()
        await asyncio.gather(*tasks)
        assert share.n_held == 0
        return order

    assert asyncio.run(run()) == ["a1", "b1", "a2"]


def test_who_waited_too_long_or_has_gone_takes_no_place() -> None:
    async def run() -> None:
        share = Share(1, 1)

        async def wait(seconds: float) -> None:
            async with share.waited_for("b", seconds):
                raise AssertionError("there was no place")

        with share.held("a"):
            with pytest.raises(NoRoomError):
                await wait(0.01)
            gone = asyncio.create_task(wait(5))
            await asyncio.sleep(0.01)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        async with share.waited_for("c", 0.01):
            assert share.n_held == 1
        assert share.n_held == 0

    asyncio.run(run())


class Readers:
    """Those who hold places and do not read, and which of them were sent away."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self.gone: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, *names: str) -> None:
        """Take places, one token for each first letter."""
        for name in names:
            self._tasks.append(asyncio.create_task(self._hold(name)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _hold(self, name: str) -> None:
        with self._share.held(name[0]) as held:
            try:
                async with held.taken():
                    await asyncio.Event().wait()
            except CutOffError:
                self.gone.append(name)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._share.n_held == 0


@contextlib.asynccontextmanager
async def _readers(share: Share) -> AsyncIterator[Readers]:
    found = Readers(share)
    try:
        yield found
    finally:
        await found.end()


def test_slow_tokens_cannot_keep_all_places() -> None:
    async def run() -> None:
        clock = Clock()
        share = Share(4, 2, clock=clock)
        async with _readers(share) as readers:
            await readers.come("a1", "a2")
            clock.now += 1
            await readers.come("b1", "b2")
            with pytest.raises(NoRoomError), share.held("c"):
                raise AssertionError("nobody was slow yet")
            clock.now += SECONDS_OF_A_PIECE - 0.5
            # The slowest goes, and nobody more than has to.
            with share.held("c"):
                await asyncio.sleep(0.01)
                assert readers.gone == ["a1"]
                # Who has a part of one's own waits for one's own.
                with pytest.raises(NoRoomError), share.held("b"):
                    raise AssertionError("b has two")
                assert share.n_held == 4

    asyncio.run(run())


def test_nobody_is_sent_away_for_what_makes_no_room() -> None:
    async def run() -> None:
        clock = Clock()
        share = Share(10, 10, clock=clock)
        async with _readers(share) as readers:
            await readers.come("a1")
            clock.now += 2 * SECONDS_OF_A_PIECE
            with share.held("b", 9), pytest.raises(NoRoomError), share.held("c", 2):
                raise AssertionError("one goes, two are needed")
            await asyncio.sleep(0.01)
            assert readers.gone == []

    asyncio.run(run())


def test_who_waits_gets_the_place_of_somebody_who_becomes_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slots, "SECONDS_BETWEEN_LOOKS", 0.01)

    async def run() -> None:
        clock = Clock()
        share = Share(1, 1, clock=clock)
        async with _readers(share) as readers:
            await readers.come("a1")

            async def wait() -> list[str]:
                async with share.waited_for("b", 5):
                    await asyncio.sleep(0.01)
                    return list(readers.gone)

            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.05)
            assert (waiting.done(), readers.gone) == (False, [])
            clock.now += SECONDS_OF_A_PIECE
            assert await waiting == ["a1"]

    asyncio.run(run())


def test_who_takes_pieces_in_time_is_not_sent_away_however_long_it_takes() -> None:
    async def run() -> None:
        clock = Clock()
        share = Share(1, 1, clock=clock)
        with share.held("a") as held:
            for _ in range(10):
                async with held.taken(1):
                    clock.now += SECONDS_OF_A_PIECE - 0.1
                    with pytest.raises(NoRoomError), share.held("b"):
                        raise AssertionError("a reads")
                clock.now += 100  # while the next piece is made
                with pytest.raises(NoRoomError), share.held("b"):
                    raise AssertionError("a has nothing to read")

    asyncio.run(run())


def test_free_place_is_for_whoever_holds_least() -> None:
    async def run() -> list[str]:
        share, order = Share(3, 3), []

        async def wait(name: str) -> None:
            async with share.waited_for(name[0], 5):
                order.append(name)

        with contextlib.ExitStack() as held:
            for key in ("b", "a", "a"):
                held.enter_context(share.held(key))
            tasks = [asyncio.create_task(wait(name)) for name in ("a3", "b2", "c1", "c2")]
            await asyncio.sleep(0.01)
            held.close()
        await asyncio.gather(*tasks)
        return order

    # A place of a's is free first: a holds one yet, b too, c none.
    assert asyncio.run(run()) == ["c1", "a3", "b2", "c2"]


def test_only_so_many_of_one_wait() -> None:
    async def run() -> None:
        share = Share(1, 1, most_waiting_of_one=1)

        async def wait(key: str) -> None:
            async with share.waited_for(key, 5):
                pass

        with share.held("a"):
            waiting = [asyncio.create_task(wait(key)) for key in ("b", "c")]
            await asyncio.sleep(0.01)
            with pytest.raises(NoRoomError):
                await wait("b")
        await asyncio.gather(*waiting)
        assert share.n_held == 0

    asyncio.run(run())


def test_what_is_held_for_ever_is_shared_evenly() -> None:
    async def run() -> None:
        clock = Clock()
        share = EvenShare(6, 4, clock=clock)
        async with _readers(share) as readers:
            for name in ("a1", "a2", "a3", "a4", "b1", "b2", "c1", "c2"):
                clock.now += 1
                await readers.come(name)
            await asyncio.sleep(0.01)
            # Of who held most, the oldest; at two for each nobody gets more.
            assert readers.gone == ["a1", "a2"]
            assert share.is_closed_to("c")
            assert not share.is_closed_to("d")
            clock.now += 1
            await readers.come("d1")
            await asyncio.sleep(0.01)
            assert readers.gone == ["a1", "a2", "a3"]
            assert share.n_held == 6

    asyncio.run(run())


def test_who_was_sent_away_between_two_pieces_gets_no_other() -> None:
    async def run() -> None:
        held = Held("a", 1, Clock())
        held.take_back()
        with pytest.raises(CutOffError):
            async with held.taken(1):
                raise AssertionError("it is over")

    asyncio.run(run())
