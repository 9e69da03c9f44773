"""The command line of whoever answers for personal data: ask, look, do, take back; each in the audit log."""

import json
from pathlib import Path

import pytest

from persons.suppression import LIST_FILE
from privacy import __main__ as command_line
from privacy import jobs
from privacy.audit import LOG_FILE
from privacy.journal import Journal, write_journal
from tests.integration.privacy.conftest import Company, run_programs

EVE = "eve@corp.example"


@pytest.fixture
def officer(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Whose environment leads to a published company."""
    company.publish()
    settings = company.settings
    for name, path in {
        "DUCKDB_PATH": settings.duckdb_path,
        "PIPELINES_DIR": settings.pipelines_dir,
        "PUBLISH_DIR": settings.publish_dir,
        "FOCUS_DIR": settings.focus_dir,
        "DBT_TARGET_PATH": settings.target_dir,
        "DBT_LOG_PATH": settings.log_dir,
        "STATE_DIR": settings.state_dir,
    }.items():
        monkeypatch.setenv(name, str(path))
    monkeypatch.setenv("AS_OF", "2026-06-04")
    monkeypatch.setattr(command_line, "run_programs", run_programs)
    return company


def _entries(state_dir: Path) -> int:
    return len(json.loads((state_dir / LIST_FILE).read_text())["entries"])


def _actions(state_dir: Path) -> list[str]:
    lines = (state_dir / LOG_FILE).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["action"] for line in lines]


def test_a_plan_says_what_would_be_touched_and_writes_nothing(
    officer: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    before = officer.content()
    assert command_line.main(["plan", "--subject", EVE.upper()]) == 0
    said = capsys.readouterr().out
    assert "raw_sheets.people" in said
    assert "raw_cursor.team_members" not in said  # she has no account there
    assert "eve" not in said.lower()
    assert officer.content() == before
    assert not (officer.settings.state_dir / LIST_FILE).exists()
    assert _actions(officer.settings.state_dir) == ["plan_erasure"]


def test_words_are_refused_by_plan_and_by_erase(
    officer: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    before = officer.content()
    words = ("org-01", "2024-01-01", "12345678", "claude-sonnet-4-5", "search")
    for word in words:
        assert command_line.main(["plan", "--subject", word]) == 1
        assert command_line.main(["request", "--subject", word]) == 0
    assert command_line.main(["erase"]) == 1
    assert capsys.readouterr().err.count("Ask again with an e-mail") == 2 * len(words)
    found = list(jobs.all_jobs(officer.settings.state_dir))
    assert [job.status for job in found] == [jobs.FAILED] * len(words)
    assert officer.content() == before


def test_a_request_hides_everything_that_names_the_person(officer: Company) -> None:
    assert command_line.main(["request", "--subject", "eve.old@corp.example"]) == 0
    assert command_line.main(["request", "--subject", "org-01"]) == 0
    waiting = jobs.Register(officer.settings.state_dir).look()
    first, second = sorted(waiting, key=lambda job: job.given)
    assert first.given == ("eve.old@corp.example",)
    assert set(first.identifiers) == {"eve.old@corp.example", EVE, "eve lund"}
    assert second.identifiers == ("org-01",)


def test_an_erasure_tells_its_plan_and_its_status_and_is_withdrawn_whole_but_not_in_the_middle(
    officer: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    state = officer.settings.state_dir
    assert command_line.main(["request", "--subject", EVE]) == 0
    assert command_line.main(["erase"]) == 0
    said = capsys.readouterr().out
    assert said.index("plan: raw_sheets.people") < said.index("replaced in")
    assert command_line.main(["status"]) == 0
    assert "done: erased" in capsys.readouterr().out
    n_entries = _entries(state)
    assert n_entries >= 2  # both addresses
    write_journal(state, Journal("/elsewhere", "1:2", "{}", "x", had_focus=False))
    assert command_line.main(["withdraw", "--subject", EVE]) == 1
    assert _entries(state) == n_entries
    (state / jobs.FOLDER / "swap.journal").unlink()
    assert command_line.main(["withdraw", "--subject", "eve.old@corp.example"]) == 0
    assert f"{n_entries} entries are off the list" in capsys.readouterr().out
    assert _entries(state) == 0
    assert command_line.main(["withdraw", "--subject", EVE]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert _actions(state).count("withdraw_suppression") == 3
