"""Numbered records: the newest one counts, and who wants to say the next thing creates the next number.

    lock/00000007.json          a record; never changed

Creating a number that exists fails, so two who have read the same newest record cannot both follow it. Old records are
removed by and by; so that nobody who slept through many of them takes a number that was removed for a free one, whoever has
created one looks whether it is the newest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.remote.errors import RemoteError
from warehouse.remote.place import Place


@dataclass(frozen=True)
class Record:
    """One record; number 0 stands for the one before the first."""

    number: int = 0
    content: Mapping[str, Any] | None = None


def numbers(place: Place, folder: str) -> list[int]:
    """Return the numbers that there are, in order."""
    found = (name.removesuffix(".json") for name in place.names(folder) if name.endswith(".json"))
    return sorted(int(name) for name in found if name.isdecimal())


def read(place: Place, folder: str, number: int) -> Record:
    """Return a record.

    Raises:
        FileNotFoundError: It is gone.
        RemoteError: It is not what was written.
    """
    raw = place.read(_name(folder, number))
    try:
        outer = json.loads(raw)
        if outer["sha256"] != _digest(outer["content"]):
            raise ValueError
        return Record(number, outer["content"])
    except (ValueError, KeyError, TypeError):
        raise RemoteError(
            f"{_name(folder, number)} is not what was written. Removed, the one before it counts again, if nobody has used this one."
        ) from None


def newest(place: Place, folder: str) -> Record:
    """Return the newest record."""
    for _ in range(10):
        found = numbers(place, folder)
        if not found:
            return Record()
        try:
            return read(place, folder, found[-1])
        except FileNotFoundError:  # newer ones came and this one went, between two requests
            continue
    raise RemoteError(f"{folder}: what is listed is not there. Run it again.")


def follow(place: Place, folder: str, number: int, content: Mapping[str, Any]) -> bool:
    """Write the record after a number; False when somebody else has."""
    raw = json.dumps({"sha256": _digest(content), "content": content}, indent=1).encode()
    if not place.create(_name(folder, number + 1), raw):
        return False
    if numbers(place, folder)[-1:] == [number + 1]:
        return True
    place.remove(_name(folder, number + 1))
    return False


def remove(place: Place, folder: str, number: int) -> None:
    """Remove a record."""
    place.remove(_name(folder, number))


def _name(folder: str, number: int) -> str:
    return f"{folder}/{number:08d}.json"


def _digest(content: Any) -> str:  # noqa: ANN401 - JSON
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
