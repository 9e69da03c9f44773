"""Files that runs leave behind and that may name a person: found by reading them, and removed.

Everything here is made again by the next run: the loader's working folder, snapshots but the current one, exported
files, dbt's target and logs.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import duckdb

from persons.identifiers import Replacement
from privacy.config import Settings

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


def files_naming(
    settings: Settings, replacement: Replacement, others: Collection[str] = ()
) -> list[Path]:
    """Return every file of the places where runs leave files that still names the person.

    Args:
        settings: Where the files are.
        replacement: Knows the person's identifiers.
        others: Texts, in lower case, that hold an identifier as a part of somebody else's.
    """
    places = [*settings.file_places]
    if settings.warehouse == "duckdb":
        places.append(settings.duckdb_path)
    return list(_naming(places, replacement, others))


def _naming(
    places: Iterable[Path], replacement: Replacement, others: Collection[str] = ()
) -> Iterator[Path]:
    for place in places:
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in paths:
            if path.is_file() and not path.is_symlink() and _names(path, replacement, others):
                yield path


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
