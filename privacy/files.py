"""Files that runs leave behind and that may name a person: found by reading them, and removed.

Everything here is made again by the next run: the loader's working folder, snapshots but the current one, exported
files, dbt's target and logs.
"""

import os
import shutil
from pathlib import Path

import duckdb

from privacy.config import Settings
from privacy.scan import Search
from privacy.scan_files import left_in_temporary_folder
from warehouse.snapshot import sync


class RewriteError(Exception):
    """A DuckDB file could not be written anew whole; the message says what is missing."""


def forget_copies(settings: Settings, current_snapshot: str | None) -> None:
    """Remove the copies that are there whoever is erased: other snapshots, exports, load packages."""
    shutil.rmtree(settings.pipelines_dir, ignore_errors=True)
    shutil.rmtree(settings.focus_dir, ignore_errors=True)
    if settings.publish_dir.is_dir():
        for folder in settings.publish_dir.iterdir():
            if folder.is_dir() and folder.name != current_snapshot:
                shutil.rmtree(folder)


def forget_traces(settings: Settings, search: Search) -> int:
    """Remove logs and build files that name the person, and what killed runs left elsewhere; return how many."""
    left = left_in_temporary_folder()
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    found = list(search.files((settings.target_dir, settings.log_dir)))
    for path in found:
        path.unlink()
    return len(left) + len(found)


def rewrite_database(path: Path) -> None:
    """Write a DuckDB file anew and put that in its place; a link stays, and what it leads to is replaced."""
    original = Path(os.path.realpath(path))
    folder = original.parent / f".{original.stem}-rewritten"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        rewritten(original, folder / original.name)
        shutil.copymode(original, folder / original.name)
        sync(folder / original.name)
        (folder / original.name).replace(original)
        sync(original.parent)
        original.with_name(f"{original.name}.wal").unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rewritten(path: Path, target: Path) -> None:
    """Copy a DuckDB file table by table into a new one of the same name.

    DuckDB keeps the blocks of deleted and updated rows until it needs them: their bytes would stay readable.

    Raises:
        RewriteError: The new file does not hold everything that the old one does.
    """
    target.parent.mkdir(parents=True, mode=0o700)
    with duckdb.connect() as connection:
        # Views name the file that they stand in, so the copy's name is set aside.
        connection.execute(f"attach '{_quoted(path)}' as \"{path.stem}\" (read_only)")
        connection.execute(f"attach '{_quoted(target)}' as copied_database")
        connection.execute(f'copy from database "{path.stem}" to copied_database')
        held, holds = (_catalogue(connection, name) for name in (path.stem, "copied_database"))
    if held != holds:
        raise RewriteError(
            "DuckDB wrote the file anew without "
            + (", ".join(sorted(map(str, held ^ holds))[:5]))
            + ": it stays as it is"
        )


def _catalogue(connection: duckdb.DuckDBPyConnection, database: str) -> set[tuple[object, ...]]:
    """Return what a file holds: tables with their rows, views, indexes, columns, comments."""
    found: set[tuple[object, ...]] = set()
    for sql in (
        "select 'table', schema_name, table_name, has_primary_key, comment from duckdb_tables()",
        "select 'view', schema_name, view_name, column_count, comment from duckdb_views()",
        "select 'index', schema_name, index_name, table_name, sql from duckdb_indexes()",
        "select 'column', schema_name, table_name, column_name, data_type, comment from duckdb_columns()",
    ):
        internal = "" if "indexes" in sql else " and not internal"
        rows = connection.execute(f"{sql} where database_name = ?{internal}", [database]).fetchall()
        found |= {tuple(map(_hashable, row)) for row in rows}
    for _, schema, table, *_ in [one for one in found if one[0] == "table"]:
        ((n_rows,),) = connection.execute(
            f'select count(*) from "{database}"."{schema}"."{table}"'
        ).fetchall()
        found.add(("rows", schema, table, n_rows))
    return found


def _hashable(value: object) -> object:
    return str(value) if isinstance(value, dict | list) else value


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
