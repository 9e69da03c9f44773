"""What a part of `make test` took is that of everything it started, and its exit code is its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUSY = "import os\nwhile sum(os.times()[:2]) < 0.6: pass"
ORPHAN = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BUSY!r}])"
"""A program that ends at once and leaves one behind that is busy for a moment."""


def measured(file: Path, program: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "measured.py"), str(file), "part", *command],
        check=False,
    )
    return done.returncode, file.read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an orphan belongs to nobody")
def test_what_outlived_its_parent_is_counted(tmp_path: Path) -> None:
    code, (line,) = measured(tmp_path / "took", ORPHAN)
    name, _, cpu, noted = line.split()
    assert (name, noted, code) == ("part", "0", 0)
    assert int(cpu) >= 1


def test_a_failure_is_noted_and_passed_on(tmp_path: Path) -> None:
    measured(tmp_path / "took", "pass")
    code, lines = measured(tmp_path / "took", "raise SystemExit(3)")
    assert code == 3
    assert [line.split()[3] for line in lines] == ["0", "3"]
