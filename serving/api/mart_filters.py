"""Filters on a mart's columns, as parameters of the address.

`column=value` (repeated: any of them), `column.ne`, `.lt`, `.lte`, `.gt`, `.gte` = value, `column.is` = null or known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from serving.api.problems import Problem, Wrong

_OPERATORS = {"ne": "is distinct from", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_IS = {"null": "is null", "known": "is not null"}
MOST_VALUES = 200


@dataclass(frozen=True)
class Condition:
    """SQL after `where`, and what is bound to its marks."""

    sql: str
    values: tuple[str, ...]


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


def _can_be(cursor: duckdb.DuckDBPyConnection, value: str, kind: str) -> bool:
    found = cursor.execute(f"select try_cast(? as {kind}) is not null", [value]).fetchone()
    return found is not None and bool(found[0])
