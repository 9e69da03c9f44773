"""The proof itself, as tests: what `make bigquery-check` runs."""

import pytest

from tests.bigquery.compiling import Compiled
from tests.bigquery.steps import analyse_step, compare_step, compile_step, emulator_step

pytestmark = [pytest.mark.bigquery, pytest.mark.slow]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_step()


def test_every_statement_is_bigquery_sql(compiled: Compiled) -> None:
    assert analyse_step(compiled) == 0


def test_both_engines_give_the_same_rows(compiled: Compiled) -> None:
    assert compare_step(compiled) == 0


@pytest.mark.emulator
def test_loaders_and_dbt_run_on_the_emulator() -> None:
    assert emulator_step() == 0
