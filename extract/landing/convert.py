"""Vendor rows to Arrow, column by column, by contract.

The usual page takes the fast path: one list comprehension and one type check per column. Only a page
with an unexpected type is looked at value by value, to find the rows for the quarantine.
"""

import datetime as dt
import re
from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from extract.landing.bounds import LONGEST_PART, NO_TEXT, TOO_DEEP, kept_json, within_bounds
from extract.landing.contracts import ARROW, PERSONAL_FIELD, Column, Kind, Reject, Table, Unreadable
from extract.landing.values import (
    AS_IS,
    CONVERTERS,
    NEGATIVE,
    NO_COUNT,
    QUICK,
    TOO_LARGE,
    BadValueError,
    NoneType,
    got,
)

_EMAIL = re.compile(r"[^\s@\"]+@[^\s@\"]+")
_IMPERSONAL = re.compile(
    r"-?\d{1,20}(\.\d{1,20})?\Z|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z|[0-9a-f]{32}\Z"
    r"|\d{4}-\d\d-\d\d(T[\d:.]{5,15}(Z|[+-]\d\d:\d\d))?\Z"
)
"""Texts that nobody can have written by hand about somebody: a number, a hash, an id, a day, an instant."""


@dataclass(frozen=True)
class Batch:
    """The good rows of a page, and those that break the contract."""

    table: pa.Table
    rejects: list[Reject]


def convert(
    table: Table, rows: Sequence[object], constants: Mapping[str, object] | None = None
) -> Batch:
    """Read a page of vendor rows by the table's contract.

    Args:
        table: The contract.
        rows: JSON objects as the vendor sent them.
        constants: Columns that the loader knows for the whole page (a bucket's day, say).
    """
    given = dict(constants or {})
    bad: dict[int, tuple[str, str]] = {}
    objects: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        if isinstance(row, dict):
            objects.append(row)
        elif isinstance(row, Unreadable):
            objects.append(row.row)
            bad[index] = (row.field, row.reason)
        else:
            objects.append({})
            bad[index] = ("", f"expected an object, got {got(row)}")
    parents: dict[str, list[dict[str, Any]]] = {}
    arrays: list[pa.Array] = []
    for column in table.columns:
        if column.name == table.ordinal or column.name in table.keyed:
            continue
        if column.path is None or column.name in given:
            arrays.append(_constant(column, given.get(column.name), len(rows), bad))
            continue
        *above, leaf = column.path.split(".")
        level = _descend(objects, above, parents, bad)
        arrays.append(_column(column, [row.get(leaf) for row in level], bad))
    arrays.append(pa.array(_unknown(table, objects), type=pa.string()))
    result = pa.Table.from_arrays(arrays, schema=table.spool_schema)
    if not bad:
        return Batch(result, [])
    keep = pa.array([index not in bad for index in range(len(rows))])
    rejects = [
        Reject(
            index,
            name,
            reason,
            _payload(table, objects[index] or rows[index]),
            _reject_day(table, objects[index], given),
        )
        for index, (name, reason) in sorted(bad.items())
    ]
    return Batch(result.filter(keep), rejects)


def _descend(
    objects: list[dict[str, Any]],
    path: list[str],
    seen: dict[str, list[dict[str, Any]]],
    bad: dict[int, tuple[str, str]],
) -> list[dict[str, Any]]:
    """Return the nested objects at a path; a missing one is empty, one of another type is bad."""
    level, dotted = objects, ""
    for part in path:
        dotted = f"{dotted}.{part}" if dotted else part
        if dotted not in seen:
            nested: list[dict[str, Any]] = []
            for index, row in enumerate(level):
                value = row.get(part)
                if type(value) is dict:
                    nested.append(value)
                else:
                    nested.append({})
                    if value is not None:
                        bad.setdefault(index, (dotted, f"expected an object, got {got(value)}"))
            seen[dotted] = nested
        level = seen[dotted]
    return level


def _column(column: Column, values: list[Any], bad: dict[int, tuple[str, str]]) -> pa.Array:
    """Convert one column; rows whose value is refused are noted in `bad` and hold NULL."""
    kind = column.kind
    types = set(map(type, values))
    if column.required and NoneType in types:
        for index, value in enumerate(values):
            if value is None:
                bad.setdefault(index, (column.path or column.name, "required field is missing"))
    quick = QUICK.get(kind)
    try:
        found = quick(values, types) if quick else None
    except UnicodeEncodeError:
        found = None
    if found is not None:
        return within_bounds(column, found, bad)
    if kind not in AS_IS or not types <= AS_IS[kind]:
        converter = CONVERTERS[kind]
        for index, value in enumerate(values):
            if value is not None:
                try:
                    values[index] = converter(value)
                    if column.required and values[index] is None:
                        raise BadValueError("required field is missing")
                except BadValueError as error:
                    values[index] = None
                    bad.setdefault(index, (column.path or column.name, str(error)))
    if kind is Kind.INT:
        _refuse_no_counts(column, values, bad)
    try:
        array = pa.array(values, type=ARROW[kind])
    except (OverflowError, UnicodeEncodeError, pa.ArrowInvalid):
        array = _column_one_by_one(column, values, bad)
    return within_bounds(column, array, bad)


def _constant(
    column: Column, value: object, n_rows: int, bad: dict[int, tuple[str, str]]
) -> pa.Array:
    """Repeat what is known for a whole page: made by the loader (a day, an instant), or read from the page and as doubtful as its rows."""
    if isinstance(value, dt.date):
        return pa.array([value] * n_rows, type=ARROW[column.kind])
    return _column(column, [value] * n_rows, bad)


