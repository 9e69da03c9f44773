"""One vendor value to one landed value, by kind: exact, or refused with a reason.

The rules are the patterns below. Rows of an API go through the converters here, one by one; files go through the SQL of
`expressions`, which is made from the same patterns, millions at a time. A reason never quotes the value, because the value
may be personal.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from extract.landing.contracts import FIRST_DAY, LAST_DAY, Kind

_DAY = r"[1-9]\d{3}-\d\d-\d\d"
_TO_THE_MINUTE = r"([01]\d|2[0-3]):[0-5]\d"
_SECONDS = r":[0-5]\d(\.\d{1,9})?"
_ZONE = r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_WHOLE_DIGITS = 12
PLAIN_NUMBER = rf"-?\d{{1,{_WHOLE_DIGITS}}}(\.\d{{1,100}})?"
SCIENTIFIC_NUMBER = r"(-?)(\d)(?:\.(\d{1,100}))?[eE](\+?(?:1[01]|0?\d)|-\d{1,2})"
PATTERNS: dict[Kind, str] = {
    Kind.CODE: "[A-Za-z0-9_.:/-]{1,200}",
    Kind.DECIMAL: f"{PLAIN_NUMBER}|{SCIENTIFIC_NUMBER}",
    Kind.TIMESTAMP: f"{_DAY}[T ]{_TO_THE_MINUTE}{_SECONDS}{_ZONE}",
    Kind.UTC_TIMESTAMP: f"{_DAY}([T ]{_TO_THE_MINUTE}({_SECONDS}{_ZONE}?)?)?",
    Kind.DATE: rf"{_DAY}([T ]00:00(:00(\.0{{1,9}})?)?(Z|[+-]00(:?00)?)?)?",
}
"""What a text must be as a whole, in words that Python (ASCII) and RE2 read alike.

