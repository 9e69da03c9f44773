"""The warehouse as erasing needs it, on either engine. All SQL that differs between them stands here.

Values are always bound, never written into a statement: a statement ends up in query logs.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import pyarrow as pa

from privacy.config import Settings

if TYPE_CHECKING:  # a second of start-up that only BigQuery needs
    from google.cloud import bigquery

Row = tuple[Any, ...]
Value = str | int | bool | dt.date | dt.datetime | Decimal | None
TEXT, JSON = "text", "json"
COUNTED = "counted"
"""Kinds of columns that matter here: text, JSON, and numbers that add up exactly."""


class WarehouseError(Exception):
    """The engine refused; the message is the engine's."""


@dataclass(frozen=True, order=True)
class Table:
    """A table that holds rows, with its columns of the kinds that matter."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the columns of some kinds."""
        return [name for name, kind in self.columns if kind in kinds]

    def has(self, *names: str) -> bool:
        """Tell whether the table has columns of these names."""
        return set(names) <= {name for name, _ in self.columns}


class Warehouse(Protocol):
    """What erasing, exporting and retention need of an engine."""

    contains: str
    """SQL: whether {text} matches the regular expression {pattern}."""

    def tables(self) -> list[Table]:
        """Return every table that holds rows, of every schema of the project; schemas without prefix."""

    def name(self, table: Table) -> str:
        """Return the table's quoted, qualified name."""

    def as_text(self, column: str, kind: str) -> str:
        """Return SQL for a column as text."""

    def from_text(self, expression: str, kind: str) -> str:
        """Return SQL for a text as a value of a column."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        """Run a query; `?` stands for the values in order."""

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        """Run a query and return its rows as Arrow."""

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it touched."""

    def together(self) -> contextlib.AbstractContextManager[None]:
        """Make what happens inside one change, where the engine can."""


@contextlib.contextmanager
def open_warehouse(settings: Settings, *, read_only: bool = False) -> Iterator[Warehouse]:
    """Open the configured warehouse."""
    if settings.warehouse == "bigquery":
        with _open_bigquery(settings) as found:
            yield found
        return
    if not settings.duckdb_path.exists():
        raise WarehouseError(f"{settings.duckdb_path} does not exist: nothing is held.")
    try:
        with duckdb.connect(str(settings.duckdb_path), read_only=read_only) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield DuckDB(connection)
    except duckdb.Error as error:
        # The engine's message can quote a value.
        raise WarehouseError(f"DuckDB: {type(error).__name__}") from error


@contextlib.contextmanager
def _open_bigquery(settings: Settings) -> "Iterator[BigQuery]":
    from google.api_core.exceptions import GoogleAPICallError
    from google.cloud import bigquery

    client = bigquery.Client(project=settings.bigquery_project, location=settings.bigquery_location)
    with contextlib.closing(client):
        try:
            yield BigQuery(client, settings.dataset_prefix, settings.legacy_schema)
        except GoogleAPICallError as error:
            raise WarehouseError(f"BigQuery: {type(error).__name__}") from error


