"""The warehouse as the migration needs it, on either engine. All SQL that differs between them stands here.

A table is named by schema and name. Every change is one that the engine makes whole or not at all; a change that takes
two steps on BigQuery leaves, between them, a state that `phases` recognises and finishes.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from migration.config import Settings

if TYPE_CHECKING:  # a second of start-up that only BigQuery needs
    from google.cloud import bigquery

Value = str | int | bool | dt.date | dt.datetime | Decimal | None
Row = tuple[Any, ...]


class EngineError(Exception):
    """The engine refused; the message is the engine's."""


@dataclass(frozen=True)
class Fingerprint:
    """How many rows a table has, and a hash of columns and rows that does not depend on their order."""

    n_rows: int
    content: str


@dataclass(frozen=True)
class Dialect:
    """The words in which the engines' SQL differs."""

    text: str
    integer: str
    numeric: str
    wide: str
    md5: str
    days_between: str
    """SQL with {later} and {earlier}."""


class Engine(Protocol):
    """What the phases need of a warehouse."""

    dialect: Dialect

    def name(self, schema: str, table: str) -> str:
        """Return the table's quoted, qualified name."""

    def kind(self, schema: str, table: str) -> str | None:
        """Return `table`, `view`, or None when there is neither."""

    def columns(self, schema: str, table: str) -> dict[str, str]:
        """Return the columns with their types in BigQuery's words, in lower case."""

    def names(self, schema: str) -> list[str]:
        """Return the names of a schema's tables and views; none when the schema does not exist."""

    def create_schema(self, schema: str) -> None:
        """Create a schema unless it exists."""

    def run(self, sql: str) -> None:
        """Run a statement."""

    def rows(self, sql: str) -> Sequence[Row]:
        """Run a query."""

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Add rows in one statement: all of them or none."""

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Make the target a copy of the source, with its partitions; replaces a target."""

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Give a table another name in its schema. Repeating a move that was interrupted finishes it."""

    def expire(self, schema: str, table: str, day: dt.date) -> None:
        """Have the engine drop the table by itself after a day, where it can."""

    def at_once(self) -> contextlib.AbstractContextManager[None]:
        """Make what happens inside visible at once, where the engine can."""


@contextlib.contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Open the configured warehouse for writing."""
    if settings.warehouse == "bigquery":
        with _open_bigquery(settings) as engine:
            yield engine
        return
    if not settings.duckdb_path.exists():
        raise EngineError(
            f"{settings.duckdb_path} does not exist. Set DUCKDB_PATH to the file that holds the old tables."
        )
    try:
        with duckdb.connect(str(settings.duckdb_path)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield DuckDB(connection)
    except duckdb.Error as error:
        raise EngineError(str(error)) from error


@contextlib.contextmanager
def _open_bigquery(settings: Settings) -> Iterator[Engine]:
    from google.api_core.exceptions import GoogleAPICallError
    from google.cloud import bigquery

    client = bigquery.Client(project=settings.bigquery_project, location=settings.bigquery_location)
    with contextlib.closing(client):
        try:
            yield BigQuery(client)
        except GoogleAPICallError as error:
            raise EngineError(str(error)) from error


def fingerprint(engine: Engine, schema: str, table: str) -> Fingerprint:
    """Return a table's fingerprint: one SQL for both engines, so that it outlives their versions."""
    types = engine.columns(schema, table)
    parts = [_as_text(engine.dialect, column, kind) for column, kind in types.items()]
    line = "concat(" + ", '|', ".join(parts) + ", '')"
    md5 = engine.dialect.md5.format(line)
    wide = engine.dialect.wide
    sums = ", ".join(
        f"coalesce(sum(cast(cast(concat('0x', substr(row_hash, {start}, 15)) as {engine.dialect.integer}) as {wide})), 0)"
        for start in (1, 16)
    )
    ((n_rows, first, second),) = engine.rows(
        f"with hashed as (select {md5} as row_hash from {engine.name(schema, table)})"
        f" select count(*), {sums} from hashed"
    )
    shape = ",".join(f"{name}:{kind}" for name, kind in types.items())
    return Fingerprint(int(n_rows), f"{int(first):x}-{int(second):x}|{shape}")


def _as_text(dialect: Dialect, column: str, kind: str) -> str:
    text = (
        f"to_json_string(`{column}`)" if kind == "json" else f"cast(`{column}` as {dialect.text})"
    )
    if dialect.text == "varchar":
        text = f'cast("{column}" as varchar)'
    # The length keeps apart what would read the same when put together; NULL has none.
    return f"coalesce(concat(cast(length({text}) as {dialect.text}), ':', {text}), '')"


class DuckDB:
    """The embedded engine: its transactions cover DDL, so every change is atomic."""

    dialect = Dialect(
        "varchar",
        "bigint",
        "decimal(38, 9)",
        "hugeint",
        "md5({})",
        "date_diff('day', {earlier}, {later})",
    )
    _types: Mapping[str, str] = {
        "VARCHAR": "string",
        "BIGINT": "int64",
        "DOUBLE": "float64",
        "DATE": "date",
        "BOOLEAN": "bool",
        "JSON": "json",
        "TIMESTAMP": "timestamp",
        "TIMESTAMP WITH TIME ZONE": "timestamp",
    }

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._depth = 0

    def name(self, schema: str, table: str) -> str:
        return f'"{schema}"."{table}"'

    def kind(self, schema: str, table: str) -> str | None:
        found = self._connection.execute(
            "select table_type from information_schema.tables where table_schema = ? and table_name = ?",
            [schema, table],
        ).fetchone()
        return None if found is None else "view" if found[0] == "VIEW" else "table"

    def columns(self, schema: str, table: str) -> dict[str, str]:
        found = self._connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = ? and table_name = ? order by ordinal_position",
            [schema, table],
        ).fetchall()
        return {name: self._types.get(kind, str(kind).lower()) for name, kind in found}

    def names(self, schema: str) -> list[str]:
        found = self._connection.execute(
            "select table_name from information_schema.tables where table_schema = ? order by all",
            [schema],
        ).fetchall()
        return [str(name) for (name,) in found]

    def create_schema(self, schema: str) -> None:
        self.run(f'create schema if not exists "{schema}"')

    def run(self, sql: str) -> None:
        self._connection.execute(sql.replace("`", '"'))

    def rows(self, sql: str) -> Sequence[Row]:
        return self._connection.execute(sql.replace("`", '"')).fetchall()

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        names = list(rows[0])
        marks = ", ".join("(" + ", ".join("?" for _ in names) + ")" for _ in rows)
        self._connection.execute(
            f"insert into {self.name(schema, table)} ({', '.join(names)}) values {marks}",
            [row[name] for row in rows for name in names],
        )

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self.run(
            f"create or replace table {self.name(*target)} as select * from {self.name(*source)}"
        )

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self.run(f'alter table {self.name(*source)} rename to "{target[1]}"')

    def expire(self, schema: str, table: str, day: dt.date) -> None:
        """Do nothing: DuckDB drops nothing by itself; `drop --expired` does."""

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        self._connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")


