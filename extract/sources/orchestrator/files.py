"""Which files there are: in a local folder or a bucket's, one folder per table, in order of delivery."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from dlt.sources.filesystem import FileItemDict, filesystem
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from extract.landing.contracts import Table
from extract.landing.errors import Redact, SourceError
from extract.landing.redaction import LONGEST
from extract.sources.orchestrator.tables import TABLES

FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


@dataclass(frozen=True)
class TaskFile:
    """One file. `place` is what DuckDB opens; `file_id` is what is landed instead of its name.

    A name can hold a person's; its hash cannot.
    """

    table: Table
    place: str
    name: str
    file_id: str
    fingerprint: str
    format: str


@dataclass(frozen=True)
class Listing:
    """What is in the folder, the file delivered first first, and what cannot be taken for a task file."""

    fs: AbstractFileSystem
    is_local: bool
    files: tuple[TaskFile, ...]
    warnings: tuple[str, ...]


def look(address: str, redact: Redact) -> Listing:
    """List the files of all tables.

    Raises:
        SourceError: The folder cannot be read.
    """
    files: list[tuple[Any, TaskFile]] = []
    warnings = []
    try:
        fs, root = url_to_fs(address)
        is_local = "file" in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol)
        if not fs.exists(root):
            raise FileNotFoundError("there is no such folder")
        for table in TABLES:
            folder = f"{address.rstrip('/')}/{table.name}"
            if not fs.exists(f"{root.rstrip('/')}/{table.name}"):
                continue
            for item in _items(folder, fs):
                name = f"{table.name}/{item['relative_path']}"
                if PurePosixPath(name).name.startswith((".", "_")):
                    continue
                kind = FORMATS.get(PurePosixPath(name).suffix.lower())
                if kind is None:
                    warnings.append(
                        f"orchestrator: {name}: not read, because it is none of {', '.join(FORMATS)}"
                    )
                    continue
                place = item.local_file_path if is_local else item["file_url"]
                file = TaskFile(table, place, name, _hash(name), _fingerprint(item), kind)
                files.append(((item["modification_date"], name), file))
    except Exception as error:  # a bucket's client raises whatever it likes
        words = redact(f"{type(error).__name__}: {error}")[:LONGEST]
        raise SourceError(
            f"orchestrator: TASK_EVENTS_URL cannot be read: {words}. A bucket needs its client (gcsfs for "
            "gs://, s3fs for s3://, adlfs for az://) and credentials that may list and read it."
        ) from None
    if not files:
        folders = ", ".join(table.name for table in TABLES)
        warnings.append(f"orchestrator: TASK_EVENTS_URL holds no file in {folders}")
    ordered = tuple(file for _, file in sorted(files, key=lambda pair: pair[0]))
    return Listing(fs, is_local, ordered, tuple(warnings))


def _items(folder: str, fs: AbstractFileSystem) -> Iterator[FileItemDict]:
    yield from filesystem(folder, credentials=fs, file_glob="**/*")


def _fingerprint(item: FileItemDict) -> str:
    return f"{item['size_in_bytes']}@{item['modification_date'].isoformat()}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
