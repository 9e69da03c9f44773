"""Where a reader puts rows: pages become Parquet files of one unit, and what is said of them is kept beside."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extract.landing.contracts import REJECT_SCHEMA, Mode, Reject, Table
from extract.landing.convert import convert
from extract.landing.coverage import Covered
from extract.landing.deliveries import Delivery
from extract.landing.errors import OutOfWindowError
from persons.suppression import Suppression

ROWS_PER_GROUP = 50_000
CURRENT = "current"


@dataclass(frozen=True)
class Unit:
    """What one call of a resource's reader covers: days [since, until), or the present state."""

    since: dt.date
    until: dt.date

    @property
    def days(self) -> list[dt.date]:
        """The days of the unit."""
        return [self.since + dt.timedelta(days=n) for n in range((self.until - self.since).days)]


@dataclass(frozen=True)
class Partition:
    """What a partition holds now; of a KEY table, how far it is read instead of a hash."""

    n_rows: int
    n_quarantined: int
    content_hash: str


@dataclass
class _Writer:
    path: Path
    schema: pa.Schema
    pending: list[pa.Table] = field(default_factory=list)
    n_pending: int = 0
    writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        self.pending.append(rows)
        self.n_pending += rows.num_rows
        if self.n_pending >= ROWS_PER_GROUP:
            self.flush()

    def flush(self) -> None:
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")
        self.writer.write_table(pa.concat_tables(self.pending or [self.schema.empty_table()]))
        self.pending, self.n_pending = [], 0

    def close(self) -> None:
        self.flush()
        if self.writer is not None:
            self.writer.close()


