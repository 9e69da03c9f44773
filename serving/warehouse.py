"""Reading the marts, whichever engine holds them. Read-only.

A warehouse answers four questions: which tables are served, has a table changed (a fingerprint that does not depend on
the order of rows), what are its rows (as a Parquet file), and what did the loader say about its sources.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from serving.config import SERVED_SCHEMAS, Settings

if TYPE_CHECKING:  # a second of start-up that only BigQuery needs
    from google.cloud import bigquery

Row = tuple[object, ...]


class WarehouseError(Exception):
    """The engine refused; the message is the engine's."""


@dataclass(frozen=True, order=True)
class Table:
    """A served table or view: `marts.dim_people`."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Fingerprint:
    """How many rows a table has and what they add up to; equal means unchanged."""

    n_rows: int
    content: str


class Warehouse(Protocol):
    """What publishing needs of an engine."""

    def tables(self) -> list[Table]:
        """Return the served tables in order of name."""

    def fingerprint(self, table: Table) -> Fingerprint:
        """Return the table's row count and an order-free checksum of its rows."""

    def export(self, table: Table, target: Path) -> None:
        """Write the table's rows to one Parquet file."""

    def raw_schemas(self) -> list[str]:
        """Return the names of the raw schemas without any prefix: `raw_cursor`."""

    def rows(self, schema: str, sql: str) -> Sequence[Row]:
        """Run a query in which `{schema}` stands for the schema's qualified name."""


