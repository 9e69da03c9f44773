"""Organisations that are unusual but legal: loaded, built, all data tests green, equal to the truth."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sandbox.server import WorldOptions
from tests.e2e.chain import AS_OF, Chain, truth_of
from tests.e2e.truth import differences

FEW = WorldOptions(people=6, days=8, as_of=AS_OF)
MONDAY = date(2026, 11, 16)
"""Before it lies a weekend; of the company of seed 4 nobody used Cursor on it."""
NEW_YEAR = date(2027, 1, 11)
WORLDS = {
    "no usage at all": replace(FEW, shape="empty"),
    "one person": replace(FEW, shape="one_person"),
    "a workspace without a name": replace(FEW, shape="nameless_workspace"),
    "a key that the key list lacks": replace(FEW, shape="ghost_key"),
    "claude_code actors with equal key names": replace(FEW, shape="equal_key_names"),
    "Cursor events of a kind that nobody knows": replace(FEW, shape="odd_event_kinds"),
    "the vendor says whose its money is": replace(FEW, shape="vendor_costs"),
    "days with only zero rows": replace(FEW, as_of=MONDAY, days=2, seed=4),
    "the turn of the year": replace(FEW, people=3, days=30, as_of=NEW_YEAR),
}
"""Years of history are loaded by night: `test_thousand_days.py`."""


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_loads_builds_and_equals_the_truth(
    unloaded: Chain, world: WorldOptions, tmp_path: Path
) -> None:
    own = replace(unloaded, as_of=world.as_of, days=world.days)
    own.load_and_build(world, tested=True)
    assert differences(own.warehouse, truth_of(world, tmp_path / "truth")) == []
    if world.as_of == MONDAY:
        n_rows, n_active = own.rows(
            "select count(*), count(*) filter (is_active) from marts.fact_cursor_daily_usage"
        )[0]
        assert (n_rows > 0, n_active) == (True, 0)


def test_an_organisation_without_any_day(unloaded: Chain) -> None:
    """Signed up today: no vendor has a day to report, seats are paid nevertheless."""
    own = replace(unloaded, days=2)
    own.load_and_build(replace(FEW, shape="zero_days"), tested=True)
    for table in ("fact_cursor_daily_usage", "fact_claude_daily_usage"):
        assert own.rows(f"select count(*) from marts.{table}") == [(0,)]
    assert own.rows("select distinct spend_basis from marts.fct_ai_spend_daily") == [("seat",)]
