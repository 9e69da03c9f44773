"""From which day on the history of a table is whole, by scope: what lies before it is not known, which is not 0."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from extract.landing.contracts import Column, Kind, Mode, Table

COVERAGE = Table(
    "coverage",
    Mode.KEY,
    (
        Column("resource_name", Kind.CODE, "resource_name", required=True),
        Column("scope_id", Kind.ID, "scope_id", required=True),
        Column("coverage_start", Kind.DATE, "coverage_start", required=True),
        Column("coverage_end", Kind.TIMESTAMP, "coverage_end", required=True),
    ),
    key=("resource_name", "scope_id"),
)
"""A table of each source that reads history by key; the scope is what is read whole by itself, as a repository."""


@dataclass(frozen=True)
class Covered:
    """Between which day and which instant a table of a scope is whole."""

    since: dt.date
    until: dt.datetime


def rows_of(covered: Mapping[tuple[str, str], Covered]) -> pa.Table:
    """Return the rows of COVERAGE, as they are spooled."""
    rows = [
        {
            "resource_name": table,
            "scope_id": scope,
            "coverage_start": one.since,
            "coverage_end": one.until,
        }
        for (table, scope), one in sorted(covered.items())
    ]
    return pa.Table.from_pylist(rows, COVERAGE.spool_schema)
