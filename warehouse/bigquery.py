"""The distributed engine: single statements and copy jobs are atomic, DDL has no transactions.

So a change that takes two steps leaves a state between them that whoever makes it recognises and finishes. Results come
as Arrow batches and are never held whole.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from warehouse.engine import (
    COUNTED,
    JSON,
    NESTED,
    TEXT,
    Dialect,
    Extra,
    Fingerprint,
    Row,
    Table,
    Value,
    WarehouseError,
)
from warehouse.fingerprint import fingerprint

_TEXTS_PER_STATEMENT = 200
"""A statement is bound in length."""


class BigQuery:
    """A warehouse in datasets behind a prefix."""

    dialect = Dialect(
        quote="`",
        text="string",
        integer="int64",
        numeric="numeric",
        wide="bignumeric",
        md5="to_hex(md5({}))",
        days_between="date_diff({later}, {earlier}, day)",
        contains="regexp_contains({text}, {pattern})",
        digest="farm_fingerprint(to_json_string(struct({})))",
        unpivoted=(
            "(select pair.number as number, pair.cell as cell from {relation}, unnest([{pairs}]) as pair where {where})"
        ),
        any_text="to_json_string({})",
    )
    _kinds: Mapping[str, str] = {
        "STRING": TEXT,
        "JSON": JSON,
        "NUMERIC": COUNTED,
        "INTEGER": COUNTED,
        "INT64": COUNTED,
    }
    _types: Mapping[str, str] = {"integer": "int64", "float": "float64", "boolean": "bool"}
    _parameters = (
        (bool, "BOOL"),
        (int, "INT64"),
        (dt.datetime, "TIMESTAMP"),
        (dt.date, "DATE"),
        (Decimal, "NUMERIC"),
    )

    def __init__(
        self, client: bigquery.Client, prefix: str = "", unprefixed: Collection[str] = ()
    ) -> None:
        """Use an open client."""
        self._client, self._prefix, self._unprefixed = client, prefix, unprefixed

    def _dataset(self, schema: str) -> str:
        return schema if schema in self._unprefixed else f"{self._prefix}{schema}"

    def name(self, schema: str, table: str) -> str:
        # Part by part: the analyser of the BigQuery proof takes one pair of backticks for one name.
        return f"`{self._client.project}`.`{self._dataset(schema)}`.`{table}`"

    def schemas(self) -> list[str]:
        found = (str(dataset.dataset_id) for dataset in self._client.list_datasets())
        return sorted(
            name if name in self._unprefixed else name.removeprefix(self._prefix)
            for name in found
            if name.startswith(self._prefix) or name in self._unprefixed
        )

    def names(self, schema: str) -> list[str]:
        return sorted(item.table_id for item in self._items(schema))

    def tables(self) -> list[Table]:
        result = []
        for schema in self.schemas():
            for item in self._items(schema):
                if item.table_type == "TABLE":
                    fields = self._client.get_table(item.reference).schema
                    columns = tuple((one.name, self._kind(one)) for one in fields)
                    result.append(Table(schema, item.table_id, columns))
        return sorted(result)

    def sizes(self) -> Mapping[tuple[str, str], int]:
        return {}  # a query for each table is what it is charged and planned by

    def _kind(self, field: bigquery.SchemaField) -> str:
        if field.mode == "REPEATED" or field.field_type in ("RECORD", "STRUCT", "BYTES"):
            return NESTED
        return self._kinds.get(field.field_type, "")

    def kind(self, schema: str, table: str) -> str | None:
        found = self._table(schema, table)
        return None if found is None else str(found.table_type).lower()

    def columns(self, schema: str, table: str) -> dict[str, str]:
        found = self._table(schema, table)
        fields = [] if found is None else found.schema
        kinds = ((field.name, str(field.field_type).lower()) for field in fields)
        return {name: self._types.get(kind, kind) for name, kind in kinds}

    def extras(self, schema: str) -> list[Extra]:
        """Return constraints and views of the same dataset; a copy job keeps modes, defaults, partitions and clusters."""
        reading = re.compile(rf"\b{re.escape(self._dataset(schema))}`?\.`?(\w+)")
        result = []
        for item in self._items(schema):
            found = self._client.get_table(item.reference)
            query = str(
                getattr(found, "view_query", None) or getattr(found, "mview_query", None) or ""
            )
            tables = dict.fromkeys(reading.findall(query))
            result += [Extra(table, "view", item.table_id, query) for table in tables]
            keys = getattr(found, "table_constraints", None)
            if keys is not None and (keys.primary_key or keys.foreign_keys):
                result.append(
                    Extra(item.table_id, "constraint", "keys", "primary or foreign, not enforced")
                )
        return result

    def as_text(self, column: str, kind: str) -> str:
        return column if kind == TEXT else f"to_json_string({column})"

    def from_text(self, expression: str, kind: str) -> str:
        return expression if kind == TEXT else f"parse_json({expression})"

    def write_texts(
        self,
        table: tuple[str, str],
        column: tuple[str, str],
        texts: Mapping[str, str],
        where: str = "true",
        values: Sequence[Value] = (),
    ) -> int:
        name, kind = column
        if kind == NESTED:
            raise WarehouseError(
                f"{'.'.join(table)}.{name} holds text in pieces, in which nothing is replaced"
            )
        quoted, n_rows = self.dialect.quoted(name), 0
        source, pairs = self.as_text(quoted, kind), list(texts.items())
        for start in range(0, len(pairs), _TEXTS_PER_STATEMENT):
            some = pairs[start : start + _TEXTS_PER_STATEMENT]
            # A bound value alone has no type to BigQuery.
            cases = " ".join("when ? then cast(? as string)" for _ in some)
            marks = ", ".join("?" for _ in some)
            new = self.from_text(f"case {source} {cases} end", kind)
            n_rows += self.run(
                f"update {self.name(*table)} set {quoted} = {new} where {source} in ({marks}) and {where}",
                [*(text for pair in some for text in pair), *(old for old, _ in some), *values],
            )
        return n_rows

    def free_words(self, table: tuple[str, str], columns: Collection[str]) -> None:
        """Do nothing: the engine has no such types."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        return [tuple(row.values()) for row in self._run(sql, values)]

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        return self._run(sql, values).to_arrow(create_bqstorage_client=False)

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return int(self._run(sql, values).num_dml_affected_rows or 0)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Do nothing: a change that was interrupted is found by the next run and finished."""
        yield

    def checksum(self, schema: str, table: str) -> Fingerprint:
        ((n_rows, content),) = self.rows(
            "select count(*), coalesce(sum(cast(farm_fingerprint(to_json_string(rows_of))"
            f" as bignumeric)), 0) from {self.name(schema, table)} as rows_of"
        )
        fields = self._client.get_table(self._id(schema, table)).schema
        columns = ",".join(f"{field.name} {field.field_type}" for field in fields)
        return Fingerprint(n_rows=int(n_rows), content=f"{content}|{columns}")

    def export(self, schema: str, table: str, target: Path) -> None:
        batches = self._run(f"select * from {self.name(schema, table)}").to_arrow_iterable()
        fields = self._client.get_table(self._id(schema, table)).schema
        shape = pa.schema([(field.name, _ARROW_TYPES[field.field_type]) for field in fields])
        with pq.ParquetWriter(target, shape, compression="zstd") as writer:
            for batch in batches:
                writer.write_table(pa.Table.from_batches([batch]).cast(shape))

    def create_schema(self, schema: str) -> None:
        self.run(f"create schema if not exists `{self._client.project}`.`{self._dataset(schema)}`")

    def drop_schema(self, schema: str) -> None:
        self.run(
            f"drop schema if exists `{self._client.project}`.`{self._dataset(schema)}` cascade"
        )

    def version(self, schema: str, table: str) -> str:
        return str(self._client.get_table(self._id(schema, table)).modified)

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        names = list(rows[0])
        marks = ", ".join("(" + ", ".join("?" for _ in names) + ")" for _ in rows)
        self.run(
            f"insert into {self.name(schema, table)} ({', '.join(names)}) values {marks}",
            [row[name] for row in rows for name in names],
        )

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self._copied(source, target, "WRITE_EMPTY")

    def replace(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self._copied(source, target, "WRITE_TRUNCATE")

    def _copied(self, source: tuple[str, str], target: tuple[str, str], disposition: str) -> None:
        self._client.copy_table(
            self._id(*source),
            self._id(*target),
            job_config=bigquery.CopyJobConfig(write_disposition=disposition),
        ).result()

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        # A copy keeps partitions and is atomic; the old name goes only when the copy is proved to be whole.
        if self.kind(*target) is None:
            self.copy(source, target)
        if fingerprint(self, *source) != fingerprint(self, *target):
            raise WarehouseError(
                f"{'.'.join(source)} and {'.'.join(target)} differ: it changed while it was copied, or the other is not its"
                " copy. Stop its writers, then repeat."
            )
        self.run(f"drop table {self.name(*source)}")

    def _run(self, sql: str, values: Sequence[Value] = ()) -> Any:  # noqa: ANN401 - the client library has no types
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
        return self._client.query_and_wait(sql, job_config=config)

    def _id(self, schema: str, table: str) -> str:
        return f"{self._client.project}.{self._dataset(schema)}.{table}"

    def _items(self, schema: str) -> list[Any]:
        try:
            return list(self._client.list_tables(self._dataset(schema)))
        except NotFound:
            return []

    def _table(self, schema: str, table: str) -> Any:  # noqa: ANN401 - the client library has no types
        try:
            return self._client.get_table(self._id(schema, table))
        except NotFound:
            return None


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
