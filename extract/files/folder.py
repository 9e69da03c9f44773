"""Which files there are: in a local folder or a bucket's, one folder per table, in order of delivery."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from dlt.sources.filesystem import FileItemDict, filesystem
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from extract.files.formats import open_file
from extract.landing.contracts import Table
from extract.landing.deliveries import Delivery
from extract.landing.errors import Redact, SourceError
from extract.landing.redaction import LONGEST
from extract.landing.sink import Sink, Unit

FORMATS = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
}


@dataclass(frozen=True)
class Folder:
    """Where a source's files lie.

    Args:
        source: Whose they are, for messages.
        setting: The variable that says where.
        address: Its value: a folder, or a bucket's.
        tables: KEY tables; each has a folder of its name inside.
        endings: Of FORMATS, those that are read.
    """

    source: str
    setting: str
    address: str
    tables: tuple[Table, ...]
    endings: tuple[str, ...]


def deliver_files(folder: Folder, redact: Redact) -> Callable[[Unit, Sink], None]:
    """Return the resource's reader: whatever was loaded before, it says which files there are."""

    def read(_: Unit, sink: Sink) -> None:
        files, warnings = _look(folder, redact)
        for text in warnings:
            sink.warn(text)
        for file in files:
            sink.deliver(file)

    return read


def _look(folder: Folder, redact: Redact) -> tuple[list[Delivery], list[str]]:
    """List the files of all tables, the one delivered first first; and say what cannot be taken for one.

    Raises:
        SourceError: The folder cannot be read.
    """
    source, setting, address = folder.source, folder.setting, folder.address
    files: list[tuple[Any, Delivery]] = []
    warnings = []
    try:
        fs, root = url_to_fs(address)
        is_local = "file" in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol)
        if not fs.exists(root):
            raise FileNotFoundError("there is no such folder")
        for table in folder.tables:
            inside = f"{address.rstrip('/')}/{table.name}"
            if not fs.exists(f"{root.rstrip('/')}/{table.name}"):
                continue
            for item in _items(inside, fs):
                name = f"{table.name}/{item['relative_path']}"
                if PurePosixPath(name).name.startswith((".", "_")):
                    continue
                ending = PurePosixPath(name).suffix.lower()
                if ending not in folder.endings:
                    warnings.append(
                        f"{source}: {name}: not read, because it is none of {', '.join(folder.endings)}"
                    )
                    continue
                kind = FORMATS[ending]
                place = item.local_file_path if is_local else item["file_url"]
                opened = partial(open_file, fs=fs, place=place, kind=kind)
                size = int(item["size_in_bytes"])
                file = Delivery(table, name, _hash(name), _fingerprint(item), kind, opened, size)
                files.append(((item["modification_date"], name), file))
    except Exception as error:  # a bucket's client raises whatever it likes
        words = redact(f"{type(error).__name__}: {error}")[:LONGEST]
        raise SourceError(
            f"{source}: {setting} cannot be read: {words}. A bucket needs its client (gcsfs for "
            "gs://, s3fs for s3://, adlfs for az://) and credentials that may list and read it."
        ) from None
    if not files:
        folders = ", ".join(table.name for table in folder.tables)
        warnings.append(f"{source}: {setting} holds no file in {folders}")
    return [file for _, file in sorted(files, key=lambda pair: pair[0])], warnings


def _items(folder: str, fs: AbstractFileSystem) -> Iterator[FileItemDict]:
    yield from filesystem(folder, credentials=fs, file_glob="**/*")


def _fingerprint(item: FileItemDict) -> str:
    return f"{item['size_in_bytes']}@{item['modification_date'].isoformat()}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
