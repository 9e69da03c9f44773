"""What claude.ai costs the organisation a day, by product: the whole of which the rows by user are the named part.

Per-user rows can sum to less: some work runs for the organisation and for nobody. A day counts when it ends before
the answer's watermark, because half a day's total explains nothing.
"""

import datetime as dt
from collections.abc import Hashable

from extract.client.http import Api, ApiError, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.errors import NotOfferedError, OutOfWindowError, TornError
from extract.landing.sink import Sink, Unit
from extract.sources.claude_ai.analytics import (
    BASE,
    ONE_DAY,
    midnight,
    one_way,
    pages,
    watermark_of,
)
from extract.sources.claude_ai.tables import ORGANIZATION_COSTS

BUCKETS_PER_PAGE = 31
_REFUSALS = frozenset({403, 404})


def read_organization_costs(api: Api, unit: Unit, sink: Sink) -> None:
    """Read the organisation's cost per product; a day that the vendor has not completed stays as it is.

    Raises:
        NotOfferedError: The key may not read it, or the organisation does not have it.
        OutOfWindowError: A bucket belongs to a day outside the unit.
        TornError: The list moved while it was read.
    """
    seen_tokens: set[str] = set()
    found_days: set[dt.date] = set()
    watermark: dt.datetime | None = None

    def envelope(body: Body) -> Body:
        require(body, "has_more", kind=bool)
        return one_way(seen_tokens, body)

    try:
        for body in pages(
            api,
            f"{BASE}/cost_report",
            {
                "starting_at": f"{unit.since}T00:00:00Z",
                "ending_at": f"{unit.until}T00:00:00Z",
                "bucket_width": "1d",
                "limit": BUCKETS_PER_PAGE,
                "group_by[]": ["product"],
            },
            envelope,
            Watch(key=_start, totals=("data_refreshed_at",)),
        ):
            watermark = watermark_of(ORGANIZATION_COSTS, body, watermark)
            for bucket in body["data"]:
                day = _day_of(bucket)
                if not unit.since <= day < unit.until:
                    raise OutOfWindowError(
                        f"{ORGANIZATION_COSTS.name}: the vendor sent a bucket of {day}, but {unit.since} to "
                        f"{unit.until} (exclusive) was asked for. Nothing of this window was loaded."
                    )
                if day in found_days:
                    raise TornError(f"{ORGANIZATION_COSTS.name}: the bucket of {day} came twice")
                found_days.add(day)
                sink.add(ORGANIZATION_COSTS, require(bucket, "results"), {"usage_date": day})
    except ApiError as error:
        if error.status in _REFUSALS and not sink.n_read:
            raise NotOfferedError(str(error)) from None
        raise
    open_days = {
        day for day in unit.days if watermark is not None and midnight(day + ONE_DAY) > watermark
    }
    sink.skip(open_days | (set(unit.days) - found_days))


def _start(bucket: object) -> Hashable:
    """Return what tells a bucket from the others."""
    return str(bucket.get("starting_at")) if isinstance(bucket, dict) else None


def _day_of(bucket: object) -> dt.date:
    """Return the bucket's day; it must be one whole UTC day."""
    try:
        if not isinstance(bucket, dict):
            raise TypeError
        start, end = (
            dt.datetime.fromisoformat(bucket[name]).astimezone(dt.UTC)
            for name in ("starting_at", "ending_at")
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise EnvelopeError(
            f"{ORGANIZATION_COSTS.name}: a bucket lacks a readable 'starting_at' or 'ending_at'"
        ) from None
    if start != midnight(start.date()) or end - start != ONE_DAY:
        raise EnvelopeError(
            f"{ORGANIZATION_COSTS.name}: a bucket from {start.isoformat()} to {end.isoformat()} is not one UTC day"
        )
    return start.date()
