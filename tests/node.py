"""Programs that tests take from npm: never a part of the product, and never copied (Metabase's are under the AGPL)."""

import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "npm"
MODULES = FOLDER / "node_modules"
_REASON = (
    "what tests take from npm is not installed: `make setup-npm` (needs Node of 20.6 or newer)"
)


def installed(path: str) -> Path:
    """Return a file of an npm package; without it the test is skipped, and fails with CI=true."""
    found = MODULES / path
    if not found.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(_REASON)
        pytest.skip(_REASON)
    return found


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of a package and return what it said; it may not end with a failure."""
    path = installed(f".bin/{program}")
    ended = subprocess.run(
        [str(path), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )
    assert ended.returncode == 0, f"{program} {' '.join(arguments)}: {ended.stdout}{ended.stderr}"
    return ended
