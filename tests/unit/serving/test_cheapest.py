"""The best provider of a task type: least cost per successful task, said only where there is enough to say it."""

from decimal import Decimal
from typing import Any

import pytest

from serving.cheapest import cheapest


def _cheapest(rows: list[dict[str, Any]]) -> str | None:
    found = cheapest(rows)
    return None if found is None else str(found["provider"])


def _row(provider: str, cost: str, n_successful: int = 30, **more: int) -> dict[str, Any]:
    counts = {"n_tasks": n_successful, "n_priced_tasks": n_successful, **more}
    return {
        "provider": provider,
        "actual_cost": Decimal(cost),
        "n_successful_tasks": n_successful,
        **counts,
    }


@pytest.mark.parametrize(("n_successful", "found"), [(29, None), (30, "a")])
def test_thirty_successful_tasks_are_enough(n_successful: int, found: str | None) -> None:
    assert _cheapest([_row("a", "1", n_successful)]) == found


@pytest.mark.parametrize(("n_priced", "found"), [(94, None), (95, "a"), (100, "a")])
def test_a_price_is_known_for_nearly_all(n_priced: int, found: str | None) -> None:
    assert _cheapest([_row("a", "1", 100, n_priced_tasks=n_priced)]) == found


def test_whoever_fails_pays_for_it() -> None:
    # 30 of 60 tasks succeed at 1 USD each: 2 USD for a success; 1.9 USD for one that never fails.
    often_failing = _row("a", "60", 30, n_tasks=60, n_priced_tasks=60)
    assert _cheapest([often_failing, _row("b", "57", 30)]) == "b"


def test_the_cheapest_with_too_few_tasks_is_passed_over() -> None:
    assert _cheapest([_row("a", "0.01", 29), _row("b", "57")]) == "b"


def test_ties_go_to_more_successes_and_then_to_the_name() -> None:
    assert _cheapest([_row("a", "30", 30), _row("b", "60", 60)]) == "b"
    assert _cheapest([_row("b", "30"), _row("a", "30")]) == "a"
