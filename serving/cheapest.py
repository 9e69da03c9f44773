"""Which provider does a kind of task for least: the same rule for the service and for the report."""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

ENOUGH_SUCCESSFUL_TASKS = 30
ENOUGH_PRICED_SHARE = Decimal("0.95")
_EXACT = Context(prec=60)

Row = Mapping[str, Any]


def is_enough(row: Row) -> bool:
    """Say whether a provider did enough tasks, of known enough cost, to be compared."""
    return bool(
        row["n_successful_tasks"] >= ENOUGH_SUCCESSFUL_TASKS
        and row["n_priced_tasks"] >= ENOUGH_PRICED_SHARE * row["n_tasks"]
    )


def cost_per_success(row: Row) -> Decimal:
    """Return what a successful task cost, failures paid for included."""
    return _EXACT.divide(Decimal(row["actual_cost"] or 0), Decimal(row["n_successful_tasks"]))


def cheapest(rows: Sequence[Row]) -> Row | None:
    """Return the provider with the least cost per successful task, of those with enough."""
    ranked = sorted(
        filter(is_enough, rows),
        key=lambda row: (cost_per_success(row), -row["n_successful_tasks"], row["provider"]),
    )
    return ranked[0] if ranked else None
