"""A warehouse small enough to work its answers out on paper.

Two organisations, `north` and `south`. North has three days: a Friday, the Monday after and the first of the next month.
"""

from pathlib import Path

import duckdb

STATEMENTS = (
    "create schema marts",
    "create schema quality",
    """
    create table marts.mart_savings__daily (
        organization_id varchar, usage_date date, provider varchar, task_type varchar,
        n_tasks bigint, n_successful_tasks bigint, n_failed_tasks bigint, n_retries bigint,
        n_priced_tasks bigint, n_compared_tasks bigint, n_negative_savings_tasks bigint, total_tokens bigint,
        compute_units decimal(38, 9), actual_cost_usd decimal(38, 9), compared_actual_cost_usd decimal(38, 9),
        baseline_cost_usd decimal(38, 9), gross_savings_usd decimal(38, 9), overhead_cost_usd decimal(38, 9),
        net_savings_usd decimal(38, 9), duration_ms_sum bigint, n_timed_tasks bigint,
        min_duration_ms bigint, max_duration_ms bigint
    )
    """,
    """
    insert into marts.mart_savings__daily values
        ('north', '2026-05-29', 'alpha', 'bug_fix', 40, 38, 2, 1, 40, 38, 3, 4000, 0,
         10.0000005, 9.5, 20.0, 10.5, 0.5000005, 9.9999995, 80000, 40, 100, 9000),
        ('north', '2026-05-29', 'beta', 'bug_fix', 50, 50, 0, 0, 50, 50, 0, 5000, 0,
         20.0, 20.0, 25.0, 5.0, 0, 5.0, 50000, 50, 100, 3000),
        ('north', '2026-06-01', 'beta', 'refactor', 10, 9, 1, 0, 8, 7, 7, 900, 0,
         7.0, 6.0, 5.9999995, -0.0000005, 1.0, -1.0000005, 9000, 9, 1000, 1000),
        ('north', '2026-06-02', 'gamma', 'refactor', 4, 4, 0, 0, 0, 0, 0, 400, 0,
         null, null, null, null, null, null, 0, 0, null, null),
        ('south', '2026-05-29', 'alpha', 'bug_fix', 7, 7, 0, 0, 7, 7, 0, 700, 0,
         1000.0, 1000.0, 3000.0, 2000.0, 0, 2000.0, 7000, 7, 1000, 1000),
        ('unpriced', '2026-05-29', 'gamma', 'bug_fix', 5, 5, 0, 0, 0, 0, 0, 500, 0,
         null, null, null, null, null, null, 5000, 5, 1000, 1000)
    """,
    """
    create table marts.mart_savings__duration_histogram (
        organization_id varchar, usage_date date, provider varchar, task_type varchar,
        duration_bucket bigint, n_tasks bigint
    )
    """,
    # The middle of bucket 230 is 98.505 ms, of 346 1,002.428 ms, of 461 9,999.166 ms.
    """
    insert into marts.mart_savings__duration_histogram values
        ('north', '2026-05-29', 'alpha', 'bug_fix', 230, 30),
        ('north', '2026-05-29', 'beta', 'bug_fix', 230, 20),
        ('north', '2026-05-29', 'beta', 'bug_fix', 346, 44),
        ('north', '2026-06-01', 'beta', 'bug_fix', 461, 6),
        ('north', '2026-06-01', 'beta', 'refactor', -1, 9),
        ('south', '2026-05-29', 'alpha', 'bug_fix', 700, 7)
    """,
    """
    create table marts.mart_savings__user_days (
        organization_id varchar, usage_date date, user_id varchar, provider varchar, task_type varchar,
        n_tasks bigint, n_routed_tasks bigint, n_cost_optimized_tasks bigint
    )
    """,
    """
    insert into marts.mart_savings__user_days values
        ('north', '2026-05-29', 'ada', 'alpha', 'bug_fix', 40, 30, 10),
        ('north', '2026-05-29', 'ada', 'beta', 'bug_fix', 10, 10, 10),
        ('north', '2026-05-29', 'bob', 'beta', 'bug_fix', 40, 0, 0),
        ('north', '2026-06-01', 'ada', 'beta', 'refactor', 10, 10, 5),
        ('south', '2026-05-29', 'eve', 'alpha', 'bug_fix', 7, 7, 7)
    """,
    """
    create table marts.fct_ai_spend_daily (
        usage_date date, vendor varchar, platform varchar, category varchar, team_name varchar,
        person_email varchar, spend_usd decimal(38, 9), is_provisional boolean, attribution_confidence decimal(38, 9),
        loaded_at timestamp
    )
    """,
    """
    insert into marts.fct_ai_spend_daily values
        ('2026-06-01', 'cursor', 'cursor', 'engineering', 'blue', 'ada@north.example', 10.0000005, false, 1,
         '2026-06-02 04:00:00'),
        ('2026-06-01', 'cursor', 'cursor', 'engineering', 'blue', 'bob@north.example', 0.0000005, false, 0.5,
         '2026-06-02 04:00:00'),
        ('2026-06-01', 'anthropic', 'claude_api', 'api_consumption', null, null, 5, true, 0,
         '2026-06-02 04:00:00'),
        ('2026-06-02', 'cursor', 'cursor', 'engineering', 'red', 'eve@north.example', 2.25, false, 1,
         '2026-06-03 04:00:00')
    """,
    """
    create table quality.dq_usage_without_price as
    select 'opus' as model, cast(250 as bigint) as n_unpriced_units, 'eve@north.example has none' as finding
    """,
    # Prices for everybody; and a table that adds up what organisations did, without their names.
    """
    create table marts.dim_provider_pricing as
    select 'alpha' as provider, 'contract' as price_source, cast(2.5 as decimal(38, 9)) as price_usd_per_million_units
    """,
    """
    create table quality.price_restatements as
    select 'alpha' as provider, date '2026-05-29' as usage_date, cast(47 as bigint) as n_tasks,
        cast(1010.0000005 as decimal(38, 9)) as after_actual_cost_usd
    """,
    "create schema raw_orchestrator",
    "create table raw_orchestrator._dlt_loads as select 'load_1' as load_id, 0 as status",
    """
    create table raw_orchestrator.loaded_partitions as
    select * from (values
        ('task_executions', 'a', date '2026-06-02', 116, 0, timestamptz '2026-06-03 04:00:00+00', 'load_1'),
        ('provider_pricing', 'b', date '2026-06-01', 3, 0, timestamptz '2026-06-01 00:00:00+00', 'load_1')
    ) as part (resource_name, partition_id, usage_date, n_rows, n_quarantined, _loaded_at, _dlt_load_id)
    """,
    """
    create table raw_orchestrator.extract_runs as
    select * from (values
        ('run_0', 'provider_pricing', timestamptz '2026-06-02 04:00:00+00', 'ok', null),
        ('run_1', 'task_executions', timestamptz '2026-06-03 04:00:00+00', 'ok', null),
        ('run_1', 'provider_pricing', timestamptz '2026-06-03 04:00:00+00', 'failed', 'a secret in a message')
    ) as run (run_id, resource_name, finished_at, status, error)
    """,
)


