"""Rows are written column by column, and yet as `json.dumps` writes each."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from serving.api.mart_rows import as_json
from serving.api.streams import zipped

ODD = [
    'say "no"',
    "back\\slash",
    "a\nb\tc\x00\x1f",
    "é 日本 \u2028 😀",
    "",
    "100 %s %% %(x)s",
    None,
]


def _read(*rows: list[dict[str, Any]]) -> bytes:
    tables: Iterator[pa.Table] = (pa.Table.from_pylist(some, _SCHEMA) for some in rows)
    return b"".join(as_json({"head": 1}, tables))


_SCHEMA = pa.schema(
    [
        ("text % é", pa.string()),
        ("count", pa.int64()),
        ("small", pa.int32()),
        ("share", pa.float64()),
        ("is_so", pa.bool_()),
        ("nothing", pa.null()),
    ]
)
_ROWS = [
    {
        "text % é": text,
        "count": (2**62, -1, None)[number % 3],
        "small": number,
        "share": (0.1, 1e-07, 1e22, -0.0, None, 3.0)[number % 6],
        "is_so": (True, False, None)[number % 3],
        "nothing": None,
    }
    for number, text in enumerate(ODD)
]


def test_rows_are_written_as_json_dumps_writes_them() -> None:
    written = ",\n".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in _ROWS
    )
    assert _read(_ROWS[:3], [], _ROWS[3:]).decode() == f'{{"head": 1,"rows":[{written}]}}'
    assert json.loads(_read(_ROWS))["rows"] == _ROWS


@pytest.mark.parametrize("n_pieces", [0, 1, 200])
def test_zipped_pieces_are_the_pieces(n_pieces: int) -> None:
    pieces = [b"x" * 999 + str(number).encode() for number in range(n_pieces)]
    made = list(zipped(iter(pieces)))
    assert zlib.decompress(b"".join(made), zlib.MAX_WBITS | 16) == b"".join(pieces)
    reading = zlib.decompressobj(zlib.MAX_WBITS | 16)
    # Each can be read when it is there.
    assert [reading.decompress(some) for some in made[:n_pieces]] == pieces
