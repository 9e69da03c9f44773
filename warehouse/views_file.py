"""`current.duckdb` beside the published snapshots: a small DuckDB file with a view of every published table.

For notebooks and SQL clients. The warehouse itself may be open in one program only while a run writes it; this file holds
no data, and a publish puts a new one in its place, so whoever has it open blocks nobody and keeps the snapshot that it
began with. Its paths are whole, so it works from every folder; where the folder is moved, the next publish writes it anew.
"""

from pathlib import Path

import duckdb

from warehouse.files import parquet
from warehouse.settings import DUCKDB_FILE
from warehouse.snapshot import Snapshot, sync

NAME = "current.duckdb"


def write_views(publish_dir: Path, snapshot: Snapshot) -> Path:
    """Put the views of a snapshot in the place of those before; return the file."""
    final = publish_dir / NAME
    partial = publish_dir / f"{NAME}.new"
    partial.unlink(missing_ok=True)
    with duckdb.connect(str(partial), config=DUCKDB_FILE) as connection:
        for table in sorted(snapshot.manifest["tables"]):
            schema, name = table.split(".")
            rows = parquet(snapshot.path(table).resolve())
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create view "{schema}"."{name}" as select * from {rows}')
        origin = str(snapshot.pointer.get("data_origin", "unknown")).replace("'", "''")
        connection.execute(
            f"create view main.published as select '{snapshot.snapshot_id}' as snapshot_id,"
            f" '{snapshot.pointer.get('as_of')}' as as_of, '{origin}' as data_origin"
        )
    sync(partial)
    # What somebody has written into the one before is theirs and not of the new one.
    final.with_name(f"{NAME}.wal").unlink(missing_ok=True)
    partial.replace(final)
    sync(publish_dir)
    return final
