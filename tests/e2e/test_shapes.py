"""Organisations that are unusual but legal: loaded, built, all data tests green, equal to the truth."""

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.server import WorldOptions
from tests.e2e.chain import AS_OF, Chain, truth_of
from tests.e2e.truth import differences

FEW = WorldOptions(people=6, days=8, as_of=AS_OF)
WORLDS = {
    "no usage at all": replace(FEW, shape="empty"),
    "one person": replace(FEW, shape="one_person"),
    "a workspace without a name": replace(FEW, shape="nameless_workspace"),
    "a key that the key list lacks": replace(FEW, shape="ghost_key"),
    "claude_code actors with equal key names": replace(FEW, shape="equal_key_names"),
    "days with only zero rows": replace(FEW, shape="zero_days"),
    "400 days of history": replace(FEW, people=3, days=400),
}


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_loads_builds_and_equals_the_truth(
    chain: Chain, world: WorldOptions, tmp_path: Path
) -> None:
    own = replace(chain, folder=tmp_path, days=world.days)
    own.load_and_build(world, tested=True)
    assert differences(own.warehouse, truth_of(world, tmp_path / "truth")) == []
