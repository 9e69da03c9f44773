"""Compares whole tables of two warehouses, row by row and with every column."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

SCHEMAS = (
    *("raw_cursor", "raw_anthropic", "raw_claude_ai", "raw_gemini", "raw_sheets"),
    *("raw_orchestrator", "raw_dev_events", "intermediate", "marts", "quality"),
)

# What a run leaves behind even when it changes nothing: that it ran.
_DIARY = ("extract_runs", "_dlt_loads", "_dlt_pipeline_state", "_dlt_version", "dq_mart_builds")


def changed_rows(
    before: Path,
    after: Path,
    *,
    schemas: Sequence[str] = SCHEMAS,
    without: Sequence[str] = (),
    keys: str = "",
) -> dict[str, int]:
    """Return how many rows were added or removed, by table; tables that are equal are left out.

    Args:
        before: A warehouse.
        after: Another one, or the same one later.
        schemas: The schemas to compare.
        without: Columns that may differ.
        keys: A condition that restricts the rows of every table, if given.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = [_tables(connection, name, schemas) for name in ("before", "after")]
        result = dict.fromkeys(set(tables[0]) ^ set(tables[1]), -1)
        for table in sorted(set(tables[0]) & set(tables[1])):
            columns = [name for name in tables[0][table] if name not in without]
            if columns != [name for name in tables[1][table] if name not in without]:
                result[table] = -1
                continue
            wanted = ", ".join(f'"{name}"' for name in columns)
            one, other = (
                f"select {wanted} from {name}.{table} {keys and 'where ' + keys}"
                for name in ("before", "after")
            )
            n_changed = _n_rows(connection, f"{one} except all {other}")
            # As many rows and none missing is the same rows.
            if n_changed or _n_rows(connection, one) != _n_rows(connection, other):
                n_changed += _n_rows(connection, f"{other} except all {one}")
            if n_changed:
                result[table] = n_changed
        return result


def _n_rows(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((number,),) = connection.execute(f"select count(*) from ({query})").fetchall()
    return int(number)


def _tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, schemas: Sequence[str]
) -> dict[str, list[str]]:
    found = connection.execute(
        "select c.table_schema || '.' || c.table_name, list(c.column_name order by c.column_name)"
        " from information_schema.columns as c inner join information_schema.tables as t"
        " using (table_catalog, table_schema, table_name)"
        " where table_catalog = ? and table_schema in (select unnest(?)) and table_type = 'BASE TABLE'"
        " and table_name not in (select unnest(?)) group by all",
        [catalog, list(schemas), list(_DIARY)],
    ).fetchall()
    return dict(found)


def changed_days(before: Path, after: Path, table: str) -> set[str]:
    """Return the days of a mart that were computed again (their fingerprint is another one)."""
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        select = "select distinct usage_date, input_version, pipeline_run_id from"
        rows = connection.execute(
            f"select distinct usage_date::varchar from (({select} after.{table} except"
            f" {select} before.{table}) union ({select} before.{table} except {select} after.{table}))"
        ).fetchall()
        return {row[0] for row in rows}
