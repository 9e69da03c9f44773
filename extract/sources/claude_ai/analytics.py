"""Claude Enterprise Analytics: activity per user and day, the organisation's counts, cost and usage per user.

Activity is ready about a day later; a day asked for too early is a 400 that names the latest day there is.
Cost and usage are revised for 30 days; what lies after the answer's watermark is not complete yet.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from dlt.sources.helpers.rest_client.paginators import (
    JSONResponseCursorPaginator,
    SinglePagePaginator,
)

from extract.client.http import Api, ApiError, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.contracts import Table
from extract.landing.errors import TornError
from extract.landing.sink import Sink, Unit
from extract.landing.values import utc_day
from extract.sources.claude_ai.tables import DAILY_SUMMARIES, DAILY_USERS

BASE = "/v1/organizations/analytics"
FIRST_DAY = dt.date(2026, 1, 1)
DAYS_KEPT = 365
PAGE_SIZE = 1000
# Never cost_type or token_type: with them the vendor leaves `requests` empty.
DIMENSIONS = ("product", "model", "context_window", "inference_geo", "speed")
OTHER_DIMENSIONS = (
    *("cost_type", "token_type", "rbac_group_id", "slack_channel_id"),
    *("claude_tag_category", "claude_tag_user_id"),
)
MOST_GROUPS = 100
USUAL_LAG_DAYS = 4
ONE_DAY = dt.timedelta(days=1)
HOW_TO_GET_ACCESS = (
    " CLAUDE_ANALYTICS_KEY must be a key with the scope read:analytics, made by the primary owner at "
    "claude.ai (Organization settings, API); an Admin key of the Console is refused, and a Team plan has none."
)
_LATEST = re.compile(r"\b(latest|last|most recent|newest|through|until|up to)\b", re.IGNORECASE)
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)

Envelope = Callable[[Body], Body]


class Latest:
    """Remembers the latest day that the vendor named, so that later ones are not asked for again."""

    def __init__(self, today: dt.date) -> None:
        """Know nothing yet."""
        self.today = today
        self.day: dt.date | None = None

    def is_before(self, day: dt.date) -> bool:
        """Tell whether a day is known to come too early."""
        return self.day is not None and self.day < day


def latest_available_day(error: ApiError, asked: dt.date) -> dt.date | None:
    """Return the day that a refusal of a too recent one names; None if it is another refusal."""
    text = str(error)
    latest = _LATEST.search(text)
    if error.status != 400 or "available" not in text.lower() or not latest:
        return None
    days = []
    for found in _DAY.findall(text, latest.end()) or _DAY.findall(text):
        try:
            days.append(dt.date.fromisoformat(found))
        except ValueError:
            continue
    return max((day for day in days if day < asked), default=None)


def read_users(api: Api, unit: Unit, sink: Sink, latest: Latest) -> None:
    """Read one day's users; the day is the unit's only one."""
    day = unit.since
    if latest.is_before(day):
        sink.skip({day})
        return
    seen_tokens: set[str] = set()
    try:
        for body in pages(
            api,
            f"{BASE}/users",
            {"date": day.isoformat(), "limit": PAGE_SIZE},
            lambda body: one_way(seen_tokens, body),
            Watch(key=_user),
        ):
            sink.add(DAILY_USERS, body["data"], {"usage_date": day})
    except ApiError as error:
        _too_recent(error, day, latest, DAILY_USERS, sink)
        sink.skip({day})


def read_summaries(api: Api, unit: Unit, sink: Sink, latest: Latest) -> None:
    """Read the organisation's daily counts; a day that is not in the answer stays as it is."""
    until = unit.until
    if latest.day is not None:
        until = min(until, latest.day + ONE_DAY)
    if until <= unit.since:
        sink.skip(set(unit.days))
        return

    def envelope(body: Body) -> Body:
        require(body, "summaries")
        return body

    seen: set[dt.date] = set()
    try:
        for body in pages(
            api,
            f"{BASE}/summaries",
            {"starting_date": unit.since.isoformat(), "ending_date": until.isoformat()},
            envelope,
            None,
            SinglePagePaginator(),
        ):
            rows = [_with_day(row) for row in body["summaries"]]
            seen |= _days_of(rows)
            sink.add(DAILY_SUMMARIES, rows)
    except ApiError as error:
        _too_recent(error, until - ONE_DAY, latest, DAILY_SUMMARIES, sink)
        read_summaries(api, unit, sink, latest)
        return
    sink.skip(set(unit.days) - seen)


def _too_recent(error: ApiError, asked: dt.date, latest: Latest, table: Table, sink: Sink) -> None:
    """Note the latest day that the vendor has; raise every other refusal again."""
    day = latest_available_day(error, asked)
    if day is None or latest.is_before(day + ONE_DAY):
        raise error
    latest.day = day
    if latest.today - day > dt.timedelta(days=USUAL_LAG_DAYS):
        sink.warn(
            f"claude_ai.{table.name}: the vendor's latest day is {day}. Later days are left as they are "
            "and read next time."
        )


