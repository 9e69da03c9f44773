"""What the page says of the sheets is what the loader and the check say; the templates fit the contracts."""

import csv
import io

import pytest

from extract.sources.sheets.examples import EXAMPLES
from extract.sources.sheets.rows import tab_rows
from extract.sources.sheets.tables import HEADERS
from tests import sheets_page


def test_page_and_templates_are_what_the_contracts_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sheets_page.py", "--check"])
    assert sheets_page.main() == 0, capsys.readouterr().err


@pytest.mark.parametrize("tab", HEADERS)
def test_a_template_is_read_and_none_of_its_cells_is_missing(tab: str) -> None:
    cells = list(csv.reader(io.StringIO(sheets_page.template(tab))))
    (row,) = tab_rows(tab, cells)
    assert isinstance(row, dict)
    needed = {
        column for column, _, _, why, *_ in sheets_page.faults()[tab] if why == sheets_page.EMPTY
    }
    empty = {column for column in needed if not EXAMPLES[tab][column]}
    assert empty == set()


def test_the_words_that_are_accepted_are_on_the_page() -> None:
    text = sheets_page.page()
    for word in (
        "cache_write_1h",
        "per_compute_unit",
        "cost_centre",
        "coding_agents",
        "claude_api",
    ):
        assert word in text
