"""Run a program and write down what it took: `name wall CPU code`, both in seconds, as a line of a file.

    python bin/measured.py FILE NAME COMMAND…

CPU is that of the program and of everything it started, also of what outlived whoever started it: the operating
system hands such processes to this one (on Linux; elsewhere they are not counted). The exit code is the program's.
"""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

GRACE_SECONDS = 60
"""How long what is left over may take to end once the program has ended."""
_PR_SET_CHILD_SUBREAPER = 36


def main(arguments: Sequence[str]) -> int:
    """Run the command, add its line to the file and return its exit code."""
    file, name, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    wall = time.monotonic() - started
    _wait_for_the_rest()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(file).open("a", encoding="utf-8") as lines:
        lines.write(f"{name} {wall:.0f} {used.ru_utime + used.ru_stime:.0f} {code}\n")
    return code


def _wait_for_the_rest() -> None:
    end = time.monotonic() + GRACE_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
