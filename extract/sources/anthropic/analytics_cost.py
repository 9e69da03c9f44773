"""Anthropic's Usage and Cost Analytics API: what was charged, by the vendor's own word on who and what for.

Four readings of the same money, because one takes five dimensions at most and counts no requests beside a
split by component: by owner and component, by owner with requests, by terms of the price, and whole days.
They are kept only if they add up to the whole days; a list that moved while it was read does not.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from extract.client.http import Api, ApiError, Body, EnvelopeError
from extract.client.watching import Watch
from extract.landing.contracts import Table
from extract.landing.errors import NotOfferedError, OutOfWindowError, TornError
from extract.landing.sink import Sink, Unit
from extract.sources.anthropic.reports import bounds, next_pages, one_way
from extract.sources.anthropic.tables import (
    ANALYTICS_COST,
    ANALYTICS_COST_REQUESTS,
    ANALYTICS_COST_TERMS,
)

PATH = "/v1/organizations/analytics/cost"
BETA = "analytics-usage-cost-2026-08-24"
FIRST_DAY = dt.date(2026, 1, 1)
DAYS_KEPT = 365
ROWS_PER_PAGE = 1000
OWNERS = ("actor", "api_key_id", "model", "product", "workspace_id")
COMPONENTS = ("cost_type", "token_type")
TERMS = ("context_window", "inference_geo", "model", "service_tier", "speed")
READINGS: tuple[tuple[Table | None, tuple[str, ...]], ...] = (
    # Whole days: what the others have to add up to. They are asked for first, and are not landed.
    (None, ()),
    (ANALYTICS_COST, (*OWNERS, *COMPONENTS)),
    (ANALYTICS_COST_REQUESTS, OWNERS),
    (ANALYTICS_COST_TERMS, TERMS),
)
MONEY = ("amount", "list_amount")
ONE_DAY = dt.timedelta(days=1)
# Refused for good: by the organisation's HIPAA readiness (400), the key's scope (403), or because the beta has not
# come to it (404). A 400 that names one of our own parameters is our mistake and stays an error.
_REFUSALS = frozenset({400, 403, 404})
_OURS = re.compile(r"\b(starting_at|ending_at|time_bucket_width|group_by|order_by)\b")
_IDENTITIES = ("user_id", "service_account_id", "api_key_id")


@dataclass
class _Sums:
    """What one reading says of a day: sums of money, and what their rounding can hide."""

    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(MONEY, Decimal(0)))
    n_rows: int = 0
    n_decimals: int = 0
    keys: set[tuple[str, ...]] = field(default_factory=set)


def earliest_day(today: dt.date) -> dt.date:
    """Return the first day that the vendor has."""
    return max(FIRST_DAY, today - dt.timedelta(days=DAYS_KEPT - 1))


def read_costs(api: Api, unit: Unit, sink: Sink) -> None:
    """Read the days of a unit in all readings; a day that the vendor has not completed stays as it is.

    Raises:
        NotOfferedError: The vendor does not offer this API to the key or the organisation.
        TornError: The readings do not add up to the same, or a row came twice.
    """
    watermark: dt.datetime | None = None
    sums: list[dict[dt.date, _Sums]] = []
    for table, dimensions in READINGS:
        found: dict[dt.date, _Sums] = {}
        for body in _pages(api, unit, dimensions):
            watermark = _earlier(watermark, _refreshed(body))
            for day, rows in _by_day(unit, body).items():
                for row in rows:
                    _count(dimensions, found.setdefault(day, _Sums()), row)
                if table is not None:
                    sink.add(table, rows, {"usage_date": day})
        sums.append(found)
    open_days = {
        day for day in unit.days if watermark is not None and _midnight(day + ONE_DAY) > watermark
    }
    sink.skip(open_days)
    for day in unit.days:
        if day not in open_days:
            _check(day, [found.get(day, _Sums()) for found in sums])


def _by_day(unit: Unit, body: Body) -> dict[dt.date, list[Any]]:
    """Return the rows of a page by the day of their bucket.

    Raises:
        OutOfWindowError: A row belongs to a day outside the unit.
    """
    found: dict[dt.date, list[Any]] = {}
    for row in body["data"]:
        day = bounds(ANALYTICS_COST, row)[0].date()
        if not unit.since <= day < unit.until:
            raise OutOfWindowError(
                f"{ANALYTICS_COST.name}: the vendor sent a row of {day}, but {unit.since} to "
                f"{unit.until} (exclusive) was asked for. Nothing of this window was loaded."
            )
        found.setdefault(day, []).append(row)
    return found


def _pages(api: Api, unit: Unit, dimensions: tuple[str, ...]) -> Iterator[Body]:
    """Yield the pages of one reading."""
    seen_tokens: set[str] = set()
    params: dict[str, Any] = {
        "starting_at": f"{unit.since}T00:00:00Z",
        "ending_at": f"{unit.until}T00:00:00Z",
        "time_bucket_width": "1d",
        # Oldest day first; the default ranks rows by an amount that still grows.
        "order_by": "time",
        "order": "asc",
        "limit": ROWS_PER_PAGE,
    }
    if dimensions:
        params["group_by[]"] = list(dimensions)
    try:
        yield from api.pages(
            "GET",
            PATH,
            params=params,
            headers={"anthropic-beta": BETA},
            paginator=next_pages(),
            envelope=lambda body: one_way(seen_tokens, body),
            watch=Watch(totals=("data_refreshed_at",)),
        )
    except ApiError as error:
        if error.status == 410:
            raise TornError(f"{error} (the cursor expired)") from None
        ours = error.status == 400 and _OURS.search(str(error))
        if not dimensions and error.status in _REFUSALS and not ours:
            raise NotOfferedError(str(error)) from None
        raise


def _count(dimensions: tuple[str, ...], day: _Sums, row: dict[str, Any]) -> None:
    """Add a row to its day's sums; a row whose owner is named comes once."""
    cost, group = row.get("cost"), row.get("group")
    if not isinstance(cost, dict) or not isinstance(group, dict):
        raise EnvelopeError(f"{ANALYTICS_COST.name}: a row lacks 'cost' or 'group'")
    for name in MONEY:
        text = cost.get(name)
        try:
            amount = Decimal(text) if isinstance(text, str) else None
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite():
            raise EnvelopeError(f"{ANALYTICS_COST.name}: 'cost.{name}' is no amount in text")
        day.amounts[name] += amount
        day.n_decimals = max(day.n_decimals, -int(amount.as_tuple().exponent))
    day.n_rows += 1
    identity = _identity(group.get("actor")) if "actor" in dimensions else ""
    if identity is None:
        return
    key = (identity, *(str(group.get(name)) for name in dimensions if name != "actor"))
    if key in day.keys:
        raise TornError(f"{ANALYTICS_COST.name}: a row came twice in one answer")
    day.keys.add(key)