def _refuse_no_counts(column: Column, values: list[Any], bad: dict[int, tuple[str, str]]) -> None:
    """Find the rows whose whole number counts nothing: below zero, or more than anybody can have used."""
    stated = [value for value in values if value is not None]
    if not stated or (min(stated) >= 0 and max(stated) < NO_COUNT):
        return
    for index, value in enumerate(values):
        if value is not None and not 0 <= value < NO_COUNT:
            values[index] = None
            reason = NEGATIVE if value < 0 else TOO_LARGE
            bad.setdefault(index, (column.path or column.name, reason))


def _column_one_by_one(
    column: Column, values: list[Any], bad: dict[int, tuple[str, str]]
) -> pa.Array:
    """Find the rows whose value Arrow cannot hold: an integer beyond 64 bits, half of a character."""
    for index, value in enumerate(values):
        try:
            pa.array([value], type=ARROW[column.kind])
        except (OverflowError, UnicodeEncodeError, pa.ArrowInvalid) as error:
            values[index] = None
            reason = f"value does not fit {column.kind.value}"
            if isinstance(error, UnicodeEncodeError):
                reason = NO_TEXT
            bad.setdefault(index, (column.path or column.name, reason))
    return pa.array(values, type=ARROW[column.kind])


def _unknown(table: Table, objects: list[dict[str, Any]]) -> list[str | None]:
    """Collect the fields that the contract does not know, per row, as JSON."""
    known = table.tree.keys()
    nested = [(name, node) for name, node in table.tree.items() if isinstance(node, dict)]
    result: list[str | None] = []
    for row in objects:
        found = None
        if not row.keys() <= known or not all(
            _is_known(row.get(name), node) for name, node in nested
        ):
            try:
                found = _found(row, known, nested, free_text=table.free_text)
            except RecursionError:
                found = {"[fields]": TOO_DEEP}
        result.append(kept_json(found) if found else None)
    return result


def _is_known(value: object, node: dict[str, Any]) -> bool:
    """Tell quickly whether a nested object has known fields only; a deeper one is looked at."""
    return not value or (
        type(value) is dict and value.keys() <= node.keys() and not any(map(_deep, node.values()))
    )


def _deep(node: object) -> bool:
    return node is not None


def _found(
    row: dict[str, Any],
    known: KeysView[str],
    nested: list[tuple[str, dict[str, object]]],
    *,
    free_text: bool,
) -> dict[str, object]:
    found = {name: row[name] for name in row.keys() - known}
    for name, node in nested:
        _unknown_below(name, node, row.get(name), found)
    return {
        (name if free_text or _is_code(name) else "[text]"): _without_personal(
            value, free_text=free_text
        )
        for name, value in found.items()
        if not PERSONAL_FIELD.search(name.rpartition(".")[2])
    }


def _unknown_below(
    name: str, node: dict[str, object], value: object, found: dict[str, Any]
) -> None:
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key not in node:
            found[f"{name}.{key}"] = item
        else:
            below = node[key]
            if isinstance(below, dict):
                _unknown_below(f"{name}.{key}", below, item, found)


def _without_personal(value: object, *, free_text: bool = True) -> object:
    """Drop nested fields with a personal name, and blank e-mail addresses in text, or all free text."""
    if isinstance(value, dict):
        return {
            (key if free_text or _is_code(key) else "[text]"): _without_personal(
                item, free_text=free_text
            )
            for key, item in value.items()
            if not PERSONAL_FIELD.search(key)
        }
    if isinstance(value, list):
        return [_without_personal(item, free_text=free_text) for item in value]
    if isinstance(value, str):
        if (
            len(value) > LONGEST_PART
        ):  # nobody reads it, and to look for addresses in it takes its length squared
            return f"[{len(value):,} characters]"
        if free_text:
            return _EMAIL.sub("[e-mail]", value)
        return value if not value or _IMPERSONAL.match(value) else "[text]"
    return value


def _is_code(value: object) -> bool:
    try:
        return bool(CONVERTERS[Kind.CODE](value))
    except BadValueError:
        return False


def _payload(table: Table, row: object) -> str:
    """Return the row as JSON without personal fields."""
    try:
        if isinstance(row, list):
            return kept_json(_without_personal(row, free_text=table.free_text))
        return kept_json(_prune(table, row, "") if isinstance(row, dict) else got(row))
    except RecursionError:
        return kept_json(TOO_DEEP)


def _prune(table: Table, value: object, prefix: str) -> object:
    if not isinstance(value, dict):
        if not table.free_text and prefix[:-1] in table.codes and _is_code(value):
            return value
        return _without_personal(value, free_text=table.free_text)
    return {
        (key if table.free_text or _is_code(key) else "[text]"): _prune(
            table, item, f"{prefix}{key}."
        )
        for key, item in value.items()
        if prefix + key not in table.kept_out and not PERSONAL_FIELD.search(key)
    }


def _reject_day(table: Table, row: dict[str, Any], given: Mapping[str, object]) -> dt.date | None:
    """Return the row's partition day if it can be read despite the fault."""
    for column in table.columns:
        if column.name == table.partition:
            value = given.get(column.name)
            if isinstance(value, dt.date):
                return value
            try:
                found = CONVERTERS[column.kind](row.get(column.path or ""))
            except BadValueError:
                return None
            return found if isinstance(found, dt.date) else None
    return None
