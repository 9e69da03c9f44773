"""Files that runs leave behind and that may name a person: found by reading them, and removed.

Everything here is made again by the next run: the loader's working folder, snapshots but the current one, exported
files, dbt's target and logs.
"""

import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import duckdb

from persons.identifiers import Replacement
from privacy.config import Settings
from warehouse.snapshot import sync

_CHUNK = 1 << 20


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


def forget_traces(settings: Settings, replacement: Replacement) -> int:
    """Remove logs and build files that name the person; return how many."""
    places = _files((settings.target_dir, settings.log_dir))
    found = [path for path in places if _names(path, replacement, ())]
    for path in found:
        path.unlink()
    return len(found)


def files_naming(
    settings: Settings, replacement: Replacement, others: Collection[str] = ()
) -> list[Path]:
    """Return every file of the places where runs leave files that still names the person.

    Args:
        settings: Where the files are.
        replacement: Knows the person's identifiers.
        others: Texts, in lower case, that hold an identifier as a part of somebody else's.
    """
    return [path for path in places_of(settings) if _names(path, replacement, others)]


def places_of(settings: Settings) -> list[Path]:
    """Return every file that runs leave, and the warehouse where it is one."""
    places = [*settings.file_places]
    if settings.warehouse == "duckdb":
        places.append(settings.duckdb_path)
    return list(_files(places))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            found = sorted(place.rglob("*"))
            yield from (path for path in found if path.is_file() and not path.is_symlink())
        elif place.is_file():  # the warehouse, also where it is a link
            yield place


def _names(path: Path, replacement: Replacement, others: Collection[str]) -> bool:
    if replacement.finds(path.name):
        return True
    if path.suffix == ".parquet":
        return _parquet_names(path, replacement)
    return _bytes_name(path, replacement, others)


def _bytes_name(path: Path, replacement: Replacement, others: Collection[str]) -> bool:
    """Look for each identifier in the bytes, in any case, where it is no part of somebody else's."""
    if not replacement.plain:
        return False
    wanted = [text.encode() for text in replacement.plain]
    known = sorted({text.encode() for text in others} - set(wanted), key=len, reverse=True)
    # Somebody else's text begins before the identifier in it, so it is met first and passed over.
    pattern = re.compile(
        b"|".join([*map(re.escape, known), b"(" + b"|".join(map(re.escape, wanted)) + b")"])
    )
    overlap, rest = 2 * max(map(len, [*wanted, *known])), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            piece = rest + chunk.lower()
            found = pattern.finditer(piece)
            # What ends in the rest was looked at with the piece before, together with what stands before it.
            if any(match[1] and match.end() > len(rest) for match in found):
                return True
            rest = piece[-overlap:]
    return False


def _parquet_names(path: Path, replacement: Replacement) -> bool:
    """Look into every text column: a Parquet file's bytes are compressed."""
    with duckdb.connect() as connection:
        described = connection.execute("describe from read_parquet(?)", [str(path)]).fetchall()
        for name, kind, *_ in described:
            if not str(kind).startswith(("VARCHAR", "JSON")):
                continue
            rows = connection.execute(
                f'select distinct "{name}" from read_parquet(?)'
                f' where regexp_matches(lower("{name}"), ?)',
                [str(path), "|".join(replacement.probes)],
            ).fetchall()
            if any(replacement.finds(str(text)) for (text,) in rows):
                return True
    return False


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
