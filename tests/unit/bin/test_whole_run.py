"""A run does what it can, and its exit code says the weightiest of what happened."""

from pathlib import Path

import pytest

from tests.bin_programs import program


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run with steps that end as they are told; return the code and the steps that were called."""
    monkeypatch.chdir(tmp_path)
    module = program("whole_run")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setenv("DUCKDB_PATH", str(tmp_path / "w.duckdb"))
    monkeypatch.setenv("DATA_ORIGIN", "sandbox")
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))

    def run(**codes: int) -> tuple[int, list[str]]:
        called: list[str] = []

        def step(name: str, *_command: str) -> int:
            called.append(name)
            return codes.get(name, 0)

        monkeypatch.setattr(module, "step", step)
        return module.main([]), called

    return run


ALL = ["extract", "build", "publish", "summary"]


@pytest.mark.parametrize(
    ("codes", "code", "called"),
    [
        ({}, 0, ALL),
        ({"summary": 3}, 3, ALL),
        ({"extract": 4, "summary": 3}, 4, ALL),
        ({"extract": 5}, 5, ALL),
        ({"extract": 5, "build": 6}, 6, ["extract", "build", "summary"]),
        ({"publish": 6, "summary": 3}, 6, ALL),
        ({"extract": 7}, 7, ["extract"]),
        ({"extract": 1}, 1, ["extract"]),
        ({"extract": 130}, 130, ["extract"]),
        ({"build": 130}, 130, ["extract", "build"]),
        ({"publish": -9}, 1, ALL),
    ],
)
def test_the_code_of_a_run(
    outcome: object, codes: dict[str, int], code: int, called: list[str]
) -> None:
    assert outcome(**codes) == (code, called)  # type: ignore[operator]


def test_who_waits_is_erased_first(outcome: object, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "suppression.json").touch()
    assert outcome(erase=1, summary=3) == (1, ["erase", *ALL])  # type: ignore[operator]


def test_real_data_are_not_taken_for_invented_ones(
    outcome: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "w.duckdb.origin").write_text("vendors\n")
    assert outcome() == (7, [])  # type: ignore[operator]
    monkeypatch.delenv("DATA_ORIGIN")
    assert outcome() == (7, [])  # type: ignore[operator]
    assert "Was .env lost or moved? Put it back." in capsys.readouterr().err
