"""The proof itself, as tests: what `make bigquery-check` runs. That both engines give the same rows: `tests/e2e`."""

import pytest

from tests.bigquery.compiling import Compiled
from tests.bigquery.steps import analyse_step, compile_step, emulator_step

pytestmark = [pytest.mark.bigquery, pytest.mark.slow]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_step()


def test_every_statement_is_bigquery_sql(compiled: Compiled) -> None:
    assert analyse_step(compiled) == 0


@pytest.mark.emulator
def test_loaders_and_dbt_run_on_the_emulator() -> None:
    assert emulator_step() == 0
