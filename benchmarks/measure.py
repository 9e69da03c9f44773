"""Run a program and say what it took."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """What a program took; memory is the largest of it and its children."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


class ProgramFailedError(Exception):
    """A measured program ended with an error; the message holds the end of its output."""


def measure(command: Sequence[str], env: Mapping[str, str], log: Path) -> Taken:
    """Run a program to its end and return what it took; its output goes to a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            list(command), env=dict(env), stdout=output, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(encoding="utf-8")
    if process.returncode:
        tail = "\n".join(text.splitlines()[-30:])
        raise ProgramFailedError(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Taken(
        seconds=time.monotonic() - started,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss / 1024,
        output=text,
    )
