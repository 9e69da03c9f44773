"""Cells that hold a Python dict as text: read as a literal within bounds, never executed.

The audit log writes `{'type': 'account', 'name': None}`, which is not JSON. The text is looked at token
by token before Python's parser sees it, because that parser can be brought down by nesting alone.
"""

import ast
import re
from functools import lru_cache
from typing import Any

MAX_CHARACTERS = 20_000
MAX_DEPTH = 8
MAX_TOKENS = 2_000
CACHED_CHARACTERS = 500

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>[{\[(])|(?P<close>[}\])])|[,:]|None\b|True\b|False\b
    |-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?(?![\w.])
    |'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")\s*""",
    re.VERBOSE,
)


class LiteralError(ValueError):
    """A text is not a plain dict; the reason never quotes it."""


def read_literal(text: str) -> dict[str, Any]:
    """Return the dict that a text describes.

    Raises:
        LiteralError: It is none, or larger or deeper than the log's cells ever are.
    """
    if len(text) > MAX_CHARACTERS:
        raise LiteralError(f"longer than {MAX_CHARACTERS} characters")
    return _cached(text) if len(text) <= CACHED_CHARACTERS else _read(text)


def _read(text: str) -> dict[str, Any]:
    _check_tokens(text)
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise LiteralError("not a readable dict") from None
    if not isinstance(value, dict):
        raise LiteralError("not a dict")
    _check_types(value)
    return value


# The same person's cell comes thousands of times.
_cached = lru_cache(maxsize=8_192)(_read)


def _check_tokens(text: str) -> None:
    position = depth = n_tokens = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise LiteralError("not a plain dict of texts, numbers, True, False and None")
        position = token.end()
        depth += bool(token["open"]) - bool(token["close"])
        n_tokens += 1
        if depth > MAX_DEPTH:
            raise LiteralError(f"nested deeper than {MAX_DEPTH}")
        if n_tokens > MAX_TOKENS:
            raise LiteralError(f"more than {MAX_TOKENS} parts")


def _check_types(value: object) -> None:
    """Refuse what JSON does not know: sets, and keys that are no text."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise LiteralError("a key is not text")
            _check_types(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_types(item)
    elif isinstance(value, set):
        raise LiteralError("holds a set")