def read_user_report(api: Api, path: str, table: Table, unit: Unit, sink: Sink) -> None:
    """Read the cost or the usage per user, day and group."""
    seen_tokens: set[str] = set()
    seen_days: set[dt.date] = set()
    groups: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    watermark: dt.datetime | None = None

    def envelope(body: Body) -> Body:
        require(body, "has_more", kind=bool)
        return one_way(seen_tokens, body)

    for body in pages(
        api,
        f"{BASE}/{path}",
        {
            "starting_at": f"{unit.since}T00:00:00Z",
            "ending_at": f"{unit.until}T00:00:00Z",
            "bucket_width": "1d",
            "limit": PAGE_SIZE,
            "group_by[]": list(DIMENSIONS),
        },
        envelope,
        Watch(key=_user_group),
        JSONResponseCursorPaginator(
            cursor_path="next_page", cursor_param="page", has_more_path="has_more"
        ),
    ):
        watermark = watermark_of(table, body, watermark)
        rows = [_with_day(row) for row in body["data"]]
        seen_days |= _days_of(rows)
        for row in rows:
            if isinstance(row, dict):
                groups[str(row["usage_date"])].add(tuple(str(row.get(d)) for d in DIMENSIONS))
        sink.add(table, rows)
    full = sorted(day for day, found in groups.items() if len(found) >= MOST_GROUPS)
    if full:
        sink.warn(
            f"claude_ai.{table.name}: {len(full)} days, the first of them {full[0]}, have {MOST_GROUPS} "
            "groups or more. The vendor lists no more than that and no remainder, so their sums may be "
            "too low."
        )
    if watermark is not None:
        # Nothing can be said yet of a day that begins after the watermark, unless it has rows already.
        unknown = {day for day in unit.days if midnight(day) >= watermark}
        sink.skip(unknown - seen_days)


def pages(
    api: Api,
    path: str,
    params: dict[str, Any],
    envelope: Envelope,
    watch: Watch | None,
    paginator: SinglePagePaginator | JSONResponseCursorPaginator | None = None,
) -> Iterator[Body]:
    """Yield the pages of an answer; a cursor that expired makes the whole unit start again."""
    paginator = paginator or JSONResponseCursorPaginator(
        cursor_path="next_page", cursor_param="page"
    )
    try:
        yield from api.pages(
            "GET", path, params=params, paginator=paginator, envelope=envelope, watch=watch
        )
    except ApiError as error:
        if error.status == 410:
            raise TornError(f"{error} (its cursor expired)") from None
        if error.status in (401, 403):
            raise ApiError(
                f"{error}{HOW_TO_GET_ACCESS}", status=error.status, kind=error.kind
            ) from None
        raise


def _user(row: object) -> Hashable:
    """Return whose day a row is."""
    user = row.get("user") if isinstance(row, dict) else None
    return (user.get("id") or user.get("email")) if isinstance(user, dict) else None


def _user_group(row: object) -> Hashable:
    """Return what a row of a report is grouped by; None for one that names nobody, which may stand several times."""
    actor = row.get("actor") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(actor, dict):
        return None
    name = actor.get("user_id") or actor.get("email_address") or actor.get("email")
    groups = ("starting_at", *DIMENSIONS, *OTHER_DIMENSIONS)
    return (str(name), *(str(row.get(group)) for group in groups)) if name else None


def one_way(seen: set[str], body: Body) -> Body:
    """Check a page of `data` and that its token, if there is one, was not seen before."""
    require(body, "data")
    token = body.get("next_page")
    if token:
        if token in seen:
            raise EnvelopeError("'next_page' leads back to a page already read")
        seen.add(token)
    return body


def _with_day(row: object) -> object:
    """Add the UTC day of the row's bucket; none if it cannot be read."""
    if not isinstance(row, dict):
        return row
    day = utc_day(row.get("starting_at"))
    return {**row, "usage_date": None if day is None else day.isoformat()}


def _days_of(rows: list[object]) -> set[dt.date]:
    return {
        dt.date.fromisoformat(row["usage_date"])
        for row in rows
        if isinstance(row, dict) and row["usage_date"]
    }


def watermark_of(table: Table, body: Body, earlier: dt.datetime | None) -> dt.datetime | None:
    """Return the instant up to which the answer is complete, the earliest of its pages."""
    text = body.get("data_refreshed_at")
    if text is None:
        return earlier
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise EnvelopeError(f"{table.name}: 'data_refreshed_at' is no instant") from None
    found = found.replace(tzinfo=found.tzinfo or dt.UTC)
    return found if earlier is None else min(found, earlier)


def midnight(day: dt.date) -> dt.datetime:
    """Return the instant at which a UTC day begins."""
    return dt.datetime.combine(day, dt.time(0), dt.UTC)
