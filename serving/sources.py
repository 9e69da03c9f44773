"""What the loader says about its sources: rows, days and the last attempt per raw table.

Read from the loader's own ledgers in each raw schema (`loaded_partitions`, `extract_runs`); a partition counts only if
the load that brought it was completed.
"""

from dataclasses import asdict, dataclass, replace

from warehouse.engine import Warehouse

_SQL = """
with

loaded as (
    select
        parts.resource_name,
        sum(parts.n_rows) as n_rows,
        sum(parts.n_quarantined) as n_quarantined,
        min(parts.usage_date) as first_date,
        max(parts.usage_date) as last_date,
        max(parts._loaded_at) as changed_at
    from {loaded_partitions} as parts
    inner join {loads} as loads
        on parts._dlt_load_id = loads.load_id and loads.status = 0
    group by parts.resource_name
),

attempts as (
    select
        resource_name,
        status,
        error,
        finished_at,
        max(case when status = 'ok' then finished_at end) over (
            partition by resource_name
        ) as last_success_at,
        row_number() over (
            partition by resource_name order by finished_at desc, run_id desc
        ) as attempt_number
    from {runs}
)

select
    coalesce(loaded.resource_name, attempts.resource_name) as resource_name,
    coalesce(loaded.n_rows, 0) as n_rows,
    coalesce(loaded.n_quarantined, 0) as n_quarantined,
    cast(loaded.first_date as {string}) as first_date,
    cast(loaded.last_date as {string}) as last_date,
    cast(loaded.changed_at as {string}) as changed_at,
    coalesce(attempts.status, 'unknown') as last_status,
    attempts.error as last_error,
    cast(attempts.finished_at as {string}) as last_attempt_at,
    cast(attempts.last_success_at as {string}) as last_success_at
from loaded
full outer join attempts
    on loaded.resource_name = attempts.resource_name
where coalesce(attempts.attempt_number, 1) = 1
order by 1
"""

_DAYS = """
select
    cast(min(cast({column} as date)) as {string}) as first_date,
    cast(max(cast({column} as date)) as {string}) as last_date
from {table}
"""
DAY_OF = {
    ("orchestrator", "task_executions"): "start_time",
    ("orchestrator", "routing_decisions"): "created_at",
    ("orchestrator", "provider_pricing"): "effective_date",
    ("dev_events", "deployments"): "deployed_at",
    ("dev_events", "test_runs"): "ran_at",
    ("dev_events", "rule_compliance"): "occurred_at",
    ("dev_events", "incidents"): "opened_at",
}
"""Tables that are loaded by the file, which holds many days: the column that says of which day a row is."""


@dataclass(frozen=True)
class SourceTable:
    """One raw table as the loader left it."""

    source: str
    table: str
    n_rows: int
    n_quarantined: int
    first_date: str | None
    last_date: str | None
    changed_at: str | None
    last_status: str
    last_error: str | None
    last_attempt_at: str | None
    last_success_at: str | None


def read_sources(warehouse: Warehouse) -> list[dict[str, object]]:
    """Return every raw table's state, as plain values for the manifest."""
    found = [
        SourceTable(schema.removeprefix("raw_"), *row)
        for schema in raw_schemas(warehouse)
        for row in warehouse.rows(
            _SQL.format(
                string="string",
                loaded_partitions=warehouse.name(schema, "loaded_partitions"),
                loads=warehouse.name(schema, "_dlt_loads"),
                runs=warehouse.name(schema, "extract_runs"),
            )
        )
    ]
    return [asdict(_with_days(warehouse, table)) for table in found]


def raw_schemas(warehouse: Warehouse) -> list[str]:
    """Return the schemas that a loader has written to; its scratch space beside them is none."""
    return [
        schema
        for schema in warehouse.schemas()
        if schema.startswith("raw_")
        and not schema.endswith("_staging")
        and "loaded_partitions" in warehouse.names(schema)
    ]


def _with_days(warehouse: Warehouse, table: SourceTable) -> SourceTable:
    """Ask the rows for the first and last day, where the ledger does not know them."""
    column = DAY_OF.get((table.source, table.table))
    if column is None or table.changed_at is None or table.last_date is not None:
        return table
    name = warehouse.name(f"raw_{table.source}", table.table)
    ((first, last),) = warehouse.rows(_DAYS.format(string="string", column=column, table=name))
    return replace(table, first_date=first, last_date=last)
