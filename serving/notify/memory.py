"""What was said already and what still has to be sent: `STATE_DIR/notify.json`, replaced whole.

A message stands there before it is sent, and is taken out when it was: whoever is killed between says it again under the
same id, and loses nothing.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE, LOCK = "notify.json", ".notify.lock"


class MemoryProblemError(Exception):
    """What was said cannot be known or written; the message says what to do."""


@dataclass
class Said:
    """An alert that is known."""

    alert: str
    labels: dict[str, str]
    summary: str
    severity: str
    runbook: str
    series: list[str]
    since: str
    """When it was first seen, in UTC."""
    told_at: str | None = None
    """When a message about it was made last, or was due where it was made a little early."""


@dataclass
class Message:
    """What has to be sent to one channel."""

    message_id: str
    channel: str
    made_at: str
    subject: str
    lines: list[str]
    alerts: list[dict[str, object]] = field(default_factory=list)
    attachment: str | None = None
    """Name of a file beside this one, in the folder `notify`."""
    recipients: list[str] | None = None
    """Who has not taken it yet, where others have."""
    n_tries: int = 0


@dataclass
class Memory:
    """All of it."""

    alerts: dict[str, Said] = field(default_factory=dict)
    waiting: list[Message] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    """What is made once in a period (a digest, a report), with the period."""


@contextlib.contextmanager
def only_notifier(state_dir: Path) -> Iterator[None]:
    """Hold the lock, so that two do not say the same.

    Raises:
        MemoryProblemError: Another program holds it.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MemoryProblemError(
                "another notify is at work; this one has nothing to do."
            ) from None
        yield


def read_memory(state_dir: Path) -> Memory:
    """Return what is known.

    Raises:
        MemoryProblemError: The file is damaged: nobody can tell what was said already.
    """
    path = state_dir / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Memory(
            {key: Said(**one) for key, one in found["alerts"].items()},
            [Message(**one) for one in found["waiting"]],
            {str(name): str(period) for name, period in found["done"].items()},
        )
    except FileNotFoundError:
        return Memory()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise MemoryProblemError(
            f"{path} is damaged, so nobody can tell what was said already. Move it away: what alarms now is said once more."
        ) from None


def write_memory(state_dir: Path, memory: Memory) -> None:
    """Replace the file; what was written is on the disk when this returns."""
    new = state_dir / f"{FILE}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(memory), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(state_dir / FILE)
