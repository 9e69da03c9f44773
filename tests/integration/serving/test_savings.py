"""The four savings endpoints against figures worked out by hand from `warehouse.py`."""

from typing import Any

import pytest

from tests.service import Service


def _ask(lasting: Service, path: str, **parameters: str) -> dict[str, Any]:
    with lasting.client("north", "unpriced") as client:
        answer = client.get(f"/analytics{path}", params={"organization_id": "north", **parameters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_summary(lasting: Service) -> None:
    found = _ask(lasting, "/savings/summary")
    # 10.5 + 5 - 0.0000005 = 15.4999995, half away from zero; net 9.9999995 + 5 - 1.0000005 = 13.999999.
    assert found["total_savings"] == "15.500000"
    assert found["net_savings"] == "13.999999"
    assert found["total_cost"] == "37.000001"
    assert found["baseline_cost"] == "51.000000"
    # 15.4999995 of 50.9999995
    assert found["savings_percentage"] == pytest.approx(30.392157)
    assert found["currency"] == "USD"
    assert found["period"] == {"start": "2026-05-29", "end": "2026-06-02"}
    # 38 + 50 + 7 of 104 tasks
    assert found["coverage"] == 0.913462
    assert found["trend"] == [
        {"date": "2026-05-29", "savings": "15.500000", "cumulative_savings": "15.500000"},
        {"date": "2026-06-01", "savings": "-0.000001", "cumulative_savings": "15.500000"},
        {"date": "2026-06-02", "savings": None, "cumulative_savings": "15.500000"},
    ]
    assert found["as_of"] == "2026-06-10T00:00:00+00:00"
    assert found["snapshot_id"] == lasting.app.state.follower.current.snapshot_id
    assert found["freshness"] == [
        {
            "source": "orchestrator",
            "table": "provider_pricing",
            "last_status": "failed",
            "last_attempt_at": "2026-06-03T04:00:00Z",
            "last_success_at": "2026-06-02T04:00:00Z",
            "changed_at": "2026-06-01T00:00:00Z",
            "last_date": "2026-06-01",
        },
        {
            "source": "orchestrator",
            "table": "task_executions",
            "last_status": "ok",
            "last_attempt_at": "2026-06-03T04:00:00Z",
            "last_success_at": "2026-06-03T04:00:00Z",
            "changed_at": "2026-06-03T04:00:00Z",
            "last_date": "2026-06-02",
        },
    ]


def _savings(found: dict[str, Any]) -> list[str | None]:
    return [found[name] for name in ("total_savings", "net_savings", "total_cost", "baseline_cost")]


def test_trend_by_week_and_month(lasting: Service) -> None:
    by_week = _ask(lasting, "/savings/summary", period="week")["trend"]
    # A Friday belongs to the week of the Monday before.
    assert [(point["date"], point["savings"]) for point in by_week] == [
        ("2026-05-25", "15.500000"),
        ("2026-06-01", "-0.000001"),
    ]
    by_month = _ask(lasting, "/savings/summary", period="month")["trend"]
    assert [(point["date"], point["cumulative_savings"]) for point in by_month] == [
        ("2026-05-01", "15.500000"),
        ("2026-06-01", "15.500000"),
    ]


def test_both_days_of_a_period_are_in_it(lasting: Service) -> None:
    one_day = {"start_date": "2026-06-01", "end_date": "2026-06-01"}
    found = _ask(lasting, "/savings/summary", **one_day)
    # -0.0000005 and -1.0000005, half away from zero
    assert _savings(found) == ["-0.000001", "-1.000001", "7.000000", "6.000000"]
    assert found["period"] == {"start": "2026-06-01", "end": "2026-06-01"}
    assert found["coverage"] == 0.7
    before = _ask(lasting, "/savings/summary", end_date="2026-05-29")
    assert before["total_savings"] == "15.500000"


def test_filters_by_provider_and_task_type(lasting: Service) -> None:
    found = _ask(lasting, "/savings/summary", provider="beta", task_type="bug_fix")
    assert _savings(found) == ["5.000000", "5.000000", "20.000000", "25.000000"]
    assert found["savings_percentage"] == 20.0
    # Known, and never there together.
    nothing = _ask(lasting, "/savings/summary", provider="alpha", task_type="refactor")
    assert _savings(nothing) == [None] * 4
    assert (nothing["trend"], nothing["coverage"], nothing["savings_percentage"]) == (
        [],
        None,
        None,
    )


def test_unknown_prices_are_not_zero(lasting: Service) -> None:
    found = _ask(lasting, "/savings/summary", organization_id="unpriced")
    assert _savings(found) == [None] * 4
    assert (found["savings_percentage"], found["coverage"]) == (None, 0)
    assert [point["cumulative_savings"] for point in found["trend"]] == [None]
    (provider,) = _ask(lasting, "/costs/by-provider", organization_id="unpriced")["providers"]
    assert (provider["actual_cost"], provider["avg_cost_per_task"]) == (None, None)


def test_cost_of_failed_tasks_alone_is_no_net_saving(service: Service) -> None:
    service.change(
        "update marts.mart_savings__daily set overhead_cost_usd = 3, net_savings_usd = -3"
        " where organization_id = 'unpriced'"
    )
    service.look()
    found = _ask(service, "/savings/summary", organization_id="unpriced")
    assert (found["total_savings"], found["net_savings"]) == (None, None)


def test_costs_by_provider(lasting: Service) -> None:
    assert _ask(lasting, "/costs/by-provider")["providers"] == [
        {
            "provider": "beta",
            "tasks": 60,
            "actual_cost": "27.000000",
            "baseline_cost": "31.000000",
            "savings": "5.000000",  # 5 - 0.0000005 = 4.9999995
            "avg_cost_per_task": "0.465517",  # 27 over the 58 tasks whose cost is known
        },
        {
            "provider": "alpha",
            "tasks": 40,
            "actual_cost": "10.000001",
            "baseline_cost": "20.000000",
            "savings": "10.500000",
            "avg_cost_per_task": "0.250000",
        },
        {
            "provider": "gamma",
            "tasks": 4,
            "actual_cost": None,
            "baseline_cost": None,
            "savings": None,
            "avg_cost_per_task": None,
        },
    ]


def test_tasks_performance(lasting: Service) -> None:
    assert _ask(lasting, "/tasks/performance")["tasks"] == [
        {
            "task_type": "bug_fix",
            "total_tasks": 90,
            "success_rate": 0.977778,  # 88 of 90
            "avg_duration_ms": 1444.444,  # 130,000 over 90
            # 100 durations: ranks 50.5, 95.05 and 99.01. Bucket 230 holds 50 of them, 346 the next 44, 461 the last 6;
            # the 51st is the first with a rank of at least 50.5.
            "p50_duration_ms": 1002,
            "p95_duration_ms": 9999,
            "p99_duration_ms": 9999,
            # alpha: 10.0000005 for 38 successes, 0.263; beta: 20 for 50, 0.4
            "optimal_provider": "alpha",
        },
        {
            "task_type": "refactor",
            "total_tasks": 14,
            "success_rate": 0.928571,
            "avg_duration_ms": 1000.0,
            "p50_duration_ms": 0,
            "p95_duration_ms": 0,
            "p99_duration_ms": 0,
            # too few tasks to say
            "optimal_provider": None,
        },
    ]


def test_percentile_at_the_edge_of_a_bucket(lasting: Service) -> None:
    # 50 durations, rank 0.5 * 49 + 1 = 25.5: 30 of alpha's are in the first bucket.
    alpha = _ask(lasting, "/tasks/performance", provider="alpha")["tasks"]
    assert [task["p99_duration_ms"] for task in alpha] == [99]


def test_usage_metrics(lasting: Service) -> None:
    found = _ask(lasting, "/usage/metrics")
    # Friday 2 users, Saturday and Sunday none, Monday 1: 3 user days on 4 days.
    assert found["daily_active_users"] == 0.75
    assert found["tasks_per_day"] == 25.0
    assert found["tasks_per_user"] == 50.0
    assert found["top_task_types"] == [
        {"type": "bug_fix", "count": 90},
        {"type": "refactor", "count": 10},
    ]
    assert found["feature_adoption"] == {"intelligent_routing": 0.5, "cost_optimization": 0.25}


def test_usage_counts_only_days_that_are_known(lasting: Service) -> None:
    wide = {"start_date": "2020-01-01", "end_date": "2030-01-01"}
    assert _ask(lasting, "/usage/metrics", **wide)["daily_active_users"] == 0.75
    monday = _ask(lasting, "/usage/metrics", start_date="2026-06-01", end_date="2030-01-01")
    assert monday["daily_active_users"] == 1.0
    nobody = _ask(lasting, "/usage/metrics", start_date="2030-01-01")
    names = ("daily_active_users", "tasks_per_day", "tasks_per_user")
    assert [nobody[name] for name in names] == [None, None, None]
    unknown = _ask(lasting, "/usage/metrics", organization_id="unpriced")
    assert [unknown[name] for name in names] == [None, None, None]
    weekend = _ask(lasting, "/usage/metrics", start_date="2026-05-30", end_date="2026-05-31")
    assert [weekend[name] for name in names] == [0, 0, None]
