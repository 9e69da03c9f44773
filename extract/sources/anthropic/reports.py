"""Anthropic's usage report and cost report: daily buckets, grouped by every dimension there is.

A dimension is null unless it is grouped by, so both reports always name theirs, in brackets. The end
of a window is exclusive; `limit` counts buckets, not rows; a page or bucket without rows is no end.
"""

import datetime as dt
from collections.abc import Hashable

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from extract.client.http import Api, ApiError, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.contracts import Table
from extract.landing.errors import OutOfWindowError, TornError
from extract.landing.sink import Sink, Unit

BUCKETS_PER_PAGE = 31
USAGE_DIMENSIONS = (
    "account_id",
    "api_key_id",
    "context_window",
    "inference_geo",
    "model",
    "service_account_id",
    "service_tier",
    "speed",
    "workspace_id",
)
BETA_DIMENSIONS = frozenset({"speed"})
BETA = {"anthropic-beta": "fast-mode-2026-02-01"}
"""Fast mode has a price of its own; the vendor tells it apart only with this header."""
REFUSED = (400, 403)
COST_DIMENSIONS = ("workspace_id", "description")


def next_pages() -> JSONResponseCursorPaginator:
    """Follow `next_page` while `has_more`; every other parameter stays as it is."""
    return JSONResponseCursorPaginator(
        cursor_path="next_page", cursor_param="page", has_more_path="has_more"
    )


def one_way(seen: set[str], body: Body) -> Body:
    """Check a page of `data` and that its token leads on; a token seen before would never end."""
    require(body, "data")
    require(body, "has_more", kind=bool)
    token = body.get("next_page")
    if body["has_more"] and token:
        if token in seen:
            raise EnvelopeError("'next_page' leads back to a page already read")
        seen.add(token)
    return body


def read_report(
    api: Api, path: str, dimensions: tuple[str, ...], table: Table, unit: Unit, sink: Sink
) -> None:
    """Read the buckets of a unit; a day without a bucket stays as it is in the warehouse.

    An organisation that is refused a dimension in beta is read without it: the rest of the report is still true.
    """
    try:
        _read(api, path, dimensions, table, unit, sink)
    except ApiError as error:
        plain = tuple(name for name in dimensions if name not in BETA_DIMENSIONS)
        if error.status not in REFUSED or plain == dimensions or sink.n_read:
            raise
        _read(api, path, plain, table, unit, sink)
        sink.warn(
            f"{table.name}: read without {', '.join(sorted(BETA_DIMENSIONS))}, because the vendor refused it: {error}"
        )


def _read(
    api: Api, path: str, dimensions: tuple[str, ...], table: Table, unit: Unit, sink: Sink
) -> None:
    seen_tokens: set[str] = set()
    seen_days: set[dt.date] = set()
    for body in api.pages(
        "GET",
        path,
        params={
            "starting_at": f"{unit.since}T00:00:00Z",
            "ending_at": f"{unit.until}T00:00:00Z",
            "bucket_width": "1d",
            "limit": BUCKETS_PER_PAGE,
            "group_by[]": list(dimensions),
        },
        headers=BETA if BETA_DIMENSIONS & set(dimensions) else None,
        paginator=next_pages(),
        envelope=lambda body: one_way(seen_tokens, body),
        watch=Watch(key=_start),
    ):
        for bucket in body["data"]:
            start, end = bounds(table, bucket)
            day = start.date()
            if not unit.since <= day < unit.until:
                raise OutOfWindowError(
                    f"{table.name}: the vendor sent a bucket of {day}, but {unit.since} to "
                    f"{unit.until} (exclusive) was asked for. Nothing of this window was loaded."
                )
            if day in seen_days:
                raise TornError(f"{table.name}: the bucket of {day} came twice in one answer")
            seen_days.add(day)
            sink.add(
                table,
                require(bucket, "results"),
                {"usage_date": day, "starting_at": start, "ending_at": end},
            )
    sink.skip(set(unit.days) - seen_days)


def _start(bucket: object) -> Hashable:
    """Return what tells a bucket from the others."""
    return str(bucket.get("starting_at")) if isinstance(bucket, dict) else None


def bounds(table: Table, bucket: object) -> tuple[dt.datetime, dt.datetime]:
    """Return the bucket's day as the vendor states it; it must be one whole UTC day."""
    try:
        if not isinstance(bucket, dict):
            raise TypeError
        start = dt.datetime.fromisoformat(bucket["starting_at"]).astimezone(dt.UTC)
        end = dt.datetime.fromisoformat(bucket["ending_at"]).astimezone(dt.UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise EnvelopeError(
            f"{table.name}: a bucket lacks a readable 'starting_at' or 'ending_at'"
        ) from None
    if start.time() != dt.time(0) or end - start != dt.timedelta(days=1):
        raise EnvelopeError(
            f"{table.name}: a bucket from {start.isoformat()} to {end.isoformat()} is not one UTC day"
        )
    return start, end
