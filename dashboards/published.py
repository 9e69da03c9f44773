"""The published tables, as a card's SQL names them."""

import duckdb

from dashboards.reading import Tables
from warehouse.files import parquet
from warehouse.snapshot import Snapshot


def open_tables(snapshot: Snapshot) -> tuple[duckdb.DuckDBPyConnection, Tables]:
    """Return a connection in which every published table is a view, and the tables' columns with their types."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    tables: dict[str, dict[str, str]] = {}
    for table in snapshot.manifest["tables"]:
        schema, name = table.split(".", 1)
        rows = parquet(snapshot.path(table))
        relation = connection.sql(f"from {rows}")
        connection.execute(f'create schema if not exists "{schema}"')
        connection.execute(f'create view "{schema}"."{name}" as select * from {rows}')
        tables[table] = dict(zip(relation.columns, map(str, relation.types), strict=True))
    return connection, tables
