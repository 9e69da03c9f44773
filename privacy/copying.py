"""A copy of the warehouse, on which an erasure is done, and which is put in the original's place whole or not at all.

```
<folder of the file>/.<stem>-erasing/     everything that the erasure works with; gone afterwards
  copy/<name>                             the file, copied as it is, changed, built
  new/<name>                              the same written anew, without the bytes of what was replaced
  target, logs, dlt, state, tmp           what dbt, the loader's code and the list of erased people use meanwhile
PUBLISH_DIR/.erasing/                     the snapshot of the copy, until it becomes the current one
```

On BigQuery the copy is in datasets of its own (`<DATASET_PREFIX>erasing_…`), and the folder beside the other local files.

The copy has the name of the original, which views name. The original is held, so that nobody
writes to it, and is compared once more before it is replaced. A link stays a link: what it leads to is replaced.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from persons.keys import KEY_FILE, load_key
from persons.suppression import LIST_FILE
from privacy.config import Settings
from privacy.files import rewritten
from warehouse.connection import open_warehouse
from warehouse.engine import Table, Warehouse
from warehouse.snapshot import sync

STAGED = ".erasing"
DATASETS = "erasing_"


class CopyError(Exception):
    """The warehouse cannot be copied, or not be replaced by the copy; it is as it was, and the message says why."""


Seen = tuple[object, ...]
"""What is another one when somebody has written to the warehouse."""


class DuckDBCopy:
    """A copy of a DuckDB file."""

    def __init__(self, settings: Settings) -> None:
        """Make nothing yet."""
        self._given = settings
        self._original = Path(os.path.realpath(settings.duckdb_path))
        self._folder = working_folder(settings)
        self._path = self._folder / "copy" / self._original.name
        self._held: duckdb.DuckDBPyConnection | None = None
        self._before: Seen | None = None

    @property
    def settings(self) -> Settings:
        """The settings of programs that work on the copy: whatever they write lies in its folder."""
        return replace(_working_settings(self._given, self._folder), duckdb_path=self._path)

    def identity(self) -> Seen:
        """Return the original's identity: another one when somebody has written to it."""
        return identity(self._given)

    @property
    def place(self) -> str:
        """Return what says which warehouse it is."""
        return str(self._original)

    def make(self, expected: Seen | None) -> None:
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
        # What DuckDB could not hold in memory, left by programs that were killed: nobody else has the file open.
        for path in {self._given.duckdb_path, self._original}:
            shutil.rmtree(f"{path}.tmp", ignore_errors=True)
        self._path.replace(self._original)
        sync(self._original.parent)

    def go_forward(self, mark: str) -> bool:
        """Tell whether a copy that a killed run had worked out is in place; finish that where it takes several steps."""
        return self.is_in_place(mark)

    def release(self) -> None:
        """Hold the original no longer."""
        if self._held is not None:
            self._held.close()
            self._held = None


class BigQueryCopy:
    """A copy of all tables in datasets of their own, behind a longer prefix.

    The engine replaces a table whole or not at all, but one after the other: once the first is replaced there is no way
    back, and a run that is killed goes on with the next (`go_forward`).
    """

    def __init__(self, settings: Settings) -> None:
        """Make nothing yet."""
        self._given = settings
        self._before: Seen | None = None
        self._copied: dict[Table, str] = {}
        self._has_begun = False

    @property
    def settings(self) -> Settings:
        """The settings of programs that work on the copy."""
        folder, prefix = working_folder(self._given), f"{self._given.dataset_prefix}{DATASETS}"
        return replace(
            _working_settings(self._given, folder),
            duckdb_path=folder / "new" / "bigquery",
            dataset_prefix=prefix,
            # Its name is whole, so it has to be another one here.
            legacy_schema=f"{prefix}{self._given.legacy_schema}",
        )

    @property
    def place(self) -> str:
        """Return what says which warehouse it is."""
        return f"{self._given.bigquery_project}/{self._given.dataset_prefix}"

    def identity(self) -> Seen:
        """Return what is another one when somebody has written to a table."""
        with open_warehouse(self._given, read_only=True) as warehouse:
            return _versions(warehouse)

    def make(self, expected: Seen | None) -> None:
        """Copy all tables.

        Raises:
            CopyError: They have changed since they were looked at.
        """
        discard(self._given)
        (working_folder(self._given) / "new").mkdir(parents=True, mode=0o700)
        with open_warehouse(self._given) as warehouse:
            before = _versions(warehouse)
            if expected is not None and before != expected:
                raise CopyError("the warehouse was changed while it was looked at; run again")
            for table in _originals(warehouse):
                warehouse.create_schema(f"{DATASETS}{table.schema}")
                warehouse.copy(table.place, _copied(table))
                self._copied[table] = warehouse.version(*_copied(table))
            self._before = before
        _prepare(self._given, self.settings)

    def write_anew(self) -> None:
        """Do nothing: what the engine keeps of replaced rows is not in our hands (docs/privacy.md)."""

    @property
    def mark(self) -> str:
        """Return what stands in the journal while tables are replaced."""
        return "tables"

    def is_in_place(self, mark: str) -> bool:
        """Tell whether a table was replaced, which cannot be taken back."""
        return self._has_begun and mark == self.mark

    def put_in_place(self) -> None:
        """Replace the originals.

        Raises:
            CopyError: One has changed; all stay.
        """
        if self.identity() != self._before:
            raise CopyError("the warehouse was changed while the copy was worked on; run again")
        self._has_begun = True
        self._replace()

    def go_forward(self, mark: str) -> bool:
        """Replace what a killed run has not replaced; it may have begun, so there is no other way."""
        if mark != self.mark:
            return False
        self._replace()
        return True

    def _replace(self) -> None:
        with open_warehouse(self._given) as warehouse:
            for working in warehouse.tables():
                if not working.schema.startswith(DATASETS):
                    continue
                table = replace(working, schema=working.schema.removeprefix(DATASETS))
                if self._copied.get(table) == warehouse.version(*working.place):
                    continue  # nothing of it was replaced or built
                warehouse.create_schema(table.schema)
                warehouse.replace(working.place, table.place)

    def release(self) -> None:
        """Do nothing: nobody can hold tables."""


Copy = DuckDBCopy | BigQueryCopy


def copy_of(settings: Settings) -> Copy:
    """Return what copies the warehouse."""
    return BigQueryCopy(settings) if settings.warehouse == "bigquery" else DuckDBCopy(settings)


def _originals(warehouse: Warehouse) -> list[Table]:
    return [table for table in warehouse.tables() if not table.schema.startswith(DATASETS)]


def _copied(table: Table) -> tuple[str, str]:
    return f"{DATASETS}{table.schema}", table.name


def _versions(warehouse: Warehouse) -> Seen:
    return tuple((str(one), warehouse.version(*one.place)) for one in _originals(warehouse))


def _mark(path: Path) -> str:
    found = path.stat()
    return f"{found.st_dev}:{found.st_ino}"


def identity(settings: Settings) -> Seen:
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
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


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
    """Remove what an erasure has left, whether it ended or was killed."""
    for folder in (working_folder(settings), settings.publish_dir / STAGED):
        if folder.exists():
            shutil.rmtree(folder)
    if settings.warehouse == "bigquery":
        working = BigQueryCopy(settings).settings
        Path(f"{working.local_place}.origin").unlink(missing_ok=True)
        with open_warehouse(settings) as warehouse:
            for schema in warehouse.schemas():
                if schema.startswith(DATASETS):
                    warehouse.drop_schema(schema)


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
