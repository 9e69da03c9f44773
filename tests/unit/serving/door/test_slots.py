"""Places and memory are shared by token, and given back however something ends."""

import asyncio

import pytest

from serving.door.slots import NoRoomError, Share


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
