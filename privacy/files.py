"""Files that runs leave behind and that may name a person: found by reading them, and removed.

Everything here is made again by the next run: the loader's working folder, snapshots but the current one, exported
files, dbt's target and logs.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from privacy.config import Settings
from privacy.identifiers import Replacement

_CHUNK = 1 << 20


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
    found = list(_naming((settings.target_dir, settings.log_dir), replacement))
    for path in found:
        path.unlink()
    return len(found)


def files_naming(settings: Settings, replacement: Replacement) -> list[Path]:
    """Return every file of the places where runs leave files that still names the person."""
    places = [*settings.file_places]
    if settings.warehouse == "duckdb":
        places.append(settings.duckdb_path)
    return list(_naming(places, replacement))


def _naming(places: Iterable[Path], replacement: Replacement) -> Iterator[Path]:
    for place in places:
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in paths:
            if path.is_file() and not path.is_symlink() and _names(path, replacement):
                yield path


def _names(path: Path, replacement: Replacement) -> bool:
    if replacement.finds(path.name):
        return True
    if path.suffix == ".parquet":
        return _parquet_names(path, replacement)
    return _bytes_name(path, replacement)


def _bytes_name(path: Path, replacement: Replacement) -> bool:
    """Look for each identifier in the bytes, in any case; a piece overlaps the one before."""
    wanted = [text.encode() for text in replacement.plain]
    overlap = max(map(len, wanted), default=0)
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            piece = rest + chunk.lower()
            if any(text in piece for text in wanted):
                return True
            rest = piece[-overlap:] if overlap else b""
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
    """Copy a DuckDB file table by table into a new one and put it in its place.

    DuckDB keeps the blocks of deleted and updated rows until it needs them: their bytes would stay readable.
    """
    folder = path.parent / f".{path.stem}-rewritten"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        with duckdb.connect() as connection:
            # Views name the file that they stand in, so the copy's name is set aside.
            connection.execute(f"attach '{_quoted(path)}' as \"{path.stem}\" (read_only)")
            connection.execute(f"attach '{_quoted(folder / path.name)}' as copied_database")
            connection.execute(f'copy from database "{path.stem}" to copied_database')
        (folder / path.name).replace(path)
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
