"""The report of one month: its figures in the order in which they are read."""

import datetime as dt
from dataclasses import dataclass

from serving.report.figures import Figure, words
from serving.report.headline import budget_distance, headline
from serving.report.productivity import productivity
from serving.report.providers import providers
from serving.report.quality import quality
from serving.report.reading import (
    OVERVIEW,
    PROJECTIONS,
    TASKS,
    Month,
    Reader,
    Scope,
    Snapshot,
    day_in_words,
    month_of,
)
from serving.report.savings import savings
from serving.report.spend import spend

ORIGINS = {"sandbox": "SANDBOX DATA, an invented company", "vendors": "the vendors"}


class NoReportError(Exception):
    """There is no report of what was asked for; the message says which there are."""


@dataclass(frozen=True)
class Report:
    """What page, CSV and JSON are made from."""

    month: Month
    scope: Scope
    as_of: str
    snapshot_id: str
    data_origin: str
    figures: tuple[Figure, ...]

    def __getitem__(self, key: str) -> Figure:
        return next(one for one in self.figures if one.key == key)


def months(snapshot: Snapshot, scope: Scope) -> list[Month]:
    """Return the months that there is a report of, for who may see this, the oldest first."""
    return sorted(_reader(snapshot, scope).months())


def chosen(snapshot: Snapshot, scope: Scope, asked: str | None) -> Month:
    """Return the month that is asked for; without one the newest that has ended, else the newest.

    Raises:
        NoReportError: There is none.
    """
    known = months(snapshot, scope)
    if not known:
        raise NoReportError("there are no months yet: neither tasks nor spend are published")
    if asked is None:
        today = _reader(snapshot, scope).as_of_date()
        return max((one for one in known if one.last_date < today), default=known[-1])
    month = month_of(asked)
    if month not in known:
        raise NoReportError(f"there are {', '.join(map(str, known))}")
    assert month is not None  # noqa: S101 - it is among the known ones
    return month


def make(snapshot: Snapshot, scope: Scope, month: Month) -> Report:
    """Work the report out of the snapshot."""
    reader = _reader(snapshot, scope)
    is_running = month.last_date >= reader.as_of_date()
    found = reader.rows(
        "tasks", month, first_date=month.before.first_date
    ) if reader.has([TASKS]) else []  # fmt: skip
    now = [row for row in found if row["month_start_date"] == month.first_date]
    before = [row for row in found if row["month_start_date"] == month.before.first_date]
    figures = [
        *savings(now, reader, month),
        *spend(reader, month, is_running=is_running),
        *productivity(now, before, month),
        *providers(now, reader, month),
        *quality(reader, month),
    ]
    by_key = {one.key: one for one in figures}
    by_key["spend.distance"] = budget_distance(by_key)
    figures.insert(figures.index(by_key["spend.difference"]) + 1, by_key["spend.distance"])
    about = [
        words("report.month", "Month", month.name),
        words("report.organization", "Organisation", scope.organization_id or _everybody(reader, month)),
        words("report.status", "Status", _status(reader, month, is_running=is_running)),
        words("report.headline", "In a sentence", headline(by_key, month, is_running=is_running)),
        words("report.as_of", "Data as of", _instant(snapshot.as_of)),
        words("report.snapshot", "Snapshot", snapshot.snapshot_id),
        words("report.origin", "Origin of the data", ORIGINS.get(snapshot.data_origin, "not stated")),
    ]  # fmt: skip
    return Report(
        month, scope, snapshot.as_of, snapshot.snapshot_id, snapshot.data_origin, (*about, *figures)
    )


def _reader(snapshot: Snapshot, scope: Scope) -> Reader:
    return Reader(snapshot, snapshot.cursor(), scope)


def _everybody(reader: Reader, month: Month) -> str:
    rows = reader.rows("projections", month) if reader.has([PROJECTIONS]) else []
    return f"all {len(rows)} organisations" if len(rows) > 1 else "the whole company"


def _status(reader: Reader, month: Month, *, is_running: bool) -> str:
    if is_running:
        return f"month to date, {day_in_words(reader.as_of_date())}"
    open_parts = []
    if reader.has([PROJECTIONS]):
        rows = reader.rows("projections", month)
        if rows and not all(row["is_closed_month"] for row in rows):
            open_parts.append("tasks")
    if reader.scope.is_whole_company and reader.has([OVERVIEW]):
        company = [row for row in reader.rows("spend", month) if row["rollup_scope"] == "company"]
        if not (company and company[0]["is_complete_month"]):
            open_parts.append("spend")
    return f"not all there yet: {' and '.join(open_parts)}" if open_parts else "closed month"


def _instant(text: str) -> str:
    moment = dt.datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"
