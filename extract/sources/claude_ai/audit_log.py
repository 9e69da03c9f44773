"""Audit-log exports: days covered by files, each line once however many files repeat it.

An export is a stretch of the log without holes, so the days between its first and last line are spoken of
even where they have no line; other days are left as they are. A line has no id: it is known by a hash of its
columns as exported.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from extract.landing.contracts import Unreadable
from extract.landing.errors import FileError
from extract.landing.sink import Sink, Unit
from extract.landing.values import utc_day
from extract.sources.claude_ai.folder import ExportFile, Folder
from extract.sources.claude_ai.literal import LiteralError, read_literal
from extract.sources.claude_ai.tables import AUDIT_LOG

COLUMNS = (
    "created_at",
    "actor_info",
    "event",
    "event_info",
    "entity_info",
    "ip_address",
    "device_id",
    "user_agent",
    "client_platform",
)
"""What identifies a line. A column that the vendor adds one day must not make an old line a new one."""

LITERALS = ("actor_info", "event_info", "entity_info")
ROWS_PER_BATCH = 2_000
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Span:
    """A file and the days it covers, both included."""

    file: ExportFile
    first: dt.date
    last: dt.date


class AuditLog:
    """The exports of a folder, gone through once before the first day is read."""

    def __init__(self, folder: Folder, today: dt.date) -> None:
        """Read nothing yet."""
        self._folder, self._today = folder, today
        self._spans: list[_Span] | None = None

    def read(self, unit: Unit, sink: Sink) -> None:
        """Read the lines of a unit's days from every file that covers some of them."""
        files = self._folder.files(AUDIT_LOG, sink)
        if self._spans is None:
            self._spans = self._look(files, sink)
        covered: set[dt.date] = set()
        for span in self._spans:
            if span.last >= unit.since and span.first < unit.until:
                covered |= {day for day in unit.days if span.first <= day <= span.last}
                for batch in _batches(self._rows(span, unit)):
                    sink.add(AUDIT_LOG, batch)
        sink.skip(set(unit.days) - covered)

    def _look(self, files: list[ExportFile], sink: Sink) -> list[_Span]:
        """Find the days of each file; a file that breaks off anywhere is left out whole."""
        spans = []
        for file in files:
            place = file.header.index("created_at")
            first: dt.date | None = None
            last: dt.date | None = None
            n_records = 0
            try:
                for _, cells in self._folder.records(file):
                    n_records += 1
                    day = self._day(cells[place]) if place < len(cells) else None
                    if day is not None:
                        first, last = min(first or day, day), max(last or day, day)
            except FileError as error:
                sink.complain(str(error))
                continue
            if first is not None and last is not None:
                spans.append(_Span(file, first, last))
            elif n_records:
                sink.complain(f"claude_ai: {file.name}: no line has a readable 'created_at'.")
            else:
                sink.warn(f"claude_ai: {file.name}: an export without a line covers no day")
        _name_holes(spans, sink)
        return spans

    def _rows(self, span: _Span, unit: Unit) -> Iterator[object]:
        for _, cells in self._folder.records(span.file):
            row = self._row(span, cells, unit)
            if row is not None:
                yield row

    def _day(self, text: str) -> dt.date | None:
        """Return a line's day; one that is still to come was not logged, and would stretch its file to all days until then."""
        day = utc_day(text)
        return day if day is not None and day <= self._today else None

    def _row(self, span: _Span, cells: list[str], unit: Unit) -> object | None:
        """Return a line as the contract wants it; None if it is of another day."""
        texts = dict(zip(span.file.header, cells, strict=False))
        stated = self._day(texts.get("created_at", ""))
        # A line whose day cannot be read counts for the first day of its file.
        day = stated or span.first
        if not unit.since <= day < unit.until:
            return None
        row = _row(span, cells, day)
        is_to_come = stated is None and utc_day(texts.get("created_at")) is not None
        if is_to_come and isinstance(row, dict):
            return Unreadable(row, "created_at", "expected an instant before the day of the run")
        return row


def _row(span: _Span, cells: list[str], day: dt.date) -> object:
    header = span.file.header
    texts = dict(zip(header, cells, strict=False))
    row: dict[str, object] = {
        "usage_date": day.isoformat(),
        "row_hash": _hash(cells if len(cells) != len(header) else texts),
    }
    if len(cells) != len(header):
        return Unreadable(row, "", f"expected {len(header)} cells, got {len(cells)}")
    row |= {name: text or None for name, text in texts.items() if name and name not in LITERALS}
    for name in LITERALS:
        text = texts.get(name, "")
        try:
            row[name] = read_literal(text) if text.strip() else None
        except LiteralError as error:
            return Unreadable(row, name, str(error))
    return row


def _hash(line: Mapping[str, str] | list[str]) -> str:
    cells = line if isinstance(line, list) else [line.get(name, "") for name in COLUMNS]
    return hashlib.sha256(orjson.dumps(cells)).hexdigest()[:32]


def _batches(rows: Iterator[object]) -> Iterator[list[object]]:
    batch: list[object] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_PER_BATCH:
            yield batch
            batch = []
    yield batch


def _name_holes(spans: list[_Span], sink: Sink) -> None:
    """Say which days lie between two exports and in none."""
    ordered = sorted(spans, key=lambda span: span.first)
    reached: dt.date | None = None
    for span in ordered:
        if reached is not None and span.first > reached + ONE_DAY:
            sink.warn(
                f"claude_ai.audit_log: no export covers {reached + ONE_DAY} to {span.first - ONE_DAY}. "
                "These days are left as they are; an export that covers them fills them."
            )
        reached = max(reached or span.last, span.last)
