"""The audit log: who did what to whose data, when, and whether they could. Lines are added, never changed.

Each line carries the sealed hash of the line before it (`audit_chain.py`), so that a line that was changed, taken out or put
in is found by `checked`. The file beside it knows the newest line, so that lines cut off at the end are found too. A person is written
as a keyed hash: the log keeps its proof when the person is erased. There is no field for a payload or an address, and a
value that could hold one is refused.

Whoever is killed while writing leaves a piece of a line, which was never acknowledged and is cut off, or a line that the
file beside the log does not know yet, which is taken up because it continues the chain. Where the file beside it was lost or is
empty, as a full disk leaves it, the log goes on after its last line, and the next line says that it did (`recover_log`).
"""

import datetime as dt
import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from persons.keys import Key, normalised
from persons.private_files import write_private
from privacy.audit_chain import NOTHING_BEFORE, PLAIN, AuditError, Chain, End

__all__ = [
    "ACTIONS",
    "DENIED",
    "DONE",
    "FAILED",
    "GRANTED",
    "NOTHING_BEFORE",
    "AuditError",
    "AuditLog",
    "Checked",
    "Entry",
    "is_name",
]

LOG_FILE = "audit.jsonl"
NEWEST_FILE = "audit.newest"
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
        "recover_log",
    }
)
GRANTED, DENIED, FAILED, DONE = "granted", "denied", "failed", "done"
RESULTS = frozenset({GRANTED, DENIED, FAILED, DONE})
"""It was permitted; it was refused to whoever asked; it was permitted and did not work; it is completed."""
_NAME = re.compile(r"[A-Za-z0-9_.:/{}*-]{1,200}\Z")
"""What an actor, an organisation or a resource may look like: a name of ours, no sentence, no address."""


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


@dataclass(frozen=True)
class Checked:
    """What reading the whole log has shown."""

    n_lines: int
    n_plain: int = 0
    """Lines from before the log had a key: in order, but anybody could have made them."""
    n_of_other_keys: int = 0
    """Lines that only another key could prove."""
    is_end_known: bool = True
    """Whether it is known that no lines are missing at the end."""


class AuditLog:
    """The log of one installation; several processes may write to it."""

    def __init__(self, state_dir: Path, key: Key) -> None:
        """Open nothing yet."""
        self._path, self._newest = state_dir / LOG_FILE, state_dir / NEWEST_FILE
        self._key, self._chain = key, Chain(key)

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
            end, is_known = self._end_of(file)
            for entry in entries if is_known else (_RECOVERED, *entries):
                line, end = self._chain.line(self._written(entry), end)
                file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
            _replace(self._newest, f"{end.number} {end.digest}\n")

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
        """Read the whole log and return its number of lines; as `checked`."""
        return self.checked().n_lines

    def checked(self) -> Checked:
        """Read the whole log.

        Raises:
            AuditError: A line is not what was written, or lines are missing; the message says where.
        """
        with self._locked() as file:
            expected, is_known = self._end_of(file)
            end, last, n_plain, n_others = End(), PLAIN, 0, 0
            for text in self._path.read_text(encoding="utf-8").splitlines():
                link = self._chain.continued(text, end)
                if link.key != last and (last == self._chain.key_id or link.key == PLAIN):
                    raise AuditError(
                        f"line {link.end.number} is not sealed as the one before it is"
                    )
                end, last = link.end, link.key
                n_plain += link.key == PLAIN
                n_others += link.key not in (PLAIN, self._chain.key_id)
            if end != expected:
                raise AuditError(
                    f"the log ends with line {end.number}, but {expected.number} were written"
                )
            return Checked(end.number, n_plain, n_others, is_known)

    def _end_of(self, file: IO[str]) -> tuple[End, bool]:
        """Return where the log ends, after whatever a killed writer left is put right, and whether that is known for sure."""
        size = os.fstat(file.fileno()).st_size
        with self._path.open("rb") as log:
            log.seek(max(0, size - END_BYTES))
            end = log.read()
        noted = _parse_newest(self._newest)
        lines = end.decode("utf-8", "replace").splitlines()
        last = noted.digest if noted else ""
        known = [at for at, line in enumerate(lines, 1) if last and line.endswith(f'{last}"}}')]
        if end and not end.endswith(b"\n"):
            if (known and known[-1] == len(lines)) or (noted is None and self._is_line(lines[-1])):
                file.write("\n")
                file.flush()
            else:
                os.ftruncate(file.fileno(), size - len(end) + end.rfind(b"\n") + 1)
                lines.pop()
        if noted is None:
            return self._last_of(lines), False
        found = noted
        for line in lines[known[-1] if known else 0 :]:
            try:
                found = self._chain.continued(line, found).end
            except AuditError:
                is_lost = noted == End() and not self._newest.exists()
                # Else not what a killed writer leaves: `checked` says what it is.
                return (self._last_of(lines), False) if is_lost else (noted, True)
        return found, True

    def _last_of(self, lines: Sequence[str]) -> End:
        """Return where lines end that nobody has noted the end of."""
        return self._chain.read(lines[-1], len(lines)).end if lines else End()

    def _is_line(self, text: str) -> bool:
        try:
            self._chain.read(text, 0)
        except AuditError:
            return False
        return True

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


_RECOVERED = Entry("program:audit", "recover_log", NEWEST_FILE, result=DONE)
"""Says that nobody knows whether lines before it are missing."""


def _parse_newest(path: Path) -> End | None:
    """Return what the file beside the log says; nothing when it says nothing that can be read."""
    if not path.exists():
        return End()
    try:
        number, digest = path.read_text(encoding="ascii").split()
        if len(digest) != len(NOTHING_BEFORE):
            return None
        return End(int(number), digest)
    except ValueError:  # also what is no ASCII
        return None


def _replace(path: Path, text: str) -> None:
    write_private(path, text)
