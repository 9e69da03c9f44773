"""Hand-kept tables: a Google spreadsheet, or the same tabs as CSV files. The manual is README.md."""

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path

from extract.config import Settings
from extract.landing.errors import LimitError, SourceError
from extract.landing.resource import Resource
from extract.landing.sink import Sink, Unit
from extract.limits import MEGABYTE, Limits
from extract.sources.sheets.examples import is_example
from extract.sources.sheets.google import Book
from extract.sources.sheets.rows import Cells, tab_rows
from extract.sources.sheets.tables import REQUIRED_TABS, SILENT_TABS, TABLES, TABS

__all__ = ["TABLES", "resources"]


# A cell that is too long is set aside with its row, and not the tab with the cell.
csv.field_size_limit(1_000_000)


def resources(settings: Settings) -> list[Resource]:
    """Open the folder if one is set, else the spreadsheet: one resource per tab."""
    if settings.sheets_csv_dir is not None:
        folder = settings.sheets_csv_dir
        limits = settings.limits
        return [_resource(tab, lambda name: _csv_cells(folder, name, limits)) for tab in TABS]
    book = Book(settings)
    return [_resource(tab, book.cells) for tab in TABS]


def _resource(tab: str, cells_of: Callable[[str], Cells | None]) -> Resource:
    def read(_: Unit, sink: Sink) -> None:
        cells = cells_of(tab)
        if cells is None or (tab not in REQUIRED_TABS and not any(map(any, cells))):
            if tab in REQUIRED_TABS:
                raise SourceError(
                    f"sheets: the tab '{tab}' is missing. Add a tab with exactly this name "
                    "(or the file with SHEETS_CSV_DIR), even if it holds only the header row."
                )
            if tab not in SILENT_TABS:
                sink.warn(f"sheets: no tab '{tab}', so its table is empty")
            return
        rows = tab_rows(tab, cells)
        for row in filter(partial(is_example, tab), rows):
            sink.warn(
                f"sheets: row {row['sheet_row']} of the tab '{tab}' is the example of the template and counts like any"
                " other: take it out"
            )
        sink.add(TABS[tab], rows, {"sheet_tab": tab})

    return Resource(tab, (TABS[tab],), read)


def _csv_cells(folder: Path, tab: str, limits: Limits) -> Cells | None:
    path = folder / f"{tab}.csv"
    if not path.is_file():
        return None
    if path.stat().st_size > limits.answer_mb * MEGABYTE:
        raise LimitError(limits.refusal(f"sheets: {path}", "answer_mb", "MB"))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"sheets: {path}: not a UTF-8 CSV file ({error}). Export the tab again as CSV."
        ) from None
