"""Which files there are: in a local folder or a bucket's, one folder per table, in order of delivery."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from dlt.sources.filesystem import FileItemDict, filesystem
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from extract.config import Settings
from extract.landing.deliveries import Delivery
from extract.landing.errors import Redact, SourceError
from extract.landing.redaction import LONGEST
from extract.landing.sink import Sink, Unit
from extract.sources.orchestrator.formats import open_file
from extract.sources.orchestrator.tables import TABLES

FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


def deliver_files(settings: Settings) -> Callable[[Unit, Sink], None]:
    """Return the resource's reader: whatever was loaded before, it says which files there are."""

    def read(_: Unit, sink: Sink) -> None:
        files, warnings = _look(settings.task_events_url or "", settings.redact)
        for text in warnings:
            sink.warn(text)
        for file in files:
            sink.deliver(file)

    return read


def _look(address: str, redact: Redact) -> tuple[list[Delivery], list[str]]:
    """List the files of all tables, the one delivered first first; and say what cannot be taken for a task file.

    Raises:
        SourceError: The folder cannot be read.
    """
    files: list[tuple[Any, Delivery]] = []
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
                opened = partial(open_file, fs=fs, place=place, kind=kind)
                size = int(item["size_in_bytes"])
                file = Delivery(table, name, _hash(name), _fingerprint(item), kind, opened, size)
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
    return [file for _, file in sorted(files, key=lambda pair: pair[0])], warnings


def _items(folder: str, fs: AbstractFileSystem) -> Iterator[FileItemDict]:
    yield from filesystem(folder, credentials=fs, file_glob="**/*")


def _fingerprint(item: FileItemDict) -> str:
    return f"{item['size_in_bytes']}@{item['modification_date'].isoformat()}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
