"""Start the emulator as a process of its own, wait for it, end it, read what it says of itself."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bigquery.emulator.environment import python
from tests.bigquery.workspace import ROOT, WORK, environment

START_SECONDS = 90.0


class EmulatorFailedError(Exception):
    """The emulator did not come up."""


@dataclass
class Emulator:
    """A running emulator; the fixes are known once it has ended."""

    address: str
    folder: Path
    fixes: dict[str, int] = field(default_factory=dict)

    def statements(self) -> list[dict[str, Any]]:
        """Return everything that was sent to it, in order."""
        lines = (self.folder / "statements.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def running(folder: Path = WORK / "emulator") -> Iterator[Emulator]:
    """Run the emulator with an empty warehouse in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("address.json", "fixes.json"):
        (folder / name).unlink(missing_ok=True)
    command = [python(), "-m", "tests.bigquery.emulator.server", str(folder)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            emulator = Emulator(_wait(process, folder), folder)
            yield emulator
        finally:
            process.terminate()
            process.wait(timeout=30)
    emulator.fixes = json.loads((folder / "fixes.json").read_text())


def _wait(process: subprocess.Popen[bytes], folder: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "address.json").exists():
            text = (folder / "address.json").read_text()
            if text.endswith("}"):
                return str(json.loads(text)["address"])
        time.sleep(0.2)
    tail = (folder / "server.log").read_text()[-2000:]
    raise EmulatorFailedError(f"the emulator did not start:\n{tail}")
