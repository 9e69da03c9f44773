"""Answers of the GoogleSQL service that are nested too deeply for the protobuf library.

The library refuses more than a hundred levels, which a long CASE or concatenation in a resolved tree
reaches. What is read here is near the top, so what lies deeper than `KEPT_LEVELS` is cut off.
"""

from typing import Any

from google.protobuf.message import DecodeError

KEPT_LEVELS = 60
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def parse(message: Any, data: bytes) -> Any:
    """Return the message of a class, without its deepest parts if it is too deep."""
    try:
        return message.FromString(data)
    except DecodeError:
        return message.FromString(shallow(data, message.DESCRIPTOR, KEPT_LEVELS))


def shallow(data: bytes, descriptor: Any, levels: int) -> bytes:
    """Return an encoded message without the messages that are nested deeper than some levels."""
    kept = bytearray()
    position = 0
    while position < len(data):
        start = position
        tag, position = _varint(data, position)
        kind = tag & 7
        if kind == BYTES:
            length, position = _varint(data, position)
            content = data[position : position + length]
            position += length
            field = descriptor.fields_by_number.get(tag >> 3)
            if field is None or field.message_type is None:
                kept += data[start:position]
            elif levels > 0:
                inner = shallow(content, field.message_type, levels - 1)
                kept += _encoded(tag) + _encoded(len(inner)) + inner
        else:
            position = _after(data, position, kind)
            kept += data[start:position]
    return bytes(kept)


def _after(data: bytes, position: int, kind: int) -> int:
    """Return where a value of fixed or variable length ends."""
    if kind == VARINT:
        return _varint(data, position)[1]
    return position + {FIXED64: 8, FIXED32: 4}[kind]


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Return a number and where the next thing starts."""
    number, shift = 0, 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7


def _encoded(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
