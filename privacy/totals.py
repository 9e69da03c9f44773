"""What must not change when a person is erased: rows, and the sum of every exact number, table by table."""

import hashlib
from decimal import Decimal

from warehouse.engine import COUNTED, Warehouse

Totals = dict[str, str]
"""Sums as text by `schema.table.column`, rows by `schema.table`."""
_LOADERS_OWN = ("loaded_partitions", "extract_runs")


def read_totals(warehouse: Warehouse) -> Totals:
    """Return the totals of all raw tables and marts."""
    result: Totals = {}
    for table in warehouse.tables():
        is_raw = table.schema.startswith("raw_") and not table.schema.endswith("_staging")
        if not is_raw and table.schema not in ("marts", "metrics"):
            continue
        if table.name.startswith("_dlt") or table.name in _LOADERS_OWN:
            continue
        numbers = table.of_kind(COUNTED)
        sums = "".join(f", sum({column})" for column in numbers)
        ((n_rows, *found),) = warehouse.rows(
            f"select count(*){sums} from {warehouse.name(*table.place)}"
        )
        result[str(table)] = str(n_rows)
        for column, value in zip(numbers, found, strict=True):
            result[f"{table}.{column}"] = "nothing" if value is None else f"{Decimal(value):f}"
    return result


def differences(before: Totals, after: Totals) -> list[str]:
    """Return the names of the totals that are not the same."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def digest(totals: Totals) -> str:
    """Return a fingerprint of all totals."""
    lines = "\n".join(f"{name}={totals[name]}" for name in sorted(totals))
    return hashlib.sha256(lines.encode()).hexdigest()


def headline(totals: Totals) -> Totals:
    """Return the totals that people ask for."""
    asked = (
        "marts.fct_ai_spend_daily",
        "marts.fct_ai_spend_daily.spend_usd",
        "marts.fact_claude_daily_usage.total_tokens",
        "marts.fact_cursor_daily_usage",
        "marts.fct_task_executions",
        "marts.fct_task_executions.actual_cost_usd",
        "raw_orchestrator.task_executions",
        "raw_orchestrator.task_executions.tokens_used",
    )
    return {name: totals[name] for name in asked if name in totals}
