"""Which partitions are loaded, by the warehouse's own word.

`loaded_partitions` is written in the same package as the data. A row of it counts only if its package
was completed (`_dlt_loads`, status 0) and the table still holds that many rows of that package: so a
killed load, a lost working folder or rows deleted by hand lead to a new read, never to a hole. A file of a KEY table
counts as loaded when its package was completed: rows that are taken out later, because they are too old or a person
wants their data gone, do not bring the file back.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dlt
import pyarrow as pa
from dlt.destinations.sql_client import SqlClientBase

from extract.landing.contracts import Mode, Table
from extract.landing.sink import CURRENT

_TEXT, _INT, _TIME = pa.string(), pa.int64(), pa.timestamp("us", "UTC")
LEDGER = pa.schema(
    [
        ("resource_name", _TEXT),
        ("partition_id", _TEXT),
        ("usage_date", pa.date32()),
        ("n_rows", _INT),
        ("n_quarantined", _INT),
        ("content_hash", _TEXT),
        ("_loaded_at", _TIME),
    ]
)
QUARANTINE = pa.schema(
    [
        *(
            (name, _TEXT)
            for name in ["resource_name", "partition_id", "field", "reason", "payload"]
        ),
        ("row_number", _INT),
        ("_loaded_at", _TIME),
    ]
)
RUNS = pa.schema(
    [
        ("run_id", _TEXT),
        ("resource_name", _TEXT),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("started_at", _TIME),
        ("finished_at", _TIME),
        ("n_rows_read", _INT),
        ("n_partitions_changed", _INT),
        ("n_quarantined", _INT),
        ("status", _TEXT),
        ("error", _TEXT),
        ("error_class", _TEXT),
        ("whole_run_id", _TEXT),
        ("loader_versions", _TEXT),
    ]
)
SYSTEM_TABLES = {"loaded_partitions": LEDGER, "quarantine": QUARANTINE, "extract_runs": RUNS}


@dataclass(frozen=True)
class Entry:
    """What the warehouse holds of one partition."""

    n_rows: int
    n_quarantined: int
    content_hash: str


Ledger = dict[tuple[str, str], Entry]


class Reader:
    """Reads the raw tables of one source, over one connection, and puts right what is in them."""

    def __init__(self, client: SqlClientBase[Any]) -> None:
        """Use an open client."""
        self._client = client

    def rows(self, sql: str, *names: str) -> Sequence[Sequence[Any]]:
        """Run a select; `{0}`, `{1}`, … stand for the qualified names of tables."""
        qualified = [self._client.make_qualified_table_name(name) for name in names]
        return self._client.execute_sql(sql.format(*qualified)) or []

    def batches(
        self, sql: str, name: str, n_rows: int = 20_000
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """Run a select over one table, `{0}`, and yield its rows by so many."""
        table = self._client.make_qualified_table_name(name)
        with self._client.execute_query(sql.format(table)) as cursor:
            while rows := cursor.fetchmany(n_rows):
                yield rows

    def change(self, sql: str, name: str, *values: object) -> None:
        """Run an update of or an insert into one table, `{0}`, with values for each `%s`."""
        self._client.execute_sql(sql.format(self._client.make_qualified_table_name(name)), *values)


@contextmanager
def reader(pipeline: dlt.Pipeline) -> Iterator[Reader]:
    """Open the warehouse for reading."""
    with pipeline.sql_client() as client:
        yield Reader(client)


def read_ledger(raw: Reader, tables: Iterable[Table], *, since: dt.date, until: dt.date) -> Ledger:
    """Return the entries that can be trusted; of days, those in [since, until)."""
    rows = raw.rows(
        """
        select ledger.resource_name, ledger.partition_id, ledger.n_rows, ledger.n_quarantined,
               ledger.content_hash, ledger._dlt_load_id
        from {0} as ledger
        inner join {1} as loads on ledger._dlt_load_id = loads.load_id
        where loads.status = 0
        """,
        "loaded_partitions",
        "_dlt_loads",
    )
    tables = list(tables)
    by_file = {table.name for table in tables if table.mode is Mode.KEY}
    held = {
        table.name: _held(raw, table, since, until)
        for table in tables
        if table.mode is not Mode.KEY
    }
    result: Ledger = {}
    for name, partition, n_rows, n_quarantined, digest, load_id in rows:
        if name in by_file:
            result[name, partition] = Entry(n_rows, n_quarantined, digest)
        if name not in held:
            continue
        n_held, first, last = held[name].get(partition, (0, load_id, load_id))
        if n_held == n_rows and (first is None or first == last == load_id):
            result[name, partition] = Entry(n_rows, n_quarantined, digest)
    return result


def read_latest(pipeline: dlt.Pipeline, table: Table, since: dt.date) -> Sequence[Sequence[Any]]:
    """Return the parts of the key and `latest_by` of the rows that may be later than a day's beginning."""
    # A day more than is asked for, because engines differ in what a day's instant is.
    day = since - dt.timedelta(days=1)
    with reader(pipeline) as raw:
        return raw.rows(
            f"select {', '.join(table.key_parts)}, {table.latest_by} from {{0}}"
            f" where {table.latest_by} >= cast('{day}' as timestamp)",
            table.name,
        )


def _held(
    raw: Reader, table: Table, since: dt.date, until: dt.date
) -> dict[str, tuple[int, str | None, str | None]]:
    """Count the rows of each partition in the table itself, with their first and last load id."""
    if table.mode in (Mode.DAY, Mode.SNAP):
        # One day more: a snapshot carries the day of the run itself.
        sql = f"""
            select {table.partition}, count(*), min(_dlt_load_id), max(_dlt_load_id)
            from {{0}}
            where {table.partition} between cast('{since}' as date) and cast('{until}' as date)
            group by {table.partition}
        """
        rows = raw.rows(sql, table.name)
        return {str(day): (n, first, last) for day, n, first, last in rows}
    if table.mode is Mode.FILE:
        sql = f"""
            select {table.partition}, count(*), min(_dlt_load_id), max(_dlt_load_id)
            from {{0}}
            group by {table.partition}
        """
        return {name: (n, first, last) for name, n, first, last in raw.rows(sql, table.name)}
    where = "where _dlt_valid_to is null" if table.mode is Mode.SCD2 else ""
    rows = raw.rows(f"select count(*) from {{0}} {where}", table.name)
    return {CURRENT: (rows[0][0], None, None)}
