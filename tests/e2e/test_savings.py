"""Routing savings against what really happened: every task's cost, every day's savings, every correction."""

import re
from pathlib import Path

import duckdb
import pytest

from sandbox.world.task_prices import correction_day
from tests.e2e.chain import AS_OF, Chain
from tests.e2e.tables import changed_days
from tests.e2e.task_truth import wrong_days, wrong_tasks

TASK_MODELS = (
    "marts.fct_task_executions",
    "marts.mart_savings__daily",
    "marts.mart_savings__user_days",
    "marts.mart_savings__duration_histogram",
    "marts.mart_savings__routing_quality",
)


def test_every_task_and_day_is_the_answer_key(small: Chain) -> None:
    truth = small.folder / "truth"
    assert small.rows("select count(*) > 1000 from marts.fct_task_executions") == [(True,)]
    assert wrong_tasks(small.warehouse, truth) == []
    assert wrong_days(small.warehouse, truth) == []
    kinds = "select distinct savings_status from marts.fct_task_executions order by 1"
    assert small.rows(kinds) == [("estimated",), ("not_applicable",), ("unknown",)]


@pytest.mark.parametrize(
    "fault",
    [
        "update marts.fct_task_executions set actual_cost_usd = actual_cost_usd + 0.000000002"
        " where task_id = (select min(task_id) from marts.fct_task_executions where actual_cost_usd > 0)",
        "update marts.fct_task_executions set actual_cost_usd = 0 where actual_cost_usd is null",
        "delete from marts.fct_task_executions where task_id ="
        " (select min(task_id) from marts.fct_task_executions)",
    ],
    ids=["two billionths", "0 for unknown", "a task less"],
)
def test_the_comparison_can_fail(small: Chain, tmp_path: Path, fault: str) -> None:
    copy = small.copy(tmp_path)
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(fault)
    assert wrong_tasks(copy.warehouse, small.folder / "truth") != []


def test_a_correction_back_in_time_touches_exactly_its_days(small: Chain, revised: Chain) -> None:
    assert wrong_tasks(revised.warehouse, revised.folder / "truth") == []
    assert wrong_days(revised.warehouse, revised.folder / "truth") == []

    # The price is in force on every day since; on some of them nobody was charged by it.
    since = correction_day(AS_OF).isoformat()
    with_tasks = "select distinct usage_date::varchar from marts.fct_task_executions"
    corrected = {day for (day,) in revised.rows(with_tasks) if day >= since}
    assert len(corrected) > 10
    for table in TASK_MODELS:
        assert changed_days(small.warehouse, revised.warehouse, table) == corrected, table

    held, holds = (
        {
            (day, provider): (actual, baseline)
            for day, provider, actual, baseline in one.rows(
                "select usage_date::varchar, provider, sum(actual_cost_usd), sum(baseline_cost_usd)"
                " from marts.mart_savings__daily group by all"
            )
        }
        for one in (small, revised)
    )
    written = {
        (day, provider): ((before, base_before), (after, base_after), reason, prices)
        for day, provider, before, base_before, after, base_after, reason, prices in revised.rows(
            "select usage_date::varchar, provider, before_actual_cost_usd, before_baseline_cost_usd,"
            " after_actual_cost_usd, after_baseline_cost_usd, restatement_reason, changed_prices"
            " from quality.price_restatements where pipeline_run_id = 'revised'"
        )
    }
    assert written.keys() == {key for key in held if held[key] != holds[key]}
    versions = dict(
        revised.rows("select price_version, price_row_name from intermediate.int_savings__prices")
    )
    for (day, provider), (before, after, reason, prices) in written.items():
        assert (before, after) == (held[day, provider], holds[day, provider])
        # It is somebody's baseline too.
        own = provider == "github_copilot"
        assert reason == f"{'price of the provider, ' if own else ''}price of the baseline"
        assert own or before[0] == after[0]
        (version,) = re.findall(r"\(version (\w+)\)", prices)
        assert prices.startswith(versions[version])
    assert any(after[0] < before[0] for before, after, *_ in written.values())


def test_months_and_parts_are_their_days(small: Chain) -> None:
    totals = "sum(n_tasks), sum(actual_cost_usd), sum(gross_savings_usd), sum(net_savings_usd)"
    (days,) = small.rows(f"select {totals} from marts.mart_savings__daily")
    assert days[0] > 0
    for period_type in ("daily", "weekly", "monthly"):
        of_type = f"where period_type = '{period_type}'"
        assert small.rows(f"select {totals} from marts.mart_savings__periods {of_type}") == [days]
        for part in ("provider", "task_type"):
            (parts,) = small.rows(
                "select sum(n_tasks), sum(actual_cost_usd), sum(gross_savings_usd),"
                f" sum(net_savings_usd) from marts.mart_savings__period_parts {of_type}"
                f" and part_type = '{part}'"
            )
            assert parts == days


def test_percentiles_are_within_one_per_cent(small: Chain) -> None:
    exact = small.rows(
        "select organization_id, quantile_disc(duration_ms, 0.95) from marts.fct_task_executions"
        " where date_trunc('month', usage_date) = date '2026-11-01' and duration_ms is not null"
        " group by all order by 1"
    )
    read = small.rows(
        "select organization_id, p95_duration_ms from marts.mart_savings__periods"
        " where period_type = 'monthly' and period_start_date = date '2026-11-01' order by 1"
    )
    assert [row[0] for row in exact] == [row[0] for row in read]
    # The two definitions may name neighbouring tasks, so the median organisation is compared.
    gaps = sorted(abs(one[1] - other[1]) / one[1] for one, other in zip(exact, read, strict=True))
    assert gaps[len(gaps) // 2] <= 0.0101