@contextlib.contextmanager
def open_warehouse(settings: Settings) -> Iterator[Warehouse]:
    """Open the configured warehouse for reading."""
    if settings.warehouse == "bigquery":
        with _bigquery(settings) as warehouse:
            yield warehouse
        return
    if not settings.duckdb_path.exists():
        raise FileNotFoundError(
            f"{settings.duckdb_path} does not exist: nothing has been built yet (make run)."
        )
    try:
        with duckdb.connect(str(settings.duckdb_path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield DuckDBWarehouse(connection)
    except duckdb.Error as error:
        raise WarehouseError(str(error)) from error


@contextlib.contextmanager
def _bigquery(settings: Settings) -> "Iterator[BigQueryWarehouse]":
    from google.api_core.exceptions import GoogleAPICallError
    from google.cloud import bigquery

    client = bigquery.Client(project=settings.bigquery_project, location=settings.bigquery_location)
    with contextlib.closing(client):
        try:
            yield BigQueryWarehouse(client, settings.dataset_prefix)
        except GoogleAPICallError as error:
            raise WarehouseError(str(error)) from error


class DuckDBWarehouse:
    """The embedded engine."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def tables(self) -> list[Table]:
        """Return the served tables in order of name."""
        found = self._connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in (select unnest(?)) order by all",
            [list(SERVED_SCHEMAS)],
        ).fetchall()
        # What dbt leaves beside a table while it builds is not a table.
        return [Table(schema, name) for schema, name in found if "__dbt_" not in name]

    def fingerprint(self, table: Table) -> Fingerprint:
        """Return the table's row count and the sum of its rows' hashes."""
        row = self._connection.execute(
            "select count(*), coalesce(sum(cast(hash(rows_of) as hugeint)), 0)"
            f' from "{table.schema}"."{table.name}" as rows_of'
        ).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has a row
        columns = self._connection.execute(
            "select string_agg(column_name || ' ' || data_type, ',' order by ordinal_position)"
            " from information_schema.columns where table_schema = ? and table_name = ?",
            [table.schema, table.name],
        ).fetchone()
        return Fingerprint(n_rows=int(row[0]), content=f"{row[1]}|{columns and columns[0]}")

    def export(self, table: Table, target: Path) -> None:
        """Write the table's rows to one Parquet file."""
        relation = f'"{table.schema}"."{table.name}"'
        path = str(target).replace("'", "''")
        self._connection.execute(f"copy {relation} to '{path}' (format parquet, compression zstd)")

    def raw_schemas(self) -> list[str]:
        """Return the names of the raw schemas."""
        found = self._connection.execute(
            "select distinct table_schema from information_schema.tables"
            " where starts_with(table_schema, 'raw_') and table_name = 'loaded_partitions'"
            # The loader's scratch space beside each raw schema.
            " and not ends_with(table_schema, '_staging')"
            " order by all"
        ).fetchall()
        return [str(name) for (name,) in found]

    def rows(self, schema: str, sql: str) -> Sequence[Row]:
        """Run a query in which `{schema}` stands for the schema's quoted name."""
        return self._connection.execute(sql.format(schema=f'"{schema}"')).fetchall()


class BigQueryWarehouse:
    """The distributed engine; rows come as Arrow batches and are never held whole."""

    def __init__(self, client: "bigquery.Client", dataset_prefix: str) -> None:
        self._client = client
        self._prefix = dataset_prefix

    def tables(self) -> list[Table]:
        """Return the served tables in order of name."""
        existing = {dataset.dataset_id for dataset in self._client.list_datasets()}
        return sorted(
            Table(schema, item.table_id)
            for schema in SERVED_SCHEMAS
            if f"{self._prefix}{schema}" in existing
            for item in self._client.list_tables(f"{self._prefix}{schema}")
            if "__dbt_" not in item.table_id
        )

    def fingerprint(self, table: Table) -> Fingerprint:
        """Return the table's row count and the sum of its rows' fingerprints."""
        (row,) = self._query(
            "select count(*), coalesce(sum(cast(farm_fingerprint(to_json_string(rows_of))"
            f" as bignumeric)), 0) from {self._name(table)} as rows_of"
        )
        schema = self._client.get_table(self._id(table)).schema
        columns = ",".join(f"{column.name} {column.field_type}" for column in schema)
        return Fingerprint(n_rows=int(row[0]), content=f"{row[1]}|{columns}")

    def export(self, table: Table, target: Path) -> None:
        """Write the table's rows to one Parquet file."""
        batches = self._query(f"select * from {self._name(table)}").to_arrow_iterable()
        schema = self._arrow_schema(table)
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))

    def raw_schemas(self) -> list[str]:
        """Return the names of the raw schemas without the prefix."""
        names = (dataset.dataset_id for dataset in self._client.list_datasets())
        raw = sorted(
            name.removeprefix(self._prefix)
            for name in names
            if name.startswith(f"{self._prefix}raw_") and not name.endswith("_staging")
        )
        return [
            name
            for name in raw
            if any(
                item.table_id == "loaded_partitions"
                for item in self._client.list_tables(f"{self._prefix}{name}")
            )
        ]

    def rows(self, schema: str, sql: str) -> Sequence[Row]:
        """Run a query in which `{schema}` stands for the dataset's qualified name."""
        qualified = f"`{self._client.project}`.`{self._prefix}{schema}`"
        return [tuple(row.values()) for row in self._query(sql.format(schema=qualified))]

    def _query(self, sql: str) -> Any:  # noqa: ANN401 - the client library has no types
        return self._client.query_and_wait(sql)

    def _id(self, table: Table) -> str:
        return f"{self._client.project}.{self._prefix}{table.schema}.{table.name}"

    def _name(self, table: Table) -> str:
        # Part by part: the analyser of the BigQuery proof takes one pair of backticks for one name.
        return f"`{self._client.project}`.`{self._prefix}{table.schema}`.`{table.name}`"

    def _arrow_schema(self, table: Table) -> pa.Schema:
        columns = self._client.get_table(self._id(table)).schema
        return pa.schema([(column.name, _ARROW_TYPES[column.field_type]) for column in columns])


_ARROW_TYPES = {
    "STRING": pa.string(),
    "INTEGER": pa.int64(),
    "INT64": pa.int64(),
    "NUMERIC": pa.decimal128(38, 9),
    "BOOLEAN": pa.bool_(),
    "BOOL": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "FLOAT": pa.float64(),
    "FLOAT64": pa.float64(),
}
"""The types the vocabulary of columns allows, plus floats; anything else is refused by name."""
