"""A window's rows on disk between the vendor and the warehouse.

Pages are appended to Parquet files, one unit of reading (a request window) at a time; a unit that
fails or turns out to be torn is thrown away whole. DuckDB then counts and hashes each partition
without holding the window in memory, and streams out the partitions that changed.
"""

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.landing.contracts import REJECT_SCHEMA, Mode, Table
from extract.landing.deliveries import Deliveries
from extract.landing.sink import CURRENT, ROWS_PER_GROUP, Partition, Sink, Unit
from extract.limits import Limits
from persons.identifiers import CONSTANT, PSEUDONYM
from persons.keys import Key
from persons.person_ids import marked, with_person_ids
from persons.suppression import Suppression
from warehouse.files import literal, parquet, parquet_files, parquet_folder


class Spool:
    """The rows of one package, by table."""

    def __init__(
        self,
        folder: Path,
        suppression: Suppression | None = None,
        key: Key | None = None,
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
        first_number: int = 0,
    ) -> None:
        """Use an existing folder; who is on the list gets a pseudonym, who is in a keyed table an id.

        It is empty, or a backfill left files there whose numbers end at `first_number`.
        """
        self.suppression, self._key = suppression or Suppression(), key
        # Delivered again, an erased person has another pseudonym; that alone is no change.
        self._line = self.line("content")
        self._folder, self._number = folder, first_number
        self._left_out: dict[str, str] = {}
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
            kept = self._left_out.get(table.name, "")
            return f"select {names} from (select {names}, {numbered} from {source}) as content where number = 1{kept}"
        distinct = "distinct " if table.mode is Mode.SCD2 else ""
        return f"select {distinct}{names} from {source}"

    def leave_out(self, table: Table, keys: Path) -> None:
        """Take no row of a KEY table whose key stands in a Parquet file, as `part_0`, `part_1`, …."""
        same = " and ".join(f"{part} = part_{n}" for n, part in enumerate(table.key_parts))
        self._left_out[table.name] = f" and not exists (select 1 from {parquet(keys)} where {same})"

    def content(self, table: Table) -> str | None:
        """Return the select of a KEY table's good rows, one per key; None if there are none."""
        if self.deliveries.is_wanted(table):
            paths = self.deliveries.paths(table)
            names = ", ".join(f'"{name}"' for name in table.spool_schema.names)
            return f"select {names} from {parquet_files(paths)}" if paths else None
        return self._content(table)

    def as_read(self, table: Table) -> tuple[str | None, int]:
        """Return the relation of a table's good rows as they were read, with `filename`, and how many were refused."""
        good, bad = self._folder / table.name, self._rejects(table)
        n_bad = self.scalar(f"select count(*) from ({bad})") if bad else 0
        has_files = good.is_dir() and any(good.iterdir())
        return (parquet_folder(good, "filename = true") if has_files else None), n_bad

    def scalar(self, sql: str) -> int:
        """Return the number that a select comes to."""
        (found,) = self._con.execute(sql).fetchone() or (0,)
        return int(found or 0)

    def run(self, sql: str) -> None:
        """Run a statement over what is spooled."""
        self._con.execute(sql)

    def line(self, relation: str) -> str:
        """Return the expression by which two rows say the same, whoever was erased of them."""
        text = f"to_json({relation})::varchar"
        if not self.suppression:
            return text
        return f"regexp_replace({text}, '{PSEUDONYM}', '{CONSTANT}', 'g')"

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

    def close(self, *, keep: bool = False) -> None:
        """Free memory, and disk unless what is spooled shall stay."""
        self._con.close()
        if keep:
            return
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
