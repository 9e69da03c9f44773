"""Publishing: the served marts as a new snapshot, then one atomic swap of the pointer.

`python -m serving publish`. Readers never open the warehouse, so a running build never blocks them. Whatever goes wrong
before the swap leaves the old snapshot current. When no table changed, no snapshot is made: the pointer only learns
that the marts were looked at again.
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from serving.config import SERVED_SCHEMAS, Settings
from serving.described import read_descriptions
from serving.lineage import read_lineage
from serving.renamed import RENAMED
from serving.sources import read_sources
from serving.tested import why_untested
from warehouse.connection import open_warehouse
from warehouse.engine import Fingerprint, Table, Warehouse
from warehouse.private import open_as_its_folder
from warehouse.run_record import read_steps, step_entry
from warehouse.snapshot import (
    FORMAT,
    MANIFEST,
    Snapshot,
    SnapshotError,
    open_current,
    sha256_of,
    sync,
    write_json,
    write_pointer,
)
from warehouse.views_file import write_views

_PARTIAL = ".partial-"


class PublishError(Exception):
    """The marts cannot be published; the message says what to do."""


@dataclass(frozen=True)
class Published:
    """What `publish` did."""

    snapshot_id: str
    is_new: bool
    n_tables: int
    n_rows: int
    n_bytes: int = 0
    """Of its files, packed."""


def publish(
    settings: Settings,
    *,
    warehouse: Warehouse | None = None,
    before_swap: Callable[[], None] = lambda: None,
    only_tested: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Published:
    """Publish the marts of the configured warehouse, or of the one given.

    Args:
        settings: Where the marts are and where the snapshot goes.
        warehouse: An open warehouse, for programs that have one already.
        before_swap: Called when the new folder is complete and not yet current.
        only_tested: Refuse what did not pass its tests. Always so on the command line.
        progress: Hears how far it is, table by table.
    """
    began = time.monotonic()
    settings.publish_dir.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_only_publisher(settings.publish_dir))
        source = warehouse or stack.enter_context(
            open_warehouse(settings, read_only=True, may_quote=True)
        )
        tables = served_tables(source)
        if not any(table.schema == "marts" for table in tables):
            raise PublishError("There is no table in schema marts: build first (make run).")
        prints = {}
        for number, table in enumerate(tables, start=1):
            progress(f"publish: comparing table {number} of {len(tables)} …")
            prints[table] = source.checksum(*table.place)
        why = why_untested(settings, prints) if only_tested else None
        if why is not None:
            raise PublishError(
                f"Nobody can say that these tables passed their tests: {why}. Readers keep what they have."
                " `make run` (or python bin/build.py) builds, tests and says what is wrong."
            )
        content = _content_hash(prints)
        state = {
            "checked_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "as_of": settings.as_of.isoformat(),
            "data_origin": settings.data_origin,
            "environment": settings.environment,
            "dbt_invocation_id": _dbt_invocation(settings.dbt_target_dir),
            "sources": read_sources(source),
            "made_from": read_lineage(settings.dbt_target_dir),
            "described": read_descriptions(settings.dbt_target_dir),
        }
        n_rows = sum(found.n_rows for found in prints.values())
        kept = _current_if_equal(settings.publish_dir, content)
        if kept is not None:
            write_pointer(settings.publish_dir, {**kept, **state, **_steps(settings, began)})
            current = open_current(settings.publish_dir)
            write_views(settings.publish_dir, current)
            return Published(
                str(kept["snapshot_id"]), False, len(tables), n_rows, _n_bytes(current)
            )
        snapshot_id = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%fZ}-{content[:8]}"
        manifest = {"format": FORMAT, "snapshot_id": snapshot_id, "content": content, **state}
        digest = _write_folder(
            settings.publish_dir, snapshot_id, manifest, source, prints, progress
        )
        before_swap()
        pointer = {
            "snapshot_id": snapshot_id,
            "manifest_sha256": digest,
            **state,
            **_steps(settings, began),
        }
        write_pointer(settings.publish_dir, pointer)
        current = open_current(settings.publish_dir)
        write_views(settings.publish_dir, current)
        _forget_old(settings.publish_dir, settings.publish_keep, current=snapshot_id)
        return Published(snapshot_id, True, len(tables), n_rows, _n_bytes(current))


def _n_bytes(snapshot: Snapshot) -> int:
    return sum(int(table["n_bytes"]) for table in snapshot.manifest["tables"].values())


def _steps(settings: Settings, began: float) -> dict[str, Any]:
    """Return what the steps of this run took, this one up to the swap."""
    entry = step_entry(time.monotonic() - began, 0, dt.datetime.now(dt.UTC))
    return {"steps": {**read_steps(settings.state_dir), "publish": entry}}


def served_tables(warehouse: Warehouse) -> list[Table]:
    """Return the tables and views that are published, in order of name."""
    found = [
        Table(schema, name)
        for schema in SERVED_SCHEMAS
        for name in warehouse.names(schema)
        # What dbt leaves beside a table while it builds is not a table.
        if "__dbt_" not in name
    ]
    served = RENAMED.tables([str(table) for table in found])
    return [table for table in found if str(table) in served]


def _write_folder(
    publish_dir: Path,
    snapshot_id: str,
    manifest: Mapping[str, Any],
    warehouse: Warehouse,
    prints: Mapping[Table, Fingerprint],
    progress: Callable[[str], None],
) -> str:
    """Write the snapshot beside its final place, move it there, return the manifest's SHA-256."""
    for leftover in publish_dir.glob(f"{_PARTIAL}*"):
        shutil.rmtree(leftover)
    partial = publish_dir / f"{_PARTIAL}{snapshot_id}"
    tables = {}
    for number, (table, found) in enumerate(prints.items(), start=1):
        progress(f"publish: writing table {number} of {len(prints)} …")
        path = partial / table.schema / f"{table.name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        warehouse.export(*table.place, path)
        sync(path)
        sync(path.parent)
        tables[str(table)] = _describe(path, partial, expected_rows=found.n_rows)
    write_json(partial / MANIFEST, {**manifest, "tables": tables})
    digest = sha256_of(partial / MANIFEST)
    open_as_its_folder(partial, publish_dir)
    sync(partial)
    partial.rename(publish_dir / snapshot_id)
    sync(publish_dir)
    return digest


