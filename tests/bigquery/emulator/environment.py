"""The emulator's own virtual environment, made when it is missing or its lock has changed."""

import hashlib
import subprocess
import sys

from tests.bigquery.workspace import ROOT, WORK, environment, run

FOLDER = ROOT / ".venv-emulator"
LOCK = ROOT / "requirements-emulator.lock"


def python() -> str:
    """Return the interpreter of the emulator's environment; the first call takes a minute."""
    interpreter = str(FOLDER / "bin" / "python")
    stamp = FOLDER / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
    run([interpreter, *install], WORK / "emulator" / "install.log", environment())
    stamp.write_text(wanted)
    return interpreter
