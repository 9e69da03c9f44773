"""A copy of the warehouse, on which an erasure is done, and which is put in the original's place whole or not at all.

```
<folder of the file>/.<stem>-erasing/     everything that the erasure works with; gone afterwards
  copy/<name>                             the file, copied as it is, changed, built
  new/<name>                              the same written anew, without the bytes of what was replaced
  target, logs, dlt, state, tmp           what dbt, the loader's code and the list of erased people use meanwhile
PUBLISH_DIR/.erasing/                     the snapshot of the copy, until it becomes the current one
```

The copy has the name of the original, which views name. The original is held, so that nobody
writes to it, and is compared once more before it is replaced. A link stays a link: what it leads to is replaced.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from persons.keys import KEY_FILE, load_key
from persons.suppression import LIST_FILE
from privacy.config import Settings
from privacy.files import rewritten
from warehouse.snapshot import sync

STAGED = ".erasing"


class CopyError(Exception):
    """The warehouse cannot be copied, or not be replaced by the copy; it is as it was, and the message says why."""


@dataclass(frozen=True)
class Identity:
    """What is another one when a file has been written to or replaced."""

    device: int
    inode: int
    n_bytes: int
    changed_at: int


class DuckDBCopy:
    """A copy of a DuckDB file."""

    def __init__(self, settings: Settings) -> None:
        """Make nothing yet."""
        self._given = settings
        self._original = Path(os.path.realpath(settings.duckdb_path))
        self._folder = working_folder(settings)
        self._path = self._folder / "copy" / self._original.name
        self._held: duckdb.DuckDBPyConnection | None = None
        self._before: Identity | None = None

    @property
    def settings(self) -> Settings:
        """The settings of programs that work on the copy: whatever they write lies in its folder."""
        return replace(_working_settings(self._given, self._folder), duckdb_path=self._path)

    def identity(self) -> Identity:
        """Return the original's identity: another one when somebody has written to it."""
        return identity(self._given)

    @property
    def place(self) -> str:
        """Return what says which warehouse it is."""
        return str(self._original)

    def make(self, expected: Identity | None) -> None:
        """Copy the original, and hold it.

        Raises:
            CopyError: It has changed since it was looked at, or another program writes to it.
        """
        discard(self._given)
        self._path.parent.mkdir(parents=True, mode=0o700)
        before = identity(self._given)
        if expected is not None and before != expected:
            raise CopyError("the warehouse was changed while it was looked at; run again")
        shutil.copyfile(self._original, self._path)
        # Closing a file gives up the locks on it that this process has, so it is held only now.
        try:
            self._held = duckdb.connect(str(self._given.duckdb_path))
        except duckdb.Error:
            raise CopyError(
                "another program uses the warehouse; run again when it has ended"
            ) from None
        if identity(self._given) != before:
            raise CopyError("the warehouse was changed while it was copied; run again")
        self._before = before
        _prepare(self._given, self.settings)

    def write_anew(self) -> None:
        """Write the copy anew; from here on the settings lead to what was written."""
        target = self._folder / "new" / self._path.name
        rewritten(self._path, target)
        for suffix in (".built", ".origin"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").rename(f"{target}{suffix}")
        shutil.rmtree(self._path.parent)
        self._path = target

    @property
    def mark(self) -> str:
        """Return what tells the copy from the original, wherever it stands."""
        return _mark(self._path)

    def is_in_place(self, mark: str) -> bool:
        """Tell whether the copy of this mark stands in the original's place."""
        return self._original.exists() and _mark(self._original) == mark

    def put_in_place(self) -> None:
        """Replace the original by the copy.

        Raises:
            CopyError: The original has changed; it stays.
        """
        shutil.copymode(self._original, self._path)
        with contextlib.suppress(PermissionError):
            found = self._original.stat()
            os.chown(self._path, found.st_uid, found.st_gid)
        sync(self._path)
        if identity(self._given) != self._before:
            raise CopyError("the warehouse was changed while the copy was worked on; run again")
        self._path.replace(self._original)
        sync(self._original.parent)

    def release(self) -> None:
        """Hold the original no longer."""
        if self._held is not None:
            self._held.close()
            self._held = None


def _mark(path: Path) -> str:
    found = path.stat()
    return f"{found.st_dev}:{found.st_ino}"


def identity(settings: Settings) -> Identity:
    """Return the identity of the warehouse's file, in which everything is that was ever written to it.

    Raises:
        CopyError: It has another name, which would keep what is replaced; or another program has it open.
    """
    found = settings.duckdb_path.stat()
    if found.st_nlink > 1:
        raise CopyError(
            "the warehouse's file has another name (a hard link), under which the person would stay; remove that first"
        )
    for log in _logs(settings):
        if log.exists():
            # What is in it is brought into the file by whoever opens it.
            try:
                duckdb.connect(str(settings.duckdb_path)).close()
            except duckdb.Error:
                raise CopyError(
                    "another program uses the warehouse; run again when it has ended"
                ) from None
            if log.exists():
                raise CopyError(f"{log.name} cannot be brought into the warehouse; run again")
            return identity(settings)
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _logs(settings: Settings) -> set[Path]:
    path = settings.duckdb_path
    return {Path(f"{path}.wal"), Path(f"{os.path.realpath(path)}.wal")}


def working_folder(settings: Settings) -> Path:
    """Return the folder in which an erasure works: beside the warehouse, so that the copy is moved and not copied again."""
    if settings.warehouse == "bigquery":
        return Path(f"{settings.local_place}-erasing").absolute()
    original = Path(os.path.realpath(settings.duckdb_path))
    return original.parent / f".{original.stem}-erasing"


def discard(settings: Settings) -> None:
    """Remove what an erasure that was killed has left."""
    shutil.rmtree(working_folder(settings), ignore_errors=True)
    shutil.rmtree(settings.publish_dir / STAGED, ignore_errors=True)


@contextlib.contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Have this process make its temporary files in a folder, from which they are removed with it."""
    before, folder = tempfile.tempdir, folder / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _working_settings(given: Settings, folder: Path) -> Settings:
    # The key stays where it is: a copy of its file would lie beside the warehouse.
    load_key(given.state_dir, given.privacy_key)
    key = given.privacy_key or (given.state_dir / KEY_FILE).read_text(encoding="ascii").strip()
    return replace(
        given,
        pipelines_dir=folder / "dlt",
        publish_dir=given.publish_dir.absolute() / STAGED,
        focus_dir=folder / "focus",
        target_dir=folder / "target",
        log_dir=folder / "logs",
        state_dir=folder / "state",
        working_dir=folder,
        privacy_key=key,
    )


def _prepare(given: Settings, working: Settings) -> None:
    """Bring along what programs look for beside the warehouse, and the list of erased people."""
    for path in (working.target_dir, working.log_dir, working.state_dir):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = [(given.build_marker, working.build_marker)]
    beside.append((Path(f"{given.local_place}.origin"), Path(f"{working.local_place}.origin")))
    beside.append((given.state_dir / LIST_FILE, working.state_dir / LIST_FILE))
    for source, target in beside:
        if source.exists() and source != target:
            shutil.copyfile(source, target)


Copy = DuckDBCopy


def copy_of(settings: Settings) -> Copy:
    """Return what copies the warehouse."""
    return DuckDBCopy(settings)