def build(path: Path) -> None:
    """Write the warehouse."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for statement in STATEMENTS:
            connection.execute(statement)


QUALITY = (
    "create table quality.dq_reconciliation_drift as select * from (values"
    " ('anthropic', -0.02, date '2026-05-01'), ('anthropic', 0.5, date '2026-04-01'), ('cursor', 0.001, date '2026-05-01'))"
    " as t (vendor, observed_value, check_date)",
    "create table quality.dq_attributed_usd as select * from (values"
    " ('attributed_usd', 'cursor', 100.0, 90.0), ('attributed_usd_of_day', 'cursor', 7.0, 1.0))"
    " as t (check_name, platform, spend_usd, attributed_usd)",
    "create table quality.dq_results as select * from (values"
    " ('stale_source', 'fail', 'cursor.usage', 60, 40), ('stale_source', 'fail', 'cursor.members', 44, 40),"
    " ('new_field', 'note', 'ada@north.example', 1, 0), ('bill_scale', 'ok', 'all', 0, 0))"
    " as t (check_name, check_status, check_scope, observed_value, expected_value)",
    "create table marts.mart_finance__budget_status as select * from (values"
    " ('team', 'Ada and Bob', 'running', 0.5, 120.0, 100.0), ('team', 'red', 'running', 0.9, 50.0, 100.0),"
    " ('vendor', 'cursor', 'past', 3.0, 9.0, 1.0), ('vendor', 'none', 'running', null, 5.0, 0.0))"
    " as t (budget_scope, budget_scope_value, month_status, budget_used_ratio, p50_forecast_usd, budget_usd)",
)
"""A budget at 90 %, one whose forecast is too high, drift, and a bad finding: what alarms."""
