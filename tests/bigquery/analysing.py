"""Step 2: every compiled statement type-checked by Google's own analyser, in the order of the DAG."""

import re
import time
from dataclasses import dataclass, field

from tests.bigquery.compiling import Compiled
from tests.bigquery.googlesql.engine import Column, GoogleSql, GoogleSqlError
from tests.bigquery.googlesql.types import UnknownTypeError, canonical_name
from tests.bigquery.manifest import Node

PARTITION_TYPES = {
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "datetime": "DATETIME",
    "int64": "INT64",
}
NOT_CLUSTERABLE = ("FLOAT64", "JSON", "ARRAY", "STRUCT", "GEOGRAPHY", "INTERVAL", "TIME")
MAXIMUM_CLUSTER_COLUMNS = 4
SNAPSHOT_COLUMNS = {
    "dbt_scd_id": "STRING",
    "dbt_updated_at": "TIMESTAMP",
    "dbt_valid_from": "TIMESTAMP",
    "dbt_valid_to": "TIMESTAMP",
}
_TEXT_OR_END = re.compile(
    r"""
      \"{3}.*?(?<!\\)\"{3} | '{3}.*?(?<!\\)'{3}
    | '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `[^`]*`
    | --[^\n]* | \#[^\n]* | /\*.*?\*/
    | (?P<end>;)
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Failure:
    """What is wrong with one node."""

    name: str
    message: str


@dataclass
class Analysis:
    """What was analysed and what was found."""

    statements: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    bigquery: GoogleSql = field(default_factory=GoogleSql)

    def count(self, kind: str) -> None:
        """Note one more statement of a kind."""
        self.statements[kind] = self.statements.get(kind, 0) + 1

    def fail(self, node: Node, message: str) -> None:
        """Note a failure."""
        self.failures.append(Failure(node.name, message))


def analyse(compiled: Compiled) -> Analysis:
    """Analyse both branches of a compiled project."""
    started = time.monotonic()
    analysis = Analysis()
    for node in compiled.first.in_order():
        if node.kind == "source":
            _add_source(analysis, node)
        elif node.kind == "seed":
            _add_seed(analysis, node)
        elif node.kind == "test":
            _query(analysis, node, "test", node.sql)
        elif node.kind in ("model", "snapshot"):
            _check_model(analysis, node, compiled.incremental.nodes[node.unique_id])
    analysis.seconds = time.monotonic() - started
    return analysis


def _add_source(analysis: Analysis, node: Node) -> None:
    untyped = [name for name, kind in node.columns.items() if not kind]
    if untyped or not node.columns:
        analysis.fail(node, f"source columns without data_type: {', '.join(untyped) or 'all'}")
    typed = {name: kind for name, kind in node.columns.items() if kind}
    _add_table(analysis, node, typed)


def _add_seed(analysis: Analysis, node: Node) -> None:
    declared = node.config.get("column_types") or {}
    undeclared = [name for name in node.seed_types() if name not in declared]
    if undeclared:
        analysis.fail(node, f"seed columns without column_types: {', '.join(undeclared)}")
    _add_table(analysis, node, node.seed_types())


def _add_table(analysis: Analysis, node: Node, columns: dict[str, str]) -> None:
    try:
        analysis.bigquery.add_table(node.path, columns)
    except UnknownTypeError as error:
        analysis.fail(node, str(error))


def _query(analysis: Analysis, node: Node, kind: str, sql: str) -> list[Column] | None:
    """Analyse a query; a refusal is a failure."""
    analysis.count(kind)
    if not sql:
        analysis.fail(node, f"[{kind}] was not compiled")
        return None
    try:
        return analysis.bigquery.analyse(sql)
    except GoogleSqlError as error:
        analysis.fail(node, f"[{kind}] {error}")
        return None


def _check_model(analysis: Analysis, node: Node, incremental: Node) -> None:
    columns = _query(analysis, node, node.kind, node.sql)
    if columns is None:
        # What is documented stands in, so that one mistake does not fail everything downstream.
        typed = {name: kind for name, kind in node.columns.items() if kind}
        _add_table(analysis, node, typed)
        return
    types = dict(columns)
    if len(types) != len(columns) or any(not name or name.startswith("$") for name in types):
        analysis.fail(node, f"unnamed or doubled columns: {[name for name, _ in columns]}")
    _check_documented(analysis, node, types)
    _check_layout(analysis, node, types)
    if node.kind == "snapshot":
        types |= SNAPSHOT_COLUMNS
    analysis.bigquery.add_table(node.path, types)
    if node.config.get("materialized") == "incremental":
        again = _query(analysis, node, "incremental branch", incremental.sql)
        if again is not None and again != columns:
            changed = sorted(set(columns) ^ set(again))
            analysis.fail(node, f"the incremental branch has other columns: {changed}")
    for kind, script in dict.fromkeys(node.extras + incremental.extras):
        for statement in statements_of(script):
            analysis.count(kind)
            try:
                analysis.bigquery.check(statement)
            except GoogleSqlError as error:
                analysis.fail(node, f"[{kind}] {error}")


def _check_documented(analysis: Analysis, node: Node, types: dict[str, str]) -> None:
    """Compare declared types with what the query gives; contracts must be complete as well."""
    for name, declared in node.columns.items():
        if not declared:
            continue
        try:
            wanted = canonical_name(declared)
        except UnknownTypeError as error:
            analysis.fail(node, f"{name}: {error}")
            continue
        if types.get(name) != wanted:
            given = types.get(name, "no such column")
            analysis.fail(node, f"{name} is declared {wanted}, the query gives {given}")
    if node.enforced and set(types) != set(node.columns):
        analysis.fail(node, f"contract and query differ: {sorted(set(types) ^ set(node.columns))}")


def _check_layout(analysis: Analysis, node: Node, types: dict[str, str]) -> None:
    """Check that BigQuery can partition and cluster by the columns asked for."""
    partition = node.config.get("partition_by")
    if partition:
        wanted = PARTITION_TYPES[str(partition.get("data_type", "date")).lower()]
        given = types.get(partition["field"], "no such column")
        if given != wanted:
            analysis.fail(node, f"partition_by {partition['field']}: {given}, not {wanted}")
    cluster = node.config.get("cluster_by") or []
    cluster = [cluster] if isinstance(cluster, str) else cluster
    if len(cluster) > MAXIMUM_CLUSTER_COLUMNS:
        analysis.fail(node, f"cluster_by takes {MAXIMUM_CLUSTER_COLUMNS} columns: {cluster}")
    for name in cluster:
        given = types.get(name, "no such column")
        if given.partition("<")[0] in NOT_CLUSTERABLE or name not in types:
            analysis.fail(node, f"cluster_by {name}: {given}")


def statements_of(script: str) -> list[str]:
    """Split a script at its semicolons, but not at those in texts, names and comments."""
    parts, start = [], 0
    for match in _TEXT_OR_END.finditer(script):
        if match["end"]:
            parts.append(script[start : match.start()])
            start = match.end()
    return [part.strip() for part in [*parts, script[start:]] if part.strip()]