class BigQuery:
    """The distributed engine: single statements and copy jobs are atomic, DDL has no transactions."""

    dialect = Dialect(
        "string",
        "int64",
        "numeric",
        "bignumeric",
        "to_hex(md5({}))",
        "date_diff({later}, {earlier}, day)",
    )
    _types: Mapping[str, str] = {"integer": "int64", "float": "float64", "boolean": "bool"}
    _parameters: Mapping[type, str] = {
        bool: "BOOL",
        int: "INT64",
        str: "STRING",
        dt.datetime: "TIMESTAMP",
        dt.date: "DATE",
        Decimal: "NUMERIC",
    }

    def __init__(self, client: "bigquery.Client") -> None:
        self._client = client

    def name(self, schema: str, table: str) -> str:
        return f"`{self._client.project}`.`{schema}`.`{table}`"

    def kind(self, schema: str, table: str) -> str | None:
        found = self._table(schema, table)
        return None if found is None else "view" if found.table_type == "VIEW" else "table"

    def columns(self, schema: str, table: str) -> dict[str, str]:
        found = self._table(schema, table)
        fields = [] if found is None else found.schema
        kinds = ((field.name, str(field.field_type).lower()) for field in fields)
        return {name: self._types.get(kind, kind) for name, kind in kinds}

    def names(self, schema: str) -> list[str]:
        from google.api_core.exceptions import NotFound

        try:
            return sorted(item.table_id for item in self._client.list_tables(schema))
        except NotFound:
            return []

    def create_schema(self, schema: str) -> None:
        self.run(f"create schema if not exists `{self._client.project}`.`{schema}`")

    def run(self, sql: str) -> None:
        self._client.query_and_wait(sql)

    def rows(self, sql: str) -> Sequence[Row]:
        return [tuple(row.values()) for row in self._client.query_and_wait(sql)]

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        from google.cloud import bigquery

        names = list(rows[0])
        parameters, lines = [], []
        for number, row in enumerate(rows):
            marks = []
            for name in names:
                value = row[name]
                kind = self._parameters[str if value is None else type(value)]
                parameters.append(bigquery.ScalarQueryParameter(f"{name}_{number}", kind, value))
                marks.append(f"@{name}_{number}")
            lines.append("(" + ", ".join(marks) + ")")
        self._client.query_and_wait(
            f"insert into {self.name(schema, table)} ({', '.join(names)}) values {', '.join(lines)}",
            job_config=bigquery.QueryJobConfig(query_parameters=parameters),
        )

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        from google.cloud import bigquery

        self._client.copy_table(
            ".".join((self._client.project, *source)),
            ".".join((self._client.project, *target)),
            job_config=bigquery.CopyJobConfig(write_disposition="WRITE_TRUNCATE"),
        ).result()

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        # A copy keeps partitions and is atomic; the old name goes only when the copy is proved to be whole.
        self.copy(source, target)
        if fingerprint(self, *source) != fingerprint(self, *target):
            raise EngineError(
                f"{'.'.join(source)} changed while it was copied: stop its writers, then repeat."
            )
        self.run(f"drop table {self.name(*source)}")

    def expire(self, schema: str, table: str, day: dt.date) -> None:
        self.run(
            f"alter table {self.name(schema, table)} set options"
            f" (expiration_timestamp = timestamp '{day:%Y-%m-%d} 00:00:00+00')"
        )

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        yield

    def _table(self, schema: str, table: str) -> Any:  # noqa: ANN401 - the client library has no types
        from google.api_core.exceptions import NotFound

        try:
            return self._client.get_table(f"{self._client.project}.{schema}.{table}")
        except NotFound:
            return None
