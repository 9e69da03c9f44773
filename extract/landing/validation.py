"""What a backfill is held to before it is merged: counts, keys, ranges, and whether it agrees with what is there.

A broken check says table, rule, counts and what to do, and nothing is merged. Rows that are there and say something else
break nothing: the later reading is right, and how many those were is told.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.landing.contracts import Mode, Table
from extract.landing.ledger import Reader
from extract.landing.spool import Spool
from extract.landing.staging import Stage
from warehouse.files import literal, parquet

CLOCKS = dt.timedelta(days=1)
"""So far ahead of ours a vendor's clock may be; what lies further on has not happened."""
WHERE_IT_STANDS = {"file_id"}
"""Which file a row comes from is nothing that it says."""
_HELD_AT = "_loaded_at"


@dataclass(frozen=True)
class Broken:
    """A check that does not hold."""

    table: str
    rule: str
    counts: str
    remedy: str
    is_of_the_stage: bool = False
    """What is staged is at fault and of no use."""

    def __str__(self) -> str:
        """Write it as a sentence."""
        return f"{self.table}, {self.rule}: {self.counts}. {self.remedy}"


@dataclass(frozen=True)
class Merged:
    """What a merge brings to a table."""

    table: str
    n_added: int = 0
    n_agreeing: int = 0
    n_revised: int = 0
    n_outdated: int = 0
    """Rows that were read before those that are there: these stay."""

    @property
    def n_different(self) -> int:
        """How many rows were there and said something else."""
        return self.n_revised + self.n_outdated

    def __str__(self) -> str:
        """Write it as a line of the report."""
        text = f"{self.table}: {self.n_added:,} rows added"
        n_there = self.n_agreeing + self.n_different
        if n_there:
            text += f"; {n_there:,} were there"
        if self.n_different:
            text += f", of which {self.n_different:,} said something else: the newer won"
        if self.n_outdated:
            text += f" ({self.n_outdated:,} times what was there)"
        return text


