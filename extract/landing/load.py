"""Finished partitions to the warehouse, as one dlt package.

DAY, SNAP, FILE and TAB tables: merge with the delete-insert strategy whose destination scope is the list of
changed partitions, without a primary key, so that legitimate duplicates survive and an emptied day is
emptied. Directories: dlt's scd2 with `row_hash` as row version. The ledger and the quarantine of the
same partitions travel in the same package. KEY tables: delivered files are converted when the package is made; an empty table
is appended to, in another one keys replace themselves.
"""

import datetime as dt
import platform
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.destination.exceptions import DestinationUndefinedEntity
from dlt.common.storages.load_package import load_package_state
from dlt.destinations.job_client_impl import SqlJobClientBase
from dlt.extract import DltResource

from extract.landing.contracts import Mode, Table
from extract.landing.error_classes import class_of
from extract.landing.ledger import LEDGER, QUARANTINE, RUNS, SYSTEM_TABLES, reader
from extract.landing.progress import TableResult
from extract.landing.sink import Partition
from extract.landing.spool import Spool

# The contracts decide on types before a row gets here; a new column of a contract is added.
_CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
_VALIDITY: Any = {
    "row_hash": {"nullable": False},
    **{
        name: {"data_type": "timestamp", "nullable": True}
        for name in ("_dlt_valid_from", "_dlt_valid_to")
    },
}

VERSIONS = ", ".join(
    [
        f"dlt {dlt.__version__}",
        f"duckdb {duckdb.__version__}",
        f"python {platform.python_version()}",
    ]
)
"""What loaded, as a run's record says it."""
_LOAD_ID_OF_FILES: Any = {"_dlt_load_id": {"nullable": True}}
"""Rows that come as a Parquet file bring their load id, and DuckDB writes no column as required.

Were it required in the table, dlt would not take the file as it is but write it anew.
"""
_PART_OF_DIRECTORY: Any = {"merge_key": True, "nullable": True}
"""Of a directory with a key only the rows are outdated whose keys were sent; what was not sent stays."""
_MADE_WITH: dict[Mode, Any] = {Mode.SCD2: _VALIDITY, Mode.KEY: _LOAD_ID_OF_FILES}


@dataclass(frozen=True)
class Change:
    """The partitions of a table to replace. `data` False: only their quarantine is written."""

    table: Table
    partitions: Mapping[str, Partition]
    data: bool = True


def drop_unfinished(pipeline: dlt.Pipeline) -> str | None:
    """Drop the package that an interrupted run left; return a warning if there was one.

    It is not completed, because a job of it may have been committed without dlt's note of it: that one
    would be done twice. The ledger does not count such a package, so its partitions are read again.
    """
    if not pipeline.has_pending_data:
        return None
    pipeline.abort_packages()
    return "dropped an unfinished load package, it is read again"


def are_there(warehouse: object, dataset: str, tables: Iterable[Table]) -> bool:
    """Tell whether an open DuckDB file holds the tables, so that dlt need not be asked: a pipeline costs more than the query."""
    if not isinstance(warehouse, duckdb.DuckDBPyConnection):
        return False
    found = warehouse.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name = $1",
        [dataset],
    )
    held = set(found.fetchall())
    return all(
        (name, column) in held
        for name, schema in _wanted(tables).items()
        for column in schema.names
    )


def _wanted(tables: Iterable[Table]) -> dict[str, pa.Schema]:
    return {**{table.name: table.schema for table in tables}, **SYSTEM_TABLES}


def ensure_tables(pipeline: dlt.Pipeline, tables: Iterable[Table]) -> None:
    """Create the tables and columns that the warehouse lacks, empty."""
    wanted = _wanted(tables)
    hints = {table.name: _MADE_WITH.get(table.mode) for table in tables}
    held = _columns_held(pipeline, list(wanted))
    missing = [
        name for name, schema in wanted.items() if not set(schema.names) <= held.get(name, set())
    ]
    if missing:
        pipeline.run(
            [
                _resource(
                    name, _once(wanted[name].empty_table()), "append", columns=hints.get(name)
                )
                for name in missing
            ]
        )


def _columns_held(pipeline: dlt.Pipeline, names: list[str]) -> dict[str, set[str]]:
    if not _knows_schema(pipeline):
        with suppress(DestinationUndefinedEntity):
            pipeline.sync_destination()
        if not _knows_schema(pipeline):
            return {}
    with pipeline.destination_client() as client:
        if not isinstance(client, SqlJobClientBase) or not client.is_storage_initialized():
            return {}
        found = client.get_storage_tables(names)
        return {name: set(columns) for name, columns in found if columns}


