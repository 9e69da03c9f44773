"""A tab's cells to rows: headers trimmed and checked, blank rows skipped, row numbers kept."""

from collections import Counter
from difflib import get_close_matches

from extract.landing.errors import SourceError
from extract.sources.sheets.tables import ALTERNATIVES, HEADERS, OPTIONAL

Cells = list[list[str]]


class HeaderError(SourceError):
    """A tab's first row is not what the contract promises."""


def tab_rows(tab: str, cells: Cells) -> list[dict[str, object]]:
    """Return the tab's rows as objects with `sheet_row`, the 1-based row in the sheet.

    Raises:
        HeaderError: A header is missing, there twice, or blank above cells with content.
    """
    header = [cell.strip() for cell in cells[0]] if cells else []
    _check(tab, header, cells)
    rows: list[dict[str, object]] = []
    for number, line in enumerate(cells[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        padded = [*line, *[""] * (len(header) - len(line))]
        row: dict[str, object] = {
            name: cell for name, cell in zip(header, padded, strict=False) if name
        }
        row["sheet_row"] = number
        rows.append(row)
    return rows


def _check(tab: str, header: list[str], cells: Cells) -> None:
    where = f"sheets: tab '{tab}'"
    for name, n in Counter(name for name in header if name).items():
        if n > 1:
            places = [_letter(place) for place, other in enumerate(header) if other == name]
            raise HeaderError(
                f"{where}: columns {', '.join(places)} have the same header, {_said(tab, name)}. Rename or remove all "
                "but one."
            )
    alternatives = ALTERNATIVES.get(tab, ())
    optional = (*alternatives, *OPTIONAL.get(tab, ()))
    missing = [name for name in HEADERS[tab] if name not in header and name not in optional]
    if alternatives and not set(alternatives) & set(header):
        missing.append(" or ".join(alternatives))
    if missing:
        raise HeaderError(
            f"{where}: the header row lacks {', '.join(repr(name) for name in missing)}; it has "
            f"{', '.join(_said(tab, name) for name in header if name) or 'nothing'}. Add the column, or "
            "correct the spelling in row 1."
        )
    for line in cells[1:]:
        for position, cell in enumerate(line):
            if cell.strip() and (position >= len(header) or not header[position]):
                raise HeaderError(
                    f"{where}: column {_letter(position)} has content but a blank header. Name the "
                    "column in row 1, or clear it."
                )


def _said(tab: str, name: str) -> str:
    """Return a header as it may be shown: without a header row these are the cells of a person."""
    known = [*HEADERS[tab], *ALTERNATIVES.get(tab, ())]
    return repr(name) if get_close_matches(name.lower(), known, cutoff=0.7) else "[text]"


def _letter(position: int) -> str:
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
