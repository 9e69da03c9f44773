"""A window's rows on disk between the vendor and the warehouse.

Pages are appended to Parquet files, one unit of reading (a request window) at a time; a unit that
fails or turns out to be torn is thrown away whole. DuckDB then counts and hashes each partition
without holding the window in memory, and streams out the partitions that changed.
"""

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.landing.contracts import REJECT_SCHEMA, Mode, Reject, Table
from extract.landing.convert import convert
from extract.landing.deliveries import Deliveries, Delivery
from extract.landing.errors import OutOfWindowError
from extract.limits import Limits
from persons.identifiers import CONSTANT, PSEUDONYM
from persons.keys import Key
from persons.person_ids import marked, with_person_ids
from persons.suppression import Suppression
from warehouse.files import literal, parquet_folder

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
        self.part = CURRENT
        """Of which part of a KEY table the rows are that come now."""
        self.has_more = False
        self._n_added: dict[tuple[str, str], list[int]] = {}
        self._folder, self._number = folder, number
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
            # A row whose day cannot be read counts for the first day that was asked for.
            return self.unit.since.isoformat()
        return str(reject.day)

    def _writer(self, name: str, schema: pa.Schema) -> _Writer:
        if name not in self._writers:
            path = self._folder / name / f"{self._number:05}.parquet"
            self._writers[name] = _Writer(path, schema)
        return self._writers[name]

    def close(self, *, keep: bool) -> None:
        """Finish the unit's files, or remove them; a part of which rows went to quarantine keeps its mark."""
        for (name, part), (n_rows, n_quarantined) in self._n_added.items():
            if n_quarantined and (name, part) not in self.reached:
                known = self.marks.get((name, part), "")
                self.reached[name, part] = Partition(n_rows, n_quarantined, known)
        for writer in self._writers.values():
            if keep:
                writer.close()
            else:
                if writer.writer is not None:
                    writer.writer.close()
                writer.path.unlink(missing_ok=True)


