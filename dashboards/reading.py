"""Which tables and columns a card's SQL reads: found in the SQL, so that nobody has to write down who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from dashboards.binding import DIALECT, with_marks

Tables = Mapping[str, Mapping[str, str]]
"""The columns of each published table, by its name with schema, and their types."""


class UnreadableError(Exception):
    """The SQL cannot be understood, or names what is not published."""


def columns_read(sql: str, tables: Tables) -> dict[str, set[str]]:
    """Return the columns that the SQL reads of each published table.

    Raises:
        UnreadableError: It is not one SELECT, or reads a table or a column that is not published.
    """
    folders: dict[str, dict[str, object]] = {}
    try:
        # With every filter in its place: what may be left out is read when it is not.
        parsed = sqlglot.parse(with_marks(sql), dialect=DIALECT)
        if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
            raise UnreadableError("it is not one SELECT")
        unknown = tables_read(parsed[0]) - tables.keys()
        if unknown:
            raise UnreadableError(f"{', '.join(sorted(unknown))} is not published")
        for table in tables_read(parsed[0]):
            folder, name = table.split(".", 1)
            folders.setdefault(folder, {})[name] = dict(tables[table])
        tree = qualify(
            parsed[0], dialect=DIALECT, schema={**folders}, validate_qualify_columns=True
        )
    except SqlglotError as error:
        raise UnreadableError(str(error)) from error
    found: dict[str, set[str]] = {name: set() for name in tables_read(tree)}
    for scope in traverse_scope(tree):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                found[f"{source.db}.{source.name}"].add(column.name)
    return found


def tables_read(tree: exp.Expr) -> set[str]:
    """Return the tables of a query by their names with schema; what it defines itself is none of them."""
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return {
        f"{table.db}.{table.name}"
        for table in tree.find_all(exp.Table)
        if table.db or table.name not in own
    }


@dataclass(frozen=True)
class Place:
    """Where a filter stands: the tables and subqueries that its SELECT reads, as they are called there."""

    filter_name: str
    sources: tuple[str, ...]


def places_of_filters(sql: str) -> list[Place]:
    """Return where each filter stands, in the order of the text."""
    tree = sqlglot.parse_one(with_marks(sql), dialect=DIALECT)
    found = []
    # A bare mark is a Placeholder to sqlglot, one beside an operator a Parameter.
    for mark in tree.find_all(exp.Placeholder, exp.Parameter):
        around = mark.find_ancestor(exp.Select)
        joins = around.args.get("joins") or [] if around else []
        begin = around.args.get("from_") if around else None
        read = [one.this for one in ([begin] if begin else []) + joins]
        found.append(Place(mark.name, tuple(_called(source) for source in read)))
    return found


def _called(source: exp.Expr) -> str:
    """Return a table's name with schema as Metabase would have to write it, or what stands for it."""
    if isinstance(source, exp.Table) and source.db and not source.alias:
        return f"{source.db}.{source.name}"
    return source.alias_or_name
