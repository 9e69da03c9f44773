"""Of the hard rows, BigQuery's SQL makes what DuckDB makes: model by model, to the last digit.

DuckDB's side is replayed, which is a tenth of a build by dbt; `python -m tests.bigquery compare` builds it with dbt.
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


def test_both_engines_give_the_same_rows(chain: Chain, tmp_path: Path) -> None:
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
    assert compare_hard_rows(compiled, tmp_path / chain.warehouse.name, build) == 0
