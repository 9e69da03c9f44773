"""Of the hard rows, BigQuery's SQL makes what DuckDB makes: model by model, to the last digit.

DuckDB's side is replayed, which is a tenth of a build by dbt; `python -m tests.bigquery compare` builds it with dbt.
A second run has nothing to do: by day one model of each macro that knows what changed is asked, by night every one.
"""

from datetime import date
from pathlib import Path

import pytest

from tests.bigquery.compiling import is_compiled
from tests.bigquery.raw_tables import SETTINGS
from tests.bigquery.steps import compare_hard_rows, compile_step
from tests.e2e.chain import Chain
from tests.e2e.replay import replay

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "of_each_way",
    [
        pytest.param(True, id="a second run of each way"),
        pytest.param(False, id="all second runs", marks=pytest.mark.proofs),
    ],
)
def test_both_engines_give_the_same_rows(chain: Chain, tmp_path: Path, of_each_way: bool) -> None:
    recordings = chain.recordings
    assert recordings is not None

    def build(file: Path) -> None:
        replay(
            recordings,
            file,
            as_of=date.fromisoformat(SETTINGS["AS_OF"]),
            run_id=SETTINGS["PIPELINE_RUN_ID"],
        )

    compiled = compile_step(reuse=is_compiled())
    file = tmp_path / chain.warehouse.name
    assert compare_hard_rows(compiled, file, build, of_each_way=of_each_way) == 0
