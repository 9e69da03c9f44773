"""Hard rows of the orchestrator: every way of charging, chains of attempts over midnight, units at the edge of the types."""

import datetime as dt
import itertools
from typing import Any

from tests.worlds.hard.cursor import LATE
from tests.worlds.hard.rows import FOUNDED, Row, at, table

DAYS = (dt.date(2026, 5, 30), dt.date(2026, 5, 31), dt.date(2026, 6, 1), dt.date(2026, 6, 2))
"""Saturday to Tuesday, over the end of a week and of a month; a price and a policy change on 1 June."""
ORGANIZATIONS = ("org_changes", "org_silent", "unknown")
TYPES = ("refactor", None, "bug_fix")
TIERS = (None, "batch", "unheard-of")
DURATIONS = (0, -1, None, 1, 99, 100, 101, 102, 86_400_000, 9_007_199_254_740_993)
KINDS: tuple[Row, ...] = (
    # Classes at prices of their own, some of them missing.
    {"provider": "classes", "model": "large", "uncached_input_tokens": 1000, "output_tokens": 333},
    {"provider": "classes", "model": "large", "cache_read_tokens": 7, "cache_write_5m_tokens": 1},
    {"provider": "classes", "model": "large", "cache_write_1h_tokens": 1},
    {"provider": "classes", "model": "large", "tokens_used": 1333, "output_tokens": 333},
    {"provider": "classes", "model": "large", "tokens_used": 1, "output_tokens": 2},
    {"provider": "classes", "model": "small", "output_tokens": 1},
    {"provider": "classes", "model": None, "output_tokens": 3, "cache_read_tokens": 0},
    # Only a sum: nothing, one, three (thirds of a billionth), more than a double can count.
    {"provider": "sum", "model": None, "tokens_used": None},
    {"provider": "sum", "model": "", "tokens_used": 0},
    {"provider": "sum", "model": None, "tokens_used": 1},
    {"provider": "sum", "model": None, "tokens_used": 3},
    {"provider": "sum", "model": None, "tokens_used": 9_007_199_254_740_993},
    # Requests and compute units.
    {"provider": "request", "model": None, "tokens_used": 1_000_000},
    {"provider": "unit", "model": None, "compute_units": "0.000000001"},
    {"provider": "unit", "model": None, "compute_units": "333333333.333333333"},
    {"provider": "unit", "model": None, "compute_units": None},
    {"provider": "free", "model": None, "tokens_used": 10},
    {"provider": "nobody", "model": "large", "tokens_used": 10},
)


def task_executions() -> list[Row]:
    """Return every kind of task in every organisation and day, and chains of attempts."""
    rows: list[Row] = []
    for (day_number, day), organization in itertools.product(enumerate(DAYS), ORGANIZATIONS):
        for place, kind in enumerate(KINDS):
            number = place + day_number
            decision = f"d{place}" if place < len(_ALTERNATIVES) else None
            rows.append(
                _task(f"{organization}-{day:%m%d}-{place}", day, number)
                | {
                    "organization_id": organization,
                    "duration_ms": DURATIONS[number % len(DURATIONS)],
                    "routing_decision_id": f"{day:%m%d}-{decision}" if decision else None,
                    "confidence_score": (0.5, None, 0.1, 1e-10)[number % 4],
                }
                | kind
            )
    return rows + _chains()


