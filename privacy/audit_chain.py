"""The chain of the audit log: each line carries the sealed hash of itself and of the line before it.

A seal is a keyed hash (HMAC), so that whoever can write the files, and has not the key, can make no other line. `key` of a
line tells which key it was, not the key. Lines of versions before carry a plain hash and no `key`; they stay as they are,
and none may come after one that is sealed. Where the key has changed, lines of the key before can be followed and not be
proven; none of them may come after one of the key of now.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from persons.keys import Key

NOTHING_BEFORE = "0" * 64
PLAIN = "no key"


class AuditError(Exception):
    """The log was changed, or what should be written does not belong into it."""


@dataclass(frozen=True)
class End:
    """Where a log ends."""

    number: int = 0
    digest: str = NOTHING_BEFORE


@dataclass(frozen=True)
class Link:
    """A line that continues a log."""

    end: End
    key: str
    """Which key it is sealed with, or `PLAIN`."""


class Chain:
    """Makes and reads lines with one key."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.key_id = key.digest("audit key", "")[:8]

    def line(self, entry: dict[str, Any], after: End) -> tuple[dict[str, Any], End]:
        """Return the line that continues a log, and where the log ends then."""
        line = {
            "number": after.number + 1,
            **entry,
            "key": self.key_id,
            "before": after.digest,
        }
        digest = self._seal(line)
        return {**line, "hash": digest}, End(after.number + 1, digest)

    def continued(self, text: str, after: End) -> Link:
        """Return what a line that continues a log ends it with.

        Raises:
            AuditError: It does not continue it, or is not what was written.
        """
        number = after.number + 1
        link = self.read(text, number)
        if link.end.number != number or _before(text) != after.digest:
            raise AuditError(f"line {number} is not what was written there")
        return link

    def read(self, text: str, number: int) -> Link:
        """Return what a line says of itself, proven as far as this key can.

        Raises:
            AuditError: It is no line of the log, or not what was written.
        """
        try:
            line = json.loads(text)
            found, said = str(line.pop("hash")), int(line["number"])
            key = str(line.get("key", PLAIN))
            line["before"]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise AuditError(f"line {number} is not a line of the log") from None
        if key in (PLAIN, self.key_id):
            right = _hash(line) if key == PLAIN else self._seal(line)
            if found != right:
                raise AuditError(f"line {number} is not what was written there")
        return Link(End(said, found), key)

    def _seal(self, line: dict[str, Any]) -> str:
        return self._key.digest("audit chain", _text(line))


def _before(text: str) -> str:
    return str(json.loads(text)["before"])


def _hash(line: dict[str, Any]) -> str:
    return hashlib.sha256(_text(line).encode()).hexdigest()


def _text(line: dict[str, Any]) -> str:
    return json.dumps(line, sort_keys=True, separators=(",", ":"))
