"""The emulator's own virtual environment, made when it is missing or its lock has changed."""

import sys

from tests.bigquery.workspace import ROOT, WORK, environment, run

FOLDER = ROOT / ".venv-emulator"
LOCK = ROOT / "requirements-emulator.lock"


def python() -> str:
    """Return the interpreter of the emulator's environment; the first call makes it."""
    install = [sys.executable, str(ROOT / "bin" / "install.py"), str(LOCK), str(FOLDER)]
    run(install, WORK / "emulator" / "install.log", environment())
    return str(FOLDER / "bin" / "python")
