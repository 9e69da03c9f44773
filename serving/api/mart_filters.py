"""Filters on a mart's columns, as parameters of the address.

`column=value` (repeated: any of them), `column.ne`, `.lt`, `.lte`, `.gt`, `.gte` = value, `column.is` = null or known.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from serving.api.problems import Problem, Wrong
from serving.api.view import Mart, View
from serving.api.words import WORDS, known_words, refuse_unknown

_OPERATORS = {"ne": "is distinct from", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_IS = {"null": "is null", "known": "is not null"}
MOST_VALUES = 200


@dataclass(frozen=True)
class Condition:
    """SQL after `where`, and what is bound to its marks."""

    sql: str
    values: tuple[str, ...]


def both(visible: Condition | None, where: Condition) -> Condition:
    """Return what lets through what both do."""
    if visible is None:
        return where
    return Condition(f"{visible.sql} and {where.sql}", (*visible.values, *where.values))


def condition(
    sent: Iterable[tuple[str, str]],
    columns: Mapping[str, str],
    cursor: duckdb.DuckDBPyConnection,
    shown: Callable[[str], str] = str,
) -> Condition:
    """Return what the parameters ask for.

    Args:
        sent: Names and values of the parameters.
        columns: The mart's columns and their types.
        cursor: Says whether a value can be one of its column.
        shown: What a text is called in answers; asked for by another name it is not found.

    Raises:
        Problem: A column, an operator or a value is none (422).
    """
    wrong: list[Wrong] = []
    equal: dict[str, list[str]] = {}
    parts, values = ["true"], []
    for n_seen, (name, value) in enumerate(sent):
        column, _, operator = name.partition(".")
        kind = columns.get(column)
        if n_seen >= MOST_VALUES:
            wrong.append(Wrong(where="query", what=f"more than {MOST_VALUES} filters"))
            break
        if kind is None:
            wrong.append(Wrong(where=f"query.{name}", what="neither a parameter nor a column"))
        elif operator == "is":
            if value in _IS:
                parts.append(f'"{column}" {_IS[value]}')
            else:
                wrong.append(Wrong(where=f"query.{name}", what="null or known"))
        elif operator and operator not in _OPERATORS:
            wrong.append(Wrong(where=f"query.{name}", what=f"no operator {operator}"))
        elif not _can_be(cursor, value, kind):
            wrong.append(Wrong(where=f"query.{name}", what=f"not a value of type {kind}"))
        elif operator:
            parts.append(f'"{column}" {_OPERATORS[operator]} cast(? as {kind})')
            values.append(shown(value))
        else:
            equal.setdefault(column, []).append(shown(value))
    if wrong:
        raise Problem(422, "The filters cannot be understood; see errors.", errors=wrong)
    for column, wanted in equal.items():
        marks = ", ".join(f"cast(? as {columns[column]})" for _ in wanted)
        parts.append(f'"{column}" in ({marks})')
        values.extend(wanted)
    return Condition(" and ".join(parts), tuple(values))


def known_filters(
    cursor: duckdb.DuckDBPyConnection,
    view: View,
    mart: Mart,
    visible: Condition | None,
    sent: Iterable[tuple[str, str]],
) -> list[tuple[str, str]]:
    """Return the filters with the words that the mart knows, in its spelling.

    Raises:
        Problem: A word is not known (400); only of the rows that the caller may see are the known ones named.
    """
    kept, asked = [], defaultdict(list)
    for name, value in sent:
        column, _, operator = name.partition(".")
        is_word = (
            mart.renamed.get(column, column) in WORDS and mart.columns.get(column) == "VARCHAR"
        )
        if is_word and operator in ("", "ne"):
            asked[name].append(value)
        else:
            kept.append((name, value))
    relation = mart.relation if visible is None else f"{mart.relation} where {visible.sql}"
    own = relation, [] if visible is None else list(visible.values)
    words = known_words(cursor, view, {name: name.partition(".")[0] for name in asked}, own)
    meant = refuse_unknown(asked, words)
    return [*kept, *((name, value) for name, values in meant.items() for value in values)]


def _can_be(cursor: duckdb.DuckDBPyConnection, value: str, kind: str) -> bool:
    found = cursor.execute(f"select try_cast(? as {kind}) is not null", [value]).fetchone()
    return found is not None and bool(found[0])