def _knows_schema(pipeline: dlt.Pipeline) -> bool:
    return bool(pipeline.default_schema_name)


def write_package(
    pipeline: dlt.Pipeline,
    spool: Spool,
    changes: Sequence[Change],
    *,
    loaded_at: dt.datetime,
    boundary: dt.datetime,
    runs: Callable[[], pa.Table] | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Load the changed partitions, their quarantine and their ledger rows.

    `runs` makes the run's own record, which travels with its last package. `check` is called when all that is to be loaded is on
    disk, before any of it is drawn: what it raises leaves the warehouse as it was.
    """
    checks = [check] if check else []

    def drawn(make: Callable[[], Iterable[Any]]) -> Callable[[], Iterator[Any]]:
        def generate() -> Iterator[Any]:
            # Whatever is drawn first converts the files: the package's id is known only now.
            spool.deliveries.convert(load_package_state()["load_id"], loaded_at)
            while checks:
                checks.pop()()
            yield from make()

        return generate

    resources = []
    kept = [change for change in changes if change.data]
    for change in kept:
        disposition, columns = _disposition(pipeline, change, boundary)
        rows = drawn(partial(_rows, spool, change, loaded_at))
        resources.append(_resource(change.table.name, rows, disposition, columns=columns))
    rejects = drawn(lambda: [_quarantine_rows(spool, changes, loaded_at)])
    resources.append(_resource("quarantine", rejects, _replace_scope(_system_scope(changes))))
    if kept:
        entries = drawn(lambda: [_ledger_rows(spool, kept, loaded_at)])
        resources.append(
            _resource("loaded_partitions", entries, _replace_scope(_system_scope(kept)))
        )
    if runs is not None:
        resources.append(_resource("extract_runs", drawn(lambda: [runs()]), "append"))
    pipeline.run(resources)


def _rows(spool: Spool, change: Change, loaded_at: dt.datetime) -> Iterator[Any]:
    """Yield Arrow tables, or Parquet files that are ready to be loaded."""
    if spool.deliveries.is_wanted(change.table):
        for path in spool.deliveries.paths(change.table):
            yield dlt.mark.with_file_import(str(path), "parquet")
    else:
        yield from spool.rows(change.table, list(change.partitions), loaded_at)


def write_runs(pipeline: dlt.Pipeline, record: pa.Table) -> None:
    """Append the record of a run that had nothing to load.

    One statement instead of a package, which would be most of what such a run costs. The run's own id
    stands for the package's.
    """
    rows = [row | {"_dlt_load_id": row["run_id"]} for row in record.to_pylist()]
    lines = (", ".join("null" if value is None else "%s" for value in row.values()) for row in rows)
    with reader(pipeline) as raw:
        raw.change(
            f"insert into {{0}} ({', '.join(rows[0])}) values ({'), ('.join(lines)})",
            "extract_runs",
            *(value for row in rows for value in row.values() if value is not None),
        )


def run_record(results: Iterable[TableResult], whole_run_id: str | None = None) -> pa.Table:
    """Return the rows of `extract_runs`: one per table, of the run of `bin/run` that this is a step of."""
    run_id = uuid.uuid4().hex
    finished = dt.datetime.now(dt.UTC)
    rows = [
        {
            **{
                name: value
                for name, value in asdict(result).items()
                if name not in ("source", "table")
            },
            "run_id": run_id,
            "resource_name": result.table,
            "finished_at": finished,
            "error_class": class_of(result.error),
            "whole_run_id": whole_run_id,
            "loader_versions": VERSIONS,
        }
        for result in results
    ]
    return pa.Table.from_pylist(rows, schema=RUNS)


def _once(table: pa.Table) -> Callable[[], Iterator[pa.Table]]:
    return lambda: iter([table])


def _resource(
    name: str,
    generate: Callable[[], Iterator[Any]],
    disposition: Any,  # noqa: ANN401 - dlt's union of texts and dicts
    *,
    columns: Any = None,  # noqa: ANN401 - dlt's column hints
) -> DltResource:
    return dlt.resource(
        generate,
        name=name,
        write_disposition=disposition,
        columns=columns,
        schema_contract=_CONTRACT,
    )


def _replace_scope(scope: str) -> dict[str, str]:
    """Return the disposition that replaces the rows for which a condition holds."""
    return {"disposition": "merge", "strategy": "delete-insert", "destination_scope": scope}


def _disposition(pipeline: dlt.Pipeline, change: Change, boundary: dt.datetime) -> tuple[Any, Any]:
    """Return how a table's changed partitions are written, and dlt's hints on its columns."""
    table = change.table
    if table.mode is Mode.KEY:
        with reader(pipeline) as raw:
            is_empty = not raw.rows("select 1 from {0} limit 1", table.name)
        if is_empty:
            return "append", _LOAD_ID_OF_FILES
        key = _key_sql(table)
        return _replace_scope(f"{key} in (select {key} from {{staging_table}})"), _LOAD_ID_OF_FILES
    if table.mode is Mode.SCD2:
        boundaries = [boundary, *_last_boundaries(pipeline, table.name)]
        return {
            "disposition": "merge",
            "strategy": "scd2",
            "row_version_column_name": "row_hash",
            "boundary_timestamp": max(boundaries),
        }, dict.fromkeys(table.key, _PART_OF_DIRECTORY) or None
    if table.mode is Mode.TAB:
        return _replace_scope("1 = 1"), None
    if table.mode is Mode.FILE:
        files = ", ".join(f"'{name}'" for name in sorted(change.partitions))
        return _replace_scope(f"{table.partition} in ({files})"), None
    days = ", ".join(f"cast('{day}' as date)" for day in sorted(change.partitions))
    # The day tables are partitioned where the warehouse knows partitions.
    hints = {"usage_date": {"partition": True}} if table.mode is Mode.DAY else None
    return _replace_scope(f"{table.partition} in ({days})"), hints


def _key_sql(table: Table) -> str:
    """Return as one text by what held rows are replaced, the key or a part of it: no code and no id has a blank."""
    parts = ", ' ', ".join(f"cast({part} as string)" for part in table.scope_parts)
    return f"concat({parts})"


def _last_boundaries(pipeline: dlt.Pipeline, name: str) -> list[dt.datetime]:
    """Return the newest validity bounds: a repeated run of an older day must not go behind them."""
    with reader(pipeline) as raw:
        rows = raw.rows("select max(_dlt_valid_from), max(_dlt_valid_to) from {0}", name)
    return [bound for bound in rows[0] if bound is not None]


def _system_scope(changes: Sequence[Change]) -> str:
    parts = []
    for change in changes:
        if not change.partitions:
            continue
        wanted = ", ".join(f"'{name}'" for name in sorted(change.partitions))
        parts.append(f"(resource_name = '{change.table.name}' and partition_id in ({wanted}))")
    return " or ".join(parts) or "1 = 0"


def _quarantine_rows(spool: Spool, changes: Sequence[Change], loaded_at: dt.datetime) -> pa.Table:
    tables = [QUARANTINE.empty_table()]
    for change in changes:
        found = spool.rejects(change.table, list(change.partitions))
        name = pa.array([change.table.name] * found.num_rows, pa.string())
        stamp = pa.array([loaded_at] * found.num_rows, QUARANTINE.field("_loaded_at").type)
        if "row_number" not in found.schema.names:
            found = found.append_column("row_number", pa.nulls(found.num_rows, pa.int64()))
        tables.append(pa.Table.from_arrays([name, *found.columns, stamp], schema=QUARANTINE))
    return pa.concat_tables(tables)


def _ledger_rows(spool: Spool, changes: Sequence[Change], loaded_at: dt.datetime) -> pa.Table:
    rows = [
        {
            "resource_name": change.table.name,
            "partition_id": name,
            "usage_date": dt.date.fromisoformat(name) if change.table.mode is Mode.DAY else None,
            "n_rows": partition.n_rows,
            "n_quarantined": partition.n_quarantined,
            "content_hash": partition.content_hash,
            "_loaded_at": loaded_at,
        }
        for change in changes
        for name, partition in _partitions(spool, change).items()
    ]
    return pa.Table.from_pylist(rows, schema=LEDGER)


def _partitions(spool: Spool, change: Change) -> Mapping[str, Partition]:
    if not spool.deliveries.is_wanted(change.table):
        return change.partitions
    return {
        one.delivery.file_id: Partition(one.n_rows, one.n_quarantined, one.delivery.fingerprint)
        for one in spool.deliveries.converted[change.table]
    }
