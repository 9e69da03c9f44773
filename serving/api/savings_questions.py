"""What the four savings endpoints work out of the savings marts. Formulas: `docs/api.md`."""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from serving.api.answers import Answer
from serving.api.days import period_of
from serving.api.figures import SAVINGS
from serving.api.presentation import CURRENCY, money, number, ratio
from serving.api.problems import Problem
from serving.api.response_models import ProviderCosts, TaskPerformance
from serving.api.sql import Row, rows
from serving.api.view import View
from serving.api.words import known_words, refuse_unknown
from serving.cheapest import cheapest

GAMMA = Decimal("1.01") / Decimal("0.99")
"""Width of a duration bucket: values are right to 1 %."""
HISTOGRAM = "marts.mart_savings__duration_histogram"
USER_DAYS = "marts.mart_savings__user_days"

Filters = Mapping[str, Any]


def summary(cursor: duckdb.DuckDBPyConnection, view: View, asked: Filters, period: str) -> Answer:
    """What was saved, and how it came together over time."""
    asked = _expected(cursor, view, asked, SAVINGS)
    (total,) = rows(cursor, "savings_total", asked)
    percentage = ratio(total["total_savings"], total["baseline_cost"])
    # The cost of failed tasks alone is no net saving.
    net = None if total["total_savings"] is None else total["net_savings"]
    trend = rows(cursor, "savings_trend", {**asked, "period": period})
    return Answer(
        {
            "total_savings": money(total["total_savings"]),
            "net_savings": money(net),
            "total_cost": money(total["total_cost"]),
            "baseline_cost": money(total["baseline_cost"]),
            "savings_percentage": number(None if percentage is None else percentage * 100),
            "currency": CURRENCY,
            "period": period_of(asked, total),
            "coverage": number(ratio(total["n_compared_tasks"], total["n_tasks"])),
            "trend": [
                {
                    "date": row["period_date"].isoformat(),
                    "savings": money(row["savings"]),
                    "cumulative_savings": money(row["cumulative_savings"]),
                }
                for row in trend
            ],
        }
    )


def by_provider(cursor: duckdb.DuckDBPyConnection, view: View, asked: Filters) -> Answer:
    """What each provider cost and saved."""
    asked = _expected(cursor, view, asked, SAVINGS)
    providers = [
        {
            "provider": row["provider"],
            "tasks": int(row["n_tasks"]),
            "actual_cost": money(row["actual_cost"]),
            "baseline_cost": money(row["baseline_cost"]),
            "savings": money(row["savings"]),
            "avg_cost_per_task": money(ratio(row["actual_cost"], row["n_priced_tasks"])),
        }
        for row in rows(cursor, "costs_by_provider", asked)
    ]
    return Answer({"providers": providers}, "providers", tuple(ProviderCosts.model_fields))


def performance(cursor: duckdb.DuckDBPyConnection, view: View, asked: Filters) -> Answer:
    """How well and how fast tasks of each type are done."""
    asked = _expected(cursor, view, asked, SAVINGS, HISTOGRAM)
    quantiles = {
        (row["task_type"], row["percent"]): _duration(row["duration_bucket"])
        for row in rows(cursor, "duration_quantiles", asked)
    }
    by_type: dict[str, list[Row]] = {}
    for row in rows(cursor, "task_performance", asked):
        by_type.setdefault(row["task_type"], []).append(row)
    tasks = []
    for task_type, found in by_type.items():
        total = {
            name: sum(row[name] or 0 for row in found)
            for name in ("n_tasks", "n_successful_tasks", "n_timed_tasks", "duration_ms_sum")
        }
        best = cheapest(found)
        tasks.append(
            {
                "task_type": task_type,
                "total_tasks": int(total["n_tasks"]),
                "success_rate": number(ratio(total["n_successful_tasks"], total["n_tasks"])),
                "avg_duration_ms": number(
                    ratio(total["duration_ms_sum"], total["n_timed_tasks"]), 3
                ),
                "p50_duration_ms": quantiles.get((task_type, 50)),
                "p95_duration_ms": quantiles.get((task_type, 95)),
                "p99_duration_ms": quantiles.get((task_type, 99)),
                "optimal_provider": None if best is None else best["provider"],
            }
        )
    return Answer({"tasks": tasks}, "tasks", tuple(TaskPerformance.model_fields))


def usage(cursor: duckdb.DuckDBPyConnection, view: View, asked: Filters) -> Answer:
    """How many people use the orchestrator, and for what."""
    asked = _expected(cursor, view, asked, USER_DAYS)
    (total,) = rows(cursor, "usage_total", asked)
    n_tasks, n_days = int(total["n_tasks"] or 0), _n_days(asked, total)
    types = rows(cursor, "usage_task_types", asked)
    return Answer(
        {
            "daily_active_users": number(ratio(total["n_user_days"] or 0, n_days)),
            "tasks_per_day": number(ratio(n_tasks, n_days)),
            "tasks_per_user": number(ratio(n_tasks, total["n_users"])),
            "top_task_types": [
                {"type": row["task_type"], "count": int(row["n_tasks"])} for row in types
            ],
            "feature_adoption": {
                "intelligent_routing": number(ratio(total["n_routed_tasks"], n_tasks)),
                "cost_optimization": number(ratio(total["n_cost_optimized_tasks"], n_tasks)),
            },
        }
    )


def _expected(
    cursor: duckdb.DuckDBPyConnection, view: View, asked: Filters, *tables: str
) -> Filters:
    """Return what is asked for, in the words of the organisation's own tasks."""
    if not all(view.has(table) for table in tables):
        raise Problem(404, "This snapshot has no savings marts: no task events were loaded.")
    if asked["organization_id"] not in view.organizations:
        raise Problem(404, "There are no tasks of this organisation.")
    columns = {name: name for name in ("provider", "task_type") if asked[name] is not None}
    own = (f"{tables[0]} where organization_id = ?", [str(asked["organization_id"])])
    words = known_words(cursor, None, columns, own)
    meant = refuse_unknown({name: [asked[name]] for name in columns}, words)
    return {**asked, **{name: spelled[0] for name, spelled in meant.items()}}


def _n_days(asked: Filters, total: Row) -> int:
    """Count the days of the period for which the organisation's users are known at all."""
    first: dt.date | None = total["known_from"]
    last: dt.date | None = total["known_to"]
    if first is None or last is None:
        return 0
    start, end = max(asked["start_date"] or first, first), min(asked["end_date"] or last, last)
    return max(0, (end - start).days + 1)


def _duration(bucket: int | None) -> int | None:
    """Return the middle of a bucket in whole milliseconds; the one below the first holds zero."""
    if bucket is None or bucket < 0:
        return 0
    return int((2 * GAMMA**bucket / (GAMMA + 1)).to_integral_value(ROUND_HALF_UP))
