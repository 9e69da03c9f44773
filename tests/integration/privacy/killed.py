"""An erasure that is killed with SIGKILL before it changes its next file: run in a process of its own."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.integration.privacy.conftest import Company

CHANGES = frozenset(
    {
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.mkdir",
        "os.chown",
        "shutil.copyfile",
        "shutil.rmtree",
    }
)
LOG = "changes.log"


def erase(arguments: Sequence[str]) -> int:
    """Erase who waits in a folder; be killed before the change of a number, counted from 0.

    What was about to change is written to a log beside the folder, a line each, so that moments can be chosen.
    """
    folder, last = Path(arguments[0]), int(arguments[1])
    log = os.open(folder.parent / f"{folder.name}.{LOG}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    n_changes = 0

    def hear(event: str, details: tuple[Any, ...]) -> None:
        nonlocal n_changes
        writes = event == "open" and isinstance(details[2], int) and details[2] & os.O_CREAT
        if event in CHANGES or (writes and str(folder) in str(details[0])):
            if n_changes == last:
                os.kill(os.getpid(), signal.SIGKILL)
            n_changes += 1
            os.write(log, f"{event} {details[:2]}\n".encode())

    sys.addaudithook(hear)
    Company(folder).erase()
    return 0
