"""Files of tasks as editors and exports leave them: with a mark of the order of bytes, blank lines, other ends of lines."""

from pathlib import Path

import duckdb
import fsspec
import pytest

from extract.files.formats import open_file
from extract.limits import Limits

LINES = (
    '{"task_id": "one", "cost": 1.50, "note": "x, \\"y\\"", "more": {"d": [1]}, "none": null}',
    "",
    '{"task_id": "two", "cost": "2", "yes": true, "large": 12345678901234567890123}',
    "nonsense",
    "[1]",
)
CSV = ("task_id,cost", "one,1.50", "two,2")
MARK = "\ufeff"


def _read(path: Path, kind: str) -> tuple[object, ...]:
    with duckdb.connect() as con:
        opened = open_file(con, Limits(), fs=fsspec.filesystem("file"), place=str(path), kind=kind)
        return opened, con.execute("from delivered").fetchall()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=("unix", "windows"))
@pytest.mark.parametrize(("kind", "lines"), [("jsonl", LINES), ("csv", CSV)])
def test_a_mark_of_the_order_of_bytes_costs_no_row(
    tmp_path: Path, kind: str, lines: tuple[str, ...], end: str
) -> None:
    found = []
    for mark in ("", MARK):
        path = tmp_path / f"{kind}{len(mark)}"
        path.write_bytes((mark + end.join(lines) + end).encode())
        found.append(_read(path, kind))
    plain, marked = found
    assert marked == plain
    assert len(marked[1]) == 2  # type: ignore[arg-type]
