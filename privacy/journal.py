"""What remains of an erasure once its copy stands in the original's place: written down before it does.

While there is no journal, nothing has changed and a run begins anew. With one, the mark tells whether the copy stands in
the original's place; then the next run finishes what the journal says, as often as it is killed, and otherwise begins anew.
It names nobody: the list holds keyed hashes, the certificates figures.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from persons.private_files import write_private
from privacy.jobs import FOLDER
from warehouse.snapshot import sync

FILE = "swap.journal"


class JournalError(Exception):
    """The journal cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Journal:
    """A swap, and what follows."""

    place: str
    """Which warehouse."""
    mark: str
    """What tells the copy from the original."""
    suppression: str
    """The list of erased people as it will be."""
    snapshot_id: str
    """The snapshot of the copy."""
    had_focus: bool
    certificates: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By job."""
    expired: list[str] = field(default_factory=list)
    """Tables of which rows were deleted that were older than they are kept."""


def write_journal(state_dir: Path, journal: Journal) -> None:
    """Write the journal; it is on the disk when this returns."""
    write_private(_path(state_dir), json.dumps(asdict(journal), indent=1) + "\n")
    sync(_path(state_dir).parent)


def read_journal(state_dir: Path) -> Journal | None:
    """Return the journal of a run that did not end, if there is one.

    Raises:
        JournalError: It cannot be read.
    """
    try:
        return Journal(**json.loads(_path(state_dir).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise JournalError(
            f"{_path(state_dir)} cannot be read ({type(error).__name__}), so nobody knows what an erasure still has to"
            " do: restore it from a backup of STATE_DIR, or remove it; the erasures that wait then begin anew"
        ) from None


def remove_journal(state_dir: Path) -> None:
    """Forget the journal: everything in it is done, or nothing of it has begun."""
    _path(state_dir).unlink(missing_ok=True)
    sync(_path(state_dir).parent)


def _path(state_dir: Path) -> Path:
    return state_dir / FOLDER / FILE