def _task(name: str, day: dt.date, number: int) -> Row:
    # Two thirds of the tasks begin with the day or with each other, the others in its last millisecond.
    started = dt.datetime.combine(day, LATE if number % 3 == 0 else dt.time(tzinfo=dt.UTC))
    seconds = (0, 61, -1)[number % 3]
    return {
        "task_id": name,
        "user_id": ("user_1", "user_2", None)[number % 3],
        "task_type": TYPES[number % len(TYPES)],
        "service_tier": TIERS[number // 2 % len(TIERS)],
        "start_time": started,
        "end_time": started + dt.timedelta(seconds=seconds) if number % 4 else None,
        "reported_cost": ("0.5", None, "-0.000000001")[number % 3],
        "currency": ("USD", None, "EUR")[number % 3],
        "success": number % 5 != 0,
        "error_class": None if number % 5 else "timeout",
    }


def _chains() -> list[Row]:
    """Return attempts: nine in a row, over midnight, at the same instant, of nobody, of each other."""
    evening, midnight, noon = at(DAYS[1], 22 * 3600), at(DAYS[2]), at(DAYS[2], 12 * 3600)
    minute, last_moment = dt.timedelta(minutes=1), midnight - dt.timedelta(microseconds=1)
    return table(
        "task_id start_time retry_of_task_id success",
        ("long-0", evening, None, True),
        *((f"long-{n}", evening + n * minute, f"long-{n - 1}", False) for n in range(1, 9)),
        ("long-9", evening + 9 * minute, "long-8", True),
        ("failed", last_moment, None, False),
        ("over-midnight", midnight, "failed", True),
        ("done-before", last_moment, None, True),
        ("again-after-midnight", midnight, "done-before", True),
        ("two-days-before", at(DAYS[0], 12 * 3600), None, True),
        ("too-far", noon, "two-days-before", True),
        ("tie-a", noon, None, True),
        ("tie-b", noon, "tie-a", True),
        ("tie-z", noon, None, True),
        ("tie-c", noon, "tie-z", True),
        ("itself", noon, "itself", True),
        ("one", noon, "other", True),
        ("other", noon + minute, "one", True),
        ("of-nobody", noon, "unheard-of", False),
        organization_id="org_changes",
        user_id="user_1",
        provider="sum",
        task_type="refactor",
        tokens_used=1000,
        duration_ms=5,
    )


_ALTERNATIVES: tuple[str | None, ...] = (
    '[{"provider": "b", "score": 0.5, "estimated_cost": "0.02"},'
    ' {"provider": "a", "score": 0.5, "estimated_cost": 0.020}]',
    '[{"provider": "a", "score": 1}]',
    '[{"provider": "a", "estimated_cost": "dear"}, {"provider": null, "estimated_cost": 0}]',
    '[{"provider": "a", "estimated_cost": 0.0000000005}]',
    "[]",
    None,
)


def routing_decisions() -> list[Row]:
    """Return decisions with and without alternatives, organisation, task and instant; some on the evening before."""
    rows: list[Row] = []
    for day, (place, alternatives) in itertools.product(DAYS, enumerate(_ALTERNATIVES)):
        decided = at(day)
        if place % 2:
            decided -= dt.timedelta(microseconds=1)
        rows.append(
            {
                "routing_decision_id": f"{day:%m%d}-d{place}",
                "task_id": f"org_changes-{day:%m%d}-{place}" if place != 3 else None,
                "organization_id": ("org_changes", None, "org_without_tasks")[place % 3],
                "chosen_provider": KINDS[place]["provider"],
                "routing_strategy": ("cost_optimized", "balanced", None)[place % 3],
                "alternative_providers": alternatives,
                "confidence_score": (0.25, None)[place % 2],
                "estimated_cost": ("0.000000001", None, "-1")[place % 3],
                "potential_savings": ("-0.5", "0", None)[place % 3],
                "estimated_duration_ms": (0, None, 9_007_199_254_740_993)[place % 3],
                "created_at": decided if place != 5 else None,
            }
        )
    return rows


def provider_pricing() -> list[Row]:
    """Return prices of every kind, and some that price nothing."""
    token, change, end = "per_token", "2026-06-01", "2026-06-02"
    large: dict[str, Any] = {"model": "large"}
    return [
        # The last digit that is kept, half of it, and less.
        _price("classes", token, "0.000005", token_class="uncached_input", **large),
        _price("classes", token, "0.000000000000001", token_class="output", **large),
        _price("classes", token, "0.0000000000000005", token_class="cache_read", **large),
        _price("classes", token, "0.00000000000000049", token_class="cache_write_5m", **large),
        _price("classes", token, "1e-5", token_class="cache_write_1h", **large),
        _price("classes", token, "0.0000025", token_class="output", service_tier="batch", **large),
        _price("classes", token, "0.000003", token_class="output", task_type="bug_fix"),
        # A price that changes in the middle, with two rows for one day, made at the same instant.
        _price("sum", token, "0.0000000003333333", effective_date="2026-01-01", end_date=change),
        _price("sum", token, "0.0000000005", effective_date=change, end_date=end),
        _price("sum", token, "0.0000000005", effective_date=end, name="tie-a"),
        _price("sum", token, "0.0000000004", effective_date=end, name="tie-b"),
        _price("sum", token, "0.0000000002", service_tier="batch", effective_date=end),
        _price("request", "per_request", "0.04"),
        _price("request", "per_request", "0.0000000005", task_type="bug_fix", end_date=end),
        _price("request", token, "0.000001", model="large"),
        _price("unit", "per_compute_unit", "0.333333333333333"),
        _price("unit", "per_compute_unit", "7", task_type="bug_fix", effective_date=change),
        _price("free", "per_request", "0"),
        _price("base", token, "0.000000001"),
        _price("base", token, "0.0000000009", effective_date=change, **large),
        # Of no use.
        _price("nobody", "per_request", "four cents"),
        _price("nobody", "per_request", "-1"),
        _price("nobody", "per_hour", "1"),
        _price("nobody", "per_request", "1", token_class="output"),
        _price("nobody", token, "1", token_class="thoughts"),
        _price("nobody", "per_request", "1", currency="jpy"),
        _price("nobody", "per_request", "1", effective_date=end, end_date=end),
    ]


def _price(provider: str, pricing_model: str, cost: str, *, name: str = "", **more: Any) -> Row:
    dates = {"effective_date": "2026-01-01", "end_date": None} | {
        key: more.pop(key) for key in ("effective_date", "end_date") if key in more
    }
    kind = "-".join(str(value) for value in (*more.values(), dates["effective_date"]))
    return {
        "pricing_id": f"{provider}-{pricing_model}-{cost}-{kind}{name}",
        "provider": provider,
        "pricing_model": pricing_model,
        "cost_per_unit": cost,
        "currency": "usd",
        "price_source": "contract",
        "created_at": FOUNDED,
        **{key: dt.date.fromisoformat(day) if day else None for key, day in dates.items()},
        **more,
    }


TABLES = {
    "task_executions": task_executions(),
    "routing_decisions": routing_decisions(),
    "provider_pricing": provider_pricing(),
}