def _describe(path: Path, folder: Path, *, expected_rows: int) -> dict[str, Any]:
    """Return a table's entry of the manifest, read back from the file that was written."""
    file = pq.ParquetFile(path)
    if file.metadata.num_rows != expected_rows:
        raise PublishError(
            f"{path.stem} changed from {expected_rows} to {file.metadata.num_rows} rows while it "
            "was published: a build is running. Publish again when it has ended."
        )
    return {
        "path": str(path.relative_to(folder)),
        "n_rows": expected_rows,
        "n_bytes": path.stat().st_size,
        "sha256": sha256_of(path),
        "columns": [{"name": field.name, "type": str(field.type)} for field in file.schema_arrow],
    }


def _content_hash(prints: Mapping[Table, Fingerprint]) -> str:
    lines = [f"{table} {asdict(found)}" for table, found in sorted(prints.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _current_if_equal(publish_dir: Path, content: str) -> dict[str, Any] | None:
    """Return the pointer when its snapshot is whole and holds the same content."""
    try:
        current = open_current(publish_dir)
        if current.manifest["content"] != content:
            return None
        current.verify()
    except SnapshotError:
        return None
    return dict(current.pointer)


def _dbt_invocation(target_dir: Path) -> str | None:
    """Return the id of the last dbt invocation, if there was one in this folder."""
    path = target_dir / "run_results.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("invocation_id")
    return None if found is None else str(found)


def _forget_old(publish_dir: Path, keep: int, *, current: str) -> None:
    """Remove all but the newest snapshots; never the current one."""
    folders = sorted(path.parent for path in publish_dir.glob(f"*/{MANIFEST}"))
    for folder in folders[:-keep]:
        if folder.name != current:
            shutil.rmtree(folder)


@contextlib.contextmanager
def _only_publisher(publish_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two publishers cannot swap the pointer past each other."""
    with (publish_dir / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError(f"Another program is publishing to {publish_dir}.") from error
        yield
