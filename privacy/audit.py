"""The audit log: who did what to whose data, when, and whether they could. Lines are added, never changed.

Each line carries the hash of the line before it, so that a line that was changed, taken out or put in is found by
`verify`. The file beside it knows the newest line, so that lines cut off at the end are found too. A person is written
as a keyed hash: the log keeps its proof when the person is erased. There is no field for a payload or an address, and a
value that could hold one is refused.

Whoever is killed while writing leaves a piece of a line, which was never acknowledged and is cut off, or a line that the
file beside the log does not know yet, which is taken up because it continues the chain.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from persons.keys import Key, normalised

LOG_FILE = "audit.jsonl"
NEWEST_FILE = "audit.newest"
NOTHING_BEFORE = "0" * 64
END_BYTES = 65_536
"""How much of the log's end is read to find lines that the file beside it does not know."""
LINES_AT_ONCE = 40
"""So many lines, of at most 1,200 bytes each, and the one before them are found there when their writer was killed."""
ACTIONS = frozenset(
    {
        "use_token",
        "create_token",
        "revoke_token",
        "view_personal_data",
        "export_data",
        "delete_data",
        "erase_data",
        "plan_erasure",
        "withdraw_suppression",
        "delete_expired",
    }
)
GRANTED, DENIED, FAILED, DONE = "granted", "denied", "failed", "done"
RESULTS = frozenset({GRANTED, DENIED, FAILED, DONE})
"""It was permitted; it was refused to whoever asked; it was permitted and did not work; it is completed."""
_NAME = re.compile(r"[A-Za-z0-9_.:/{}*-]{1,200}\Z")
"""What an actor, an organisation or a resource may look like: a name of ours, no sentence, no address."""


class AuditError(Exception):
    """The log was changed, or what should be written does not belong into it."""


def is_name(text: str) -> bool:
    """Say whether a text may stand in the log."""
    return _NAME.match(text) is not None


@dataclass(frozen=True)
class Entry:
    """What a line says. A value that is not of its kind is refused and not repeated.

    Raises:
        AuditError: One is not.
    """

    actor: str
    """The id of a token or a program, never an e-mail."""
    action: str
    resource: str
    """A route or a table, without the values that were asked for."""
    organization: str | None = None
    subject: str | None = field(default=None, repr=False)
    """Any identifier of the person; only its keyed hash is written."""
    result: str = GRANTED
    count: int = 1
    """How many times it happened; more than once where one line stands for several."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.action not in ACTIONS:
            raise AuditError("action: not one that the log knows")
        if self.result not in RESULTS:
            raise AuditError("result: not one that the log knows")
        for name in ("actor", "organization", "resource"):
            value = getattr(self, name)
            if value is not None and not is_name(value):
                raise AuditError(f"{name}: not a name")


class AuditLog:
    """The log of one installation; several processes may write to it."""

    def __init__(self, state_dir: Path, key: Key) -> None:
        """Open nothing yet."""
        self._path, self._newest = state_dir / LOG_FILE, state_dir / NEWEST_FILE
        self._key = key

    def record(
        self,
        actor: str,
        action: str,
        *,
        subject: str | None,
        organization: str | None,
        resource: str,
        result: str = GRANTED,
    ) -> None:
        """Add a line; what the values mean says `Entry`.

        Raises:
            AuditError: A value is not of its kind; nothing is written.
        """
        self.record_all([Entry(actor, action, resource, organization, subject, result)])

    def record_all(self, entries: Sequence[Entry]) -> None:
        """Add lines, which are on the disk when this returns; many at once cost little more than one."""
        for first in range(0, len(entries), LINES_AT_ONCE):
            self._add(entries[first : first + LINES_AT_ONCE])

    def _add(self, entries: Sequence[Entry]) -> None:
        with self._locked() as file:
            number, digest = self._newest_of(file)
            for entry in entries:
                number += 1
                line = _chained({"number": number, **self._written(entry)}, digest)
                digest = str(line["hash"])
                file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
            _replace(self._newest, f"{number} {digest}\n")

    def _written(self, entry: Entry) -> dict[str, Any]:
        return {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "actor": entry.actor,
            "action": entry.action,
            "subject": None if entry.subject is None else self.pseudonym(entry.subject),
            "organization": entry.organization,
            "resource": entry.resource,
            "result": entry.result,
            "count": entry.count,
        }

    def pseudonym(self, subject: str) -> str:
        """Return how the log names a person: the same for every spelling of an identifier."""
        return self._key.digest("audit", normalised(subject))[:32]

    def verify(self) -> int:
        """Read the whole log and return its number of lines.

        Raises:
            AuditError: A line is not what was written, or lines are missing; the message says where.
        """
        with self._locked() as file:
            expected, newest = self._newest_of(file)
            number, before = 0, NOTHING_BEFORE
            for text in self._path.read_text(encoding="utf-8").splitlines():
                number += 1
                before = _continued(text, number, before)
            if (number, before) != (expected, newest):
                raise AuditError(f"the log ends with line {number}, but {expected} were written")
            return number

    def _newest_of(self, file: IO[str]) -> tuple[int, str]:
        """Return number and hash of the newest line, after whatever a killed writer left is put right."""
        size = os.fstat(file.fileno()).st_size
        with self._path.open("rb") as log:
            log.seek(max(0, size - END_BYTES))
            end = log.read()
        number, digest = _parse_newest(self._newest)
        lines = end.decode("utf-8", "replace").splitlines()
        known = [at for at, line in enumerate(lines, 1) if line.endswith(f'{digest}"}}')]
        if end and not end.endswith(b"\n"):
            if known and known[-1] == len(lines):
                file.write("\n")
                file.flush()
            else:
                os.ftruncate(file.fileno(), size - len(end) + end.rfind(b"\n") + 1)
                lines.pop()
        for line in lines[known[-1] if known else 0 :]:
            try:
                number, digest = number + 1, _continued(line, number + 1, digest)
            except AuditError:
                # Not what a killed writer leaves: `verify` says what it is.
                return _parse_newest(self._newest)
        return number, digest

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _continued(text: str, number: int, before: str) -> str:
    """Return the hash of a line that has this number and comes after the line of that hash."""
    try:
        line = json.loads(text)
        found = str(line.pop("hash"))
        is_ours = line["number"] == number and line["before"] == before
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AuditError(f"line {number} is not a line of the log") from None
    if not is_ours or _hash(line) != found:
        raise AuditError(f"line {number} is not what was written there")
    return found


def _chained(entry: dict[str, Any], before: str) -> dict[str, Any]:
    line = {**entry, "before": before}
    return {**line, "hash": _hash(line)}


def _hash(line: dict[str, Any]) -> str:
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _parse_newest(path: Path) -> tuple[int, str]:
    if not path.exists():
        return 0, NOTHING_BEFORE
    number, digest = path.read_text(encoding="ascii").split()
    return int(number), digest


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text, encoding="ascii")
    temporary.chmod(0o600)
    temporary.replace(path)
