"""Raw rows written as tables: the columns once, a line for each row."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
FOUNDED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def table(columns: str, *lines: tuple[Any, ...], **same: object) -> list[Row]:
    """Return a row for each line, with what all rows share."""
    return [dict(zip(columns.split(), line, strict=True)) | same for line in lines]


def versions(rows: Iterable[Row]) -> list[Row]:
    """Return rows of a directory as versions: from the founding on and for ever, unless they say otherwise."""
    always = {"_dlt_valid_from": FOUNDED, "_dlt_valid_to": None}
    return [always | row | {"row_hash": f"version {number}"} for number, row in enumerate(rows)]


def at(day: dt.date, seconds: float = 0) -> dt.datetime:
    """Return an instant so many seconds after a day began."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=seconds)


def timed(rows: Iterable[Row], column: str) -> list[Row]:
    """Return rows in which a column's seconds of their day are an instant."""
    return [row | {column: at(row["usage_date"], row[column])} for row in rows]