class Sink:
    """Takes a unit's rows; `skip` takes back days that the answer does not speak about."""

    def __init__(self, unit: Unit, folder: Path, number: int, suppression: Suppression) -> None:
        """Open no file yet: a unit without rows leaves none."""
        self.unit, self._suppression = unit, suppression
        self.n_read: dict[str, int] = {}
        self.skipped: set[dt.date] = set()
        self.warnings: list[str] = []
        self.problems: list[str] = []
        self.files: dict[str, set[str]] = {}
        self.deliveries: list[Delivery] = []
        self.doubted: frozenset[str] = frozenset()  # readings before this one that may be right
        self.marks: Mapping[
            tuple[str, str], str
        ] = {}  # how far tables were read before, by their parts
        self.reached: dict[tuple[str, str], Partition] = {}
        self.n_undated: dict[str, int] = {}
        """By table, rows that were refused for their day: each may be of any day of the unit."""
        self.part = CURRENT
        """Of which part of a KEY table the rows are that come now."""
        self.has_more = False
        self.is_backfill = False
        """History is read: what is known since the wanted day need not be read again."""
        self.staged: frozenset[tuple[str, str]] = frozenset()
        self.covered: dict[tuple[str, str], Covered] = {}
        self._n_added: dict[tuple[str, str], list[int]] = {}
        self._folder, self.number = folder, number
        self._writers: dict[str, _Writer] = {}

    def add(
        self, table: Table, rows: Sequence[object], constants: Mapping[str, object] | None = None
    ) -> set[int]:
        """Convert a page and keep it; return the positions of the rows that went to quarantine.

        Raises:
            OutOfWindowError: A row belongs to a day outside the unit.
        """
        if not rows:
            return set()
        file_name = self._suppression.text(str((constants or {}).get("file_name")), constant=True)
        if table.mode is Mode.FILE:
            constants = {**(constants or {}), "file_name": file_name}
        batch = convert(table, rows, constants)
        self._check_days(table, batch.table)
        self.n_read[table.name] = self.n_read.get(table.name, 0) + len(rows)
        if table.mode is Mode.KEY:
            added = self._n_added.setdefault((table.name, self.part), [0, 0])
            added[0] += batch.table.num_rows
            added[1] += len(batch.rejects)
        if batch.table.num_rows:
            kept = self._suppression.table(table.name, batch.table)
            self._writer(table.name, table.spool_schema).add(kept)
        if batch.rejects:
            self._quarantine(table, batch.rejects, file_name)
        return {reject.index for reject in batch.rejects}

    def skip(self, days: set[dt.date]) -> None:
        """Leave these days as they are in the warehouse, and not marked as read."""
        self.skipped |= days

    def covers(self, table: Table, file_name: str) -> None:
        """Say that the unit holds a file whole, even if it has no row."""
        name = self._suppression.text(file_name, constant=True)
        self.files.setdefault(table.name, set()).add(name)

    def deliver(self, file: Delivery) -> None:
        """Say that a file of a KEY table is there; it is opened only if it is not loaded yet."""
        self.deliveries.append(file)

    def mark(self, table: Table, part: str) -> str | None:
        """Return how far a part of a KEY table was read before, in its reader's own words; None if never."""
        return self.marks.get((table.name, part)) or None

    def reach(self, table: Table, part: str, mark: str) -> None:
        """Say how far a part is read now. Where rows of it went to quarantine the mark stays, so that they are read again."""
        n_rows, n_quarantined = self._n_added.get((table.name, part), (0, 0))
        known = self.mark(table, part) or ""
        self.reached[table.name, part] = Partition(
            n_rows, n_quarantined, known if n_quarantined else mark
        )

    def is_staged(self, table: Table, part: str) -> bool:
        """Tell whether this backfill has read a part before it was interrupted, lately enough to be taken as it is."""
        return (table.name, part) in self.staged

    def cover(self, table: Table, scope: str, since: dt.date, until: dt.datetime) -> None:
        """Say between which day and which instant a table of a scope is whole, once its part is reached."""
        self.covered[table.name, scope] = Covered(since, until)

    def more(self) -> None:
        """Say that there is more to read, and that what is read so far may be loaded: a killed run goes on from here."""
        self.has_more = True

    def warn(self, text: str) -> None:
        """Say something at the end of the run that does not make it fail."""
        self.warnings.append(text)

    def complain(self, text: str) -> None:
        """Say what must be repaired; the run fails, but what was read is loaded."""
        self.problems.append(text)

    def _check_days(self, table: Table, rows: pa.Table) -> None:
        if table.mode is not Mode.DAY or not rows.num_rows:
            return
        found = rows.column("usage_date").unique().to_pylist()
        alien = sorted(day for day in found if not self.unit.since <= day < self.unit.until)
        if alien:
            raise OutOfWindowError(
                f"{table.name}: the vendor sent rows of {alien[0]}"
                f"{f' and {len(alien) - 1} more days' if len(alien) > 1 else ''}, but "
                f"{self.unit.since} to {self.unit.until} (exclusive) was asked for. Nothing of this "
                "window was loaded."
            )

    def _quarantine(self, table: Table, rejects: list[Reject], file_name: str) -> None:
        part, text = self._partition_of, self._suppression.text
        rows = [
            [part(table, one, file_name), one.field, one.reason, text(one.payload)]
            for one in rejects
        ]
        columns = [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
        rejected = pa.Table.from_arrays(columns, schema=REJECT_SCHEMA)
        self._writer(f"{table.name}.rejects", REJECT_SCHEMA).add(rejected)

    def _partition_of(self, table: Table, reject: Reject, file_name: str) -> str:
        if table.mode is Mode.FILE:
            return file_name
        if table.mode is Mode.KEY:
            return self.part
        if table.partition is None or table.mode is Mode.TAB:
            return CURRENT
        if table.mode is Mode.DAY and reject.day not in self.unit.days:
            # It is counted once, for the first day that was asked for.
            self.n_undated[table.name] = self.n_undated.get(table.name, 0) + 1
            return self.unit.since.isoformat()
        return str(reject.day)

    def _writer(self, name: str, schema: pa.Schema) -> _Writer:
        if name not in self._writers:
            path = self._folder / name / f"{self.number:05}.parquet"
            self._writers[name] = _Writer(path, schema)
        return self._writers[name]

    def close(self, *, keep: bool) -> None:
        """Finish the unit's files, or remove them; a part of which rows went to quarantine keeps its mark and coverage."""
        for (name, part), (n_rows, n_quarantined) in self._n_added.items():
            if n_quarantined and (name, part) not in self.reached:
                known = self.marks.get((name, part), "")
                self.reached[name, part] = Partition(n_rows, n_quarantined, known)
        held_back = {part for part, one in self.reached.items() if one.n_quarantined}
        self.covered = {part: one for part, one in self.covered.items() if part not in held_back}
        for writer in self._writers.values():
            if keep:
                writer.close()
            else:
                if writer.writer is not None:
                    writer.writer.close()
                writer.path.unlink(missing_ok=True)
