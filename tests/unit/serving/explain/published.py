"""Published tables with rows written by hand: the columns are those that the models' YAML promises."""

from pathlib import Path

import duckdb

from warehouse.documentation import MODELS, documented

Row = dict[str, object]
_KINDS = {"int64": "bigint", "string": "varchar", "float64": "double"}


def published(file: Path | None = None, **tables: list[Row]) -> duckdb.DuckDBPyConnection:
    """Return a warehouse of marts, in a file or in memory; what a row does not say is NULL."""
    connection = duckdb.connect(":memory:" if file is None else str(file))
    connection.execute("set TimeZone = 'UTC'; create schema marts")
    add_tables(connection, **tables)
    return connection


def add_tables(connection: duckdb.DuckDBPyConnection, **tables: list[Row]) -> None:
    """Add marts to a warehouse."""
    models = {
        str(model["name"]): model for _, model in documented(Path(MODELS) / "marts", "models")
    }
    for name, rows in tables.items():
        columns = {
            str(column["name"]): _kind(str(column["data_type"]))
            for column in models[name]["columns"]
        }
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table marts.{name} ({listed})")
        for row in rows:
            assert row.keys() <= columns.keys(), row.keys() - columns.keys()
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into marts.{name} ({', '.join(row)}) values ({marks})", list(row.values())
            )


def _kind(promised: str) -> str:
    return _KINDS.get(promised, "timestamptz" if promised == "timestamp" else promised)
