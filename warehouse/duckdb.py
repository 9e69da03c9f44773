"""The embedded engine: its transactions cover DDL, so every change is atomic."""

import contextlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

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

_TEXTS_PER_STATEMENT = 500
_ONE_VALUE = re.compile(
    r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|BOOLEAN|DATE|DECIMAL\(\d+,\d+\)|INTERVAL|UUID|BIT"
    r"|TIME(STAMP)?(_S|_MS|_NS)?( WITH TIME ZONE)?|BIGNUM|VARINT"
)
"""Types that hold one value and no text. A type that is not known here may hold any."""
_KINDS = (
    (r"VARCHAR", TEXT),
    (r"JSON", JSON),
    (r"DECIMAL\(\d+,\d+\)|BIGINT", COUNTED),
    (_ONE_VALUE.pattern, ""),
)


_ROWS_ALONE = ("insert ", "update ", "delete ", "begin ", "commit")
"""How a statement begins after which there is what there was, and no column is another one."""


@lru_cache(maxsize=1024)
def _kind(engine_type: str) -> str:
    return next((kind for known, kind in _KINDS if re.fullmatch(known, engine_type)), NESTED)


class DuckDB:
    """A warehouse in a DuckDB file."""

    dialect = Dialect(
        quote='"',
        text="varchar",
        integer="bigint",
        numeric="decimal(38, 9)",
        wide="hugeint",
        md5="md5({})",
        days_between="date_diff('day', {earlier}, {later})",
        contains="regexp_matches({text}, {pattern})",
        digest="hash({})",
        unpivoted=(
            "(select unnest([{numbers}]) as number, unnest([{texts}]) as cell from {relation} where {where})"
        ),
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

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, alone: bool = False) -> None:
        """Use an open connection.

        Args:
            connection: It stays open.
            alone: Nobody else changes what is in the file meanwhile, in this process neither (DuckDB keeps out others): what
                there is is asked once and after each statement that may change it, and not for each name.
        """
        self._connection = connection
        self._is_inside = False
        self._alone = alone
        self._kinds: dict[str, dict[str, str]] = {}
        self._columns: dict[tuple[str, str], dict[str, str]] = {}

    def name(self, schema: str, table: str) -> str:
        return f"{self.dialect.quoted(schema)}.{self.dialect.quoted(table)}"

    def schemas(self) -> list[str]:
        found = self.rows(
            "select schema_name from information_schema.schemata"
            " where catalog_name = current_database() order by all"
        )
        return [str(name) for (name,) in found]

    def names(self, schema: str) -> list[str]:
        return sorted(self._kinds_of(schema))

    def tables(self) -> list[Table]:
        found = self.rows(
            "select columns.schema_name, columns.table_name,"
            " list((columns.column_name, columns.data_type) order by columns.column_index)"
            " from duckdb_columns() as columns inner join duckdb_tables() as tables"
            " on columns.table_oid = tables.table_oid and columns.database_oid = tables.database_oid"
            " where columns.database_name = current_database() and not columns.internal"
            " group by all order by all"
        )
        return [
            Table(schema, name, tuple((column, _kind(kind)) for column, kind in columns))
            for schema, name, columns in found
        ]

    def sizes(self) -> Mapping[tuple[str, str], int]:
        found = self.rows(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
            " where database_name = current_database() and not internal"
        )
        return {(schema, name): int(n_rows) for schema, name, n_rows in found}

    def kind(self, schema: str, table: str) -> str | None:
        return self._kinds_of(schema).get(table)

    def columns(self, schema: str, table: str) -> dict[str, str]:
        place = schema, table
        if not self._alone or place not in self._columns:
            found = self.rows(
                "select column_name, data_type from duckdb_columns() where database_name = current_database()"
                " and schema_name = ? and table_name = ? order by column_index",
                place,
            )
            self._columns[place] = {
                name: self._types.get(kind, str(kind).lower()) for name, kind in found
            }
        return dict(self._columns[place])

    def _kinds_of(self, schema: str) -> dict[str, str]:
        if not self._alone or schema not in self._kinds:
            # information_schema asks these two, and much more.
            found = self.rows(
                "select table_name, 'table' from duckdb_tables()"
                " where database_name = current_database() and schema_name = $1"
                " union all select view_name, 'view' from duckdb_views()"
                " where database_name = current_database() and schema_name = $1",
                [schema],
            )
            self._kinds[schema] = {str(name): str(kind) for name, kind in found}
        return self._kinds[schema]

    def extras(self, schema: str) -> list[Extra]:
        found = self.rows(
            "select table_name, 'index', index_name, sql from duckdb_indexes()"
            " where database_name = current_database() and schema_name = $1"
            " union all select unnest([table_name, referenced_table]), 'foreign key', constraint_name, constraint_text"
            " from duckdb_constraints() where database_name = current_database() and schema_name = $1"
            " and constraint_type = 'FOREIGN KEY'"
            " union all select table_name, 'constraint', constraint_name, constraint_text from duckdb_constraints()"
            " where database_name = current_database() and schema_name = $1 and constraint_type <> 'FOREIGN KEY'"
            " union all select table_name, 'default of', column_name, column_default from duckdb_columns()"
            " where database_name = current_database() and schema_name = $1 and column_default is not null"
            " order by all",
            [schema],
        )
        views = self.rows(
            "select schema_name || '.' || view_name, sql from duckdb_views()"
            " where database_name = current_database() and not internal order by all"
        )
        reading = re.compile(rf'\b{re.escape(schema)}"?\."?(\w+)', re.IGNORECASE)
        return [Extra(*row) for row in found] + [
            Extra(table, "view", name, sql)
            for name, sql in views
            for table in dict.fromkeys(reading.findall(sql.partition(" AS ")[2]))
        ]

    def as_text(self, column: str, kind: str) -> str:
        if kind == TEXT:
            return column
        # A nested value's JSON holds its texts whole; the engine's own notation of it does not.
        return (
            f"cast({column} as varchar)" if kind == JSON else f"cast(to_json({column}) as varchar)"
        )

    def from_text(self, expression: str, kind: str) -> str:
        return expression if kind == TEXT else f"cast({expression} as json)"

    def write_texts(
        self,
        table: tuple[str, str],
        column: tuple[str, str],
        texts: Mapping[str, str],
        where: str = "true",
        values: Sequence[Value] = (),
    ) -> int:
        name, quoted, kind = self.name(*table), self.dialect.quoted(column[0]), column[1]
        source = self.as_text(quoted, kind)
        ((engine_type,),) = self.rows(
            "select data_type from duckdb_columns() where database_name = current_database()"
            " and schema_name = ? and table_name = ? and column_name = ?",
            [*table, column[0]],
        )
        if engine_type == "VARCHAR" and kind == NESTED:  # it was an enumeration
            return self.write_texts(
                table,
                (column[0], TEXT),
                {json.loads(old): json.loads(new) for old, new in texts.items()},
                where,
                values,
            )
        new = "replaced_texts.new_text"
        if kind == JSON:
            new = f"cast({new} as json)"
        elif kind == NESTED:
            new = self._nested(name, quoted, str(engine_type), new)
        self.run("create or replace temp table replaced_texts (old_text varchar, new_text varchar)")
        pairs = list(texts.items())
        for start in range(0, len(pairs), _TEXTS_PER_STATEMENT):
            some = pairs[start : start + _TEXTS_PER_STATEMENT]
            marks = ", ".join("(?, ?)" for _ in some)
            self.run(
                f"insert into replaced_texts values {marks}",
                [text for pair in some for text in pair],
            )
        n_rows = self.run(
            f"update {name} set {quoted} = {new} from replaced_texts"
            f" where {source} = replaced_texts.old_text and {where}",
            values,
        )
        self.run("drop table replaced_texts")
        return n_rows

    def free_words(self, table: tuple[str, str], columns: Collection[str]) -> None:
        types = self.rows(
            "select column_name, data_type from duckdb_columns() where database_name = current_database()"
            " and schema_name = ? and table_name = ?",
            list(table),
        )
        for name, engine_type in types:
            if name in columns and engine_type.startswith("ENUM"):
                self.run(
                    f"alter table {self.name(*table)} alter column {self.dialect.quoted(name)} type varchar"
                )

    def _nested(self, name: str, quoted: str, engine_type: str, new: str) -> str:
        """Return the SQL of a nested value from its JSON, where the column's values come back whole from theirs."""
        if engine_type == "BLOB":
            raise WarehouseError(f"{name}.{quoted} holds bytes, in which nothing can be replaced")
        ((n_lost,),) = self.rows(
            f"select count(*) from {name} where cast(to_json({quoted}) as {engine_type}) is distinct from {quoted}"
        )
        if n_lost:
            raise WarehouseError(
                f"{name}.{quoted}: {n_lost} values cannot be written back as they are"
            )
        return f"cast(cast({new} as json) as {engine_type})"

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        return self._connection.execute(sql, list(values)).fetchall()

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        return self._connection.execute(sql, list(values)).to_arrow_table()

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        if not sql.startswith(_ROWS_ALONE):
            self._kinds, self._columns = {}, {}
        found = self._connection.execute(sql, list(values)).fetchone()
        return int(found[0]) if found else 0

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        if self._is_inside:
            yield
            return
        self.run("begin transaction")
        self._is_inside = True
        try:
            yield
        except BaseException:
            self.run("rollback")
            raise
        finally:
            self._is_inside = False
        self.run("commit")

    def checksum(self, schema: str, table: str) -> Fingerprint:
        ((n_rows, content),) = self.rows(
            "select count(*), coalesce(sum(cast(hash(rows_of) as hugeint)), 0)"
            f" from {self.name(schema, table)} as rows_of"
        )
        ((columns,),) = self.rows(
            "select string_agg(column_name || ' ' || data_type, ',' order by ordinal_position)"
            " from information_schema.columns where table_schema = ? and table_name = ?",
            [schema, table],
        )
        return Fingerprint(n_rows=int(n_rows), content=f"{content}|{columns}")

    def export(self, schema: str, table: str, target: Path) -> None:
        path = str(target).replace("'", "''")
        self.run(f"copy {self.name(schema, table)} to '{path}' (format parquet, compression zstd)")

    def create_schema(self, schema: str) -> None:
        self.run(f'create schema if not exists "{schema}"')

    def drop_schema(self, schema: str) -> None:
        self.run(f'drop schema if exists "{schema}" cascade')

    def version(self, schema: str, table: str) -> str:
        del schema, table  # the file as a whole says when it was changed
        return ""

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        names = list(rows[0])
        marks = ", ".join("(" + ", ".join("?" for _ in names) + ")" for _ in rows)
        self.run(
            f"insert into {self.name(schema, table)} ({', '.join(names)}) values {marks}",
            [row[name] for row in rows for name in names],
        )

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self.run(f"create table {self.name(*target)} as select * from {self.name(*source)}")

    def replace(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self.run(
            f"create or replace table {self.name(*target)} as select * from {self.name(*source)}"
        )

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self.run(f'alter table {self.name(*source)} rename to "{target[1]}"')
