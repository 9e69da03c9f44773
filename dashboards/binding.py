"""From a card's SQL to a statement: its filters bound, and what somebody may not see left out of every table.

A card is written once for two programs. `[[and {{dates}}]]` is Metabase's own way to write a filter that may be left
out; here the same text becomes a condition whose values are bound, never written into the SQL.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from dashboards.definition import Card

DIALECT = "duckdb"
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_TAG = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


@dataclass(frozen=True)
class Statement:
    """SQL with marks (`$name`), and what is bound to them."""

    sql: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Between:
    """Both days included; None: open on that side."""

    first: str | None
    last: str | None


@dataclass(frozen=True)
class AnyOf:
    """One of these words."""

    words: tuple[str, ...]


Choice = Between | AnyOf
Rule = Callable[[str], tuple[str, Sequence[str]] | None]
"""Of a table, by its name with schema: the condition that its rows must meet, with `?` for what is bound; None: all rows."""


def tags_of(sql: str) -> list[str]:
    """Return the names of the filters that the SQL has a place for, in their order."""
    return _TAG.findall(sql)


def without_filters(sql: str) -> str:
    """Return the SQL as it is asked when nothing is chosen."""
    return _TAG.sub("true", _OPTIONAL.sub("", sql))


def with_marks(sql: str) -> str:
    """Return the SQL with every filter in its place, as a mark that can be found in the parsed tree."""
    return _TAG.sub(lambda tag: f"${tag.group(1)}", _OPTIONAL.sub(r"\1", sql))


def bind(card: Card, choices: Mapping[str, Choice], rule: Rule = lambda _table: None) -> Statement:
    """Return what to ask.

    Args:
        card: The card.
        choices: By filter; a filter that is not among them lets everything through.
        rule: Which rows of each table may be seen.
    """
    values: dict[str, str] = {}

    def condition(tag: str) -> str | None:
        return _condition(card.column_of(tag).rpartition(".")[2], choices.get(tag), values)

    def optional(found: re.Match[str]) -> str:
        bare, before = found.group(1), dict(values)
        made = {tag: condition(tag) for tag in tags_of(bare)}
        if None in made.values():
            # What is left out binds nothing: the engine refuses a value without a mark.
            values.clear()
            values.update(before)
            return ""
        return _TAG.sub(lambda tag: str(made[tag.group(1)]), bare)

    sql = _OPTIONAL.sub(optional, card.sql)
    sql = _TAG.sub(lambda tag: condition(tag.group(1)) or "true", sql)
    conditions: list[tuple[str, str]] = []
    for table in _tables(sql):
        found = rule(table)
        if found is not None:
            conditions.append((table, _marked(*found, values)))
    return Statement(_limited(sql, tuple(conditions)), values)


def _condition(column: str, choice: Choice | None, values: dict[str, str]) -> str | None:
    def mark(value: str) -> str:
        values[name := f"value_{len(values)}"] = value
        return f"${name}"

    if isinstance(choice, Between):
        sides = [(">=", choice.first), ("<=", choice.last)]
        # Of an instant, its day: else the last day would end as it begins.
        parts = [
            f"cast({column} as date) {sign} cast({mark(day)} as date)" for sign, day in sides if day
        ]
        return f"({' and '.join(parts)})" if parts else None
    if isinstance(choice, AnyOf):
        return f"{column} in ({', '.join(mark(word) for word in choice.words)})"
    return None


def _marked(condition: str, bound: Sequence[str], values: dict[str, str]) -> str:
    """Return a condition with names for what is bound to it."""
    parts = condition.split("?")
    if len(parts) != len(bound) + 1:
        raise ValueError(f"{len(bound)} values for {len(parts) - 1} places in a rule")
    text = parts[0]
    for value, rest in zip(bound, parts[1:], strict=True):
        values[name := f"value_{len(values)}"] = value
        text += f"${name}{rest}"
    return text


def tables_of(sql: str) -> tuple[str, ...]:
    """Return the tables that a card reads, by their names with schema, whatever is chosen."""
    # With every filter in its place: a table may stand in a part that can be left out.
    return _tables(with_marks(sql))


@lru_cache(maxsize=4_096)
def _tables(sql: str) -> tuple[str, ...]:
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    found = (f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4_096)
def _limited(sql: str, conditions: tuple[tuple[str, str], ...]) -> str:
    """Put each table's visible rows in the table's place."""
    if not conditions:
        return sql
    tree, limits = sqlglot.parse_one(sql, dialect=DIALECT), dict(conditions)
    for table in list(tree.find_all(exp.Table)):
        condition = limits.get(f"{table.db}.{table.name}") if table.db else None
        if condition is None:
            continue
        rows = sqlglot.parse_one(
            f"select * from {table.db}.{table.name} where {condition}", dialect=DIALECT
        )
        name = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
        table.replace(exp.Subquery(this=rows, alias=name))
    return tree.sql(dialect=DIALECT)
