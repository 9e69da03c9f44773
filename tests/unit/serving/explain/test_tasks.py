"""Explanations of tasks whose costs were worked out on paper: the example of docs/savings.md, and what is charged otherwise."""

from decimal import Decimal

import pytest

from serving.explain import tasks
from serving.explain.reading import NothingFoundError
from serving.explain.tasks import TaskExplanation
from tests.e2e.calculator import typed_in
from tests.unit.serving.explain.published import Row, published

TASK: Row = {
    "task_id": "t1", "usage_date": "2026-06-10", "organization_id": "org", "provider": "cheap", "price_version": "v_cheap",
    "baseline_provider": "dear", "baseline_price_version": "v_dear", "savings_status": "estimated",
    "pipeline_run_id": "run", "input_version": "v1", "loaded_at": "2026-06-11 05:00:00+00",
}  # fmt: skip
BY_TOKEN: Row = {
    "pricing_model": "per_token", "uncached_input_usd_per_million_units": "5", "output_usd_per_million_units": "25",
    "cache_read_usd_per_million_units": "0.5", "cache_write_5m_usd_per_million_units": "6.25",
    "cache_write_1h_usd_per_million_units": "10",
}  # fmt: skip
BY_REQUEST: Row = {"pricing_model": "per_request", "any_usd_per_million_units": "10000"}
BY_UNIT: Row = {"pricing_model": "per_compute_unit", "any_usd_per_million_units": "3000"}


def explained(
    cheap: Row, dear: Row, prices: list[Row] | None = None, **row: object
) -> TaskExplanation:
    rates = [
        {
            "provider": name,
            "price_version": f"v_{name}",
            "member_price_versions": f"v_{name}",
            **rate,
        }
        for name, rate in (("cheap", cheap), ("dear", dear))
    ]
    made = published(
        fct_task_executions=[{**TASK, **row}],
        mart_savings__rates=rates,
        dim_provider_pricing=prices or [],
        fct_routing_decisions=[],
    )
    (found,) = tasks.explain(made, ["t1"])
    return found


def test_the_example_of_the_page() -> None:
    """15,375 millionths less one request of 10,000 millionths."""
    found = explained(
        BY_REQUEST, BY_TOKEN, total_tokens=6600, uncached_input_tokens=1000, output_tokens=200, cache_read_tokens=5000,
        cache_write_5m_tokens=300, cache_write_1h_tokens=100, actual_cost_usd="0.01", baseline_cost_usd="0.015375",
        savings_usd="0.005375",
    )  # fmt: skip
    assert [str(step) for step in found.sheet.steps] == [
        "[1] 1000 × 5 = 5000",
        "[2] 200 × 25 = 5000",
        "[3] 5000 × 0.5 = 2500",
        "[4] 300 × 6.25 = 1875",
        "[5] 100 × 10 = 1000",
        "[6] 5000 [1] + 5000 [2] + 2500 [3] + 1875 [4] + 1000 [5] = 15375",
        "[7] 15375 [6] ÷ 1000000 = 0.015375",
        "[8] 10000 ÷ 1000000 = 0.01",
        "[9] 0.015375 [7] - 0.01 [8] = 0.005375",
    ]
    assert typed_in("\n".join(found.lines())) == Decimal("0.005375")
    assert found.comes_out


def test_tokens_without_a_class_and_compute_units() -> None:
    """10 tokens of which 4 are output: 6 at the price for all. And 2.5 units at 3,000."""
    rate = {**BY_TOKEN, "any_usd_per_million_units": "7"}
    found = explained(
        BY_UNIT, rate, total_tokens=10, output_tokens=4, compute_units="2.5", actual_cost_usd="0.0075",
        baseline_cost_usd="0.000142", savings_usd="-0.007358",
    )  # fmt: skip
    assert [str(step) for step in found.sheet.steps] == [
        "[1] 4 × 25 = 100",
        "[2] 6 × 7 = 42",
        "[3] 100 [1] + 42 [2] = 142",
        "[4] 142 [3] ÷ 1000000 = 0.000142",
        "[5] 2.5 × 3000 = 7500",
        "[6] 7500 [5] ÷ 1000000 = 0.0075",
        "[7] 0.000142 [4] - 0.0075 [6] = -0.007358",
    ]
    assert typed_in("\n".join(found.lines())) == Decimal("-0.007358")