class RefusedError(Exception):
    """A check does not hold."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        """Keep all that does not hold."""
        super().__init__("; ".join(map(str, broken)))
        self.broken = tuple(broken)


class Validation:
    """The checks of one backfill, over what is spooled and what the warehouse holds."""

    def __init__(self, spool: Spool, stage: Stage, raw: Reader, as_of: dt.datetime) -> None:
        """Check nothing yet."""
        self._spool, self._stage, self._raw = spool, stage, raw
        self._as_of = as_of

    def of(self, tables: Iterable[Table]) -> list[Merged]:
        """Check the tables that are landed by key; return what the merge brings to each.

        Raises:
            RefusedError: A check does not hold.
        """
        broken: list[Broken] = []
        merged = []
        for table in (one for one in tables if one.mode is Mode.KEY):
            found = [*self._counts(table)]
            if not found and self._spool.content(table):
                found += [*self._ranges(table), *self._keys(table)]
                if not found:
                    merged.append(self._agreement(table))
            broken += found
        if broken:
            raise RefusedError(broken)
        return merged

    def _counts(self, table: Table) -> Iterable[Broken]:
        if self._spool.deliveries.is_wanted(table):
            return
        n_read = self._stage.n_read.get(table.name, 0)
        remedy = f"Files in {self._stage.folder} were lost or changed: it is removed, run it again"
        try:
            good, n_bad = self._spool.as_read(table)
            n_good = self._spool.scalar(f"select count(*) from {good}") if good else 0
        except duckdb.Error:
            words = f"{n_read:,} rows were read, and a file of them cannot be read any more"
            yield Broken(table.name, "counts", words, remedy, is_of_the_stage=True)
            return
        if n_read != n_good + n_bad:
            words = (
                f"{n_read:,} rows were read, but {n_good:,} are staged and {n_bad:,} were refused"
            )
            yield Broken(table.name, "counts", words, remedy, is_of_the_stage=True)

    def _ranges(self, table: Table) -> Iterable[Broken]:
        if table.happens_at is None:
            return
        first = f"cast('{self._stage.since.isoformat()} 00:00:00+00' as timestamptz)"
        last = f"cast('{(self._as_of + CLOCKS).isoformat()}' as timestamptz)"
        is_delivered = self._spool.deliveries.is_wanted(table)
        rules = [("not in the future", f"{table.happens_at} > {last}", "lie after now")]
        if not is_delivered:  # a file is taken whole
            early = f"lie before {self._stage.since}"
            rules.append(("not before SINCE", f"{table.happens_at} < {first}", early))
        for rule, condition, words in rules:
            n = self._spool.scalar(
                f"select count(*) from ({self._spool.content(table)}) where {condition}"
            )
            if n:
                yield Broken(
                    table.name,
                    rule,
                    f"{n:,} rows {words} by their {table.happens_at}",
                    "Take them out of the files, or mend their instants, and run it again"
                    if is_delivered
                    else f"Is AS_OF right? Mend it and run it again; to read it anew remove {self._stage.folder}",
                )

    def _keys(self, table: Table) -> Iterable[Broken]:
        key = ", ".join(table.key_parts)
        content = self._spool.content(table)
        twice = "select count(*) from (select 1 from {} group by {} having count(*) > 1) as twice"
        n_staged = self._spool.scalar(twice.format(f"({content}) as content", key))
        n_held = int(self._raw.rows(twice.format("{0}", key), table.name)[0][0])
        for n, where in ((n_staged, "are staged twice"), (n_held, "are in the warehouse twice")):
            if n:
                yield Broken(
                    table.name,
                    "unique keys",
                    f"{n:,} keys ({', '.join(table.key)}) {where}",
                    "Rows were added by hand? Delete the surplus ones, then run it again",
                )

    def _agreement(self, table: Table) -> Merged:
        """Compare with what is there, row by row; what was read before that leaves the spool."""
        spool = self._spool
        names = [name for name in table.spool_schema.names if name not in WHERE_IT_STANDS]
        same = " and ".join(f"a.part_{n} = b.part_{n}" for n in range(len(table.key)))
        named = ", ".join(f"{part} as part_{n}" for n, part in enumerate(table.key_parts))
        line = spool.line("{" + ", ".join(f"'{name}': \"{name}\"" for name in names) + "}")
        is_dated = "updated_at" in names
        known = "updated_at" if is_dated else "cast(null as timestamptz)"
        spool.run(
            f"create or replace temp table read_rows as"
            f" select {named}, {line} as line, {known} as known_at from ({spool.content(table)}) as content"
        )
        if not is_dated and not spool.deliveries.is_wanted(table):
            self._date_by_reading(table, named)
        known = "updated_at" if is_dated else _HELD_AT
        spool.run(
            f"create or replace temp table held_rows as"
            f" select {named}, {line} as line, {known} as known_at from {parquet(self._held(table))}"
        )
        both = f"from read_rows as a inner join held_rows as b on {same}"
        n_read = spool.scalar("select count(*) from read_rows")
        n_both = spool.scalar(f"select count(*) {both}")
        n_same = spool.scalar(f"select count(*) {both} where a.line = b.line")
        n_older = 0
        if not spool.deliveries.is_wanted(table):
            older = f"{both} where a.line <> b.line and a.known_at < b.known_at"
            n_older = spool.scalar(f"select count(*) {older}")
            if n_older:
                path = self._path(f"{table.name}-older")
                keys = ", ".join(f"a.part_{n}" for n in range(len(table.key)))
                spool.run(f"copy (select {keys} {older}) to {literal(path.as_posix())}")
                spool.leave_out(table, path)
        return Merged(table.name, n_read - n_both, n_same, n_both - n_same - n_older, n_older)

    def _date_by_reading(self, table: Table, named: str) -> None:
        """Give rows that do not say when they changed the time at which they were read."""
        good, _ = self._spool.as_read(table)
        times = ", ".join(f"({n}, timestamptz '{at}')" for n, at in self._stage.kept_at.items())
        number = "cast(parse_filename(filename, true) as bigint)"
        same = " and ".join(f"read_rows.part_{n} = times.part_{n}" for n in range(len(table.key)))
        self._spool.run(
            f"update read_rows set known_at = times.read_at from (select {named}, max(read_at) as read_at"
            f" from {good} as files inner join (values {times}) as kept (file_number, read_at)"
            f" on file_number = {number} group by all) as times where {same}"
        )

    def _held(self, table: Table) -> Path:
        """Write what the warehouse holds of a table to a file, by and by."""
        schema = table.spool_schema.append(pa.field(_HELD_AT, pa.timestamp("us", "UTC")))
        path = self._path(table.name)
        with pq.ParquetWriter(path, schema, compression="zstd") as file:
            columns = ", ".join(schema.names)
            for batch in self._raw.batches(f"select {columns} from {{0}}", table.name):
                rows = [dict(zip(schema.names, row, strict=True)) for row in batch]
                file.write_table(pa.Table.from_pylist(rows, schema))
        return path

    def _path(self, name: str) -> Path:
        folder = self._stage.folder / "held"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.parquet"
