"""Nobody can tell apart fewer than five people in what every reader may see: over tables, cross-tabs and neighbouring periods.

On invented companies whose teams are made to be small, to grow, to pause and to lose people, and on the companies of all
tests. Red with the joining of the smallest shown group switched off (`shown_groups`: what was left over of a total was one
team of three), with groups judged week by week, with the half weeks at the ends judged alone, with a table that groups by
the team itself, and with `fewest_people` at 4.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.e2e.chain import Chain
from tests.e2e.small_companies import invented, plant
from tests.e2e.small_deliveries import (
    deliveries,
    few_behind_a_phase,
    few_deliver,
    few_observed,
)
from tests.e2e.small_groups import (
    left_over,
    lost,
    small_counts,
    told_apart,
    unheard_of,
    uses_of,
)
from tests.examples import examples

SEEDS = range(examples(8))


def _found(warehouse: Path, seed: int | None = None) -> list[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        uses = uses_of(connection) if seed is None else invented(seed)
        return [
            *small_counts(connection),
            *told_apart(connection, uses),
            *left_over(connection),
            *unheard_of(connection),
            *few_behind_a_phase(connection),
            *([] if seed is None else few_deliver(connection, uses)),
            *([] if seed is None else few_observed(connection, uses)),
            *([] if seed is None else lost(connection, uses)),
        ]


@pytest.fixture(scope="module")
def planted(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A built company, in which others take the place of its people one after another."""
    return small.copy(tmp_path_factory.mktemp("groups"))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_group_of_an_invented_company_is_below_five(planted: Chain, seed: int) -> None:
    uses = invented(seed)
    plant(planted, uses, deliveries(uses))
    assert _found(planted.warehouse, seed) == []


def test_something_is_told(planted: Chain) -> None:
    """Of these companies some teams are named, some are not: else the attack would find nothing in nothing."""
    plant(planted, invented(3))
    named = planted.rows(
        "select count(*) filter (team_name <> 'other teams'), count(*) filter (team_name = 'other teams')"
        " from marts.mart_engineering__team_daily"
    )[0]
    assert min(named) > 50


def test_no_group_of_the_company_of_ten_is_below_five(small: Chain) -> None:
    assert _found(small.warehouse) == []


@pytest.mark.slow
def test_no_group_of_the_company_is_below_five(company: Chain) -> None:
    assert _found(replace(company).warehouse) == []
