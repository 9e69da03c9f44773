"""What a run says: one line per resource while it goes, a table at the end. No e-mail, no key."""

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TextIO

from warehouse.shown import shown

say_waiting: ContextVar[Callable[[str], None]] = ContextVar("say_waiting")
"""Takes a line about a long wait; a run sets it to its progress, alone nobody listens."""

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
    is_lost: bool = False
    """Whether a table, or a file, could not be read; rows in the quarantine alone are no such thing."""


class Progress:
    """Writes to a stream; on a terminal the line under way is rewritten in place."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to standard error unless told otherwise."""
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def under_way(self, text: str) -> None:
        """Show what is being read; only where a line can be rewritten."""
        if self._live:
            self._stream.write(f"\r\x1b[K{shown(text)} …")
            self._stream.flush()

    def line(self, text: str) -> None:
        """Write a line that stays."""
        self._stream.write(("\r\x1b[K" if self._live else "") + shown(text) + "\n")
        self._stream.flush()


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
