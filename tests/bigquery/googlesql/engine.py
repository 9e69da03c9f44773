"""Analyse and execute GoogleSQL against tables that are only described.

bigquery = GoogleSql()
bigquery.add_table(("project", "dataset", "table"), {"id": "INT64"})
bigquery.analyse("select id from `project`.`dataset`.`table`")  # [("id", "INT64")]
bigquery.execute("select 1 as one", {})  # Result(columns=[("one", "INT64")], rows=[[1]])
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import empty_pb2
from zetasql.core.exceptions import ServerError
from zetasql.types import Type, parse_proto
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as messages

from tests.bigquery.googlesql.catalogue import catalogue
from tests.bigquery.googlesql.dialect import analyzer_options
from tests.bigquery.googlesql.runtime import service
from tests.bigquery.googlesql.types import parse_type, type_name
from tests.bigquery.googlesql.values import decode, encode
from tests.bigquery.googlesql.wire import parse

Path = tuple[str, str, str]
"""Project, dataset and table."""

Column = tuple[str, str]
"""Name and BigQuery type."""

_QUOTED_PATH = re.compile(r"`([^`]+)`\.`([^`]+)`\.`([^`]+)`")
_DDL = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:create|alter)\b", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"[(,=]\s*@[a-z]", re.IGNORECASE)
_TEXTS = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
"""Comments and literals: a question mark in a pattern is no parameter."""


class GoogleSqlError(Exception):
    """What GoogleSQL says about a statement that it refuses."""


class _Raw:
    """Stands where the client expects a message's class, and takes the bytes as they are."""

    FromString = staticmethod(bytes)


@dataclass(frozen=True)
class Result:
    """What a query returns."""

    columns: list[Column]
    rows: list[list[Any]]


class GoogleSql:
    """A catalogue of tables and the statements that may be tried on it."""

    def __init__(self) -> None:
        """Start with an empty catalogue."""
        self._client = service().wasm_client
        self._tables: dict[Path, dict[str, Any]] = {}
        self._registered: int | None = None
        self._known: set[Path] = set()

    def add_table(self, path: Path, columns: Mapping[str, str] | Iterable[Column]) -> None:
        """Describe a table; describing it again replaces it."""
        self._tables[path] = {name: parse_type(kind) for name, kind in dict(columns).items()}
        self._known.discard(path)

    def copy_table(self, source: Path, target: Path) -> None:
        """Describe a table as another one is described."""
        self._tables[target] = dict(self._tables[source])
        self._known.discard(target)

    def check(self, sql: str) -> Any:
        """Analyse any statement and return the message of its resolved tree.

        Raises:
            GoogleSqlError: GoogleSQL refuses the statement.
        """
        request = messages.AnalyzeRequest(
            sql_statement=sql,
            options=_options(sql),
            registered_catalog_id=self._catalogue_id(_paths(sql)),
        )
        return self._call("Analyze", request, messages.AnalyzeResponse).resolved_statement

    def analyse(self, sql: str) -> list[Column]:
        """Return names and types of a query's columns."""
        query = self.check(sql).resolved_query_stmt_node
        return [(column.name, type_of(column.column)[0]) for column in query.output_column_list]

    def execute(self, sql: str, content: Mapping[Path, Sequence[Sequence[Any]]]) -> Result:
        """Run a query on the reference executor over the given rows of the described tables.

        The executor knows tables by one bare name, so the paths in the text are renamed.
        """
        names = {path: "__".join(path) for path in sorted(_paths(sql)) if path in self._tables}
        for path, name in names.items():
            sql = sql.replace("`" + "`.`".join(path) + "`", f"`{name}`")
        request = messages.PrepareQueryRequest(
            sql=sql,
            options=_options(sql),
            simple_catalog=catalogue(((name,), self._tables[path]) for path, name in names.items()),
        )
        for path, name in names.items():
            _fill(request.table_content[name].table_data, self._tables[path], content[path])
        prepared = self._call("PrepareQuery", request, messages.PrepareQueryResponse).prepared
        query = prepared.prepared_query_id
        try:
            result = self._call(
                "EvaluateQuery",
                messages.EvaluateQueryRequest(prepared_query_id=query),
                messages.EvaluateQueryResponse,
            )
        finally:
            self._call(
                "UnprepareQuery",
                messages.UnprepareQueryRequest(prepared_query_id=query),
                empty_pb2.Empty,
            )
        types = [type_of(column) for column in prepared.columns]
        return Result(
            columns=[
                (column.name, name)
                for column, (name, _) in zip(prepared.columns, types, strict=True)
            ],
            rows=[
                [decode(cell, kind) for cell, (_, kind) in zip(row.cell, types, strict=True)]
                for row in result.content.table_data.row
            ],
        )

    def _catalogue_id(self, needed: set[Path]) -> int:
        """Register the tables with the service, which is dear, if it lacks one that is needed."""
        if self._registered is None or (needed & self._tables.keys()) - self._known:
            if self._registered is not None:
                request = messages.UnregisterRequest(registered_id=self._registered)
                self._call("UnregisterCatalog", request, empty_pb2.Empty)
            request = messages.RegisterCatalogRequest(
                simple_catalog=catalogue(self._tables.items())
            )
            answer = self._call("RegisterCatalog", request, messages.RegisterResponse)
            self._registered = int(answer.registered_id)
            self._known = set(self._tables)
        return self._registered

    def _call(self, method: str, request: Any, answer: Any) -> Any:
        try:
            data = self._client.call_grpc_func(f"ZetaSqlLocalService_{method}", request, _Raw)
        except ServerError as error:
            raise GoogleSqlError(str(error)) from None
        return parse(answer, data)


def _paths(sql: str) -> set[Path]:
    return {(match[1], match[2], match[3]) for match in _QUOTED_PATH.finditer(sql)}


def _options(sql: str) -> Any:
    return analyzer_options(
        ddl=bool(_DDL.match(sql)),
        parameters="?" in _TEXTS.sub("", sql),
        named=bool(_NAMED.search(sql)),
    )


def type_of(column: Any) -> tuple[str, Any]:
    """Return a column's type by name and as GoogleSQL's object."""
    kind = parse_proto(column.type).as_type(Type)
    return type_name(kind), kind


def _fill(data: Any, columns: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> None:
    data.SetInParent()
    for values in rows:
        row = data.row.add()
        for value, kind in zip(values, columns.values(), strict=True):
            encode(row.cell.add(), value, kind)
