"""Where an event is put: a file of its own, so that any number of jobs may record at once and none waits for another.

In a folder the file is written aside, under a name that the loader passes over, and renamed when it is whole; in a bucket an
object is there as a whole or not at all. Nothing is ever appended to: a bucket cannot, and a job that is killed would leave half a line.
"""

import os
import re
from pathlib import Path

from warehouse.machine import refusal
from warehouse.private import replace_keeping_its_mode
from warehouse.remote.errors import RemoteError
from warehouse.remote.place import BUCKETS, open_place

_ODD = re.compile(r"[^A-Za-z0-9.-]")


class PlaceError(Exception):
    """The place took nothing; the message says why."""


def file_name(kind: str, recorded_at: str, event_id: str) -> str:
    """Return the name of an event's file: its kind, when it was recorded (to the microsecond) and which it is."""
    moment = re.sub(r"[-:.]", "", recorded_at)
    return f"{kind}-{moment}-{_ODD.sub('_', event_id)[:120]}.jsonl"


def put(address: str, table: str, name: str, content: str) -> str:
    """Write a file into a table's folder and return where it is.

    Raises:
        PlaceError: It cannot be written.
    """
    scheme, divider, rest = address.partition("://")
    if not divider or scheme == "file":
        try:
            return str(_into_folder(Path(rest if divider else address), table, name, content))
        except OSError as error:
            where = f"{error.filename or address}: {error.strerror}."
            raise PlaceError(refusal(error) or where) from None
    if scheme in BUCKETS:
        try:
            open_place("DEV_EVENTS_URL", address).create(f"{table}/{name}", content.encode())
        except RemoteError as error:
            raise PlaceError(str(error)) from None
        return f"{address}/{table}/{name}"
    try:
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(address)
        fs.pipe_file(f"{root.rstrip('/')}/{table}/{name}", content.encode())
    except Exception as error:  # a bucket's client raises whatever it likes
        raise PlaceError(
            f"{address}: {type(error).__name__}: {str(error)[:300]}. It needs its client (s3fs for s3://, adlfs for"
            " az://) and credentials that may create objects in it."
        ) from None
    return f"{address}/{table}/{name}"


def _into_folder(root: Path, table: str, name: str, content: str) -> Path:
    folder = root / table
    _make(folder)
    path, aside = folder / name, folder / f".{name}.{os.getpid()}.new"
    try:
        with aside.open("x", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace_keeping_its_mode(path, aside)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return path


def _make(folder: Path) -> None:
    """Make a folder and those above it; who may read them is who may read the one that was there."""
    if folder.is_dir():
        return
    _make(folder.parent)
    try:
        folder.mkdir()
        folder.chmod(folder.parent.stat().st_mode & 0o777)
    except FileExistsError:  # another job was quicker
        if not folder.is_dir():
            raise
