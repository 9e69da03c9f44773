"""Compares what routing saved with the sandbox's answer key: every task, every total of a day."""

from decimal import Decimal
from pathlib import Path

from tests.e2e.truth import opened

ROUNDED = Decimal("0.000000001")
"""A task's cost is rounded once, to nine decimals; the answer key does not round."""

_TASKS = f"""
select coalesce(ours.task_id, truth.task_id)
from warehouse.marts.fct_task_executions as ours
full join true_task_savings as truth on ours.task_id = truth.task_id
where ours.task_id is null or truth.task_id is null
    or (ours.organization_id, ours.provider, ours.model, ours.task_type, ours.usage_date)
    is distinct from
    (truth.organization_id, truth.provider, truth.model, truth.task_type, truth.usage_date)
    or ours.is_successful <> truth.is_successful or ours.is_retry <> truth.is_retry
    or (ours.actual_cost_usd is null) <> (truth.actual_cost_usd is null)
    or abs(ours.actual_cost_usd - truth.actual_cost_usd) > {ROUNDED}
    or (ours.baseline_cost_usd is null) <> (truth.baseline_cost_usd is null)
    or abs(ours.baseline_cost_usd - truth.baseline_cost_usd) > {ROUNDED}
    or (ours.is_successful and (ours.savings_usd is null) <> (truth.savings_usd is null))
    or (ours.is_successful and abs(ours.savings_usd - truth.savings_usd) > 2 * {ROUNDED})
"""
_COUNTS = (
    *("n_tasks", "n_successful_tasks", "n_failed_tasks", "n_retries", "n_priced_tasks"),
    *("n_compared_tasks", "n_negative_savings_tasks"),
)
_MONEY = (
    *("actual_cost_usd", "compared_actual_cost_usd", "baseline_cost_usd", "gross_savings_usd"),
    "overhead_cost_usd",
)


def wrong_tasks(warehouse: Path, truth: Path) -> list[str]:
    """Return the tasks that differ, or that one side lacks."""
    with opened(warehouse, truth) as connection:
        sql = (
            _TASKS
            if _knows_tasks(truth)
            else "select task_id from warehouse.marts.fct_task_executions"
        )
        return [row[0] for row in connection.execute(sql).fetchall()]


def wrong_days(warehouse: Path, truth: Path) -> list[tuple[object, ...]]:
    """Return the days that differ; no overhead is 0 in the mart and nothing in the answer key."""
    counts = " or ".join(f"ours.{name} <> truth.{name}" for name in _COUNTS)
    money = " or ".join(
        f"abs(coalesce(ours.{name}, -1) - coalesce(truth.{name}, {other}))"
        f" > 2 * ours.n_tasks * {ROUNDED}"
        for name in _MONEY
        for other in [
            "case when ours.n_overhead_tasks = 0 then 0 else -1 end" if name[0] == "o" else -1
        ]
    )
    sql = (
        "select coalesce(ours.usage_date, truth.usage_date), coalesce(ours.provider, truth.provider)"
        " from warehouse.marts.mart_savings__daily as ours"
        " full join true_savings_daily as truth"
        " on ours.organization_id = truth.organization_id"
        " and ours.usage_date = truth.usage_date and ours.provider = truth.provider"
        " and ours.task_type = coalesce(truth.task_type, 'unknown')"
        f" where ours.n_tasks is null or truth.n_tasks is null or {counts} or {money}"
        if _knows_tasks(truth)
        else "select usage_date, provider from warehouse.marts.mart_savings__daily"
    )
    with opened(warehouse, truth) as connection:
        return connection.execute(sql).fetchall()


def _knows_tasks(truth: Path) -> bool:
    """Tell whether the answer key has tasks: an organisation without any has no file of them."""
    path = truth / "task_savings.jsonl"
    return path.exists() and path.stat().st_size > 0
