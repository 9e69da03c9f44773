"""The published snapshot: a folder of Parquet files, a manifest, and one pointer.

```
PUBLISH_DIR/
  current.duckdb                    views of the current snapshot, for SQL clients (warehouse/views_file.py)
  current.json                      the pointer: which snapshot is current, and what the last run said
  20260701T040000Z-3f2a9c1b/        a snapshot, never changed once the pointer names it
    manifest.json                   tables with rows, columns, size and SHA-256; sources; the build
    marts/fct_ai_spend_daily.parquet
```

A reader calls `open_current` and keeps using that folder; the next call follows the pointer.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.private import replace_keeping_its_mode

POINTER = "current.json"
MANIFEST = "manifest.json"
FORMAT = 1
"""Version of the folder's layout; a reader refuses one that it does not know."""


class SnapshotError(Exception):
    """There is no usable snapshot; the message says which file is wrong and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot, opened for reading."""

    folder: Path
    manifest: Mapping[str, Any]
    pointer: Mapping[str, Any]

    @property
    def snapshot_id(self) -> str:
        """Return the folder's name."""
        return self.folder.name

    def path(self, table: str) -> Path:
        """Return the Parquet file of a table such as `marts.dim_people`."""
        entry = self.manifest["tables"].get(table)
        if entry is None:
            raise SnapshotError(f"{table} is not in snapshot {self.snapshot_id}.")
        return self.folder / str(entry["path"])

    def has(self, table: str) -> bool:
        """Say whether the snapshot holds the table."""
        return table in self.manifest["tables"]

    def sound_path(self, table: str) -> Path:
        """Return the Parquet file of a table, after it was read and compared with the manifest.

        Raises:
            SnapshotError: It is missing or is not what was published.
        """
        path = self.path(table)
        if not path.exists() or sha256_of(path) != self.manifest["tables"][table]["sha256"]:
            raise SnapshotError(f"{path} is not what was published. {_REMEDY}")
        return path

    def verify(self) -> None:
        """Read every file and compare it with the manifest.

        Raises:
            SnapshotError: A file is missing or is not what was published.
        """
        for table in self.manifest["tables"]:
            self.sound_path(table)


_REMEDY = "`make run` builds, tests and publishes anew."


def open_current(publish_dir: Path) -> Snapshot:
    """Open the snapshot that the pointer names.

    Raises:
        SnapshotError: Nothing has been published, or the snapshot is damaged.
    """
    pointer_path = publish_dir / POINTER
    if not pointer_path.exists():
        raise SnapshotError(f"{pointer_path} does not exist: nothing is published. {_REMEDY}")
    pointer = _read_json(pointer_path)
    folder = publish_dir / str(pointer.get("snapshot_id"))
    manifest_path = folder / MANIFEST
    if not manifest_path.exists():
        raise SnapshotError(f"{manifest_path} is missing. {_REMEDY}")
    if sha256_of(manifest_path) != pointer.get("manifest_sha256"):
        raise SnapshotError(f"{manifest_path} is not what was published. {_REMEDY}")
    manifest = _read_json(manifest_path)
    if manifest.get("format") != FORMAT:
        raise SnapshotError(f"{manifest_path} has format {manifest.get('format')}, not {FORMAT}.")
    for entry in manifest["tables"].values():
        path = folder / str(entry["path"])
        if not path.exists() or path.stat().st_size != entry["n_bytes"]:
            raise SnapshotError(f"{path} is missing or not whole. {_REMEDY}")
    return Snapshot(folder=folder, manifest=manifest, pointer=pointer)


def write_pointer(publish_dir: Path, content: Mapping[str, Any]) -> None:
    """Replace the pointer in one step; a crash leaves the old one or the new one, never a part."""
    temporary = publish_dir / f"{POINTER}.new"
    write_json(temporary, content)
    replace_keeping_its_mode(publish_dir / POINTER, temporary)
    sync(publish_dir)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON so that it is on the disk when this returns."""
    path.write_text(json.dumps(content, indent=2, default=str) + "\n", encoding="utf-8")
    sync(path)


def sync(path: Path) -> None:
    """Ask the disk to keep a file's content or a folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 without holding the file in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SnapshotError(f"{path} is not JSON. {_REMEDY}") from error
    if not isinstance(content, dict):
        raise SnapshotError(f"{path} is not a JSON object. {_REMEDY}")
    return content
