"""What was read of a resource for one package, and how far tables are whole by it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extract.landing.coverage import COVERAGE, Covered, rows_of
from extract.landing.deliveries import Delivery
from extract.landing.load import Change
from extract.landing.resource import Resource
from extract.landing.sink import Partition, Sink, Unit
from extract.landing.spool import Spool


@dataclass
class Reading:
    """A resource's state within one package."""

    resource: Resource
    complete: list[Unit] = field(default_factory=list)
    skipped: set[dt.date] = field(default_factory=set)
    files: dict[str, set[str]] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    reached: dict[tuple[str, str], Partition] = field(default_factory=dict)
    covered: dict[tuple[str, str], Covered] = field(default_factory=dict)
    n_undated: dict[tuple[str, str], int] = field(default_factory=dict)
    """By table and day, refused rows that may be of that day and are counted for another."""
    n_read: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    """Those of the sinks, which their files are named by."""
    has_more: bool = False

    def take(self, unit: Unit, sink: Sink, reached: Mapping[tuple[str, str], Partition]) -> None:
        """Take over what a sink holds that was filled to its end, of the parts that were reached."""
        self.complete.append(unit)
        self.skipped |= sink.skipped
        for name, files in sink.files.items():
            self.files.setdefault(name, set()).update(files)
        self.deliveries.extend(sink.deliveries)
        self.reached.update(reached)
        self.covered.update({part: one for part, one in sink.covered.items() if part in reached})
        for name, n_undated in sink.n_undated.items():
            self.n_undated |= {(name, day.isoformat()): n_undated for day in unit.days[1:]}
        for name, n_rows in sink.n_read.items():
            self.n_read[name] = self.n_read.get(name, 0) + n_rows
        self.numbers.append(sink.number)
        self.has_more = sink.has_more


def with_undated(
    reading: Reading, name: str, partitions: Mapping[str, Partition]
) -> dict[str, Partition]:
    """Mark the days that may lack a row whose day could not be read: until none does they are read again, like one that lacks some."""
    marked = dict(partitions)
    for (table, day), n_undated in reading.n_undated.items():
        if table == name and day in marked:
            one = marked[day]
            marked[day] = Partition(
                one.n_rows, one.n_quarantined + n_undated, f"{one.content_hash}!?{n_undated}"
            )
    return marked


def coverage_of(
    spool: Spool, readings: Iterable[Reading], changes: Iterable[Change]
) -> list[Change]:
    """Spool how far tables are whole, of the parts whose marks move with a package."""
    moved = {
        (change.table.name, part) for change in changes if change.data for part in change.partitions
    }
    covered = {
        part: one for reading in readings for part, one in reading.covered.items() if part in moved
    }
    if not covered:
        return []
    spool.adopt(COVERAGE, rows_of(covered))
    return [Change(COVERAGE, {})]
