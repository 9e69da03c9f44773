"""The demonstration of five minutes runs as it is written, on a company that is published."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.chain import Chain
from tests.warm import ROOT

PREPARED = ("make run", ". .venv/bin/activate")
"""What the fixtures have done."""


def lines_of(page: Path) -> list[str]:
    """Return the shell lines of a page."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def said_by(line: str, env: Mapping[str, str]) -> str:
    """Run a line of the page and return what it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        ["sh", "-c", line],  # noqa: S607
        cwd=ROOT,
        env={**env, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_demonstration_runs_as_it_is_written(small: Chain, tmp_path: Path) -> None:
    here = small.copy(tmp_path / "demo")
    assert here.run("serving", "publish").code == 0
    lines = lines_of(ROOT / "docs" / "demo.md")
    assert lines[: len(PREPARED)] == list(PREPARED)
    said = {line: said_by(line, here.env()) for line in lines[len(PREPARED) :]}
    assert all(text.strip() for text in said.values())
    assert "0 faults" in said["python -m dashboards lint"]
    assert "all come out" in next(text for line, text in said.items() if "spot-check" in line)
