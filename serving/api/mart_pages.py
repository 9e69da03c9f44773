"""A page of a mart: the rows from one place in its file to another, those that the filters let through.

A snapshot's file never changes, so a row's number in it is a place that can be returned to. Callers are told its number
among the rows that they may see: the number in the file would tell how many rows others have.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from serving.api.mart_filters import Condition
from serving.api.mart_rows import selected
from serving.api.view import Mart

CELLS_OF_A_BATCH, ROWS_OF_A_BATCH = 8_192, 1_024
"""Of a stream there is one batch at a time in memory: as text about 200 KiB, however many columns a mart has."""


@dataclass(frozen=True)
class Page:
    """Rows from number `first` of the file up to `following` (None: to the end)."""

    mart: Mart
    where: Condition
    first: int
    following: int | None
    next_after: int | None
    """How many of the rows that the caller may see come before the next page."""
    n_rows: int

    def batches(
        self, cursor: duckdb.DuckDBPyConnection, *, is_text: bool = False
    ) -> Iterator[pa.Table]:
        """Yield the rows as they are presented, a batch at a time."""
        bounds = f"file_row_number >= {self.first}"
        if self.following is not None:
            bounds += f" and file_row_number < {self.following}"
        n_rows = min(ROWS_OF_A_BATCH, max(1, CELLS_OF_A_BATCH // len(self.mart.columns)))
        reader = cursor.execute(
            f"select {selected(self.mart.columns, is_text=is_text)} from {self.mart.relation}"
            f" where {bounds} and {self.where.sql}",
            list(self.where.values),
        ).to_arrow_reader(n_rows)
        for batch in reader:
            yield pa.Table.from_batches([batch])


def page_of(
    cursor: duckdb.DuckDBPyConnection,
    mart: Mart,
    visible: Condition | None,
    where: Condition,
    after: int,
    limit: int,
) -> Page:
    """Find a page's bounds.

    Args:
        cursor: Where to look.
        mart: The mart.
        visible: Lets through what the caller may see; None: the whole file.
        where: Lets through what is asked for, never more than `visible` does.
        after: How many of the visible rows come before the page.
        limit: Most rows of the page.
    """
    first = after if visible is None else _row_number(cursor, mart, visible, 0, after)
    if first is None:
        return Page(mart, where, after, after, None, 0)
    following = _row_number(cursor, mart, where, first, limit)
    if following is None:
        return Page(mart, where, first, None, None, n_rows(cursor, mart, where, first))
    next_after = following if visible is None else n_rows(cursor, mart, visible, 0, following)
    return Page(mart, where, first, following, next_after, limit)


def n_rows(
    cursor: duckdb.DuckDBPyConnection,
    mart: Mart,
    where: Condition,
    first: int = 0,
    before: int | None = None,
) -> int:
    """Count the rows that are let through, from one place in the file up to another, or to its end."""
    bounds = f"file_row_number >= {first}"
    if before is not None:
        bounds += f" and file_row_number < {before}"
    found = cursor.execute(
        f"select count(*) from {mart.relation} where {bounds} and {where.sql}", list(where.values)
    ).fetchone()
    return int(found[0]) if found else 0


def _row_number(
    cursor: duckdb.DuckDBPyConnection, mart: Mart, where: Condition, first: int, offset: int
) -> int | None:
    """Return the number in the file of the row that comes so many rows after `first`."""
    found = cursor.execute(
        f"select file_row_number from {mart.relation}"
        f" where file_row_number >= {first} and {where.sql}"
        f" order by file_row_number limit 1 offset {offset}",
        list(where.values),
    ).fetchone()
    return None if found is None else int(found[0])
