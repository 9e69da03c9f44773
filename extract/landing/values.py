"""One vendor value to one landed value, by kind: exact, or refused with a reason.

A reason never quotes the value, because the value may be personal.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from extract.landing.contracts import Kind

_PLAIN = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.:-]{0,100}\Z")
_EPOCH = dt.date(1970, 1, 1)
_DAY_MS = 86_400_000
_INT64 = 2**63
_MAX_EXPONENT = 60
NoneType = type(None)


class BadValueError(ValueError):
    """A value is not of its column's type; the text says why and never quotes the value."""


def got(value: object) -> str:
    """Name the JSON type of a value, for a reason."""
    names = {bool: "boolean", int: "integer", float: "number", str: "text", dict: "object"}
    return names.get(type(value), "list" if isinstance(value, list) else "null")


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise BadValueError(f"expected text, got {got(value)}")


def _code(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError(f"expected a code, got {got(value)}")
    if not _CODE.match(value):
        raise BadValueError("expected a code (letters, digits, _ . : -), got other text")
    return value


def _id(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise BadValueError(f"expected an id (text or whole number), got {got(value)}")


def _int(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValueError(f"expected int64, got {got(value)}")
    if not -_INT64 <= value < _INT64:
        raise BadValueError("expected int64, got an integer out of range")
    return value


def _decimal(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN.match(value):
            return value
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValueError(f"expected a decimal, got {got(value)}")
    return _plain(value if isinstance(value, str) else repr(value))


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    # Decimal would also take 1_000 and digits of other scripts.
    if "_" in text or not text.isascii():
        raise BadValueError("expected a decimal, got other text")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValueError("expected a decimal, got other text") from None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT or text != text.strip():
        raise BadValueError("expected a finite decimal")
    return format(number, "f")


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError(f"expected boolean, got {got(value)}")


def _timestamp(value: object) -> dt.datetime:
    if not isinstance(value, str):
        raise BadValueError(f"expected an RFC 3339 timestamp, got {got(value)}")
    return _instant(value)


@lru_cache(maxsize=65_536)
def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadValueError("expected an RFC 3339 timestamp, got other text") from None
    if instant.tzinfo is None:
        raise BadValueError("expected an RFC 3339 timestamp, got one without a zone")
    return instant.astimezone(dt.UTC)


def _date(value: object) -> dt.date:
    if not isinstance(value, str):
        raise BadValueError(f"expected a day, got {got(value)}")
    return _calendar_day(value)


@lru_cache(maxsize=4_096)
def _calendar_day(text: str) -> dt.date:
    try:
        if len(text) == len("2026-06-01"):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise BadValueError("expected a day like 2026-06-01, got other text")


def to_json(value: object) -> str:
    """Write a value as JSON with sorted keys, so that equal values give equal text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _ms(value: object) -> str:
    text = _id(value)
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadValueError("expected epoch milliseconds, got other text")
    return text


def _ms_date(value: object) -> dt.date:
    return _day_of(int(_ms(value)) // _DAY_MS)


@lru_cache(maxsize=4_096)
def _day_of(days: int) -> dt.date:
    try:
        return _EPOCH + dt.timedelta(days=days)
    except OverflowError:
        raise BadValueError("expected epoch milliseconds, got a number out of range") from None


CONVERTERS: dict[Kind, Callable[[object], object]] = {
    Kind.STRING: _string,
    Kind.CODE: _code,
    Kind.ID: _id,
    Kind.INT: _int,
    Kind.DECIMAL: _decimal,
    Kind.BOOL: _bool,
    Kind.TIMESTAMP: _timestamp,
    Kind.DATE: _date,
    Kind.JSON: to_json,
    Kind.MS: _ms,
    Kind.MS_DATE: _ms_date,
}
AS_IS: dict[Kind, frozenset[type]] = {
    Kind.STRING: frozenset({str, NoneType}),
    Kind.ID: frozenset({str, NoneType}),
    Kind.INT: frozenset({int, NoneType}),
    Kind.BOOL: frozenset({bool, NoneType}),
}


def _quick_decimals(values: list[Any], types: set[type]) -> pa.Array | None:
    """Write a column of plain numbers at once; None if one of them needs a closer look."""
    if not types <= {float, int, NoneType}:
        return None
    texts = [None if value is None else repr(value) for value in values]
    written = "".join(text for text in texts if text is not None)
    # An exponent, inf or nan.
    return None if "e" in written or "n" in written else pa.array(texts, pa.string())


def _quick_ms(values: list[Any], types: set[type]) -> pa.Array | None:
    if types != {str}:
        return None
    written = "".join(values)
    lengths = set(map(len, values))
    fits = written.isascii() and written.isdigit() and 0 not in lengths and max(lengths) <= 15
    return pa.array(values, pa.string()) if fits else None


def _quick_ms_dates(values: list[Any], types: set[type]) -> pa.Array | None:
    texts = _quick_ms(values, types)
    if texts is None or max(map(len, values)) > 14:
        return None
    days = pc.divide(pc.cast(texts, pa.int64()), _DAY_MS)
    return pc.cast(pc.cast(days, pa.int32()), pa.date32())


QUICK: dict[Kind, Callable[[list[Any], set[type]], pa.Array | None]] = {
    Kind.DECIMAL: _quick_decimals,
    Kind.MS: _quick_ms,
    Kind.MS_DATE: _quick_ms_dates,
}
