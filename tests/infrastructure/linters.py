"""Linters that come as a binary in a wheel: an environment of their own, from requirements-linters.lock."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.repository.project import ROOT

LOCK = ROOT / "requirements-linters.lock"
FOLDER = ROOT / ".venv-linters"


@cache
def linter(name: str) -> str:
    """Return a linter; without a registry the test is skipped, and fails with CI=true."""
    install = [sys.executable, str(ROOT / "bin" / "install.py"), str(LOCK), str(FOLDER)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    found: Path = FOLDER / "bin" / name
    if done.returncode or not found.exists():
        reason = f"{name} could not be installed: {done.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return str(found)
