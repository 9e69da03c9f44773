"""Cells that hold a Python dict: read, or refused with a reason; never executed, never expensive."""

import sys
import time
from pathlib import Path

import pytest

from extract.sources.claude_ai.literal import LiteralError, read_literal

MAX_CHARACTERS, MAX_DEPTH = 20_000, 8  # as README.md of the source promises


def test_pitfall_28_a_dict_as_python_writes_it_is_read() -> None:
    """Naive: json.loads, which fails at the first quote."""
    wanted = {
        "type": "account",
        "name": 'O\'Neil "Ada" \\ {x}\n',
        "uuid": None,
        "on": [True, False, -1, 2.5],
        "metadata": {"email_address": "ada@corp.example", "t": ("a", 1)},
    }
    assert read_literal(repr(wanted)) == wanted
    assert read_literal("{}") == read_literal(" { } ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {path}')",
        "{{'a': __import__('os').system('touch {path}')}}",
        "{{'a': open('{path}', 'w')}}",
        "{{'a': [x for x in ().__class__.__bases__[0].__subclasses__()]}}",
        "{{**{{'a': 1}}}}",
        "{{'a': 1 + 1}}",
        "{{'a': 'x' * 999999999}}",
        "{{'a': f'{{open(\"{path}\", \"w\")}}'}}",
        "{{'a': b'bytes'}}",
        "{{'a': lambda: 0}}",
        "{{'a': 1}} # {path}",
        "{{'a': 1}}; import os",
    ],
)
def test_pitfall_28_nothing_is_executed(tmp_path: Path, text: str) -> None:
    """Naive: eval, which runs whatever somebody named a project."""
    trace = tmp_path / "executed"
    with pytest.raises(LiteralError):
        read_literal(text.format(path=trace))
    assert not trace.exists()


@pytest.mark.parametrize(
    "text",
    [
        "{'a': " + "[" * 5_000 + "]" * 5_000 + "}",
        "{'a':" * 3_000 + "1" + "}" * 3_000,
        "{'a': " + "-" * 15_000 + "1}",
        "{'a': " + "(" * 9_000 + "}",
        "{'a': " + "9" * 5_000 + "}",
        "{'a': 1e999999}",
        "{'a': 10 ** 10 ** 10}",
        "{'a': [" + "0," * 5_000 + "]}",
        "{'a': '" + "x" * 10_000_000 + "'}",
        "{" * 19_000,
    ],
    ids=range(10),
)
def test_bombs_are_refused_at_once(text: str) -> None:
    limit, started = sys.getrecursionlimit(), time.monotonic()
    with pytest.raises(LiteralError):
        read_literal(text)
    assert time.monotonic() - started < 0.5
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{'a': {'b': 1}", "not a readable dict"),
        ("{'name': 'Cut of", "not a plain dict"),
        ("['a']", "not a dict"),
        ("{'a', 'b'}", "not a dict"),
        ("{'a': {'b'}}", "holds a set"),
        ("{1: 'a'}", "a key is not text"),
        ("{[]: 'a'}", "not a readable dict"),
        ("{'a': true}", "not a plain dict"),
        ("{'a': " + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}", "nested deeper than"),
        ("{'a': '" + "x" * MAX_CHARACTERS + "'}", "longer than"),
        ("{'a': [" + "0," * 1_500 + "]}", "more than"),
    ],
)
def test_reason_says_what_is_wrong_and_quotes_nothing(text: str, reason: str) -> None:
    with pytest.raises(LiteralError, match=reason) as error:
        read_literal(text)
    assert "Cut of" not in str(error.value)


def test_limits_leave_room_for_what_the_log_holds() -> None:
    deep = "{'a': " + "[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1) + "}"
    assert read_literal(deep)
    assert read_literal("{'a': '" + "x" * (MAX_CHARACTERS - 9) + "'}")
