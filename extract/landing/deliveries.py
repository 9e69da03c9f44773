"""Delivered files to Parquet files as they land: one row per key, faults set aside, free text gone.

Each file is converted by one streaming query, no row passes through Python; its bad rows are looked for only if some did not
come through. It happens when the load package is made, because rows carry the package's id.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from extract.landing.contracts import REJECT_SCHEMA, Table
from extract.landing.errors import FileError
from extract.landing.expressions import SQL_TYPES, Conversion, Delivered, conversion
from extract.limits import MEGABYTE, Limits
from persons.identifiers import ColumnKind
from persons.spots import MAY_HOLD
from persons.suppression import Suppression
from warehouse.files import literal, parquet, parquet_files

MOST_SHOWN = 10_000
"""Bad rows of a file that the quarantine shows; the run counts them all."""
MOST_COLUMNS = 1_000
DELIVERED = "delivered"
"""The relation that an opened file is."""
_QUICK_PARQUET = "format parquet, dictionary_size_limit 2000, write_bloom_filter false"
"""The files are read once and whole: a dictionary of ids, or a filter to find one by, is never used."""


@dataclass(frozen=True)
class Opened:
    """A file as the relation `delivered`: its columns, its rows, and rows that are no rows of it at all."""

    columns: Delivered
    n_rows: int
    unreadable: Mapping[str, int]
    """Reason → how many lines."""


@dataclass(frozen=True)
class Delivery:
    """A file of a table's rows. `file_id` is what is landed instead of its name, which can hold a person's.

    Args:
        table: Whose rows they are; a KEY table.
        name: For messages.
        file_id: The partition.
        fingerprint: Another one: the file was changed.
        kind: Its format, for messages.
        open: Makes the relation `delivered`; raises FileError, whose text never quotes what is in the file.
    """

    table: Table
    name: str
    file_id: str
    fingerprint: str
    kind: str
    open: Callable[[duckdb.DuckDBPyConnection, Limits], Opened]
    n_bytes: int = 0


@dataclass(frozen=True)
class Converted:
    """What became of a delivery."""

    delivery: Delivery
    n_read: int = 0
    n_rows: int = 0
    n_quarantined: int = 0
    reason: str | None = None
    """Why nothing of it could be read."""


class Deliveries:
    """Converts the delivered files of one package."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        suppression: Suppression,
        limits: Limits | None = None,
    ) -> None:
        """Use a connection whose zone is UTC, and a folder for what is converted."""
        self._con, self._folder, self._suppression = connection, folder, suppression
        self._limits = limits or Limits()
        self._wanted: dict[Table, list[Delivery]] = {}
        self._paths: dict[Table, list[Path]] = {}
        self._rejects: dict[Table, list[pa.Table]] = {}
        self._number = 0
        self.converted: dict[Table, list[Converted]] = {}

    def want(self, table: Table, deliveries: list[Delivery]) -> None:
        """Have these files of a table converted, in order of delivery."""
        self._wanted[table] = deliveries

    def is_wanted(self, table: Table) -> bool:
        """Tell whether files of a table are to be converted: other KEY tables are read from an API."""
        return table in self._wanted

    def convert(self, load_id: str, loaded_at: dt.datetime) -> None:
        """Convert everything that is wanted, once, under the id of the package it travels in."""
        for table, deliveries in self._wanted.items():
            if table in self.converted:
                continue
            found = [self._convert(delivery, load_id, loaded_at) for delivery in deliveries]
            self.converted[table] = [one for one, _ in found]
            paths = [path for _, path in found if path is not None]
            self._paths[table] = self._one_row_per_key(table, paths) if paths else []

    def paths(self, table: Table) -> list[Path]:
        """Return the Parquet files of a table's good rows."""
        return self._paths[table]

    def rejects(self, table: Table) -> pa.Table:
        """Return a table's quarantined rows."""
        return pa.concat_tables([REJECT_SCHEMA.empty_table(), *self._rejects.get(table, [])])

    def _convert(
        self, delivery: Delivery, load_id: str, loaded_at: dt.datetime
    ) -> tuple[Converted, Path | None]:
        """Write the good rows of a file as they land, and keep the bad ones for the quarantine."""
        try:
            if delivery.n_bytes > self._limits.file_mb * MEGABYTE:
                raise FileError(self._limits.refusal("it", "file_mb", "MB"))
            opened = delivery.open(self._con, self._limits)
            return self._land(delivery, opened, load_id, loaded_at)
        except duckdb.OutOfMemoryException:
            reason = self._limits.refusal("what it unpacks to", "disk_mb", "MB")
            self._reject(delivery, [("", reason, "")])
            return Converted(delivery, n_quarantined=1, reason=reason), None
        except (FileError, duckdb.Error, UnicodeError) as error:
            broken = f"no readable {delivery.kind} file ({type(error).__name__})"
            reason = str(error) if isinstance(error, FileError) else broken
            self._reject(delivery, [("", reason, "")])
            return Converted(delivery, n_quarantined=1, reason=reason), None

    def _land(
        self, delivery: Delivery, opened: Opened, load_id: str, loaded_at: dt.datetime
    ) -> tuple[Converted, Path | None]:
        table = delivery.table
        if opened.n_rows > self._limits.file_rows:
            raise FileError(self._limits.refusal("it", "file_rows", "rows"))
        refuse_wide(len(opened.columns))
        sql = conversion(table, opened.columns)
        for key in table.columns:
            is_missing = sql.columns.get(key.name) == f"cast(null as {SQL_TYPES[key.kind]})"
            if key.name in table.key and key.required and is_missing:
                raise FileError(f"it has no column {key.path}")
        path = self._path(table)
        given = {
            **self._without_erased(table, sql.columns),
            "file_id": f"'{delivery.file_id}'",
            "_loaded_at": f"cast('{loaded_at.isoformat()}' as timestamptz)",
            "_dlt_load_id": f"'{load_id}'",
        }
        listed = ", ".join(f"{given[name]} as {name}" for name in _landed_names(table))
        n_rows = self._copy(f"select {listed} from {DELIVERED} where {sql.is_good}", path)
        if n_rows < opened.n_rows:
            self._reject(delivery, self._faults(sql))
        n_unreadable = sum(opened.unreadable.values())
        for why, n in opened.unreadable.items():
            self._reject(delivery, [("", why, "")] * min(n, MOST_SHOWN))
        n_bad = opened.n_rows - n_rows + n_unreadable
        result = Converted(delivery, opened.n_rows + n_unreadable, n_rows, n_bad)
        return result, path if n_rows else None

    def _without_erased(self, table: Table, columns: dict[str, str]) -> dict[str, str]:
        """Give people on the suppression list their pseudonyms before anything is written."""
        result = dict(columns)
        if not self._suppression:
            return result
        texts = [one.name for one in table.schema if pa.types.is_string(one.type)]
        kinds = self._suppression.kinds(table.name, [name for name in texts if name in columns])
        for name, kind in kinds.items():
            sql, values = f"select distinct {columns[name]} as given from {DELIVERED}", []
            if kind is ColumnKind.LABEL:
                # Ids of tasks are as many as rows: only what can hold an address is looked at.
                sql, values = (
                    f"select given from ({sql}) where regexp_matches(given, ?)",
                    [MAY_HOLD],
                )
            pseudonyms = [
                (text, instead)
                for (text,) in self._con.execute(sql, values).fetchall()
                if text
                and (instead := self._suppression.text_with_known_pseudonyms(text, kind)) != text
            ]
            if pseudonyms:
                self._con.execute(
                    "create or replace temp table erased (given varchar, pseudonym varchar)"
                )
                self._con.executemany("insert into erased values (?, ?)", pseudonyms)
                found = f"(select pseudonym from erased where given = {columns[name]})"
                result[name] = f"coalesce({found}, {columns[name]})"
        return result

    def _faults(self, sql: Conversion) -> list[tuple[str, str, str]]:
        rows = self._con.execute(
            f"select {sql.fault}, cast({sql.payload} as varchar) from {DELIVERED} where not ({sql.is_good})"
            f" order by all limit {MOST_SHOWN}"
        ).fetchall()
        return [(*found.split("|", 1), payload) for found, payload in rows]

    def _reject(self, delivery: Delivery, faults: Sequence[tuple[str, str, str]]) -> None:
        rows = [
            (delivery.file_id, name or None, reason, self._suppression.text(payload) or None)
            for name, reason, payload in faults
        ]
        if rows:
            columns = [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
            rejected = pa.Table.from_arrays(columns, schema=REJECT_SCHEMA)
            self._rejects.setdefault(delivery.table, []).append(rejected)

    def _one_row_per_key(self, table: Table, paths: Sequence[Path]) -> list[Path]:
        """Keep of each key the row that was delivered last.

        Files come in order of delivery; within a file the row with the latest `updated_at` counts.
        """
        key = ", ".join(table.key_parts)
        named = ", ".join(f"{part} as part_{n}" for n, part in enumerate(table.key_parts))
        self._con.execute("drop table if exists twice")
        self._con.execute(
            f"create temp table twice as select {named} from {parquet_files(paths)} group by all having count(*) > 1"
        )
        (n_twice,) = self._con.execute("select count(*) from twice").fetchone() or (0,)
        if not n_twice:
            return list(paths)
        names = _landed_names(table)
        latest = [name for name in ("updated_at", "created_at") if name in names]
        order = ", ".join([*(f"{name} desc nulls last" for name in latest), *names])
        all_files = " union all ".join(
            f"select *, {number} as delivery from {parquet(path)}"
            for number, path in enumerate(paths)
        )
        last = self._path(table)
        self._copy(
            f"""
            select {", ".join(names)}
            from (
                select *, row_number() over (partition by {key} order by delivery desc, {order}) as place
                from ({all_files}) as files
                semi join twice on {_is_same(table)}
            ) as ranked
            where place = 1
            """,
            last,
        )
        return [*self._without_twice(table, paths), last]

    def _without_twice(self, table: Table, paths: Sequence[Path]) -> Iterator[Path]:
        for path in paths:
            kept = self._path(table)
            n_rows = self._copy(
                f"from {parquet(path)} as files anti join twice on {_is_same(table)}",
                kept,
            )
            path.unlink()
            if n_rows:
                yield kept

    def _copy(self, select: str, path: Path) -> int:
        (n_rows,) = self._con.execute(
            f"copy ({select}) to {literal(path.as_posix())} ({_QUICK_PARQUET})"
        ).fetchone() or (0,)
        return int(n_rows)

    def _path(self, table: Table) -> Path:
        self._number += 1
        return self._folder / f"{table.name}-{self._number:05}.parquet"


def refuse_wide(n_columns: int) -> None:
    """Refuse a file of more columns than anybody delivers: each is a part of every query."""
    if n_columns > MOST_COLUMNS:
        raise FileError(f"it has {n_columns:,} columns, and no more than {MOST_COLUMNS:,} are read")


def _is_same(table: Table) -> str:
    """Return the condition that a row has a key of the table `twice`."""
    return " and ".join(f"{part} = part_{number}" for number, part in enumerate(table.key_parts))


def _landed_names(table: Table) -> list[str]:
    return [*table.schema.names, "_dlt_load_id"]
