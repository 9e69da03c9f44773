"""A warehouse of savings marts of the size that an orchestrator with a thousand users leaves in 90 days.

Every amount of a snapshot is the snapshot's own number, its stamp, so that an answer of two snapshots is recognised.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

N_ORGANIZATIONS, N_USERS, N_DAYS, N_PROVIDERS, N_TASK_TYPES, N_BUCKETS = 20, 50, 90, 4, 4, 50
_GRAIN = """
    'organization-' || org.range as organization_id, date '2026-04-02' + cast(day.range as integer) as usage_date,
    'provider-' || provider.range as provider, 'type-' || task_type.range as task_type
"""
_ROWS = f"""
    from range({N_ORGANIZATIONS}) as org, range({N_DAYS}) as day,
    range({N_PROVIDERS}) as provider, range({N_TASK_TYPES}) as task_type
"""
_STATEMENTS = (
    "create schema marts",
    f"""
    create table marts.mart_savings__daily as
    select {_GRAIN}, 100 as n_tasks, 95 as n_successful_tasks, 5 as n_failed_tasks, 3 as n_retries,
        100 as n_priced_tasks, 95 as n_compared_tasks, 4 as n_negative_savings_tasks, 100000 as total_tokens,
        cast(1 as decimal(38, 9)) as actual_cost_usd, cast(1 as decimal(38, 9)) as baseline_cost_usd,
        cast(1 as decimal(38, 9)) as gross_savings_usd, cast(1 as decimal(38, 9)) as net_savings_usd,
        120000 as duration_ms_sum, 100 as n_timed_tasks
    {_ROWS}
    """,
    f"""
    create table marts.mart_savings__duration_histogram as
    select {_GRAIN}, 200 + bucket.range as duration_bucket, 2 as n_tasks {_ROWS}, range({N_BUCKETS}) as bucket
    """,
    f"""
    create table marts.mart_savings__user_days as
    select {_GRAIN}, 'user-' || person.range as user_id, 2 as n_tasks, 1 as n_routed_tasks, 1 as n_cost_optimized_tasks
    {_ROWS}, range({N_USERS}) as person where (person.range + task_type.range) % 4 = provider.range
    """,
    """
    create table marts.fct_ai_spend_daily as
    select usage_date, 'vendor' as vendor, provider as platform, 'api_consumption' as category, task_type as team_name,
        actual_cost_usd as spend_usd
    from marts.mart_savings__daily where organization_id = 'organization-0'
    """,
)
_ENDPOINTS = ("savings/summary", "costs/by-provider", "tasks/performance", "usage/metrics")
ADDRESSES = tuple(
    f"/api/v1/analytics/{endpoint}?organization_id=organization-{number}"
    for number in range(N_ORGANIZATIONS)
    for endpoint in _ENDPOINTS
)


def build(path: Path) -> None:
    """Write the warehouse."""
    with duckdb.connect(str(path)) as connection:
        for statement in _STATEMENTS:
            connection.execute(statement)


def stamp(path: Path, number: int) -> None:
    """Make every amount this number."""
    amounts = ("actual_cost_usd", "baseline_cost_usd", "gross_savings_usd", "net_savings_usd")
    with duckdb.connect(str(path)) as connection:
        changes = ", ".join(f"{name} = {number}" for name in amounts)
        connection.execute(f"update marts.mart_savings__daily set {changes}")


def stamps_of(answer: dict[str, Any]) -> set[Decimal]:
    """Return the stamps that an answer shows; none where it shows no money."""
    per_organization = N_DAYS * N_PROVIDERS * N_TASK_TYPES
    found = {
        Decimal(answer[name]) / per_organization
        for name in ("total_savings", "net_savings", "total_cost", "baseline_cost")
        if name in answer
    }
    for point in answer.get("trend", []):
        found.add(Decimal(point["savings"]) / (N_PROVIDERS * N_TASK_TYPES))
    for provider in answer.get("providers", []):
        for name in ("actual_cost", "baseline_cost", "savings"):
            found.add(Decimal(provider[name]) / (N_DAYS * N_TASK_TYPES))
    return found
