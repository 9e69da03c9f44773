"""A page of a mart: the rows from one place in its file to another, those that the filters let through.

A snapshot's file never changes, so a row's number in it is a place that can be returned to.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from serving.api.mart_filters import Condition
from serving.api.mart_rows import selected
from serving.api.snapshots import Mart

BATCH_ROWS = 2_048


@dataclass(frozen=True)
class Page:
    """Rows from number `after` up to `following` (None: to the end)."""

    mart: Mart
    where: Condition
    after: int
    following: int | None

    def batches(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
        """Yield the rows as they are presented, a batch at a time."""
        bounds = f"file_row_number >= {self.after}"
        if self.following is not None:
            bounds += f" and file_row_number < {self.following}"
        reader = cursor.execute(
            f"select {selected(self.mart.columns)} from {self.mart.relation}"
            f" where {bounds} and {self.where.sql}",
            list(self.where.values),
        ).to_arrow_reader(BATCH_ROWS)
        for batch in reader:
            yield pa.Table.from_batches([batch])


def first_of_next_page(
    cursor: duckdb.DuckDBPyConnection, mart: Mart, where: Condition, after: int, limit: int
) -> int | None:
    """Return the number of the first row that no longer fits on the page."""
    found = cursor.execute(
        f"select file_row_number from {mart.relation}"
        f" where file_row_number >= {after} and {where.sql}"
        f" order by file_row_number limit 1 offset {limit}",
        list(where.values),
    ).fetchone()
    return None if found is None else int(found[0])
