"""What a run says: one line per resource while it goes, a table at the end. No e-mail, no key."""

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TextIO

from warehouse.logs import say, step, under_way
from warehouse.shown import shown

say_waiting: ContextVar[Callable[[str], None]] = ContextVar("say_waiting")
"""Takes a line about a long wait; a run sets it to its progress, alone nobody listens."""

count_bytes: ContextVar[Callable[[int], None]] = ContextVar("count_bytes")
"""Takes the size of each answer and file that was read, in bytes; alone nobody counts."""

NOT_OFFERED = "not_offered"
"""The status of a table that the vendor does not offer to this key: neither read nor failed."""


@dataclass
class TableResult:
    """One table's part in a run; also its row in `extract_runs`."""

    source: str
    table: str
    since: dt.date | None
    until: dt.date | None
    started_at: dt.datetime
    n_rows_read: int = 0
    n_partitions_changed: int = 0
    n_quarantined: int = 0
    status: str = "ok"
    error: str | None = None


@dataclass
class Outcome:
    """What became of one source."""

    results: list[TableResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    """What a backfill brought, a line for each table."""
    is_lost: bool = False
    """Whether a table, or a file, could not be read; rows in the quarantine alone are no such thing."""
    n_bytes: int = 0
    """Size of all answers and files that were read, unpacked answers."""
    load_seconds: float = 0.0

    def count(self, n_bytes: int) -> None:
        """Take the size of an answer or a file."""
        self.n_bytes += n_bytes

    def listen(self, progress: "Progress") -> None:
        """Hear of long waits, and of the size of what is read."""
        say_waiting.set(progress.line)
        count_bytes.set(self.count)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Take the time of what is loaded meanwhile."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.load_seconds += time.monotonic() - began

    def log(self, source: str, seconds: float) -> None:
        """Write the entries of reading a source and of loading it."""
        quarantined = sum(one.n_quarantined for one in self.results)
        step(
            "extract",
            source=source,
            outcome="failed" if self.is_lost else "rows_kept_out" if quarantined else "ok",
            rows=sum(one.n_rows_read for one in self.results),
            n_bytes=self.n_bytes,
            seconds=seconds - self.load_seconds,
            quarantined=quarantined,
            failed_tables=[one.table for one in self.results if one.status == "failed"] or None,
        )
        step(
            "load",
            source=source,
            outcome="ok",
            seconds=self.load_seconds,
            partitions=sum(one.n_partitions_changed for one in self.results),
        )


class Progress:
    """Writes to a stream; on a terminal the line under way is rewritten in place."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to standard error unless told otherwise."""
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def under_way(self, text: str) -> None:
        """Show what is being read; only where a line can be rewritten."""
        under_way(self._stream, f"{shown(text)} …")

    def line(self, text: str) -> None:
        """Write a line that stays."""
        start = "\r\x1b[K" if self._live else ""
        say(self._stream, start + shown(text), _severity(text))


def _severity(text: str) -> str:
    if text.startswith("PROBLEM:"):
        return "ERROR"
    return "WARNING" if text.startswith("warning:") else "INFO"


def report_in_short(results: Sequence[TableResult], stream: TextIO | None = None) -> None:
    """Write a line for each source to standard output."""
    out = stream or sys.stdout
    for source in dict.fromkeys(result.source for result in results):
        own = [result for result in results if result.source == source]
        failed = [result.table for result in own if result.status == "failed"]
        out.write(
            f"{source}: {sum(one.n_rows_read for one in own):,} rows read of {len(own)} tables, "
            f"{sum(one.n_partitions_changed for one in own):,} partitions changed"
            f"{', FAILED: ' + ', '.join(failed) if failed else ''}\n"
        )
    out.flush()


def report(results: Sequence[TableResult], stream: TextIO | None = None) -> None:
    """Write a line for each table to standard output."""
    out = stream or sys.stdout
    header = ("source", "table", "window", "rows read", "changed", "quarantined", "status")
    rows = [
        (
            result.source,
            result.table,
            f"{result.since} to {result.until}" if result.since else "now",
            f"{result.n_rows_read:,}",
            str(result.n_partitions_changed),
            str(result.n_quarantined),
            result.status if not result.n_quarantined else f"{result.status}, quarantine",
        )
        for result in results
    ]
    for line in table_lines(header, rows, right={3, 4, 5}):
        out.write(line + "\n")
    out.flush()


def table_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: set[int]
) -> list[str]:
    """Lay out a table in columns."""
    cells = [tuple(header), *map(tuple, rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(header))]
    return [
        "  ".join(
            text.rjust(width) if n in right else text.ljust(width)
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
