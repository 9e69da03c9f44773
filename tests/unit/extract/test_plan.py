"""Windows: what is read again, what is skipped, how calls and packages are cut."""

import datetime as dt
from itertools import pairwise

from extract.config import Settings
from extract.landing.contracts import Mode, Table
from extract.landing.ledger import Entry, Ledger
from extract.landing.plan import days_to_read, packages, units
from extract.landing.resource import Resource
from extract.landing.sink import Unit
from extract.sources.cursor.usage import window

UNTIL = dt.date(2026, 6, 30)


def _resource(*tables: str) -> Resource:
    return Resource("r", tuple(Table(name, Mode.DAY, ()) for name in tables), lambda *_: None)


def _days(first: dt.date, n: int) -> list[dt.date]:
    return [first + dt.timedelta(days=k) for k in range(n)]


def _window(since: dt.date, *, reads_again: bool = False) -> Settings:
    as_of = dt.datetime.combine(UNTIL, dt.time(), dt.UTC)
    return Settings(as_of=as_of, since=since, until=UNTIL, reads_again=reads_again)


def _ledger(days: list[dt.date], *tables: str, n_quarantined: int = 0) -> Ledger:
    return {
        (name, day.isoformat()): Entry(1, n_quarantined, "h") for name in tables for day in days
    }


def test_first_run_reads_everything_and_the_next_only_the_open_window() -> None:
    since = UNTIL - dt.timedelta(days=90)
    every = _days(since, 90)
    assert days_to_read(_resource("a"), {}, _window(since)) == every
    again = days_to_read(_resource("a"), _ledger(every, "a"), _window(since))
    assert again == every[60:]


def test_days_that_are_loaded_are_read_again_if_somebody_asks() -> None:
    since = UNTIL - dt.timedelta(days=90)
    every = _days(since, 90)
    asked = _window(since, reads_again=True)
    assert days_to_read(_resource("a"), _ledger(every, "a"), asked) == every


def test_a_day_counts_only_when_every_table_of_the_resource_has_it() -> None:
    since = UNTIL - dt.timedelta(days=40)
    old = _days(since, 10)
    assert days_to_read(_resource("a", "b"), _ledger(old, "a"), _window(since))[:10] == old


def test_a_day_with_quarantined_rows_is_read_again() -> None:
    since = UNTIL - dt.timedelta(days=40)
    ledger = _ledger(_days(since, 40), "a") | _ledger([since], "a", n_quarantined=1)
    assert days_to_read(_resource("a"), ledger, _window(since))[0] == since


def test_a_hole_is_read_by_itself() -> None:
    since = UNTIL - dt.timedelta(days=90)
    ledger = _ledger(_days(since, 90), "a")
    del ledger["a", (since + dt.timedelta(days=5)).isoformat()]
    days = days_to_read(_resource("a"), ledger, _window(since))
    assert [(unit.since, len(unit.days)) for unit in packages(days)] == [
        (since + dt.timedelta(days=5), 1),
        (UNTIL - dt.timedelta(days=30), 30),
    ]


def test_packages_hold_at_most_thirty_days() -> None:
    spans = packages(_days(dt.date(2026, 1, 1), 75))
    assert [len(unit.days) for unit in spans] == [30, 30, 15]
    assert all(a.until == b.since for a, b in pairwise(spans))


def test_calls_cover_each_wanted_day_once() -> None:
    days = [day for day in _days(dt.date(2026, 6, 1), 20) if day.day not in (5, 6)]
    package = Unit(days[0], days[-1] + dt.timedelta(days=1))
    for per_call in (1, 7, 30):
        calls = units(days, package, per_call)
        assert [day for unit in calls for day in unit.days] == days
        assert max(len(unit.days) for unit in calls) <= per_call


def test_pitfall_46_cursor_windows_end_before_midnight_and_do_not_overlap() -> None:
    """Naive: end = next start; the bound is inclusive, so midnight's event comes twice."""
    first = window(Unit(dt.date(2026, 6, 1), dt.date(2026, 7, 1)))
    second = window(Unit(dt.date(2026, 7, 1), dt.date(2026, 7, 2)))
    assert first == {"startDate": 1780272000000, "endDate": 1782863999999}
    assert second["startDate"] == first["endDate"] + 1
    assert first["endDate"] - first["startDate"] < 30 * 86_400_000
