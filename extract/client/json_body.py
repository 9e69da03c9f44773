"""JSON as vendors send it: one odd cell must not take the others with it.

Half of an emoji, bytes that are no UTF-8, NaN, a number of thousand digits or a hundred levels of brackets make a strict parser
refuse the whole answer, on every run. Here each becomes a value that its row is refused for, and the other rows are read.
"""

import json
import re
from contextlib import suppress

import orjson
import pyarrow as pa
import pyarrow.compute as pc

DEEPEST = 64
"""Levels of brackets: no vendor's answer has ten."""
_CUT = '"\\u0000"'
"""What stands in place of what is nested more deeply: a text that no column takes."""
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_OTHERS = bytes(set(range(256)) - set(b"[{]}"))
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_LONGEST_NUMBER = 40


def parse(content: bytes) -> object:
    """Return what an answer says.

    Raises:
        orjson.JSONDecodeError: It is no whole JSON.
    """
    with suppress(orjson.JSONDecodeError):
        if _depth(content) <= DEEPEST:
            return orjson.loads(content)
    try:
        return _leniently(content)
    except (ValueError, RecursionError):
        raise orjson.JSONDecodeError("no whole JSON", "", 0) from None


def _depth(content: bytes) -> int:
    """Return how deep the brackets go, counting those in texts, too."""
    steps = content.translate(_STEPS, _OTHERS)
    if not steps:
        return 0
    array = pa.Array.from_buffers(pa.int8(), len(steps), [None, pa.py_buffer(steps)])
    return int(pc.max(pc.cumulative_sum(array.cast(pa.int32()))).as_py())


def _leniently(content: bytes) -> object:
    text = content.decode("utf-8", "surrogateescape")
    return json.loads(_cut(text), parse_int=_whole)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)


def _cut(text: str) -> str:
    """Replace what is nested more deeply than anything that is read."""
    depth, kept_from, parts = 0, 0, []
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                parts.append(text[kept_from : token.start()] + _CUT)
        elif mark in "]}":
            depth -= 1
            if depth == DEEPEST:
                kept_from = token.end()
    if depth > DEEPEST:
        raise ValueError("not whole")
    return "".join([*parts, text[kept_from:]])
