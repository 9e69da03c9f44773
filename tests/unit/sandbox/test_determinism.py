import gc
import weakref
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from sandbox.world import Day, Scenario, World
from sandbox.world import world as world_module
from sandbox.world.world import KEPT_DAYS
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import is_owed


def without_costs(day: Day) -> dict[str, object]:
    found = asdict(day)
    del found["costs"]
    return found


def test_tomorrows_world_agrees_with_todays_about_every_shared_day(world: World) -> None:
    tomorrow = World(people=40, days=90, seed=7, as_of=AS_OF + timedelta(days=1))
    shared = [day for day in tomorrow.dates() if world.has(day)]
    assert len(shared) == 89
    for day in shared[-45:]:
        assert without_costs(tomorrow.day(day)) == without_costs(world.day(day))
        if world.is_billed(day):
            assert tomorrow.day(day).costs == world.day(day).costs


def test_order_of_asking_and_length_of_history_do_not_matter(world: World) -> None:
    longer = World(people=40, days=200, seed=7, as_of=AS_OF)
    for back in (1, 30, 89):
        day = AS_OF - timedelta(days=back)
        assert longer.day(day) == world.day(day)


def test_another_seed_is_another_company(world: World) -> None:
    day = AS_OF - timedelta(days=3)
    assert World(people=40, days=90, seed=8, as_of=AS_OF).day(day) != world.day(day)


def test_only_served_days_have_rows(world: World) -> None:
    assert world.day(AS_OF) == Day([], [], [], [], [])
    assert world.day(world.first_day - timedelta(days=1)) == Day([], [], [], [], [])
    assert world.day(world.first_day).cursor_daily


def test_cost_report_lags_behind_usage() -> None:
    for lag in (0, 1, 3):
        world = World(people=40, days=9, as_of=AS_OF, scenario=Scenario(cost_lag_days=lag))
        for back in range(1, 8):
            day = AS_OF - timedelta(days=back)
            served = world.day(day)
            assert bool(served.costs) == (bool(served.messages) and back > lag)
        assert world.day(AS_OF - timedelta(days=1)).messages


class Tracked(list[object]):
    """A list that can be watched; plain lists cannot."""


def test_days_are_not_retained(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(people=3, days=KEPT_DAYS * 3, as_of=AS_OF)
    real = World._report

    def tracked(self: World, day: date) -> Day:
        return replace(real(self, day), messages=Tracked())  # type: ignore[arg-type]

    monkeypatch.setattr(World, "_report", tracked)
    watched = [weakref.ref(world.day(day).messages) for day in world.dates()]
    gc.collect()
    alive = [ref() is not None for ref in watched]
    assert alive == [False] * (KEPT_DAYS * 2) + [True] * KEPT_DAYS


def revised(revision: int) -> World:
    return World(people=40, days=60, seed=7, as_of=AS_OF, scenario=Scenario(revision=revision))


@pytest.mark.parametrize("earlier", [0, 1])
def test_restatement_touches_open_days_only(earlier: int) -> None:
    before, after = revised(earlier), revised(earlier + 1)
    for day in before.dates():
        is_open = (AS_OF - day).days <= 30
        same = before.day(day) == after.day(day)
        busy = len(before.day(day).cursor_events) > 100
        assert same or is_open
        if is_open and busy:
            assert not same


def test_restatement_moves_amounts_both_ways_and_rows_come_and_go() -> None:
    before, after = revised(0), revised(1)
    ups = downs = came = went = 0
    for day in before.dates():
        old, new = _bill(before.day(day)), _bill(after.day(day))
        came += len(new.keys() - old.keys())
        went += len(old.keys() - new.keys())
        ups += sum(new[line] > old[line] for line in old.keys() & new.keys())
        downs += sum(new[line] < old[line] for line in old.keys() & new.keys())
    assert min(ups, downs, came, went) > 0


def _bill(day: Day) -> dict[tuple[str | None, str], float]:
    return {(row["workspace_id"], row["description"]): float(row["amount"]) for row in day.costs}


def test_restated_spend_still_follows_the_events() -> None:
    for revision in (0, 1):
        world = revised(revision)
        rows, start = world.cursor_spend()
        total = sum(round(row["spendCents"] * 1_000_000) for row in rows)
        assert total == member_charges(world, start)


def member_charges(world: World, start: int) -> int:
    members = {row["email"].lower() for row in world.cursor_members()}
    return sum(
        round(row["chargedCents"] * 1_000_000)
        for day in world.dates()
        for row in world.day(day).cursor_events
        if is_owed(row)
        and int(row["timestamp"]) >= start
        and row.get("userEmail", "").lower() in members
    )


def test_late_usage_arrives_later() -> None:
    late = World(people=40, days=10, as_of=AS_OF, scenario=Scenario(late_days=2))
    later = World(people=40, days=10, as_of=AS_OF + timedelta(days=7), scenario=Scenario())
    for back, complete in ((1, False), (2, False), (3, True)):
        day = AS_OF - timedelta(days=back)
        now, then = late.day(day).cursor_events, later.day(day).cursor_events
        assert (len(now) == len(then)) is complete
        assert len(now) <= len(then)


def test_timeline_does_not_skip_a_day(world: World) -> None:
    days = list(world.dates())
    assert days[0] == world.first_day
    assert days[-1] == AS_OF - timedelta(days=1)
    assert all((right - left).days == 1 for left, right in pairwise(days))


def test_large_companies_keep_fewer_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_module, "KEPT_ROWS", 1000)
    world = World(people=40, days=60, as_of=AS_OF)
    for day in world.dates():
        world.day(day)
    kept = sum(len(rows) for day in world._kept.values() for rows in asdict(day).values())
    assert 0 < kept <= 1000
    assert kept == world._kept_rows


def test_spend_is_the_same_before_and_after_the_days_were_read() -> None:
    before = World(people=40, days=30, as_of=AS_OF)
    after = World(people=40, days=30, as_of=AS_OF)
    for day in after.dates():
        after.day(day)
    assert before.cursor_spend() == after.cursor_spend()