def _identity(actor: object) -> str | None:
    """Return the id of an actor; None if it has none: several such rows may stand side by side."""
    if not isinstance(actor, dict):
        return None
    return next((str(actor[name]) for name in _IDENTITIES if actor.get(name)), None)


def _check(day: dt.date, readings: list[_Sums]) -> None:
    """Compare every reading with the day's total, to the last digit that the vendor's rounding leaves."""
    total = readings[0]
    for (_, dimensions), found in zip(READINGS, readings, strict=True):
        # Each row may be rounded by half a unit of the last decimal that the day shows.
        n_decimals = max(found.n_decimals, total.n_decimals)
        leeway = Decimal(found.n_rows + total.n_rows).scaleb(-n_decimals) / 2
        for name in MONEY:
            if abs(found.amounts[name] - total.amounts[name]) > leeway:
                raise TornError(
                    f"{ANALYTICS_COST.name}: the rows of {day} by {', '.join(dimensions)} add up to "
                    f"{found.amounts[name]:f} cents of '{name}', the day's total is "
                    f"{total.amounts[name]:f}. The list changed while it was read, or rows are missing."
                )


def _refreshed(body: Body) -> dt.datetime | None:
    """Return the instant up to which an answer is complete, if it says so."""
    text = body.get("data_refreshed_at")
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise EnvelopeError(f"{ANALYTICS_COST.name}: 'data_refreshed_at' is no instant") from None
    return found.replace(tzinfo=found.tzinfo or dt.UTC)


def _earlier(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    known = [instant for instant in (one, other) if instant is not None]
    return min(known, default=None)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), dt.UTC)
