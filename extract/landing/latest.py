"""Of each key one row: of what files deliver together, and of what they deliver beside what the warehouse holds.

It happens in DuckDB, from Parquet file to Parquet file: no row passes through Python.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from extract.landing.contracts import Table
from warehouse.files import literal, parquet, parquet_files

Held = Callable[[dt.date], Sequence[Sequence[Any]]]
"""What the warehouse holds of a table from a day on: the parts of each key, and its `latest_by`."""
_QUICK_PARQUET = "format parquet, dictionary_size_limit 2000, write_bloom_filter false"
"""The files are read once and whole: a dictionary of ids, or a filter to find one by, is never used."""


class Latest:
    """Chooses among a table's rows, which lie in files as they land, the file delivered first first."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: Table, path: Callable[[], Path]
    ) -> None:
        """Use a connection whose zone is UTC; `path` names a file that is not there yet."""
        self._con, self._table, self._path = connection, table, path

    def one_per_key(self, paths: Sequence[Path]) -> list[Path]:
        """Keep of each key the row with the latest `latest_by`, or that was delivered last.

        Within a file the row with the latest `updated_at` counts.
        """
        table, names = self._table, landed_names(self._table)
        key = ", ".join(table.key_parts)
        named = ", ".join(f"{part} as part_{n}" for n, part in enumerate(table.key_parts))
        self._con.execute("drop table if exists twice")
        self._con.execute(
            f"create temp table twice as select {named} from {parquet_files(paths)} group by all having count(*) > 1"
        )
        (n_twice,) = self._con.execute("select count(*) from twice").fetchone() or (0,)
        if not n_twice:
            return list(paths)
        first = [f"{table.latest_by} desc nulls last"] if table.latest_by else []
        latest = [name for name in ("updated_at", "created_at") if name in names]
        within = [f"{name} desc nulls last" for name in latest]
        order = ", ".join([*first, "delivery desc", *within, *names])
        all_files = " union all ".join(
            f"select *, {number} as delivery from {parquet(path)}"
            for number, path in enumerate(paths)
        )
        last = self._path()
        copy(
            self._con,
            f"""
            select {", ".join(names)}
            from (
                select *, row_number() over (partition by {key} order by {order}) as place
                from ({all_files}) as files
                semi join twice on {self._is_same}
            ) as ranked
            where place = 1
            """,
            last,
        )
        return [*self._kept(paths, f"anti join twice on {self._is_same}"), last]

    def without_older(self, paths: list[Path], held: Held | None) -> list[Path]:
        """Leave out rows of which the warehouse holds a later one: a file that is read again would bring them back."""
        instant = self._table.latest_by
        if held is None or instant is None:
            return paths
        (first,) = self._con.execute(
            f"select cast(min({instant}) as date) from {parquet_files(paths)}"
        ).fetchone() or (None,)
        rows = held(first) if first else []
        if not rows:
            return paths
        *parts, latest = zip(*rows, strict=True)
        named = {f"part_{n}": pa.array(part, pa.string()) for n, part in enumerate(parts)}
        known = pa.table({**named, "latest": pa.array(latest, pa.timestamp("us", "UTC"))})
        self._con.register("held", known)
        kept = list(self._kept(paths, f"anti join held on {self._is_same} and latest > {instant}"))
        self._con.unregister("held")
        return kept

    def _kept(self, paths: Sequence[Path], join: str) -> Iterator[Path]:
        """Write the files anew with the rows that a join leaves; of a file that has none nothing is left."""
        for path in paths:
            kept = self._path()
            n_rows = copy(self._con, f"from {parquet(path)} as files {join}", kept)
            path.unlink()
            if n_rows:
                yield kept

    @property
    def _is_same(self) -> str:
        """The condition that a row has a key of another relation."""
        parts = enumerate(self._table.key_parts)
        return " and ".join(f"{part} = part_{number}" for number, part in parts)


def copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    """Write what is selected to a Parquet file; return how many rows that is."""
    (n_rows,) = con.execute(
        f"copy ({select}) to {literal(path.as_posix())} ({_QUICK_PARQUET})"
    ).fetchone() or (0,)
    return int(n_rows)


def landed_names(table: Table) -> list[str]:
    """Return the columns of a row that comes in a file, as it lands."""
    return [*table.schema.names, "_dlt_load_id"]
