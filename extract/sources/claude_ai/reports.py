"""Report files: the spend report and the Claude Code team report, one partition per file.

Both are totals of a period, not of days. A file that is exported again under its name replaces itself.
"""

import datetime as dt
import re

from extract.landing.contracts import Kind, Table, Unreadable
from extract.landing.errors import FileError
from extract.landing.sink import Sink
from extract.sources.claude_ai.folder import ExportFile, Folder

ROWS_PER_BATCH = 2_000
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})_to_(\d{4}-\d{2}-\d{2})", re.ASCII)
_NUMBER = re.compile(r"(-?)\$?(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\Z", re.ASCII)


def read_reports(folder: Folder, table: Table, sink: Sink) -> None:
    """Read the files of a kind; a file that breaks off anywhere is left out whole."""
    kinds = {column.path: column.kind for column in table.columns if column.path}
    for file in folder.files(table, sink):
        try:
            for _ in folder.records(file):
                pass
        except FileError as error:
            sink.complain(str(error))
            continue
        sink.covers(table, file.name)
        period = _period(file.name)
        batch: list[object] = []
        for number, cells in folder.records(file):
            batch.append(_row(file, cells, kinds, {**period, "file_row": number}))
            if len(batch) == ROWS_PER_BATCH:
                sink.add(table, batch, {"file_name": file.name})
                batch = []
        sink.add(table, batch, {"file_name": file.name})


def _row(
    file: ExportFile, cells: list[str], kinds: dict[str, Kind], given: dict[str, object]
) -> object:
    row = dict(given)
    for name, text in zip(file.header, cells, strict=False):
        if name:
            row[name] = _value(kinds.get(name), text.strip())
    if len(cells) < len(file.header) or any(cells[len(file.header) :]):
        return Unreadable(row, "", f"expected {len(file.header)} cells, got {len(cells)}")
    return row


def _value(kind: Kind | None, text: str) -> object:
    """Return a cell as JSON would write it; what is no number of the usual form stays text.

    `$1,234.56` is 1234.56, `15,344` is 15344, an empty cell is no value. `1.234,56` is none of them and
    ends in the quarantine.
    """
    if not text:
        return None
    number = _NUMBER.match(text) if kind in (Kind.INT, Kind.DECIMAL) else None
    if number is None or len(text) > 40:
        return text
    minus, inner_minus, whole, fraction = number.groups()
    sign = "-" if minus or inner_minus else ""
    digits = sign + whole.replace(",", "")
    if kind is Kind.DECIMAL:
        return digits + (fraction or "")
    return int(digits) if not (fraction or "").strip(".0") else text


def _period(name: str) -> dict[str, object]:
    """Return the range in a file's name; none if it has no readable one."""
    found = _PERIOD.search(name)
    if not found:
        return {}
    try:
        start, end = map(dt.date.fromisoformat, found.groups())
    except ValueError:
        return {}
    return {"period_start": start.isoformat(), "period_end": end.isoformat()}
