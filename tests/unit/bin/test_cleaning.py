"""`make clean` removes what runs made, where the settings say, after a question; vendors' data it keeps."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.bin_programs import program


@pytest.fixture
def cleaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program in a checkout of its own, whose settings lead elsewhere."""
    module = program("cleaning")
    monkeypatch.setattr(module, "ROOT", tmp_path / "checkout")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONFIRM", raising=False)
    for name, place in (
        ("DUCKDB_PATH", "w.duckdb"),
        ("PIPELINES_DIR", "dlt"),
        ("PUBLISH_DIR", "published"),
        ("FOCUS_DIR", "focus"),
        ("STATE_DIR", "state"),
    ):
        monkeypatch.setenv(name, str(tmp_path / "else where" / place))
    (tmp_path / "checkout" / "data").mkdir(parents=True)
    for path in (
        *("w.duckdb", "w.duckdb.built", "w.duckdb.wal", "dlt/duckdb-1/x", "dlt/of somebody else"),
        *("published/current.json", "published/1/manifest.json", "published/holiday/photo.jpg"),
        *("focus/1/manifest.json", "state/privacy.key"),
    ):
        file = tmp_path / "else where" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    for path in ("data/warehouse.duckdb", "data/published/current.json", "data/lint/x", ".env"):
        file = tmp_path / "checkout" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return module


def held(tmp_path: Path) -> set[str]:
    return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}


def holds(tmp_path: Path, origin: str) -> None:
    (tmp_path / "else where" / "w.duckdb.origin").write_text(f"{origin}\n")


@pytest.mark.parametrize(
    ("origin", "confirm", "right"),
    [
        ("vendors", None, "vendors"),
        ("vendors", "sandbox", "vendors"),
        ("vendors", "yes", "vendors"),
        ("sandbox", None, "sandbox"),
        ("sandbox", "vendors", "sandbox"),
        (None, "sandbox", "vendors"),
    ],
)
def test_nothing_goes_before_somebody_says_whose_data_it_is(
    cleaning: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    origin: str | None,
    confirm: str | None,
    right: str,
) -> None:
    if origin is not None:
        holds(tmp_path, origin)
    if confirm is not None:
        monkeypatch.setenv("CONFIRM", confirm)
    before = held(tmp_path)
    assert cleaning.main() == 7
    assert held(tmp_path) == before
    said = capsys.readouterr().err
    assert f"make clean CONFIRM={right}" in said
    assert "else where/w.duckdb  the warehouse" in said
    assert ("cannot always be loaded again" in said) == (right == "vendors")


def test_vendors_data_is_moved_and_goes_on_when_it_is_moved_back(
    cleaning: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(tmp_path, "vendors")
    monkeypatch.setenv("CONFIRM", "vendors")
    assert cleaning.main() == 0
    (backup,) = (tmp_path / "else where" / "backups").iterdir()
    assert {path.name for path in backup.iterdir()} == {
        "w.duckdb",
        "w.duckdb.wal",
        "w.duckdb.origin",
    }
    assert (backup / "w.duckdb").read_text() == "w.duckdb"
    assert backup.stat().st_mode & 0o077 == 0


def test_only_what_runs_made_goes_and_only_where_the_settings_lead(
    cleaning: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(tmp_path, "sandbox")
    monkeypatch.setenv("CONFIRM", "sandbox")
    assert cleaning.main() == 0
    assert held(tmp_path) == {
        "checkout/.env",
        "checkout/data/warehouse.duckdb",
        "checkout/data/published/current.json",
        "else where/dlt/of somebody else",
        "else where/published/holiday/photo.jpg",
        "else where/state/privacy.key",
    }
    # Then there is nothing to ask for.
    monkeypatch.delenv("CONFIRM")
    assert cleaning.main() == 0


def test_a_warehouse_that_is_open_stays(
    cleaning: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(tmp_path, "sandbox")
    monkeypatch.setenv("CONFIRM", "sandbox")
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX);"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-S", "-c", holder, str(tmp_path / "else where" / "w.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        before = held(tmp_path)
        assert cleaning.main() == 1
        assert held(tmp_path) == before
        child.communicate(b"")
