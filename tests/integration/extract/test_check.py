"""`extract check` says what works before anything is loaded, and leaves nothing behind."""

from pathlib import Path

import pytest

from extract.cli import main
from extract.sources.sheets.tables import TABS
from tests.integration.extract.harness import Bench
from tests.integration.extract.test_command_line import environment
from tests.repository.project import ROOT

__all__ = ["environment"]


def test_everything_that_is_read_is_asked_once_and_nothing_is_written(
    environment: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = Path(environment.env["DUCKDB_PATH"])
    before = warehouse.read_bytes()
    code = main(["check"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert warehouse.read_bytes() == before
    assert "  ok           usage_events: rows of 2026-06-01 to 2026-06-0" in said
    assert "a run would ask from 2026-06-01" in said
    assert "  ok           people: there are rows" in said
    assert "@" not in said
    assert "FAILED" not in said


def test_what_a_key_may_not_do_is_said_and_hides_it(
    environment: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.server.fail("endpoint=cursor.daily_usage kind=http_403")
    assert main(["check", "cursor"]) == 5
    said = capsys.readouterr().out
    assert "  FAILED       daily_usage: Cursor: POST /teams/daily-usage-data: HTTP 403" in said
    assert "  ok           usage_events" in said
    assert "anthropic:" not in said
    assert environment.env["CURSOR_API_KEY"] not in said


@pytest.mark.usefixtures("environment")
def test_a_slip_in_the_settings_file_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / ".env"
    file.write_text("CURSOR_APIKEY=secret\nHTTPS_PROXY=http://proxy\nSINCE=2026-06-01\n")
    monkeypatch.setenv("ENV_FILE", str(file))
    main(["check", "sheets"])
    said = capsys.readouterr().out
    assert said.startswith("! .env: CURSOR_APIKEY is no setting; is CURSOR_API_KEY meant?\n")
    assert "HTTPS_PROXY" not in said
    assert "secret" not in said


@pytest.mark.usefixtures("environment")
def test_the_examples_of_the_templates_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SHEETS_SPREADSHEET_ID")
    monkeypatch.setenv("SHEETS_CSV_DIR", str(ROOT / "docs" / "sheet-templates"))
    assert main(["check", "sheets"]) == 0
    said = capsys.readouterr().out
    for tab in TABS:
        assert f"{tab}: there are rows; sheets: row 2 of the tab '{tab}' is the example" in said
    assert "serving summary --findings" in said
