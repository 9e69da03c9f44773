"""The warehouse as programs see it, whichever engine holds it.

`duckdb.py` and `bigquery.py` are the two engines, and all SQL that differs between them stands there or in their `Dialect`;
`connection.py` opens the one that is set.

Values are bound, never written into a statement: a statement ends up in query logs. Every change is one that the engine
makes whole or not at all.
"""

import contextlib
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

Row = tuple[Any, ...]
Value = str | int | bool | dt.date | dt.datetime | Decimal | None
TEXT, JSON = "text", "json"
COUNTED = "counted"
NESTED = "nested"
"""Kinds of columns: text, JSON, numbers that add up exactly, and what can hold text in pieces; others have none."""


class WarehouseError(Exception):
    """The warehouse is not there, or its engine refused."""


@dataclass(frozen=True, order=True)
class Table:
    """A table, or a view where no columns are given; `columns` are those that matter, with their kinds."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def place(self) -> tuple[str, str]:
        """The schema and the name."""
        return self.schema, self.name

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the columns of some kinds."""
        return [name for name, kind in self.columns if kind in kinds]

    def has(self, *names: str) -> bool:
        """Tell whether the table has columns of these names."""
        return set(names) <= {name for name, _ in self.columns}


@dataclass(frozen=True)
class Fingerprint:
    """How many rows a table has and what they add up to, in any order; equal means unchanged."""

    n_rows: int
    content: str


@dataclass(frozen=True)
class Dialect:
    """The words in which the engines' SQL differs."""

    quote: str
    text: str
    integer: str
    numeric: str
    wide: str
    md5: str
    days_between: str
    """SQL with {later} and {earlier}."""
    contains: str
    """SQL: whether {text} matches the regular expression {pattern}."""

    digest: str
    """SQL for a hash of some cells of a row, a number, which only this version of the engine has to repeat."""

    unpivoted: str
    """SQL: the {texts} of a row as rows of their own, or as {pairs}, each with its number."""
    any_text: str = "cast({} as varchar)"
    """SQL for a value of any type as text, for reading only."""

    def quoted(self, name: str) -> str:
        """Return the name of a column as it is written in a statement, whatever it is called."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def cells(self, relation: str, texts: Sequence[str], where: str = "true") -> str:
        """Return SQL of a relation's cells as rows: `cell`, and the `number` of its text among these.

        What is asked of all of them, a long regular expression say, the engine has to understand once and not for each column.

        Args:
            relation: SQL of the rows.
            texts: SQL of texts.
            where: Which rows.
        """
        numbers = ", ".join(str(number) for number, _ in enumerate(texts))
        pairs = ", ".join(
            f"struct({number} as number, {text} as cell)" for number, text in enumerate(texts)
        )
        return self.unpivoted.format(
            relation=relation, numbers=numbers, texts=", ".join(texts), pairs=pairs, where=where
        )

    def cells_of(self, relations: Sequence[tuple[str, Sequence[str]]]) -> str:
        """Return SQL of the different cells of several relations as rows: `cell`, the `number` of its text, and that of its `relation`.

        What is asked of them the engine understands once: without a limit it would ask each relation for itself.

        Args:
            relations: SQL of the rows and of the texts of each.
        """
        every = " union all ".join(
            f"select {place} as relation, number, cell from {self.cells(relation, texts)}"
            for place, (relation, texts) in enumerate(relations)
        )
        return f"(select distinct relation, number, cell from ({every}) limit {1 << 62})"


@dataclass(frozen=True)
class Extra:
    """What hangs on a table beside its rows: an index, a constraint, a default, a foreign key, a view that reads it."""

    table: str
    kind: str
    name: str
    detail: str


class Warehouse(Protocol):
    """What programs need of an engine. Names of schemas are without the prefix of BigQuery's datasets."""

    dialect: Dialect

    def name(self, schema: str, table: str) -> str:
        """Return the table's quoted, qualified name."""

    def schemas(self) -> list[str]:
        """Return the names of the project's schemas in order."""

    def names(self, schema: str) -> list[str]:
        """Return the names of a schema's tables and views in order; none when the schema does not exist."""

    def tables(self) -> list[Table]:
        """Return every table that holds rows, of every schema of the project, with its columns."""

    def sizes(self) -> Mapping[tuple[str, str], int]:
        """Return about how many rows tables have, by place; of those of which the engine says so without reading them."""

    def kind(self, schema: str, table: str) -> str | None:
        """Return `table`, `view`, what else the engine has under the name (`external`, `materialized_view`), or None."""

    def columns(self, schema: str, table: str) -> dict[str, str]:
        """Return the columns with their types in BigQuery's words, in lower case."""

    def extras(self, schema: str) -> list[Extra]:
        """Return what hangs on the tables of a schema."""

    def as_text(self, column: str, kind: str) -> str:
        """Return SQL for a column of text or JSON, or one that holds text in pieces, as text.

        Args:
            column: SQL of the value: a name is quoted.
            kind: The column's.
        """

    def from_text(self, expression: str, kind: str) -> str:
        """Return SQL for a text as a value of a column of text or JSON."""

    def write_texts(
        self,
        table: tuple[str, str],
        column: tuple[str, str],
        texts: Mapping[str, str],
        where: str = "true",
        values: Sequence[Value] = (),
    ) -> int:
        """Put other texts in the place of some, in rows that fulfil a condition; return how many rows that touched.

        Args:
            table: Where.
            column: Its name and kind.
            texts: The new ones by the old, as `as_text` writes them.
            where: A condition.
            values: Its values.
        """

    def free_words(self, table: tuple[str, str], columns: Collection[str]) -> None:
        """Make those of some columns whose type lists the words that they may hold columns of text."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[Row]:
        """Run a query; `?` stands for the values in order."""

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> pa.Table:
        """Run a query and return its rows as Arrow."""

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it touched."""

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Make what happens inside one change, where the engine can."""

    def checksum(self, schema: str, table: str) -> Fingerprint:
        """Return a quick fingerprint, which only this version of the engine has to repeat; see `fingerprint.py`."""

    def export(self, schema: str, table: str, target: Path) -> None:
        """Write the table's rows to one Parquet file."""

    def create_schema(self, schema: str) -> None:
        """Create a schema unless it exists."""

    def drop_schema(self, schema: str) -> None:
        """Drop a schema with everything in it."""

    def version(self, schema: str, table: str) -> str:
        """Return what is another one when the table was changed; empty where the engine keeps no such thing."""

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Add rows in one statement: all of them or none."""

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Make a new table of the source's rows, with its partitions; a target that exists is an error."""

    def replace(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Put the source's rows and columns in the place of the target's, if there is one: whole or not at all."""

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Give a table another name in its schema, which nothing has yet.

        Where that takes a copy, an interrupted move leaves both tables, and repeating it finishes it when they are equal.
        """
