"""Years of history: loaded, built by dbt itself with all data tests, and equal to the truth."""

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.server import WorldOptions
from tests.e2e.chain import AS_OF, Chain, serve, truth_of
from tests.e2e.truth import differences

YEARS = WorldOptions(people=8, days=1000, as_of=AS_OF)
LATER = replace(YEARS, revision=1)


@pytest.mark.proofs
def test_a_thousand_days_and_a_revision_equal_the_truth(unrecorded: Chain, tmp_path: Path) -> None:
    own = replace(unrecorded, folder=tmp_path, days=YEARS.days)
    for world in (YEARS, LATER):
        with serve(world) as server:
            own.extract(server)
        own.build_with_dbt(tested=True)
        truth = truth_of(world, tmp_path / f"truth-{world.revision}")
        assert differences(own.warehouse, truth) == []
    assert own.rows("select count(distinct usage_date) >= 1000 from marts.fct_ai_spend_daily") == [
        (True,)
    ]
