"""The search of files: Parquet and DuckDB through the engine, what is in gz, bz2, xz and zip, the bytes of the rest, names."""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from privacy.columns import MAP
from privacy.findings import Finding, Findings, Looked
from privacy.pattern import AROUND, Pattern
from privacy.scan_tables import in_relation, look_at_tables
from warehouse.duckdb import DuckDB
from warehouse.files import parquet

LEFT_BY_RUNS = ("extract-", "privacy-")
"""How folders of ours in the system's temporary folder begin."""
LEFT_AFTER_SECONDS = 24 * 3600
_CHUNK = 1 << 22
_OVERLAP = 3 * AROUND
_DEEPEST = 5
_DUCKDB_MAGIC = (8, b"DUCK")
Identity = tuple[object, ...]
Known = dict[Identity, tuple[int, Looked]]
"""What was found in the content of files, and what was looked at in them."""


def identity_of(path: Path) -> Identity:
    """Return what is another one when a file's content is; nothing of a file that is not there."""
    try:
        at = path.stat()
    except FileNotFoundError:
        return ()
    return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns


def left_in_temporary_folder() -> list[Path]:
    """Return the folders that killed runs of ours left in the system's temporary folder, long enough ago."""
    folder, before = Path(tempfile.gettempdir()), time.time() - LEFT_AFTER_SECONDS
    found = []
    with contextlib.suppress(OSError):
        for one in sorted(folder.iterdir()):
            at = one.lstat()
            # A run that is under way has a folder of its own, too; and so have other people's.
            if (
                one.name.startswith(LEFT_BY_RUNS)
                and at.st_uid == os.getuid()
                and at.st_mtime < before
            ):
                found.append(one)
    return found


def look_at_files(
    places: Iterable[Path],
    pattern: Pattern,
    found: Findings,
    opened: Path | None = None,
    known: Known | None = None,
) -> None:
    """Search files and what is in them.

    Args:
        places: Files, and folders with all that is below.
        pattern: What is searched for.
        found: Takes what was found and what was looked at.
        opened: The warehouse's own file: its tables are read through the connection that holds it.
        known: Files of which the content was searched with this pattern before; those that are not are added.
    """
    for path, n_found in files_with(places, pattern, found.looked, opened, known):
        parts = ("[a name]" if pattern.count(part) else part for part in path.parts)
        found.files.append(Finding(str(Path(*parts)), n_found))


def files_with(
    places: Iterable[Path],
    pattern: Pattern,
    looked: Looked | None = None,
    opened: Path | None = None,
    known: Known | None = None,
) -> Iterator[tuple[Path, int]]:
    """Yield the files, of some places and below, that name the person in their content, their name or a folder's."""
    known = {} if known is None else known
    for place, path in _files_of(places):
        n_found = pattern.count(str(path.relative_to(place) if path != place else path.name))
        at = identity_of(path)
        if at not in known:
            seen = Looked()
            known[at] = _in_file(path, pattern, seen, is_opened=path == opened), seen
        n_content, seen = known[at]
        n_found += n_content
        if looked is not None:
            looked.add(seen)
        if n_found:
            yield path, n_found


def _files_of(places: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and not path.is_symlink():
                yield place, path


def _in_file(path: Path, pattern: Pattern, looked: Looked, *, is_opened: bool) -> int:
    looked.n_files += 1
    looked.n_bytes += path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        if head[:4] == b"PAR1":
            return _in_parquet(path, pattern, looked)
        if head[_DUCKDB_MAGIC[0] : _DUCKDB_MAGIC[0] + 4] == _DUCKDB_MAGIC[1] and not is_opened:
            return _in_database(path, pattern, looked) + _in_stream(file, head, pattern)
        file.seek(0)
        return _in_content(file, pattern, looked, depth=0)


def _in_content(file: Any, pattern: Pattern, looked: Looked, depth: int) -> int:  # noqa: ANN401 - any readable file
    """Search a file's content, or what is packed in it."""
    head = file.read(8)
    unpack = _unpacker(head) if depth < _DEEPEST else None
    if unpack is None:
        return _in_stream(file, head, pattern)
    file.seek(0)
    try:
        n_found = 0
        for name, member in unpack(file):
            looked.n_members += 1
            n_found += pattern.count(name) + _in_content(member, pattern, looked, depth + 1)
    except (OSError, EOFError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, RuntimeError):
        file.seek(0)
        return _in_stream(file, b"", pattern)
    return n_found


def _unpacker(head: bytes) -> Any:  # noqa: ANN401 - a function from a file to what is in it
    if head.startswith(b"PK\x03\x04"):
        return _members
    for magic, module in ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7zXZ", lzma)):
        if head.startswith(magic):
            return lambda file, module=module: [("", io.BytesIO(module.open(file).read()))]
    return None


def _members(file: Any) -> Iterator[tuple[str, io.BytesIO]]:  # noqa: ANN401 - any readable file
    with zipfile.ZipFile(file) as archive:
        for one in archive.infolist():
            yield one.filename, io.BytesIO(archive.read(one))


def _in_stream(file: Any, begun: bytes, pattern: Pattern) -> int:  # noqa: ANN401 - any readable file
    """Search bytes, in pieces that overlap."""
    n_found, rest = 0, begun
    while chunk := file.read(_CHUNK):
        piece = rest + chunk
        n_found += pattern.in_bytes(piece)
        rest = piece[-_OVERLAP:]
    if not n_found and rest is begun and begun:
        n_found = pattern.in_bytes(begun)
    return n_found


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """Return what reads Parquet files: opening one for each takes longer than reading most of them."""
    return duckdb.connect()


def _in_parquet(path: Path, pattern: Pattern, looked: Looked) -> int:
    connection = _reader().cursor()
    relation = parquet(path)
    described = connection.execute(f"select * from {relation} limit 0").description or []
    texts = {
        name: DuckDB.dialect.any_text.format(DuckDB.dialect.quoted(name)) for name, *_ in described
    }
    looked.n_columns += len(texts)
    n_found = sum(map(pattern.count, texts))
    hits = in_relation(DuckDB(connection).rows, relation, texts, DuckDB.dialect, pattern)
    return n_found + sum(n for _, n in hits)


def _in_database(path: Path, pattern: Pattern, looked: Looked) -> int:
    """Search the tables of a DuckDB file that lies somewhere, as a backup does: its text is compressed."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            inside = Findings(looked=looked)
            look_at_tables(DuckDB(connection), pattern, MAP, inside)
            return sum(one.n_found for one in inside.tables)
    except duckdb.Error:
        return 0
