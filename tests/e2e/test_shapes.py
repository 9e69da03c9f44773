"""Organisations that are unusual but legal: loaded, built, all data tests green, equal to the truth."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sandbox.server import WorldOptions
from sandbox.world.scenario import UNTIDY
from tests.e2e.calculator import explained_methods
from tests.e2e.chain import AS_OF, Chain, truth_of
from tests.e2e.task_truth import wrong_days, wrong_tasks
from tests.e2e.truth import differences

FEW = WorldOptions(people=6, days=8, as_of=AS_OF)
MONDAY = date(2026, 11, 16)
"""Before it lies a weekend; of the company of seed 4 nobody used Cursor on it."""
NEW_YEAR = date(2027, 1, 11)
WORLDS = {
    "no usage at all": replace(FEW, shape="empty"),
    "one person": replace(FEW, shape="one_person"),
    "everything untidy at once": replace(FEW, shape="untidy"),
    "the vendor says whose its money is": replace(FEW, shape="vendor_costs"),
    "Anthropic answers as since November 2026": replace(FEW, shape="november"),
    "days with only zero rows": replace(FEW, as_of=MONDAY, days=2, seed=4),
    "the turn of the year": replace(FEW, people=3, days=30, as_of=NEW_YEAR),
}
"""Years of history are loaded by night: `test_thousand_days.py`."""
ALONE = sorted(UNTIDY)
SEEDS = range(20)


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_loads_builds_and_equals_the_truth(
    unloaded: Chain, world: WorldOptions, tmp_path: Path
) -> None:
    own = replace(unloaded, as_of=world.as_of, days=world.days)
    own.load_and_build(world, tested=True)
    _equals_the_truth(own, world, tmp_path / "truth")
    methods = explained_methods(own)
    if world.shape == "vendor_costs":
        assert "vendor_actor_cost" in methods
    if world.shape == "november":
        assert "enterprise_cost_report_rest" in methods
    if world.as_of == MONDAY:
        n_rows, n_active = own.rows(
            "select count(*), count(*) filter (is_active) from marts.fact_cursor_daily_usage"
        )[0]
        assert (n_rows > 0, n_active) == (True, 0)


@pytest.mark.proofs
@pytest.mark.parametrize("shape", ALONE)
def test_each_untidy_habit_alone_equals_the_truth(
    unloaded: Chain, shape: str, tmp_path: Path
) -> None:
    world = replace(FEW, shape=shape)
    own = replace(unloaded, days=world.days)
    own.load_and_build(world, tested=True)
    _equals_the_truth(own, world, tmp_path / "truth")


@pytest.mark.proofs
@pytest.mark.parametrize("seed", SEEDS)
def test_untidy_companies_equal_the_truth(unloaded: Chain, seed: int, tmp_path: Path) -> None:
    """Half of them may read the vendor's own costs; every third has its newest days billed late."""
    shape = "untidy,vendor_costs" if seed % 2 else "untidy"
    world = WorldOptions(
        people=12, days=20, seed=seed, as_of=AS_OF, shape=shape, cost_lag_days=1 + seed % 3
    )
    own = replace(unloaded, days=world.days)
    own.load_and_build(world, tested=True)
    _equals_the_truth(own, world, tmp_path / "truth")


def _equals_the_truth(own: Chain, world: WorldOptions, folder: Path) -> None:
    truth = truth_of(world, folder)
    assert differences(own.warehouse, truth) == []
    assert wrong_tasks(own.warehouse, truth) == []
    assert wrong_days(own.warehouse, truth) == []


def test_an_organisation_without_any_day(unloaded: Chain) -> None:
    """Signed up today: no vendor has a day to report, seats are paid nevertheless."""
    own = replace(unloaded, days=2)
    own.load_and_build(replace(FEW, shape="zero_days"), tested=True)
    for table in ("fact_cursor_daily_usage", "fact_claude_daily_usage"):
        assert own.rows(f"select count(*) from marts.{table}") == [(0,)]
    assert own.rows("select distinct spend_basis from marts.fct_ai_spend_daily") == [("seat",)]
