"""`python -m extract` as people and schedulers meet it."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from extract.cli import main
from sandbox.server.options import ANTHROPIC_ADMIN_KEY, CURSOR_KEY, CURSOR_TEAM_PLAN_KEY
from tests.integration.extract.harness import Bench
from tests.worlds.company import DAYS


@pytest.fixture
def environment(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Put the bench's settings, and nothing else of ours, into the environment."""
    for name in list(os.environ):
        if name in ("SOURCES", "SHEETS_CSV_DIR") or name.startswith(("CURSOR_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    for name, text in bench.env.items():
        monkeypatch.setenv(name, text)
    bench.server.serve(bench.world)
    return bench


@pytest.mark.usefixtures("environment")
def test_run_says_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cursor"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("cursor: 17 rows read of 6 tables, 10 partitions changed")

    assert main(["cursor", "--tables"]) == 0
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == "source table window rows read changed quarantined status"
    assert "cursor usage_events 2026-06-01 to 2026-06-04 6 0 0 ok" in lines
    assert "cursor.usage_events: 6 rows read, 0 partitions changed, ok" in said.err
    assert "\x1b" not in said.err


@pytest.mark.usefixtures("environment")
def test_no_source_is_a_mistake_with_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ("CURSOR_API_KEY", "ANTHROPIC_ADMIN_KEY", "CLAUDE_ANALYTICS_KEY")
    places = ("CLAUDE_AI_EXPORT_DIR", "GOOGLE_REPORTS_CUSTOMER", "SHEETS_SPREADSHEET_ID")
    for name in (*keys, *places):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 7
    assert "python -m sandbox exec" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_bad_setting_is_named_and_nothing_is_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SINCE", "June")
    assert main([]) == 7
    assert "SINCE" in capsys.readouterr().err


def test_dry_run_asks_nobody_and_touches_nothing(
    environment: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = environment.folder
    (folder / "warehouse.duckdb").unlink()
    environment.server.fail("endpoint=* kind=http_500_no_retry")
    assert main(["--dry-run"]) == 0
    assert "cursor.usage_events: 3 days (2026-06-01 to 2026-06-04, end exclusive)" in (
        capsys.readouterr().out
    )
    assert list(folder.iterdir()) == []
    assert not any(fault["seen"] for fault in environment.server.state.faults.report())


def test_dry_run_knows_what_is_loaded(
    environment: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["cursor"])
    path = environment.folder / "warehouse.duckdb"
    before = path.read_bytes()
    shutil.rmtree(environment.env["PIPELINES_DIR"])
    assert main(["cursor", "--dry-run"]) == 0
    assert path.read_bytes() == before
    assert not Path(environment.env["PIPELINES_DIR"]).exists()
    assert "usage_events: 3 days" in capsys.readouterr().out


def test_window_of_the_arguments_wins(environment: Bench) -> None:
    assert main(["cursor", "--since", "2026-06-02", "--until", "2026-06-03"]) == 0
    assert environment.rows("select distinct usage_date from raw_cursor.usage_events") == [
        (DAYS[1],)
    ]


def test_pitfall_61_wrong_key_is_an_error_that_hides_it(
    environment: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Naive: print the request's headers, or show "no data"."""
    monkeypatch.setenv("CURSOR_API_KEY", CURSOR_TEAM_PLAN_KEY)
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-wrong-000")
    assert main(["cursor", "anthropic"]) == 5
    said = capsys.readouterr()
    text = said.out + said.err
    assert "Cursor: POST /teams/daily-usage-data: HTTP 403" in text
    assert "Anthropic: GET /v1/organizations/cost_report: HTTP 401: authentication_error" in text
    for secret in (
        CURSOR_KEY,
        CURSOR_TEAM_PLAN_KEY,
        ANTHROPIC_ADMIN_KEY,
        "sk-ant-admin01-wrong-000",
    ):
        assert secret not in text
    assert environment.rows(
        "select distinct status from raw_cursor.extract_runs where error like '%403%'"
    ) == [("failed",)]


def test_warehouse_in_use_is_a_clear_error(
    environment: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(environment.env["DUCKDB_PATH"], read_only=True):
        assert main(["cursor"]) == 7
    assert "DUCKDB_PATH" in capsys.readouterr().err


def test_one_dead_source_leaves_the_others_loaded(
    environment: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_URL", "http://127.0.0.1:9")
    assert main(["anthropic", "sheets"]) == 5
    assert "Anthropic: GET" in capsys.readouterr().err
    assert environment.rows("select count(*) from raw_sheets.people") == [(1,)]
    assert environment.rows("select count(*) from raw_anthropic.loaded_partitions") == [(0,)]
