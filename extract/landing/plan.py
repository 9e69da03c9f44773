"""Which days to read: those not yet loaded, and always the open window, in packages of 30 days."""

import datetime as dt
from collections.abc import Mapping, Sequence

from extract.config import OPEN_WINDOW_DAYS, Settings
from extract.landing.ledger import Ledger
from extract.landing.resource import Resource
from extract.landing.sink import Unit

DAYS_PER_PACKAGE = 30
ONE_DAY = dt.timedelta(days=1)


def days_to_read(resource: Resource, ledger: Ledger, settings: Settings) -> list[dt.date]:
    """Return the days of the settings' [since, until) to read.

    Vendors revise the last 30 days before `until`, so those are always read. An older day is read
    unless every table of the resource has it, without a quarantined row, or if all are to be read again. Days that the
    vendor no longer has are not asked for.
    """
    until = settings.until
    since = max(settings.since, resource.earliest or settings.since)
    if resource.always or settings.reads_again:
        return _days(since, until)
    open_from = until - dt.timedelta(days=OPEN_WINDOW_DAYS)
    return [
        day
        for day in _days(since, until)
        if day >= open_from or not _is_loaded(resource, ledger, day)
    ]


def days_out_of_reach(
    resource: Resource, ledger: Ledger, *, since: dt.date, until: dt.date
) -> list[dt.date]:
    """Return the days of [since, until) that are not loaded and that the vendor does not have."""
    if resource.earliest is None or resource.has_fallback:
        return []
    days = _days(since, min(until, resource.earliest))
    return [day for day in days if not _is_loaded(resource, ledger, day)]


def _days(since: dt.date, until: dt.date) -> list[dt.date]:
    return [since + ONE_DAY * n for n in range((until - since).days)]


def _is_loaded(resource: Resource, ledger: Ledger, day: dt.date) -> bool:
    entries = [ledger.get((table.name, day.isoformat())) for table in resource.tables]
    return all(entry is not None and entry.n_quarantined == 0 for entry in entries)


def packages(days: Sequence[dt.date]) -> list[Unit]:
    """Group days into windows of at most 30 calendar days, one load package each."""
    result: list[Unit] = []
    for day in sorted(set(days)):
        if result and day < result[-1].since + ONE_DAY * DAYS_PER_PACKAGE:
            result[-1] = Unit(result[-1].since, day + ONE_DAY)
        else:
            result.append(Unit(day, day + ONE_DAY))
    return result


def units(days: Sequence[dt.date], package: Unit, days_per_call: int) -> list[Unit]:
    """Cut the days that fall into a package into contiguous calls."""
    result: list[Unit] = []
    for day in sorted(set(days)):
        if not package.since <= day < package.until:
            continue
        last = result[-1] if result else None
        if last and last.until == day and len(last.days) < days_per_call:
            result[-1] = Unit(last.since, day + ONE_DAY)
        else:
            result.append(Unit(day, day + ONE_DAY))
    return result


def calls(resource: Resource, days: Mapping[str, Sequence[dt.date]], package: Unit) -> list[Unit]:
    """Return the calls that a resource needs in a package; a present state is one."""
    if not resource.by_day:
        return [package]
    return units(days[resource.name], package, resource.days_per_call)
