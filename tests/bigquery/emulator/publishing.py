"""Publishing from BigQuery, held against publishing from DuckDB: the same tables, types and rows in the Parquet files.

`warehouse.bigquery.BigQuery` runs as it is; only its client has no account behind it.
"""

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from google.cloud import bigquery

from serving.config import Settings
from serving.publish import publish
from tests.bigquery.canonical import differences
from tests.bigquery.workspace import PREFIX, PROJECT
from warehouse.bigquery import BigQuery
from warehouse.engine import Table
from warehouse.snapshot import Snapshot, open_current

_AS_OF = dt.datetime(2026, 6, 3, tzinfo=dt.UTC)
_CHANGED = Table("marts", "dim_people")
"""Any published table with a text column."""


@dataclass
class Publishing:
    """What was published from both engines and compared."""

    tables: int = 0
    rows: int = 0
    failures: list[str] = field(default_factory=list)


def publish_both(
    client: bigquery.Client, folder: Path, unequal: Mapping[str, Set[str]]
) -> Publishing:
    """Publish what both engines hold and compare the files.

    Args:
        client: A client of the emulator.
        folder: The folder of the round, with `duckdb/warehouse.duckdb`.
        unequal: Columns that may differ, by table such as `marts.dim_people`.
    """
    from_duckdb = Settings(
        as_of=_AS_OF,
        duckdb_path=folder / "duckdb" / "warehouse.duckdb",
        publish_dir=folder / "duckdb" / "published",
    )
    from_bigquery = Settings(
        as_of=_AS_OF,
        warehouse="bigquery",
        bigquery_project=PROJECT,
        dataset_prefix=PREFIX,
        publish_dir=folder / "bigquery" / "published",
    )
    warehouse = BigQuery(client, PREFIX)
    publish(from_duckdb)
    publish(from_bigquery, warehouse=warehouse)
    result = compare_snapshots(
        open_current(from_duckdb.publish_dir), open_current(from_bigquery.publish_dir), unequal
    )
    if publish(from_bigquery, warehouse=warehouse).is_new:
        result.failures.append("the same rows were published as a new snapshot")
    result.failures += _unseen_changes(client, warehouse)
    return result


def compare_snapshots(
    duckdb: Snapshot, bigquery: Snapshot, unequal: Mapping[str, Set[str]]
) -> Publishing:
    """Compare tables, columns, types and rows; the sources of the manifests as well."""
    result = Publishing()
    ours, theirs = duckdb.manifest["tables"], bigquery.manifest["tables"]
    result.failures += [f"{name}: only from one engine" for name in sorted(set(ours) ^ set(theirs))]
    said = [sorted(_source_facts(one)) for one in (duckdb, bigquery)]
    result.failures += [
        f"sources of the manifest: {mine} from DuckDB, {other} from BigQuery"
        for mine, other in zip_longest(*said)
        if mine != other
    ]
    for name in sorted(set(ours) & set(theirs)):
        left, right = pq.read_table(duckdb.path(name)), pq.read_table(bigquery.path(name))
        result.tables += 1
        result.rows += left.num_rows
        columns = [[(one.name, _kind(one.type)) for one in file.schema] for file in (left, right)]
        found = [
            f"{mine} from DuckDB, {other} from BigQuery"
            for mine, other in zip_longest(*columns)
            if mine != other
        ]
        if not found:
            mine, other = (zip(*one.to_pydict().values(), strict=True) for one in (left, right))
            found = differences(mine, other, left.schema.names, unequal.get(name, frozenset()))
        result.failures += [f"{name}: {text}" for text in found]
    return result


def _source_facts(snapshot: Snapshot) -> list[str]:
    """What the manifest says of the sources, without the moments of loading."""
    names = ("source", "table", "n_rows", "n_quarantined", "first_date", "last_date", "last_status")
    return [" ".join(f"{one[name]}" for name in names) for one in snapshot.manifest["sources"]]


def _kind(column_type: pa.DataType) -> str:
    """Return what readers see: widths are the engines' own, and DuckDB's instants are UTC."""
    kinds = {
        "int": pa.types.is_integer,
        "decimal": pa.types.is_decimal,
        "instant": pa.types.is_timestamp,
        "float": pa.types.is_floating,
    }
    return next((kind for kind, holds in kinds.items() if holds(column_type)), str(column_type))


def _unseen_changes(client: bigquery.Client, warehouse: BigQuery) -> list[str]:
    """Change one value of one row: a fingerprint that stays the same would keep an old snapshot."""
    before = warehouse.checksum(*_CHANGED.place)
    name = f"`{PROJECT}`.`{PREFIX}{_CHANGED.schema}`.`{_CHANGED.name}`"
    client.query_and_wait(
        f"update {name} set team_name = concat(coalesce(team_name, ''), ' ')"
        f" where person_id = (select min(person_id) from {name})"
    )
    after = warehouse.checksum(*_CHANGED.place)
    if after.n_rows != before.n_rows or after.content == before.content:
        return [f"one changed value of {_CHANGED}: {before} became {after}"]
    return []
