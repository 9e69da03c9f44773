"""A published snapshot small enough to work its report out on paper: one organisation, September and October 2026."""

from collections.abc import Sequence

import duckdb

from serving.report.reading import Scope

EVERYBODY, NORTH = Scope(None, True), Scope("north", False)

_TABLES = {
    "marts.mart_savings__daily": """
        organization_id varchar, usage_date date, provider varchar, task_type varchar,
        n_tasks bigint, n_successful_tasks bigint, n_priced_tasks bigint, n_compared_tasks bigint,
        n_timed_tasks bigint, duration_ms_sum bigint, actual_cost_usd decimal(38, 9),
        compared_actual_cost_usd decimal(38, 9), baseline_cost_usd decimal(38, 9),
        gross_savings_usd decimal(38, 9), overhead_cost_usd decimal(38, 9), net_savings_usd decimal(38, 9)
    """,
    "marts.mart_savings__routing_quality": """
        organization_id varchar, usage_date date, n_best_provider_tasks bigint, n_comparable_tasks bigint
    """,
    "marts.mart_savings__projections": """
        month_start_date date, organization_id varchar, used_months varchar, n_closed_months bigint,
        n_used_months bigint, projected_annual_gross_savings_usd decimal(38, 9), unprojected_reason varchar,
        is_closed_month boolean
    """,
    "marts.mart_executive__overview_monthly": """
        month_start_date date, rollup_scope varchar, category varchar, n_days_loaded bigint,
        spend_usd decimal(38, 9), attributed_spend_usd decimal(38, 9), budget_usd decimal(38, 9),
        unread_reason varchar, is_complete_month boolean, is_provisional boolean
    """,
    "marts.mart_finance__budget_status": """
        month_start_date date, budget_scope varchar, p10_forecast_usd decimal(38, 9),
        p50_forecast_usd decimal(38, 9), p90_forecast_usd decimal(38, 9), month_status varchar
    """,
    "quality.dq_results": "check_name varchar, check_status varchar",
}
DAILY: tuple[tuple[object, ...], ...] = (
    # 10 s a task in September; 1,250 s for 150 timed tasks in October.
    ("north", "2026-09-30", "alpha", "bug_fix", 50, 50, 50, 50, 50, 500_000, 5, 5, 6, "1.005", 0, "1.005"),
    ("north", "2026-10-01", "alpha", "bug_fix", 100, 90, 100, 90, 100, 1_000_000, 20, 18, 30, 12, 2, 10),
    ("north", "2026-10-02", "beta", "bug_fix", 60, 60, 60, 60, 50, 250_000, 30, 30, 25, -5, 0, -5),
    ("north", "2026-10-31", "alpha", "refactor", 29, 29, 29, 29, 0, 0, "2.9", "2.9", "5.8", "2.9", 0, "2.9"),
    ("north", "2026-11-01", "alpha", "refactor", 1, 1, 1, 0, 1, 1_000, 1, None, None, None, None, None),
)  # fmt: skip
ROUTING = (
    ("north", "2026-10-01", 50, 100),
    ("north", "2026-10-31", 0, 79),
    ("north", "2026-11-01", 1, 1),
)
PROJECTIONS: tuple[tuple[object, ...], ...] = (
    ("2026-10-01", "north", "2026-08 2026-09 2026-10", 3, 3, "-36.005", None, True),
    ("2026-11-01", "north", "2026-08 2026-09 2026-10", 3, 3, "-36.005", None, False),
)
OVERVIEW: tuple[tuple[object, ...], ...] = (
    ("2026-10-01", "company", None, 31, 960, 720, 1000, None, True, False),
    ("2026-10-01", "category", "coding_agents", 31, 660, 660, 600, None, True, False),
    ("2026-10-01", "category", "api_usage", 31, 300, 60, None, None, True, False),
    ("2026-11-01", "company", None, 28, 900, 900, 1000, "month_not_whole", False, True),
)
BUDGETS = (("2026-11-01", "company", 950, 975, "1010.5", "running"),)
CHECKS = (("a", "ok"), ("a", "warn"), ("b", "ok"), ("c", "note"), ("c", "ok"), ("d", "fail"))
ROWS: dict[str, Sequence[Sequence[object]]] = dict(
    zip(_TABLES, (DAILY, ROUTING, PROJECTIONS, OVERVIEW, BUDGETS, CHECKS), strict=True)
)


def statements(rows: dict[str, Sequence[Sequence[object]]]) -> list[str]:
    """Return the SQL that makes the tables of these rows; a table without an entry is not made."""
    made = ["create schema if not exists marts", "create schema if not exists quality"]
    for table, some in rows.items():
        made.append(f"create or replace table {table} ({_TABLES[table]})")
        values = [f"({', '.join(map(_literal, row))})" for row in some]
        made += [f"insert into {table} values {', '.join(values)}"] if values else []
    return made


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value)
    # SQL ends where a text has a zero byte.
    quoted = str(value).replace("'", "''").replace("\0", "' || chr(0) || '")
    return f"'{quoted}'"


class Published:
    """What a report is made from."""

    def __init__(
        self,
        rows: dict[str, Sequence[Sequence[object]]] | None = None,
        as_of: str = "2026-11-29T06:30:00+00:00",
    ) -> None:
        self.snapshot_id, self.as_of = "20261129T063000Z-0a1b2c3d", as_of
        self.data_origin = "vendors"
        self.tables = ROWS if rows is None else rows
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("; ".join(statements(self.tables)))

    def has(self, table: str) -> bool:
        return table in self.tables

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._connection.cursor()


def changed(**tables: Sequence[Sequence[object]]) -> dict[str, Sequence[Sequence[object]]]:
    """Return the rows with those of some tables instead; a table is named by the end of its name."""
    found = dict(ROWS)
    for name, rows in tables.items():
        (table,) = (one for one in ROWS if one.endswith(name))
        found[table] = rows
    return found
