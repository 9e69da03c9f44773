"""Cells of files that people open in a spreadsheet: text that would be run as a formula is marked as text.

Whoever names a key, a workspace or a provider writes what a spreadsheet of ours would calculate. Numbers are never touched: a
negative amount begins with a minus and stays a number.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets calculate, or whose beginning they throw away before they look."""
MARK = "'"
"""What makes text of it; spreadsheets that know it do not show it in a cell that somebody typed."""

Cell = str | int | Decimal | dt.date | None


def text_cell(text: str) -> str:
    """Return text that a spreadsheet takes for text."""
    return MARK + text if text.startswith(FORMULA) else text


def text_cell_sql(column: str) -> str:
    """Return DuckDB's SQL for the same of a quoted column."""
    starts = ", ".join(f"chr({ord(sign)})" for sign in FORMULA)
    return (
        f"case when left({column}, 1) in ({starts}) then '{MARK * 2}' || {column} else {column} end"
    )


def csv_for_people(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return CSV (RFC 4180, UTF-8): text as text, numbers as plain decimals, nothing for what is not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([text_cell(column) for column in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Cell) -> object:
    if isinstance(value, str):
        return text_cell(value)
    return f"{value:f}" if isinstance(value, Decimal) else value
