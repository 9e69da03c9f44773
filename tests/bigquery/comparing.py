"""Step 3: the SQL that BigQuery would get, executed, against what DuckDB makes of the same raw rows.

Each model runs on the reference executor over the rows that its parents gave there. Where a model
differs its children go on with DuckDB's rows, so that each mistake is reported where it is made.
"""

import datetime as dt
import decimal
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.bigquery.analysing import statements_of
from tests.bigquery.canonical import differences, duckdb_type
from tests.bigquery.googlesql.engine import GoogleSql, GoogleSqlError, Result
from tests.bigquery.googlesql.engine import Path as RelationPath
from tests.bigquery.googlesql.types import KINDS, canonical_name
from tests.bigquery.manifest import Manifest, Node
from tests.bigquery.workspace import PREFIX

_DELETE = re.compile(r"^\s*delete\s+from\b", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """How one model's rows compare."""

    name: str
    rows: int
    seconds: float
    differences: tuple[str, ...] = ()


@dataclass
class Comparison:
    """All outcomes."""

    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0
    bigquery: GoogleSql = field(default_factory=GoogleSql)
    content: dict[RelationPath, list[list[Any]]] = field(default_factory=dict)

    @property
    def failures(self) -> list[Outcome]:
        """The models that differ."""
        return [outcome for outcome in self.outcomes if outcome.differences]

    @property
    def rows(self) -> int:
        """Rows compared."""
        return sum(outcome.rows for outcome in self.outcomes)


class Warehouse:
    """A DuckDB file, read as if it were BigQuery: the same names, BigQuery's types."""

    def __init__(self, file: Path) -> None:
        """Open the file for reading."""
        self._connection = duckdb.connect(str(file), read_only=True)
        self._connection.execute("set TimeZone = 'UTC'")

    def read(self, path: RelationPath, columns: list[str] | None = None) -> Result:
        """Return a relation's columns and rows."""
        names = ", ".join(f'"{name}"' for name in columns) if columns else "*"
        answer = self._connection.execute(f"select {names} from {relation(path)}")
        described = [(str(one[0]), duckdb_type(str(one[1]))) for one in answer.description or []]
        table = answer.to_arrow_table()
        lists = [column.to_pylist() for column in table.columns]
        return Result(described, [list(row) for row in zip(*lists, strict=True)])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def relation(path: RelationPath) -> str:
    """Return DuckDB's name of a relation of BigQuery."""
    return f'"{path[1].removeprefix(PREFIX)}"."{path[2]}"'


def compare(
    manifest: Manifest,
    file: Path,
    say: Callable[[Outcome], None] = lambda _: None,
) -> Comparison:
    """Execute every model of a BigQuery manifest and compare its rows with those of the file."""
    started = time.monotonic()
    comparison = Comparison()
    bigquery, content = comparison.bigquery, comparison.content
    warehouse = Warehouse(file)
    try:
        for node in manifest.in_order():
            if node.kind == "source":
                typed = {name: kind for name, kind in node.columns.items() if kind}
                bigquery.add_table(node.path, typed)
                content[node.path] = warehouse.read(node.path, list(typed)).rows
            elif node.kind == "seed":
                bigquery.add_table(node.path, node.seed_types())
                content[node.path] = seed_values(node)
            elif node.kind == "model" and node.config.get("materialized") != "ephemeral":
                outcome = _compare_model(bigquery, warehouse, content, node)
                comparison.outcomes.append(outcome)
                say(outcome)
    finally:
        warehouse.close()
    comparison.seconds = time.monotonic() - started
    return comparison


def check_second_run(
    comparison: Comparison, manifest: Manifest, *, of_each_way: bool = False
) -> None:
    """Execute the incremental branch over the rows of the first run: it has nothing to do.

    Its query must add no row, and what its hooks delete must be nothing.

    Args:
        comparison: What the first run gave.
        manifest: The incremental branch.
        of_each_way: Execute one query of each way to find out what changed (`Node.changing`), and all that is deleted.
    """
    started = time.monotonic()
    seen: set[tuple[str, ...]] = set()
    for node in manifest.in_order():
        if node.config.get("materialized") != "incremental":
            continue
        queries = []
        if not (of_each_way and node.changing in seen):
            queries.append((node.sql, "the second run adds"))
        seen |= {node.changing} if node.changing else set()
        for kind, script in node.extras:
            for statement in statements_of(script) if kind == "hook" else []:
                query, deletes = _DELETE.subn("select * from", statement)
                if deletes:
                    queries.append((query, "the second run deletes"))
        found = []
        for query, meaning in queries:
            try:
                rows = comparison.bigquery.execute(query, comparison.content).rows
            except GoogleSqlError as error:
                found.append(f"not executed: {error}")
            else:
                found += [f"{meaning} {len(rows)} rows"] if rows else []
        name = f"{node.name} (second run)"
        comparison.outcomes.append(Outcome(name, 0, time.monotonic() - started, tuple(found)))
    comparison.seconds += time.monotonic() - started


def _compare_model(
    bigquery: GoogleSql,
    warehouse: Warehouse,
    content: dict[RelationPath, list[list[Any]]],
    node: Node,
) -> Outcome:
    """Execute one model, compare, and put its rows where its children look for them."""
    started = time.monotonic()
    found: list[str]
    expected = warehouse.read(node.path)
    try:
        result = bigquery.execute(node.sql, content)
    except GoogleSqlError as error:
        found = [f"not executed: {error}"]
    else:
        found = compare_results(expected, result, node.nondeterministic)
    # What may differ must not go on into the models that read it: they are compared on the same rows.
    if found or node.nondeterministic:
        result = Result(
            [(name, kind if kind in KINDS else "STRING") for name, kind in expected.columns],
            expected.rows,
        )
    bigquery.add_table(node.path, result.columns)
    content[node.path] = result.rows
    return Outcome(node.name, len(expected.rows), time.monotonic() - started, tuple(found))


def compare_results(expected: Result, result: Result, ignored: frozenset[str]) -> list[str]:
    """Return what differs in columns, types and rows."""
    names = [name for name, _ in expected.columns]
    if names != [name for name, _ in result.columns]:
        return [f"columns {names} against {[name for name, _ in result.columns]}"]
    found = [
        f"{name}: {ours} in DuckDB, {theirs} in BigQuery"
        for (name, ours), (_, theirs) in zip(expected.columns, result.columns, strict=True)
        if ours != theirs
    ]
    return found + differences(expected.rows, result.rows, names, ignored)


def seed_values(node: Node) -> list[list[Any]]:
    """Return a seed's rows as values of their types; an empty cell is NULL, as dbt loads it."""
    convert: dict[str, Callable[[str], Any]] = {
        "INT64": int,
        "NUMERIC": decimal.Decimal,
        "FLOAT64": float,
        "BOOL": lambda text: text.lower() == "true",
        "DATE": dt.date.fromisoformat,
    }
    kinds = [canonical_name(kind) for kind in node.seed_types().values()]
    return [
        [
            None if cell == "" else convert.get(kind, str)(cell)
            for kind, cell in zip(kinds, row, strict=True)
        ]
        for row in node.seed_rows()[1:]
    ]
