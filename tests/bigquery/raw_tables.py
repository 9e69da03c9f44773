"""A DuckDB file with the raw tables that the dbt project declares, filled with chosen rows.

The tables are made from the declared sources, so a column that the project adds is here at once.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from tests.bigquery.googlesql.types import canonical_name
from tests.bigquery.manifest import Manifest, Node
from tests.bigquery.workspace import PREFIX
from tests.worlds.hard import anthropic, claude_ai, cursor, gemini, orchestrator, sheets
from tests.worlds.hard.rows import Row

SETTINGS = {"AS_OF": "2026-06-03", "PIPELINE_RUN_ID": "bigquery-check"}
"""The day the hard rows are looked at from, and by which run."""

LOAD = "1780444800.0"
LOADED_AT = dt.datetime(2026, 6, 3, 0, 30, tzinfo=dt.UTC)

HARD_ROWS: dict[str, Mapping[str, list[Row]]] = {
    "raw_cursor": cursor.TABLES,
    "raw_anthropic": anthropic.TABLES,
    "raw_claude_ai": claude_ai.TABLES,
    "raw_gemini": gemini.TABLES,
    "raw_orchestrator": orchestrator.TABLES,
    "raw_sheets": sheets.TABLES,
}

DUCKDB_NAMES = {
    "INT64": "bigint",
    "STRING": "varchar",
    "BOOL": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp with time zone",
    "NUMERIC": "decimal(38, 9)",
    "FLOAT64": "double",
}


def make_hard_world(file: Path, manifest: Manifest) -> None:
    """Write the hard rows, and the loaders' ledger that says that their days are loaded."""
    with _fresh(file) as connection:
        for node in _sources(manifest):
            _create(connection, node)
        for schema, tables in HARD_ROWS.items():
            sources = {node.path[2]: node for node in _sources(manifest) if _schema(node) == schema}
            ledger: list[Row] = []
            for name, hard in tables.items():
                rows = [{"_loaded_at": LOADED_AT, "_dlt_load_id": LOAD} | row for row in hard]
                _insert(connection, sources[name], rows)
                ledger += _partitions(name, rows)
            _insert(connection, sources["loaded_partitions"], ledger)
            load = {"load_id": LOAD, "schema_name": schema, "status": 0, "inserted_at": LOADED_AT}
            _insert(connection, sources["_dlt_loads"], [load])


def copy_world(warehouse: Path, file: Path, manifest: Manifest, days: int | None) -> None:
    """Copy the raw tables of a warehouse; of the daily ones only the last days it has."""
    with _fresh(file) as connection:
        connection.execute(f"attach '{warehouse}' as origin (read_only)")
        for node in _sources(manifest):
            _create(connection, node)
            columns = ", ".join(f'"{name}"' for name in node.columns)
            name = f'"{_schema(node)}"."{node.path[2]}"'
            day = next((one for one in ("usage_date", "snapshot_date") if one in node.columns), "")
            limit = ""
            if days is not None and day:
                last = f"(select max({day}) from origin.{name})"
                limit = f"where {day} is null or {day} > {last} - {int(days)}"
            connection.execute(
                f"insert into {name} ({columns}) select {columns} from origin.{name} {limit}"
            )


def _partitions(name: str, rows: list[Row]) -> list[Row]:
    """Return the loaders' ledger of a table: one line per day, snapshot or whole table."""
    counts: dict[dt.date | None, int] = {}
    for row in rows:
        day = row.get("usage_date") or row.get("snapshot_date")
        counts[day] = counts.get(day, 0) + 1
    return [
        {
            "resource_name": name,
            "partition_id": day.isoformat() if day else "current",
            "usage_date": day if "usage_date" in rows[0] else None,
            "n_rows": count,
            "n_quarantined": 0,
            "content_hash": f"{name} {day} {count}",
            "_loaded_at": LOADED_AT,
            "_dlt_load_id": LOAD,
        }
        for day, count in counts.items()
    ]


def _fresh(file: Path) -> duckdb.DuckDBPyConnection:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    connection = duckdb.connect(str(file))
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _sources(manifest: Manifest) -> list[Node]:
    return [node for node in manifest.nodes.values() if node.kind == "source"]


def _schema(node: Node) -> str:
    return node.path[1].removeprefix(PREFIX)


def _create(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    columns = ", ".join(
        f'"{name}" {DUCKDB_NAMES[canonical_name(kind or "string")]}'
        for name, kind in node.columns.items()
    )
    connection.execute(f'create schema if not exists "{_schema(node)}"')
    connection.execute(f'create table "{_schema(node)}"."{node.path[2]}" ({columns})')


def _insert(connection: duckdb.DuckDBPyConnection, node: Node, rows: Iterable[Row]) -> None:
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" for _ in row)
        values: list[Any] = list(row.values())
        connection.execute(
            f'insert into "{_schema(node)}"."{node.path[2]}" ({names}) values ({places})', values
        )
