"""Vendor rows to Arrow, column by column, by contract.

The usual page takes the fast path: one list comprehension and one type check per column. Only a page
with an unexpected type is looked at value by value, to find the rows for the quarantine.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import orjson
import pyarrow as pa

from extract.contracts import ARROW, PERSONAL_FIELD, Column, Kind, Reject, Table

_PLAIN = re.compile(r"-?\d+(\.\d+)?\Z")
_EMAIL = re.compile(r"[^\s@\"]+@[^\s@\"]+")
_EPOCH = dt.date(1970, 1, 1)
_DAY_MS = 86_400_000
_INT64 = 2**63
_MAX_EXPONENT = 60
NoneType = type(None)


@dataclass(frozen=True)
class Batch:
    """The good rows of a page, and those that break the contract."""

    table: pa.Table
    rejects: list[Reject]


class _BadValueError(ValueError):
    """A value is not of its column's type; the text says why and never quotes the value."""


def _got(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "text", dict: "object"}
    return names.get(type(value), "list" if isinstance(value, list) else "null")


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise _BadValueError(f"expected text, got {_got(value)}")


def _id(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise _BadValueError(f"expected an id (text or whole number), got {_got(value)}")


def _int(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _BadValueError(f"expected int64, got {_got(value)}")
    if not -_INT64 <= value < _INT64:
        raise _BadValueError("expected int64, got an integer out of range")
    return value


def _decimal(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN.match(value):
            return value
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise _BadValueError(f"expected a decimal, got {_got(value)}")
    return _plain(value if isinstance(value, str) else repr(value))


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _BadValueError("expected a decimal, got other text") from None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT or text != text.strip():
        raise _BadValueError("expected a finite decimal")
    return format(number, "f")


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _BadValueError(f"expected boolean, got {_got(value)}")


def _timestamp(value: object) -> dt.datetime:
    if not isinstance(value, str):
        raise _BadValueError(f"expected an RFC 3339 timestamp, got {_got(value)}")
    return _instant(value)


@lru_cache(maxsize=65_536)
def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _BadValueError("expected an RFC 3339 timestamp, got other text") from None
    if instant.tzinfo is None:
        raise _BadValueError("expected an RFC 3339 timestamp, got one without a zone")
    return instant.astimezone(dt.UTC)


def _date(value: object) -> dt.date:
    if not isinstance(value, str):
        raise _BadValueError(f"expected a day, got {_got(value)}")
    return _calendar_day(value)


@lru_cache(maxsize=4_096)
def _calendar_day(text: str) -> dt.date:
    try:
        if len(text) == len("2026-06-01"):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise _BadValueError("expected a day like 2026-06-01, got other text")


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _ms(value: object) -> str:
    text = _id(value)
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise _BadValueError("expected epoch milliseconds, got other text")
    return text


def _ms_date(value: object) -> dt.date:
    return _day_of(int(_ms(value)) // _DAY_MS)


@lru_cache(maxsize=4_096)
def _day_of(days: int) -> dt.date:
    try:
        return _EPOCH + dt.timedelta(days=days)
    except OverflowError:
        raise _BadValueError("expected epoch milliseconds, got a number out of range") from None


_CONVERTERS: dict[Kind, Callable[[object], object]] = {
    Kind.STRING: _string,
    Kind.ID: _id,
    Kind.INT: _int,
    Kind.DECIMAL: _decimal,
    Kind.BOOL: _bool,
    Kind.TIMESTAMP: _timestamp,
    Kind.DATE: _date,
    Kind.JSON: _json,
    Kind.MS: _ms,
    Kind.MS_DATE: _ms_date,
}
_AS_IS: dict[Kind, frozenset[type]] = {
    Kind.STRING: frozenset({str, NoneType}),
    Kind.ID: frozenset({str, NoneType}),
    Kind.INT: frozenset({int, NoneType}),
    Kind.BOOL: frozenset({bool, NoneType}),
}


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
        else:
            objects.append({})
            bad[index] = ("", f"expected an object, got {_got(row)}")
    parents: dict[str, list[dict[str, Any]]] = {}
    arrays: list[pa.Array] = []
    for column in table.columns:
        if column.name == table.ordinal:
            continue
        if column.path is None or column.name in given:
            value = given.get(column.name)
            arrays.append(pa.array([value] * len(rows), type=ARROW[column.kind]))
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
            _payload(table, rows[index]),
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
                        bad.setdefault(index, (dotted, f"expected an object, got {_got(value)}"))
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
    if kind not in _AS_IS or not types <= _AS_IS[kind]:
        converter = _CONVERTERS[kind]
        for index, value in enumerate(values):
            if value is not None:
                try:
                    values[index] = converter(value)
                except _BadValueError as error:
                    values[index] = None
                    bad.setdefault(index, (column.path or column.name, str(error)))
    try:
        return pa.array(values, type=ARROW[kind])
    except (OverflowError, pa.ArrowInvalid):
        return _column_one_by_one(column, values, bad)


def _column_one_by_one(
    column: Column, values: list[Any], bad: dict[int, tuple[str, str]]
) -> pa.Array:
    """Find the rows whose value Arrow cannot hold (an integer beyond 64 bits)."""
    for index, value in enumerate(values):
        try:
            pa.array([value], type=ARROW[column.kind])
        except (OverflowError, pa.ArrowInvalid):
            values[index] = None
            bad.setdefault(
                index, (column.path or column.name, f"value does not fit {column.kind.value}")
            )
    return pa.array(values, type=ARROW[column.kind])


def _unknown(table: Table, objects: list[dict[str, Any]]) -> list[str | None]:
    """Collect the fields that the contract does not know, per row, as JSON."""
    tree = table.tree
    nested = [(name, node) for name, node in tree.items() if isinstance(node, dict)]
    known = tree.keys()
    result: list[str | None] = []
    for row in objects:
        found: dict[str, Any] = {}
        if not row.keys() <= known:
            found = {name: row[name] for name in row.keys() - known}
        for name, node in nested:
            value = row.get(name)
            if value:
                _unknown_below(name, node, value, found)
        found = {
            name: _without_personal(value)
            for name, value in found.items()
            if not PERSONAL_FIELD.search(name.rpartition(".")[2])
        }
        result.append(_json(found) if found else None)
    return result


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


def _without_personal(value: object) -> object:
    """Drop nested fields with a personal name, and blank e-mail addresses in text."""
    if isinstance(value, dict):
        return {
            key: _without_personal(item)
            for key, item in value.items()
            if not PERSONAL_FIELD.search(key)
        }
    if isinstance(value, list):
        return [_without_personal(item) for item in value]
    if isinstance(value, str):
        return _EMAIL.sub("[e-mail]", value)
    return value


def _payload(table: Table, row: object) -> str:
    """Return the row as JSON without personal fields."""
    if not isinstance(row, dict):
        return _json(_without_personal(row) if isinstance(row, list) else _got(row))
    personal = {column.path for column in table.columns if column.personal}
    return _json(_prune(row, personal, ""))


def _prune(value: object, personal: set[str | None], prefix: str) -> object:
    if not isinstance(value, dict):
        return _without_personal(value)
    return {
        key: _prune(item, personal, f"{prefix}{key}.")
        for key, item in value.items()
        if prefix + key not in personal and not PERSONAL_FIELD.search(key)
    }


def _reject_day(table: Table, row: dict[str, Any], given: Mapping[str, object]) -> dt.date | None:
    """Return the row's partition day if it can be read despite the fault."""
    for column in table.columns:
        if column.name == table.partition:
            value = given.get(column.name)
            if isinstance(value, dt.date):
                return value
            try:
                found = _CONVERTERS[column.kind](row.get(column.path or ""))
            except _BadValueError:
                return None
            return found if isinstance(found, dt.date) else None
    return None
