"""What the report reads: one month of one published snapshot, and who may see what of it."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

Row = dict[str, Any]

TASKS = "marts.mart_savings__daily"
ROUTING = "marts.mart_savings__routing_quality"
PROJECTIONS = "marts.mart_savings__projections"
OVERVIEW = "marts.mart_executive__overview_monthly"
BUDGETS = "marts.mart_finance__budget_status"
CHECKS = "quality.dq_results"
OF_SAVINGS = (TASKS, ROUTING, PROJECTIONS)
OF_THE_COMPANY = (OVERVIEW, BUDGETS, CHECKS)
_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
_SQL = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parent / "queries").glob("*.sql")
}


class Snapshot(Protocol):
    """A published snapshot, open."""

    snapshot_id: str
    as_of: str
    data_origin: str

    def has(self, table: str) -> bool:
        """Say whether it holds the table."""
        ...

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to its tables."""
        ...


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of UTC days."""

    first_date: dt.date

    @property
    def last_date(self) -> dt.date:
        """Return its last day."""
        n_days = calendar.monthrange(self.first_date.year, self.first_date.month)[1]
        return self.first_date.replace(day=n_days)

    @property
    def before(self) -> "Month":
        """Return the month before."""
        return Month((self.first_date - dt.timedelta(days=1)).replace(day=1))

    @property
    def name(self) -> str:
        """Return it in words; not by the machine's language."""
        return f"{_NAMES[self.first_date.month - 1]} {self.first_date.year}"

    def __str__(self) -> str:
        return f"{self.first_date:%Y-%m}"


_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def month_of(text: str) -> Month | None:
    """Return the month that is written as 2026-10; None for anything else."""
    return Month(dt.date.fromisoformat(f"{text}-01")) if _MONTH.fullmatch(text) else None


def day_in_words(day: dt.date) -> str:
    """Return a day as a person writes it."""
    return f"{day.day} {_NAMES[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Scope:
    """Whose figures they are."""

    organization_id: str | None
    """None: all organisations together."""
    is_whole_company: bool
    """Whether money of the company and checks may be read, which belong to no organisation."""


@dataclass(frozen=True)
class Reader:
    """Runs the report's queries on one snapshot."""

    snapshot: Snapshot
    cursor: duckdb.DuckDBPyConnection
    scope: Scope

    def rows(self, query: str, month: Month, **more: object) -> list[Row]:
        """Run a query; everything that was sent is a bound parameter."""
        bound = {
            "organization_id": self.scope.organization_id,
            "first_date": month.first_date,
            "last_date": month.last_date,
            **more,
        }
        # DuckDB refuses parameters that a query does not name.
        return self.run(
            _SQL[query], {name: value for name, value in bound.items() if f"${name}" in _SQL[query]}
        )

    def run(self, sql: str, bound: dict[str, object]) -> list[Row]:
        """Run SQL and return its rows by the names of their columns."""
        found = self.cursor.execute(sql, bound)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def has(self, tables: Iterable[str]) -> bool:
        """Say whether the snapshot has all of the tables."""
        return all(self.snapshot.has(table) for table in tables)

    def months(self) -> dict[Month, dt.date]:
        """Return the months of which something is known to who asks, with their last day that is there."""
        relations = []
        bound: dict[str, object] = {}
        if self.snapshot.has(TASKS):
            relations.append(
                f"select usage_date from {TASKS}"
                " where $organization_id is null or organization_id = $organization_id"
            )
            bound["organization_id"] = self.scope.organization_id
        if self.scope.is_whole_company and self.snapshot.has(OVERVIEW):
            # A month of which the company has a budget alone is none of the report.
            relations.append(
                f"select month_start_date as usage_date from {OVERVIEW} where n_days_loaded > 0"
            )
        if not relations:
            return {}
        sql = _SQL["months"].format(relations=" union all ".join(relations))
        return {Month(row["month_start_date"]): row["last_date"] for row in self.run(sql, bound)}

    def as_of_date(self) -> dt.date:
        """Return the UTC day on which the snapshot was made."""
        moment = dt.datetime.fromisoformat(self.snapshot.as_of)
        return moment.astimezone(dt.UTC).date() if moment.tzinfo else moment.date()
