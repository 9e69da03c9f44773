"""Delivered files to Parquet files as they land: one row per key, faults set aside, free text gone.

Each file is converted by one streaming query, no row passes through Python; its bad rows are looked for only if some did not
come through. It happens when the load package is made, because rows carry the package's id.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from extract.landing.contracts import REJECT_SCHEMA, Table
from extract.landing.errors import FileError
from extract.landing.expressions import SQL_TYPES, Conversion, Delivered, conversion
from extract.landing.latest import Held, Latest, copy, landed_names
from extract.limits import MEGABYTE, Limits
from persons.identifiers import ColumnKind
from persons.spots import MAY_HOLD
from persons.suppression import Suppression

MOST_SHOWN = 10_000
"""Bad rows of a file that the quarantine shows; the run counts them all."""
MOST_COLUMNS = 1_000
DELIVERED = "delivered"
"""The relation that an opened file is."""
ROW_NUMBER = '"#row"'
"""Its column with the number of a row in the file, from 1; blank lines and the header are not counted. NULL where it is not known."""
REJECTED = REJECT_SCHEMA.append(pa.field("row_number", pa.int64()))
_Fault = tuple[str, str, str, int | None]
"""Field, reason, payload and number of a row that is not loaded."""


@dataclass(frozen=True)
class Unread:
    """Lines that are no rows: how many, and the numbers of the first; those of CSV count the header and blank lines."""

    n: int
    numbers: Sequence[int]


@dataclass(frozen=True)
class Opened:
    """A file as the relation `delivered`: its columns, its rows, and rows that are no rows of it at all."""

    columns: Delivered
    n_rows: int
    unreadable: Mapping[str, Unread]
    """By reason."""


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
    first: str | None = None
    """Where to look first, and what for."""
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
        self._held: dict[Table, Held] = {}
        self._paths: dict[Table, list[Path]] = {}
        self._rejects: dict[Table, list[pa.Table]] = {}
        self._number = 0
        self.converted: dict[Table, list[Converted]] = {}

    def want(self, table: Table, deliveries: list[Delivery], held: Held | None = None) -> None:
        """Have these files of a table converted, in order of delivery; `held` is asked of a table whose latest rows stay."""
        self._wanted[table] = deliveries
        if held and table.latest_by:
            self._held[table] = held

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
            rows = Latest(self._con, table, partial(self._path, table))
            paths = rows.one_per_key(paths) if paths else []
            self._paths[table] = rows.without_older(paths, self._held.get(table)) if paths else []

    def paths(self, table: Table) -> list[Path]:
        """Return the Parquet files of a table's good rows."""
        return self._paths[table]

    def rejects(self, table: Table) -> pa.Table:
        """Return a table's quarantined rows."""
        return pa.concat_tables([REJECTED.empty_table(), *self._rejects.get(table, [])])

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
            self._reject(delivery, [("", reason, "", None)])
            return Converted(delivery, n_quarantined=1, reason=reason), None
        except (FileError, duckdb.Error, UnicodeError) as error:
            broken = f"no readable {delivery.kind} file ({type(error).__name__})"
            reason = str(error) if isinstance(error, FileError) else broken
            self._reject(delivery, [("", reason, "", None)])
            return Converted(delivery, n_quarantined=1, reason=reason), None

    def _land(
        self, delivery: Delivery, opened: Opened, load_id: str, loaded_at: dt.datetime
    ) -> tuple[Converted, Path | None]:
        table = delivery.table
        if not opened.columns:
            return Converted(delivery), None
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
        listed = ", ".join(f"{given[name]} as {name}" for name in landed_names(table))
        n_rows = copy(self._con, f"select {listed} from {DELIVERED} where {sql.is_good}", path)
        faults = self._faults(sql) if n_rows < opened.n_rows else []
        for why, lines in opened.unreadable.items():
            faults.extend(("", why, "", number) for number in lines.numbers)
        self._reject(delivery, faults)
        n_unreadable = sum(lines.n for lines in opened.unreadable.values())
        n_bad = opened.n_rows - n_rows + n_unreadable
        result = Converted(delivery, opened.n_rows + n_unreadable, n_rows, n_bad, _first(faults))
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

    def _faults(self, sql: Conversion) -> list[_Fault]:
        rows = self._con.execute(
            f"select {sql.fault}, cast({sql.payload} as varchar), {ROW_NUMBER} from {DELIVERED}"
            f" where not ({sql.is_good}) order by 3, 1, 2 limit {MOST_SHOWN}"
        ).fetchall()
        return [(*found.split("|", 1), payload, number) for found, payload, number in rows]

    def _reject(self, delivery: Delivery, faults: Sequence[_Fault]) -> None:
        rows = [
            (delivery.file_id, name or None, reason, self._suppression.text(payload) or None, line)
            for name, reason, payload, line in faults
        ]
        if rows:
            columns = [
                pa.array(list(column), kind)
                for column, kind in zip(zip(*rows, strict=True), REJECTED.types, strict=True)
            ]
            rejected = pa.Table.from_arrays(columns, schema=REJECTED)
            self._rejects.setdefault(delivery.table, []).append(rejected)

    def _path(self, table: Table) -> Path:
        self._number += 1
        return self._folder / f"{table.name}-{self._number:05}.parquet"


def _first(faults: Sequence[_Fault]) -> str | None:
    """Say where the first fault of a file is, and what is expected there instead."""
    if not faults:
        return None
    name, reason, _, number = min(faults, key=lambda fault: fault[3] or 0)
    place = f"row {number}: " if number else ""
    return place + (f"{name}: {reason}" if name else reason)


def refuse_wide(n_columns: int) -> None:
    """Refuse a file of more columns than anybody delivers: each is a part of every query."""
    if n_columns > MOST_COLUMNS:
        raise FileError(f"it has {n_columns:,} columns, and no more than {MOST_COLUMNS:,} are read")
