"""No day, no money: seats cost what they cost where no source of usage has ever loaded a day."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.chain import Chain
from tests.e2e.sheets_alone import in_june, load_tabs
from tests.e2e.tables import changed_rows

TABS = {
    "seats": (
        "vendor platform plan email monthly_usd valid_from valid_to",
        "cursor cursor Team ada@one.example 40 2026-01-01 -",
    ),
    "people": (
        "email aliases name department team manager_email cost_centre valid_from valid_to",
        "ada@one.example - Ada Dev Engines - c1 - -",
    ),
}


@pytest.fixture(scope="module")
def alone(chain: Chain, empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    own = in_june(chain, tmp_path_factory.mktemp("alone"))
    shutil.copy(empty_warehouse, own.warehouse)
    tabs = {
        tab: [["" if cell == "-" else cell for cell in row.split()] for row in rows]
        for tab, rows in TABS.items()
    }
    load_tabs(own, tabs, name="tabs")
    own.build(tested=True)
    return own


def test_june_costs_its_fee(alone: Chain) -> None:
    # 40 / 30 cut to nine decimals, what is left on the first.
    assert alone.rows(
        "select count(*), sum(spend_usd), min(spend_usd), max(spend_usd), min(usage_date), max(usage_date)"
        " from marts.fct_ai_spend_daily where person_email = 'ada@one.example' and team_name = 'Engines'"
    ) == [
        (
            *(30, Decimal(40), Decimal("1.333333333"), Decimal("1.333333343")),
            *(date(2026, 6, 1), date(2026, 6, 30)),
        )
    ]


def test_its_month_is_whole_and_its_use_unknown(alone: Chain) -> None:
    assert alone.rows(
        "select n_days_loaded, n_usage_days, is_complete_month from intermediate.int_runs__months"
    ) == [(30, 0, True)]
    assert alone.rows(
        "select spend_usd, seat_cost_usd, n_active_people from marts.mart_executive__overview_monthly"
        " where rollup_scope = 'company'"
    ) == [(Decimal(40), Decimal(40), None)]
    assert alone.rows("select n_active_days from marts.mart_executive__person_monthly") == [(None,)]
    assert alone.rows(
        "select count(*), sum(spend_usd), sum(usage_cost_usd) from marts.mart_finance__daily_spend"
        " where budget_scope = 'company' and usage_date < '2026-07-01'"
    ) == [(30, Decimal(40), None)]


def test_nobody_counts_as_idle(alone: Chain) -> None:
    assert alone.rows("select count(*) from marts.mart_adoption__active_people") == [(0,)]
    assert alone.rows("select count(*) from marts.fact_cursor_daily_usage") == [(0,)]
    assert alone.rows("select seat_status, n_idle_days from marts.mart_finance__idle_seats") == [
        ("cannot_tell", None)
    ]
    assert alone.rows(
        "select check_scope from quality.dq_results"
        " where check_name = 'seats_without_usage_source' and check_status = 'warn'"
    ) == [("cursor",)]


def test_a_second_run_changes_nothing(alone: Chain, tmp_path: Path) -> None:
    again = alone.copy(tmp_path / "again")
    again.build(run_id="second")
    assert changed_rows(alone.warehouse, again.warehouse, schemas=("marts",)) == {}
