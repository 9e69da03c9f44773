"""The hand-kept tabs, from Google Sheets and from CSV files."""

import csv
from pathlib import Path

import pytest

from sandbox.server.options import UNSHARED_SPREADSHEET_ID
from tests.integration.extract.harness import Bench


def test_pitfall_64_keys_are_never_turned_into_numbers(filled: Bench) -> None:
    """Naive: get_all_records numericises: 007 → 7, 1e5 → 100000.0, nan → NaN."""
    header = filled.world.sheets["api_key_mapping"][0]
    filled.world.sheets["api_key_mapping"] = [
        [f" {name} " for name in header],
        ["007", "1e5", "ada@corp.example"],
        [],
        ["nan", "1,234", "bob@corp.example", "", "", "", "TRUE"],
    ]
    assert filled.load("sheets").code == 0
    assert filled.rows(
        "select sheet_tab, sheet_row, api_key_id, api_key_name, owner_email, platform, valid_to"
        " from raw_sheets.api_key_mapping order by sheet_row"
    ) == [
        ("api_key_mapping", 2, "007", "1e5", "ada@corp.example", "", ""),
        ("api_key_mapping", 4, "nan", "1,234", "bob@corp.example", "", "TRUE"),
    ]


def test_pitfall_65_unshared_sheet_says_whom_to_share_it_with(filled: Bench) -> None:
    """Naive: an empty table."""
    for spreadsheet, status in ((UNSHARED_SPREADSHEET_ID, 403), ("1Unknown", 404)):
        loaded = filled.load("sheets", env={"SHEETS_SPREADSHEET_ID": spreadsheet})
        assert loaded.code == 5
        assert f"HTTP {status}" in loaded.text
        assert "Share the spreadsheet with loader@sandbox.example" in loaded.text
        assert loaded.text.count("PROBLEM") == 1
        assert filled.rows("select count(*) from raw_sheets.people") == [(1,)]


def test_pitfall_63_quota_is_given_up_after_five_attempts(bench: Bench) -> None:
    """Naive: BackOffHTTPClient recurses for ever."""
    bench.server.fail("endpoint=sheets.values kind=http_429_no_retry_after")
    loaded = bench.load("sheets")
    assert loaded.code == 5
    assert "HTTP 429" in loaded.text


def test_bad_header_fails_its_tab_only(bench: Bench) -> None:
    bench.world.sheets["people"][0][0] = "mail"
    loaded = bench.load("sheets")
    assert loaded.code == 5
    assert "tab 'people': the header row lacks 'email'" in loaded.text
    assert bench.rows("select count(*) from raw_sheets.api_key_mapping") == [(1,)]


def test_edited_row_is_replaced_and_removed_row_goes(filled: Bench) -> None:
    filled.world.sheets["people"] += [["bob@corp.example"], ["eve@corp.example"]]
    filled.load("sheets")
    filled.world.sheets["people"][1][2] = "Ada L."
    del filled.world.sheets["people"][3]
    assert filled.load("sheets").code == 0
    assert filled.rows("select email, name from raw_sheets.people order by 1") == [
        ("ada@corp.example", "Ada L."),
        ("bob@corp.example", ""),
    ]


def _write(folder: Path, tab: str, lines: list[list[str]]) -> None:
    with (folder / f"{tab}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(lines)


@pytest.fixture
def csv_env(bench: Bench, tmp_path: Path) -> dict[str, str]:
    """Write the world's tabs as CSV files."""
    folder = tmp_path / "tabs"
    folder.mkdir()
    for tab, lines in bench.world.sheets.items():
        _write(folder, tab, lines)
    return {"SHEETS_CSV_DIR": str(folder)}


def test_csv_files_land_like_the_sheet(bench: Bench, csv_env: dict[str, str]) -> None:
    bench.load("sheets")
    before = bench.tables()
    bench.server.fail("endpoint=sheets.* kind=http_500")
    assert bench.load("sheets", env=csv_env).code == 0
    assert bench.tables() == before


def test_missing_optional_tab_is_a_warning_and_a_required_one_an_error(
    bench: Bench, csv_env: dict[str, str]
) -> None:
    folder = Path(csv_env["SHEETS_CSV_DIR"])
    (folder / "budgets.csv").unlink()
    loaded = bench.load("sheets", env=csv_env)
    assert loaded.code == 0
    assert "warning: sheets: no tab 'budgets'" in loaded.text
    (folder / "people.csv").unlink()
    loaded = bench.load("sheets", env=csv_env)
    assert loaded.code == 5
    assert "the tab 'people' is missing" in loaded.text
    assert bench.rows("select count(*) from raw_sheets.people") == [(1,)]


def test_csv_in_another_encoding_is_an_error(bench: Bench, csv_env: dict[str, str]) -> None:
    path = Path(csv_env["SHEETS_CSV_DIR"]) / "people.csv"
    path.write_bytes(path.read_bytes() + "Zoë".encode("latin-1"))
    loaded = bench.load("sheets", env=csv_env)
    assert loaded.code == 5
    assert "not a UTF-8 CSV file" in loaded.text