def test_a_failed_task_is_what_it_cost_and_an_unpriced_one_is_unknown() -> None:
    failed = explained(
        BY_REQUEST, BY_REQUEST, actual_cost_usd="0.01", baseline_cost_usd="0.01", savings_status="not_applicable"
    )  # fmt: skip
    assert typed_in("\n".join(failed.lines())) == Decimal("0.01")
    assert "  savings   unknown USD" in "\n".join(failed.lines())
    unpriced = explained(
        BY_REQUEST,
        BY_REQUEST,
        price_version=None,
        baseline_price_version=None,
        savings_status="unknown",
    )
    assert "  nothing is known of what it cost" in unpriced.lines()
    assert unpriced.as_fields()["amount_usd"] is None
    assert unpriced.comes_out


def test_the_price_of_the_day_is_named_with_its_dates_and_row() -> None:
    price: Row = {"provider": "cheap", "price_version": "v_cheap", "pricing_model": "per_request", "price_usd_per_million_units": "10000", "price_row_name": "price 7 of the feed"}  # fmt: skip
    found = explained(
        BY_REQUEST, BY_REQUEST, actual_cost_usd="0.01", baseline_cost_usd="0.01", savings_usd="0",
        prices=[
            {**price, "valid_from_date": "2026-01-01", "valid_to_date": "2026-06-10"},
            {**price, "valid_from_date": "2026-06-10", "valid_to_date": None},
        ],
    )  # fmt: skip
    said = [line for line in found.lines() if line.startswith("  of the task: ")]
    assert said == ["  of the task: cheap 10000 USD per million (per_request), from 2026-06-10 until further notice: price 7 of the feed"]  # fmt: skip


def test_a_task_that_is_not_there() -> None:
    with pytest.raises(NothingFoundError, match="rows of tasks expire"):
        tasks.explain(published(fct_task_executions=[]), ["t9"])


def test_an_id_of_two_organisations_is_explained_for_one() -> None:
    """Naive: a dictionary by task_id explains whichever came last, with a decision of anybody's."""
    names = ("org", "other")
    rows = [{**TASK, "organization_id": name, "routing_decision_id": "d"} for name in names]
    decided: list[Row] = [
        {"organization_id": name, "routing_decision_id": "d", "task_id": task, "chosen_provider": f"{name} {task}",
         "usage_date": "2026-06-10", "pipeline_run_id": "run", "input_version": "v", "loaded_at": "2026-06-11"}
        for name, task in (("other", "t1"), ("unknown", "t2"), ("unknown", "t1"))
    ]  # fmt: skip
    made = published(
        fct_task_executions=[*rows, {**TASK, "task_id": "of/one", "organization_id": "org"}],
        mart_savings__rates=[],
        dim_provider_pricing=[],
        fct_routing_decisions=decided,
    )
    with pytest.raises(
        NothingFoundError, match=r"2 organisations .* ask for one of org/t1, other/t1"
    ):
        tasks.explain(made, ["t1"])
    found = tasks.explain(made, ["org/t1", "other/t1", "of/one"])
    assert [one.key for one in found] == ["org/t1", "other/t1", "of/one"]
    chosen = [one.decision and one.decision["chosen_provider"] for one in found]
    assert chosen == ["unknown t1", "other t1", None]
    (mine,) = tasks.explain(made, ["t1"], "other")
    assert mine.row["organization_id"] == "other"
    with pytest.raises(NothingFoundError, match="No published task"):
        tasks.explain(made, ["other/t1"], "org")
