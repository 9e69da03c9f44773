"""Python values and GoogleSQL's wire encoding, both ways.

Works on the raw protobuf messages: the package's own object layer loses timestamps.
"""

import datetime as dt
import decimal
import json
from typing import Any

from tests.bigquery.googlesql.types import type_name

EPOCH = dt.date(1970, 1, 1)
SCALES = {"NUMERIC": 9, "BIGNUMERIC": 38}
WIDE = decimal.Context(prec=90)


class ValueDoesNotFitError(ValueError):
    """A value that a column of its type cannot hold."""


def encode(message: Any, value: Any, kind: Any) -> None:
    """Fill the empty value message with a Python value of a type; NULL leaves it empty."""
    if value is None:
        return
    name = type_name(kind)
    if name.startswith("ARRAY"):
        message.array_value.SetInParent()
        for element in value:
            encode(message.array_value.element.add(), element, kind.array_type.element_type)
    elif name.startswith("STRUCT"):
        message.struct_value.SetInParent()
        for field in kind.struct_type.field:
            encode(message.struct_value.field.add(), value[field.field_name], field.field_type)
    elif name == "TIMESTAMP":
        instant = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        message.timestamp_value.FromDatetime(instant)
    elif name == "DATETIME":
        message.datetime_value.bit_field_datetime_seconds = (
            value.year << 26 | value.month << 22 | value.day << 17 | _clock_bits(value)
        )
        message.datetime_value.nanos = value.microsecond * 1000
    else:
        field_name, encoded = _encode_scalar(name, value)
        setattr(message, field_name, encoded)


def _encode_scalar(name: str, value: Any) -> tuple[str, Any]:
    """Return the field of the message and what goes into it."""
    if name in SCALES:
        return f"{name.lower()}_value", _encode_decimal(value, SCALES[name])
    if name == "TIME":
        return "time_value", _clock_bits(value) << 30 | value.microsecond * 1000
    if name == "DATE":
        return "date_value", (value - EPOCH).days
    if name == "JSON":
        return "json_value", value if isinstance(value, str) else json.dumps(value)
    plain: dict[str, tuple[str, Any]] = {
        "INT64": ("int64_value", int),
        "STRING": ("string_value", str),
        "BOOL": ("bool_value", bool),
        "FLOAT64": ("double_value", float),
        "BYTES": ("bytes_value", bytes),
    }
    if name not in plain:
        raise NotImplementedError(f"values of type {name}")
    field_name, convert = plain[name]
    return field_name, convert(value)


def _encode_decimal(value: Any, scale: int) -> bytes:
    """Return a decimal as whole units in two's complement, little end first."""
    with decimal.localcontext(WIDE):
        units = decimal.Decimal(value).scaleb(scale)
        if units != units.to_integral_value():
            raise ValueDoesNotFitError(f"{value} has more than {scale} decimals")
        whole = int(units)
    return whole.to_bytes((whole.bit_length() + 8) // 8, "little", signed=True)


def _clock_bits(value: Any) -> int:
    return int(value.hour << 12 | value.minute << 6 | value.second)


def decode(message: Any, kind: Any) -> Any:
    """Return the Python value of a value message; empty is NULL."""
    filled = message.WhichOneof("value")
    if filled is None:
        return None
    content = getattr(message, filled)
    name = type_name(kind)
    if name.startswith("ARRAY"):
        return [decode(element, kind.array_type.element_type) for element in content.element]
    if name.startswith("STRUCT"):
        return {
            field.field_name: decode(element, field.field_type)
            for element, field in zip(content.field, kind.struct_type.field, strict=True)
        }
    if name in SCALES:
        with decimal.localcontext(WIDE):
            units = int.from_bytes(content, "little", signed=True)
            return decimal.Decimal(units).scaleb(-SCALES[name])
    if name == "TIMESTAMP":
        return content.ToDatetime(tzinfo=dt.UTC)
    if name == "DATE":
        return EPOCH + dt.timedelta(days=content)
    if name == "DATETIME":
        bits = content.bit_field_datetime_seconds
        day = dt.date(bits >> 26, bits >> 22 & 15, bits >> 17 & 31)
        return dt.datetime.combine(day, _clock(bits & (1 << 17) - 1, content.nanos))
    if name == "TIME":
        return _clock(content >> 30, content & (1 << 30) - 1)
    if name == "JSON":
        return json.loads(content)
    return content


def _clock(bits: int, nanos: int) -> dt.time:
    return dt.time(bits >> 12 & 31, bits >> 6 & 63, bits & 63, nanos // 1000)
