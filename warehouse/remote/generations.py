"""Generations: whole sets of files, each described by one numbered record that is written last.

    generations/00000042.json               which files there are, in which pieces, and what may be removed
    objects/00000042-<writer>/<sha256>      the pieces that were new in generation 42

A generation is there when its record is; a writer that is killed before leaves pieces that nobody names, which the next one
removes. Pieces that are as they were are not put there again: the record names those of the generation before. A piece lies in the
folder of the writer that brought it, so that nobody ever relies on a piece that somebody else may take for a leftover.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.remote import numbered
from warehouse.remote.errors import OvertakenError, RemoteError
from warehouse.remote.place import OBJECTS, Place

FOLDER = "generations"
FORMAT = 1
PIECE_BYTES = 8 * 2**20
"""A file is put there in pieces of this size: of a database in which little has changed, most are there already."""
AT_ONCE = 4
KEPT = 5


@dataclass(frozen=True)
class Entry:
    """A file of a generation."""

    n_bytes: int
    mode: int
    pieces: tuple[str, ...]
    """Each `<generation>-<writer>/<sha256>`."""


@dataclass(frozen=True)
class Generation:
    """What a record says; number 0 is the one before the first and holds nothing."""

    number: int = 0
    files: Mapping[str, Entry] = field(default_factory=dict)
    oldest: int = 0
    """No generation before this one may be kept: somebody was erased from it."""
    writer: str = ""
    """Who wrote it; by this a writer whose answer did not come knows its own."""


def newest(place: Place) -> Generation:
    """Return the newest generation.

    Raises:
        RemoteError: It is damaged, or of a later version of this program.
    """
    record = numbered.newest(place, FOLDER)
    return Generation() if record.content is None else _parsed(record.number, record.content)


def newest_number(place: Place) -> int:
    """Return the number of the newest generation; one small request."""
    return (numbered.numbers(place, FOLDER) or [0])[-1]


def _parsed(number: int, content: Mapping[str, Any]) -> Generation:
    if content.get("format") != FORMAT:
        raise RemoteError(
            f"Generation {number} has format {content.get('format')}, and this program knows {FORMAT}: use the version that wrote it."
        )
    files = {
        name: Entry(entry["n_bytes"], entry["mode"], tuple(entry["pieces"]))
        for name, entry in content["files"].items()
    }
    return Generation(number, files, content["oldest"], content.get("writer", ""))


def fetch(place: Place, entry: Entry, target: Path) -> None:
    """Write a file of a generation beside its place and put it there when it is whole.

    Raises:
        FileNotFoundError: A piece is gone, as it may be of a generation that is not the newest any more.
        RemoteError: A piece is not what was put there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.fetched")
    with new.open("wb") as file, ThreadPoolExecutor(AT_ONCE) as pool:
        # Some at a time, so that memory holds a few pieces of a large file and not all of it.
        for first in range(0, len(entry.pieces), AT_ONCE):
            some = entry.pieces[first : first + AT_ONCE]
            for content in pool.map(lambda name: _piece(place, name), some):
                file.write(content)
    if new.stat().st_size != entry.n_bytes:
        new.unlink()
        raise RemoteError(f"{target.name} has not the size that its generation says.")
    new.chmod(entry.mode)
    new.replace(target)


def content(place: Place, entry: Entry) -> bytes:
    """Return what a small file of a generation says; as `fetch`."""
    return b"".join(_piece(place, name) for name in entry.pieces)


def _piece(place: Place, name: str) -> bytes:
    content = place.read(f"{OBJECTS}/{name}")
    if hashlib.sha256(content).hexdigest() != name.rpartition("/")[2]:
        raise RemoteError(
            f"{OBJECTS}/{name} is damaged: it is not what was put there. Nothing was taken from it. Restore that file from the"
            f" bucket's versions or a backup; else remove the newest file of {FOLDER}/, and the generation before it counts."
        )
    return content


class Writer:
    """One next generation, from its first piece to its record."""

    def __init__(self, place: Place, before: Generation, piece_bytes: int = PIECE_BYTES) -> None:
        """Write nothing yet."""
        self._place, self._before, self._piece_bytes = place, before, piece_bytes
        self.name = f"{before.number + 1:08d}-{secrets.token_hex(8)}"
        self._known: dict[str, str] = {}
        for entry in before.files.values():
            self._known |= {name.rpartition("/")[2]: name for name in entry.pieces}
        self.n_bytes_put = 0

    def put(self, path: Path) -> Entry:
        """Put the pieces of a file there that are not there yet; return its entry."""
        pieces: list[str] = []
        n_bytes = 0
        with path.open("rb") as file, ThreadPoolExecutor(AT_ONCE) as pool:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            while some := [part for _ in range(AT_ONCE) if (part := file.read(self._piece_bytes))]:
                n_bytes += sum(map(len, some))
                pieces += pool.map(self._put_piece, some)
        return Entry(n_bytes, mode, tuple(pieces))

    def _put_piece(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._known:
            name = f"{self.name}/{digest}"
            if not self._place.create(f"{OBJECTS}/{name}", content):
                raise RemoteError(f"{OBJECTS}/{name} says something else than was put there.")
            self._known[digest] = name
            self.n_bytes_put += len(content)
        return self._known[digest]

    def finish(self, files: Mapping[str, Entry], *, forget_before: bool = False) -> Generation:
        """Write the record, by which the generation is there; the last step, and the only one that anybody sees.

        Raises:
            OvertakenError: The one it follows is not the newest any more.
        """
        number = self._before.number + 1
        oldest = number if forget_before else self._before.oldest
        record = {
            "format": FORMAT,
            "oldest": oldest,
            "writer": self.name,
            "files": {
                name: {"n_bytes": entry.n_bytes, "mode": entry.mode, "pieces": list(entry.pieces)}
                for name, entry in sorted(files.items())
            },
        }
        if newest_number(self._place) != self._before.number or not numbered.follow(
            self._place, FOLDER, self._before.number, record
        ):
            raise OvertakenError(
                f"Somebody else has written generation {number} since this run began, and this run's was not put there."
                " Run it again: it begins with what is there now."
            )
        return Generation(number, dict(files), oldest, self.name)


def forget_old(place: Place, head: Generation, kept: int = KEPT) -> None:
    """Remove generations that are not kept, and pieces that no generation names and none to come can."""
    for _ in range(10):
        with contextlib.suppress(FileNotFoundError):  # somebody else removes them at the same time
            _forget_old(place, head, kept)
            return


def _forget_old(place: Place, head: Generation, kept: int) -> None:
    first = max(head.oldest, head.number - kept + 1)
    named: set[str] = set()
    for number in numbered.numbers(place, FOLDER):
        if number < first:
            numbered.remove(place, FOLDER, number)
        elif number == head.number:
            named |= _names(head.files.values())
        else:
            record = numbered.read(place, FOLDER, number)
            named |= _names(_parsed(number, record.content or {}).files.values())
    for name in place.names(OBJECTS):
        # One above the newest is of a writer that is at work; what has no number is none of ours.
        number_of = name.partition("-")[0]
        if name not in named and number_of.isdecimal() and int(number_of) <= head.number:
            place.remove(f"{OBJECTS}/{name}")


def _names(entries: Iterable[Entry]) -> set[str]:
    return {name for entry in entries for name in entry.pieces}