class DuckDB:
    """The embedded engine."""

    contains = "regexp_matches({text}, {pattern})"
    _kinds = (("VARCHAR", TEXT), ("JSON", JSON), ("DECIMAL", COUNTED), ("BIGINT", COUNTED))

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Use an open connection."""
        self._connection = connection

    def tables(self) -> list[Table]:
        """Return every table that holds rows."""
        found = self._connection.execute(
            "select columns.schema_name, columns.table_name,"
            " list((columns.column_name, columns.data_type) order by columns.column_index)"
            " from duckdb_columns() as columns inner join duckdb_tables() as tables"
            " on columns.table_oid = tables.table_oid and columns.database_oid = tables.database_oid"
            " where columns.database_name = current_database() and not columns.internal"
            " group by all order by all"
        ).fetchall()
        return [
            Table(schema, name, tuple((column, self._kind(kind)) for column, kind in columns))
            for schema, name, columns in found
        ]

    def _kind(self, engine_type: str) -> str:
        return next((kind for start, kind in self._kinds if engine_type.startswith(start)), "")

    def name(self, table: Table) -> str:
        """Return the table's quoted, qualified name."""
        return f'"{table.schema}"."{table.name}"'

    def as_text(self, column: str, kind: str) -> str:
        """Return SQL for a column as text."""
        return column if kind == TEXT else f"cast({column} as varchar)"

    def from_text(self, expression: str, kind: str) -> str:
        """Return SQL for a text as a value of a column."""
        return expression if kind == TEXT else f"cast({expression} as json)"

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        """Run a query."""
        return self._connection.execute(sql, list(values)).fetchall()

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        """Run a query and return its rows as Arrow."""
        return self._connection.execute(sql, list(values)).to_arrow_table()

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it touched."""
        found = self._connection.execute(sql, list(values)).fetchone()
        return int(found[0]) if found else 0

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Make what happens inside one change."""
        self._connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")


class BigQuery:
    """The distributed engine: each statement is a change of its own, so what was interrupted is repeated."""

    contains = "regexp_contains({text}, {pattern})"
    _kinds = (
        ("STRING", TEXT),
        ("JSON", JSON),
        ("NUMERIC", COUNTED),
        ("INTEGER", COUNTED),
        ("INT64", COUNTED),
    )
    _parameters = (
        (bool, "BOOL"),
        (int, "INT64"),
        (dt.datetime, "TIMESTAMP"),
        (dt.date, "DATE"),
        (Decimal, "NUMERIC"),
    )

    def __init__(self, client: "bigquery.Client", prefix: str, legacy_schema: str) -> None:
        """Use an open client."""
        self._client, self._prefix, self._legacy = client, prefix, legacy_schema

    def tables(self) -> list[Table]:
        """Return every table that holds rows."""
        kinds = dict(self._kinds)
        result = []
        for dataset in self._client.list_datasets():
            name = str(dataset.dataset_id)
            if not name.startswith(self._prefix) and name != self._legacy:
                continue
            for item in self._client.list_tables(name):
                if item.table_type == "TABLE":
                    fields = self._client.get_table(item.reference).schema
                    columns = tuple((one.name, kinds.get(one.field_type, "")) for one in fields)
                    result.append(Table(name.removeprefix(self._prefix), item.table_id, columns))
        return sorted(result)

    def name(self, table: Table) -> str:
        """Return the table's quoted, qualified name."""
        schema = table.schema if table.schema == self._legacy else f"{self._prefix}{table.schema}"
        return f"`{self._client.project}`.`{schema}`.`{table.name}`"

    def as_text(self, column: str, kind: str) -> str:
        """Return SQL for a column as text."""
        return column if kind == TEXT else f"to_json_string({column})"

    def from_text(self, expression: str, kind: str) -> str:
        """Return SQL for a text as a value of a column."""
        return expression if kind == TEXT else f"parse_json({expression})"

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        """Run a query."""
        return [tuple(row.values()) for row in self._run(sql, values).result()]

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        """Run a query and return its rows as Arrow."""
        return self._run(sql, values).result().to_arrow(create_bqstorage_client=False)

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it touched."""
        job = self._run(sql, values)
        job.result()
        return int(job.num_dml_affected_rows or 0)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Do nothing: a change that was interrupted is found by the next run and finished."""
        yield

    def _run(self, sql: str, values: Sequence[Value]) -> Any:  # noqa: ANN401 - the library has no types
        from google.cloud import bigquery

        parameters = [
            bigquery.ScalarQueryParameter(
                None,
                next(
                    (name for kind, name in self._parameters if isinstance(value, kind)), "STRING"
                ),
                value,
            )
            for value in values
        ]
        config = bigquery.QueryJobConfig(query_parameters=parameters, use_query_cache=False)
        return self._client.query(sql, job_config=config)