A code is as long as an id of a cloud's resource, and a model's name has slashes. A day may be written as its midnight. Where
an instant may come without a zone, it may end with its minute or its day. A decimal has at most 12 digits before the point, as in the
sheets: what nobody can have paid would not fit what is computed from it.
"""
LONGEST_ID = 320
"""Characters: an e-mail address is no longer."""
EXACT_IN_A_FLOAT = 2**53
"""A whole number in a float's notation (3.0, 1e3) is one up to here; above, its last digits are anybody's guess."""
NO_COUNT = 10**15
"""Every whole number of a vendor counts something (epochs in milliseconds, too); sums of smaller ones fit 64 bits."""
NO_AMOUNT = 10**_WHOLE_DIGITS
"""A decimal is smaller: its millionths fit 64 bits, and its billionths times a count 128."""
NEGATIVE, TOO_LARGE = "expected a number that is not negative", "expected a number below 10^15"
TOO_DEAR = f"expected a number below 10^{_WHOLE_DIGITS}"
EXPECTED: dict[Kind, str] = {
    Kind.CODE: "a code (letters, digits, _ . : / -)",
    Kind.ID: f"an id of at most {LONGEST_ID} characters",
    Kind.DECIMAL: "a decimal",
    Kind.TIMESTAMP: "an RFC 3339 timestamp",
    Kind.UTC_TIMESTAMP: "an instant like 2026-06-01T12:00:00Z",
    Kind.DATE: "a day like 2026-06-01",
}
_FITS = {kind: re.compile(pattern, re.ASCII).fullmatch for kind, pattern in PATTERNS.items()}
_PLAIN = re.compile(PLAIN_NUMBER, re.ASCII).fullmatch
_EPOCH = dt.date(1970, 1, 1)
_DAY_MS = 86_400_000
_INT64 = 2**63
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


def _text_of(kind: Kind, value: object) -> str:
    """Return a text that fits its kind."""
    if not isinstance(value, str):
        raise BadValueError(f"expected {EXPECTED[kind]}, got {got(value)}")
    if not _FITS[kind](value):
        raise BadValueError(f"expected {EXPECTED[kind]}, got other text")
    return value


def _code(value: object) -> str | None:
    return None if value == "" else _text_of(Kind.CODE, value)


def _id(value: object) -> str:
    if isinstance(value, str):
        if len(value) > LONGEST_ID:
            raise BadValueError(f"expected {EXPECTED[Kind.ID]}, got a longer text")
        return value
    if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < 2 * _INT64:
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT_IN_A_FLOAT:
        return str(int(value))
    raise BadValueError(f"expected an id (text or whole number), got {got(value)}")


def _int(value: object) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT_IN_A_FLOAT:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValueError(f"expected int64, got {got(value)}")
    if not -_INT64 <= value < _INT64:
        raise BadValueError("expected int64, got an integer out of range")
    return value


def _decimal(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN(value):
            return value
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValueError(f"expected a decimal, got {got(value)}")
    return _plain(value if isinstance(value, str) else repr(value))


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    if not _FITS[Kind.DECIMAL](text):
        raise BadValueError("expected a decimal, got other text than a finite number")
    return format(Decimal(text), "f")


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError(f"expected boolean, got {got(value)}")


def _timestamp(value: object) -> dt.datetime:
    if isinstance(value, str) and _FITS[Kind.UTC_TIMESTAMP](value):
        if not _FITS[Kind.TIMESTAMP](value):
            raise BadValueError(f"expected {EXPECTED[Kind.TIMESTAMP]}, got one without a zone")
        return _instant(value)
    return _instant(_text_of(Kind.TIMESTAMP, value))


def _utc_timestamp(value: object) -> dt.datetime:
    return _instant(_text_of(Kind.UTC_TIMESTAMP, value))


@lru_cache(maxsize=65_536)
def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
        return instant.replace(tzinfo=instant.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise BadValueError("expected an instant, got a day that does not exist") from None


def _date(value: object) -> dt.date:
    return _calendar_day(_text_of(Kind.DATE, value))


@lru_cache(maxsize=4_096)
def _calendar_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text[: len("2026-06-01")])
    except ValueError:
        raise BadValueError(f"expected {EXPECTED[Kind.DATE]}, got other text") from None


def _json(value: object) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half a character, a number beyond 64 bits, nested too deeply
        raise BadValueError("expected JSON that can be written, got other") from None


def utc_day(text: object) -> dt.date | None:
    """Return the UTC day of an instant with a zone; None if it is none that a contract takes."""
    try:
        instant = dt.datetime.fromisoformat(text)  # type: ignore[arg-type]
        day = None if instant.tzinfo is None else instant.astimezone(dt.UTC).date()
    except (TypeError, ValueError, OverflowError):
        return None
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None


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
    Kind.UTC_TIMESTAMP: _utc_timestamp,
    Kind.DATE: _date,
    Kind.JSON: _json,
    Kind.MS: _ms,
    Kind.MS_DATE: _ms_date,
}
AS_IS: dict[Kind, frozenset[type]] = {
    Kind.STRING: frozenset({str, NoneType}),
    Kind.INT: frozenset({int, NoneType}),
    Kind.BOOL: frozenset({bool, NoneType}),
}


def _quick_ids(values: list[Any], types: set[type]) -> pa.Array | None:
    if not types <= {str, NoneType}:
        return None
    longest = max((len(value) for value in values if value is not None), default=0)
    return pa.array(values, pa.string()) if longest <= LONGEST_ID else None


def _quick_decimals(values: list[Any], types: set[type]) -> pa.Array | None:
    """Write a column of plain numbers at once; None if one of them needs a closer look."""
    if not types <= {float, int, NoneType}:
        return None
    texts = [None if value is None else repr(value) for value in values]
    written = "".join(text for text in texts if text is not None)
    # An exponent, inf or nan.
    if "e" in written or "n" in written:
        return None
    # A number with too many digits.
    largest = max((abs(value) for value in values if value is not None), default=0)
    return pa.array(texts, pa.string()) if largest < NO_AMOUNT else None


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
    Kind.ID: _quick_ids,
    Kind.DECIMAL: _quick_decimals,
    Kind.MS: _quick_ms,
    Kind.MS_DATE: _quick_ms_dates,
}
