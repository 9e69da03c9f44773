"""What the programs write is for its owner only, unless its folder is open to others; a rewrite keeps who may read."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.private import open_as_its_folder, replace_keeping_its_mode
from warehouse.snapshot import POINTER, write_pointer

ROOT = Path(__file__).resolve().parents[3]
WRITERS = ("extract", "migration", "privacy", "sandbox", "serving")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def careless_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_every_program_that_writes_data_writes_for_its_owner(tmp_path: Path) -> None:
    for path in (*(ROOT / name / "__main__.py" for name in WRITERS), ROOT / "bin" / "build.py"):
        end = path.read_text("utf-8").split('if __name__ == "__main__":\n', 1)[1]
        assert "begin(" in end, path
    program = f"""
import subprocess
from warehouse.command import begin

def main():
    open("{tmp_path}/own", "w")
    return subprocess.run(["touch", "{tmp_path}/started"]).returncode

begin("test", main)
"""
    subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "ENV_FILE": ""}, check=True
    )
    assert [_mode(tmp_path / name) for name in ("own", "started")] == [0o600, 0o600]


def test_snapshot_is_open_to_those_whom_its_folder_is_open_to(tmp_path: Path) -> None:
    published = tmp_path / "published"
    for mode, of_files in ((0o700, 0o600), (0o750, 0o640), (0o755, 0o644)):
        published.mkdir(exist_ok=True)
        published.chmod(mode)
        made = published / f"made-{mode}"
        (made / "marts").mkdir(parents=True)
        (made / "marts" / "a.parquet").touch()
        open_as_its_folder(made, published)
        assert [_mode(one) for one in (made, made / "marts")] == [mode, mode]
        assert _mode(made / "marts" / "a.parquet") == of_files


def test_rewritten_pointer_keeps_who_may_read_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    write_pointer(tmp_path, {"snapshot_id": "1"})
    assert _mode(tmp_path / POINTER) == 0o600
    (tmp_path / POINTER).chmod(0o640)
    write_pointer(tmp_path, {"snapshot_id": "2"})
    assert _mode(tmp_path / POINTER) == 0o640
    (tmp_path / "new").touch()
    replace_keeping_its_mode(tmp_path / POINTER, tmp_path / "new")
    assert _mode(tmp_path / POINTER) == 0o640


@pytest.mark.parametrize(("mode", "is_said"), [(0o600, False), (0o640, True), (0o604, True)])
def test_settings_that_others_can_read_are_a_warning(
    tmp_path: Path,
    mode: int,
    is_said: bool,
) -> None:
    settings = tmp_path / ".env"
    settings.write_text("API_PORT=8123\n")
    settings.chmod(mode)
    done = subprocess.run(
        ["/bin/sh", "-c", ". bin/environment; echo $API_PORT"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VIRTUAL_ENV": str(ROOT / ".venv"),
            "ENV_FILE": str(settings),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "8123\n"
    said = f"others can read the keys in .env: chmod 600 {settings}"
    assert (said in done.stderr) is is_said
    assert is_said or done.stderr == ""