class Spool:
    """The rows of one package, by table."""

    def __init__(
        self,
        folder: Path,
        suppression: Suppression | None = None,
        key: Key | None = None,
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
    ) -> None:
        """Use an existing empty folder; who is on the list gets a pseudonym, who is in a keyed table an id."""
        self.suppression, self._key = suppression or Suppression(), key
        # Delivered again, an erased person has another pseudonym; that alone is no change.
        self._line = "to_json(content)::varchar"
        if self.suppression:
            self._line = f"regexp_replace({self._line}, '{PSEUDONYM}', '{CONSTANT}', 'g')"
        self._folder = folder
        self._number = 0
        self._con = duckdb.connect(":memory:")
        self._con.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        self._con.execute(f"set temp_directory = {literal(folder.as_posix() + '/spill')}")
        most = f"set max_temp_directory_size = '{limits.disk_mb}MB'"
        self._con.execute(f"set memory_limit = '1GB'; set threads = 2; {most}")
        self.deliveries = Deliveries(self._con, folder, self.suppression, limits)

    def sink(self, unit: Unit, doubted: frozenset[str] = frozenset()) -> Sink:
        """Open a sink for one unit."""
        self._number += 1
        sink = Sink(unit, self._folder, self._number, self.suppression)
        sink.doubted = doubted
        return sink

    def partitions(self, table: Table) -> dict[str, Partition]:
        """Count and hash the partitions that have rows, good or quarantined."""
        good = self._digests(self._content(table), _partition_sql(table))
        bad = self._digests(self._rejects(table), "partition_id")
        result = {}
        for name in good.keys() | bad.keys():
            n_rows, digest = good.get(name, (0, "0"))
            n_bad, bad_digest = bad.get(name, (0, ""))
            if table.keyed:
                digest = marked(digest, self._key)
            result[name] = Partition(n_rows, n_bad, digest + (f"!{bad_digest}" if n_bad else ""))
        return result

    def _digests(self, content: str | None, part: str) -> dict[str, tuple[int, str]]:
        if not content:
            return {}
        # A sum of md5 halves does not depend on the order and counts duplicates.
        rows = self._con.execute(
            f"""
            select part, count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line))
            from (select {part} as part, {self._line} as line
                  from ({content}) as content)
            group by part
            """
        ).fetchall()
        mask = 2**64
        return {
            str(part): (int(n), f"{int(low) % mask:016x}{int(high) % mask:016x}")
            for part, n, low, high in rows
        }

    def _files(self, name: str) -> str | None:
        folder = self._folder / name
        if not folder.is_dir() or not any(folder.iterdir()):
            return None
        return parquet_folder(folder)

    def _content(self, table: Table) -> str | None:
        source = self._files(table.name)
        if not source:
            return None
        names = ", ".join(f'"{name}"' for name in table.spool_schema.names)
        if key := table.log_key or (table.key_parts if table.mode is Mode.KEY else ()):
            # A window spills to disk; `distinct on` holds every row in memory. Of a list that moves the later state counts.
            latest = [name for name in ("updated_at",) if name in table.spool_schema.names]
            order = ", ".join([*(f"{name} desc nulls last" for name in latest), names])
            numbered = (
                f"row_number() over (partition by {', '.join(key)} order by {order}) as number"
            )
            return (
                f"select {names} from (select {names}, {numbered} from {source}) where number = 1"
            )
        distinct = "distinct " if table.mode is Mode.SCD2 else ""
        return f"select {distinct}{names} from {source}"

    def _rejects(self, table: Table) -> str | None:
        source = self._files(f"{table.name}.rejects")
        return f"select {'distinct ' if table.log_key else ''}* from {source}" if source else None

    def keys(self, table: Table, partition: str) -> set[tuple[Any, ...]]:
        """Return the keys of a log's entries that were read for a partition."""
        content = self._content(table)
        if not content:
            return set()
        found = self._con.execute(
            f"select {', '.join(table.log_key)} from ({content}) as content"
            f" where {_partition_sql(table)} = '{partition}'"
        )
        return set(found.fetchall())

    def lines(self, source: Table | pa.Table, names: Sequence[str]) -> list[str]:
        """Return the rows, spooled or held, that speak of erased people: as text, of some columns."""
        content = self._content(source) if isinstance(source, Table) else None
        if isinstance(source, Table) and not content:
            return []
        rows = self._con.sql(content) if content else self._con.from_arrow(source)
        columns = ", ".join(f'"{name}"' for name in names)
        lines = f"select to_json(reduced)::varchar as line from (select {columns} from content) as reduced"
        found = rows.query("content", f"from ({lines}) where contains(line, 'erased-') order by 1")
        return [str(line) for (line,) in found.fetchall()]

    def row_hashes(self, rows: pa.Table) -> list[str]:
        """Return the version of each held row of a directory, in order."""
        self._con.execute("set preserve_insertion_order = true")
        found = self._con.from_arrow(rows).query(
            "content", f"select md5({self._line}) from content"
        )
        return [str(digest) for (digest,) in found.fetchall()]

    def adopt(self, table: Table, rows: pa.Table) -> None:
        """Add rows that are held and shall stay, as if they had been read."""
        self._number += 1
        folder = self._folder / table.name
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.cast(table.spool_schema), folder / f"{self._number:05}.parquet")

    def rows(
        self, table: Table, partitions: Sequence[str], loaded_at: dt.datetime
    ) -> Iterator[pa.Table]:
        """Yield the good rows of some partitions as landed; an empty table if there are none."""
        content = self._content(table)
        if content and (partitions or table.mode is Mode.KEY):
            wanted = ", ".join(f"'{name}'" for name in partitions)
            chosen = "true" if table.mode is Mode.KEY else f"{_partition_sql(table)} in ({wanted})"
            # dlt draws from several tables in turn: each needs a cursor of its own.
            reader = (
                self._con.cursor()
                .execute(
                    f"""
                select {", ".join(_landed(table, self._line))}
                from (select * from ({content}) as content
                      where {chosen}) as content
                """,
                    {"loaded_at": loaded_at},
                )
                .to_arrow_reader(ROWS_PER_GROUP)
            )
            for batch in reader:
                if batch.num_rows:
                    rows = pa.Table.from_batches([batch]).cast(table.schema)
                    rows = self.suppression.with_known_pseudonyms(rows)
                    yield with_person_ids(rows, table.keyed, self._key)
        yield table.schema.empty_table()

    def rejects(self, table: Table, partitions: Sequence[str]) -> pa.Table:
        """Return the quarantined rows of some partitions."""
        if self.deliveries.is_wanted(table):
            return self.deliveries.rejects(table)
        source = self._rejects(table)
        if not source or not partitions:
            return REJECT_SCHEMA.empty_table()
        wanted = ", ".join(f"'{name}'" for name in partitions)
        query = f"select * from ({source}) as rejects where partition_id in ({wanted})"
        found = self._con.execute(query).to_arrow_table()
        return self.suppression.with_known_pseudonyms(found.cast(REJECT_SCHEMA))

    def first_reason(self, table: Table) -> str:
        """Name the fields that sent rows to the quarantine, with counts."""
        source = self._rejects(table)
        if not source:
            return ""
        rows = self._con.execute(
            f"select field, count(*) from ({source}) as rejects group by 1 order by 2 desc, 1 limit 5"
        ).fetchall()
        return ", ".join(f"{name or 'row'} ({n})" for name, n in rows)

    def close(self) -> None:
        """Free memory and disk."""
        self._con.close()
        with suppress(OSError):
            shutil.rmtree(self._folder)


def _partition_sql(table: Table) -> str:
    if table.mode in (Mode.DAY, Mode.SNAP, Mode.FILE):
        return f"cast({table.partition} as varchar)"
    return f"'{CURRENT}'"


def _landed(table: Table, line: str) -> list[str]:
    """List the select expressions of a landed row, in the order of the contract."""
    names = [f'"{name}"' for name in table.spool_schema.names]
    result = []
    for name in table.schema.names:
        if name == table.ordinal:
            order = ", ".join(f"{other} nulls first" for other in names)
            result.append(
                f"row_number() over (partition by {table.partition} order by {order}) as {name}"
            )
        elif name == "row_hash" and table.mode is Mode.SCD2:
            result.append(f"md5({line}) as row_hash")
        elif name in table.keyed:
            result.append(f"cast(null as varchar) as {name}")
        elif name == "_loaded_at":
            result.append("cast($loaded_at as timestamptz) as _loaded_at")
        else:
            result.append(f'"{name}"')
    return result
