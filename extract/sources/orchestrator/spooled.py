"""New files to Parquet files as they land: one row per key, faults set aside, free text gone.

Each file is converted by one streaming query; its bad rows are looked for only if some did not come through.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

import duckdb
import pyarrow as pa
from fsspec import AbstractFileSystem

from extract.landing.contracts import Table
from extract.landing.ledger import QUARANTINE
from extract.sources.orchestrator.expressions import SQL_TYPES, Conversion, conversion
from extract.sources.orchestrator.files import TaskFile
from extract.sources.orchestrator.formats import DELIVERED, FileError, Opened, open_file
from extract.sources.orchestrator.tables import KEYS
from persons.suppression import Suppression

_QUICK_PARQUET = "format parquet, dictionary_size_limit 2000, write_bloom_filter false"
"""The files are read once and whole: a dictionary of ids, or a filter to find one by, is never used."""


@dataclass
class FileResult:
    """What became of a file."""

    file: TaskFile
    n_read: int = 0
    n_rows: int = 0
    n_quarantined: int = 0
    reason: str | None = None
    """Why nothing of it could be read."""


@dataclass
class Spooled:
    """Converts files into a folder; close it when they are loaded."""

    folder: Path
    fs: AbstractFileSystem
    is_local: bool
    loaded_at: dt.datetime
    suppression: Suppression = field(default_factory=Suppression)
    rejects: list[pa.Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the database that does the work."""
        self._con = duckdb.connect(":memory:")
        self._con.execute("set TimeZone = 'UTC'")
        self._con.execute("set preserve_insertion_order = false")
        self._con.execute(f"set temp_directory = '{self.folder.as_posix()}/spill'")
        self._con.execute("set memory_limit = '1GB'")
        self._con.execute("set threads = 2")
        if not self.is_local:
            self._con.register_filesystem(self.fs)
        self._number = 0

    def convert(self, file: TaskFile, load_id: str) -> tuple[FileResult, Path | None]:
        """Write the good rows of a file as they land, and keep the bad ones for the quarantine."""
        try:
            opened = open_file(self._con, self.fs, file)
            return self._convert(file, opened, load_id)
        except (FileError, duckdb.Error) as error:
            broken = f"no readable {file.format} file ({type(error).__name__})"
            reason = str(error) if isinstance(error, FileError) else broken
            self._reject(file, [("", reason, "")])
            return FileResult(file, n_quarantined=1, reason=reason), None

    def _convert(
        self, file: TaskFile, opened: Opened, load_id: str
    ) -> tuple[FileResult, Path | None]:
        table = file.table
        key = next(column for column in table.columns if column.name == KEYS[table])
        sql = conversion(table, opened.columns)
        if sql.columns[key.name] == f"cast(null as {SQL_TYPES[key.kind]})":
            raise FileError(f"it has no column {key.path}")
        path = self._path(table)
        columns = self._without_erased(table, sql.columns)
        n_rows = self._copy(
            f"select {self._landed(table, columns, file, load_id)} from {DELIVERED} where {sql.is_good}",
            path,
        )
        if n_rows < opened.n_rows:
            self._reject(file, self._faults(sql))
        unreadable = [("", why, "") for why, n in opened.unreadable.items() for _ in range(n)]
        self._reject(file, unreadable)
        n_bad = opened.n_rows - n_rows + len(unreadable)
        result = FileResult(file, opened.n_rows + len(unreadable), n_rows, n_bad)
        return result, path if n_rows else None

    def _without_erased(self, table: Table, columns: dict[str, str]) -> dict[str, str]:
        """Give people on the suppression list their pseudonyms before anything is written."""
        result = dict(columns)
        for name in [one.name for one in table.columns if one.personal and self.suppression]:
            given = self._con.execute(
                f"select distinct {columns[name]} from {DELIVERED}"
            ).fetchall()
            shown = [
                (text, instead)
                for (text,) in given
                if text is not None
                and (instead := self.suppression.text_with_known_pseudonyms(text)) != text
            ]
            if shown:
                self._con.execute(
                    "create or replace temp table erased (given varchar, shown varchar)"
                )
                self._con.executemany("insert into erased values (?, ?)", shown)
                found = f"(select shown from erased where given = {columns[name]})"
                result[name] = f"coalesce({found}, {columns[name]})"
        return result

    def _landed(self, table: Table, columns: dict[str, str], file: TaskFile, load_id: str) -> str:
        given = {
            **columns,
            "file_id": f"'{file.file_id}'",
            "_loaded_at": f"cast('{self.loaded_at.isoformat()}' as timestamptz)",
            "_dlt_load_id": f"'{load_id}'",
        }
        return ", ".join(
            f"{given[name]} as {name}" for name in [*table.schema.names, "_dlt_load_id"]
        )

    def _faults(self, sql: Conversion) -> list[tuple[str, str, str]]:
        rows = self._con.execute(
            f"select {sql.fault}, cast({sql.payload} as varchar) from {DELIVERED} where not ({sql.is_good})"
            " order by all"
        ).fetchall()
        return [(*found.split("|", 1), shown) for found, shown in rows]

    def _reject(self, file: TaskFile, faults: Sequence[tuple[str, str, str]]) -> None:
        if not faults:
            return
        columns: list[list[object]] = [
            [file.table.name] * len(faults),
            [file.file_id] * len(faults),
            [name or None for name, _, _ in faults],
            [reason for _, reason, _ in faults],
            [payload or None for _, _, payload in faults],
            [self.loaded_at] * len(faults),
        ]
        arrays = [
            pa.array(values, kind.type) for values, kind in zip(columns, QUARANTINE, strict=True)
        ]
        self.rejects.append(pa.Table.from_arrays(arrays, schema=QUARANTINE))

    def one_row_per_key(self, table: Table, paths: Sequence[Path]) -> list[Path]:
        """Keep of each key the row that was delivered last.

        Files come in order of delivery; within a file the row with the latest `updated_at` counts.
        """
        key = KEYS[table]
        listed = ", ".join(f"'{path.as_posix()}'" for path in paths)
        self._con.execute("drop table if exists twice")
        self._con.execute(
            f"create temp table twice as select {key} from read_parquet([{listed}]) group by {key} having count(*) > 1"
        )
        (n_twice,) = self._con.execute("select count(*) from twice").fetchone() or (0,)
        if not n_twice:
            return list(paths)
        names = [*table.schema.names, "_dlt_load_id"]
        latest = [name for name in ("updated_at", "created_at") if name in names]
        order = ", ".join([*(f"{name} desc nulls last" for name in latest), *names])
        all_files = " union all ".join(
            f"select *, {number} as delivery from read_parquet('{path.as_posix()}')"
            for number, path in enumerate(paths)
        )
        last = self._path(table)
        self._copy(
            f"""
            select {", ".join(names)}
            from (
                select *, row_number() over (partition by {key} order by delivery desc, {order}) as place
                from ({all_files}) as files
                where {key} in (from twice)
            ) as ranked
            where place = 1
            """,
            last,
        )
        return [*self._without_twice(table, paths), last]

    def _without_twice(self, table: Table, paths: Sequence[Path]) -> Iterator[Path]:
        key = KEYS[table]
        for path in paths:
            kept = self._path(table)
            n_rows = self._copy(
                f"from read_parquet('{path.as_posix()}') where {key} not in (from twice)", kept
            )
            path.unlink()
            if n_rows:
                yield kept

    def _copy(self, select: str, path: Path) -> int:
        (n_rows,) = self._con.execute(
            f"copy ({select}) to '{path.as_posix()}' ({_QUICK_PARQUET})"
        ).fetchone() or (0,)
        return int(n_rows)

    def _path(self, table: Table) -> Path:
        self._number += 1
        return self.folder / f"{table.name}-{self._number:05}.parquet"

    def close(self) -> None:
        """Free memory and disk."""
        self._con.close()
        with suppress(OSError):
            rmtree(self.folder)
