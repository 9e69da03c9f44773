"""Cursor's rows: daily usage per member and usage events, in the vendor's names and habits."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sandbox.world.cursor_reality import (
    AGENT,
    BUGBOT,
    CHAT,
    CMDK,
    COMPOSER,
    ERRORED,
    INCLUDED,
    OWN_KEY,
    UNHEARD_OF,
    USAGE_BASED,
    CursorDay,
    Request,
)
from sandbox.world.people import Person

Row = dict[str, Any]

_KINDS = {
    USAGE_BASED: ("Usage-based", "USAGE_EVENT_KIND_USAGE_BASED"),
    INCLUDED: ("Included in Business", "USAGE_EVENT_KIND_INCLUDED_IN_BUSINESS"),
    OWN_KEY: ("User API Key", "USAGE_EVENT_KIND_USER_API_KEY"),
    ERRORED: ("Errored, Not Charged", "USAGE_EVENT_KIND_ERRORED_NOT_CHARGED"),
    UNHEARD_OF: ("Priority Lane", None),
}
_WORK = (
    "totalLinesAdded",
    "totalLinesDeleted",
    "acceptedLinesAdded",
    "acceptedLinesDeleted",
    "totalApplies",
    "totalAccepts",
    "totalRejects",
    "totalTabsShown",
    "totalTabsAccepted",
)
_IDLE = (0,) * len(_WORK)


def midnight_ms(day: date) -> int:
    """Return the epoch milliseconds at which a UTC day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def event_email(person: Person, lot: int) -> str:
    """Return the e-mail as Cursor writes it in an event: chair 1's case changes from row to row."""
    return person.cursor_email if lot % 3 else person.cursor_email.lower()


def daily_row(member: CursorDay, day: date, start_ms: int) -> Row:
    """Return one row of ``/teams/daily-usage-data``; ``date`` is midnight here."""
    modes: Counter[int] = Counter()
    kinds: Counter[int] = Counter()
    models: Counter[str] = Counter()
    for request in member.requests:
        modes[request.mode] += 1
        kinds[request.kind] += 1
        models[request.model] += 1
    lot = member.lot
    row: Row = {
        "userId": member.person.cursor_id,
        "day": day.isoformat(),
        "date": start_ms,
        "email": member.person.cursor_email,
        "isActive": member.work is not None,
    }
    row.update(zip(_WORK, member.work or _IDLE, strict=True))
    row["composerRequests"] = modes[COMPOSER]
    row["chatRequests"] = modes[CHAT]
    row["agentRequests"] = modes[AGENT]
    row["cmdkUsages"] = modes[CMDK]
    row["subscriptionIncludedReqs"] = kinds[INCLUDED]
    row["apiKeyReqs"] = kinds[OWN_KEY]
    row["usageBasedReqs"] = kinds[USAGE_BASED]
    row["bugbotUsages"] = modes[BUGBOT]
    unknown = "" if lot % 5 else None
    row["mostUsedModel"] = most_used(models) or unknown
    row["applyMostUsedExtension"] = member.apply_extension or unknown
    row["tabMostUsedExtension"] = member.tab_extension or unknown
    if member.version is not None:
        row["clientVersion"] = member.version
    elif lot % 7 == 0:
        row["clientVersion"] = None
    return row


def most_used(models: Counter[str]) -> str:
    """Return the most frequent model, the alphabetically first among equals."""
    return min(models, key=lambda model: (-models[model], model)) if models else ""


def _float(micro: int) -> float:
    return micro / 1_000_000


def event_row(request: Request, start_ms: int) -> Row:
    """Return one row of ``/teams/filtered-usage-events``."""
    lot = request.lot
    row: Row = {"timestamp": str(start_ms + request.ms)}
    if request.person is not None:
        row["userEmail"] = event_email(request.person, lot)
    if request.service_account is not None:
        row["serviceAccountId"] = request.service_account
        row["serviceAccountName"] = "release-bot"
    if request.person is None:
        row["cloudAgentId"] = f"bc-{lot:06d}"
    elif lot % 4 == 0:
        row["conversationId"] = f"conv-{lot:06d}"
    row["model"] = request.model
    kind = _KINDS[request.kind][lot // 3 % 2]
    if kind is not None:
        row["kind"] = kind
    row["maxMode"] = lot % 9 == 0
    units = 1.0 if request.kind == INCLUDED else round(request.total / 4_000_000, 2)
    row["requestsCosts"] = units
    row["isTokenBasedCall"] = request.tokens is not None
    row["isChargeable"] = request.chargeable
    row["isHeadless"] = request.person is None
    if request.mode == BUGBOT and request.tokens is None and not request.charged:
        row["isFreeBugbot"] = True
    if request.tokens is not None:
        fresh, made, write, read = request.tokens
        usage: Row = {
            "inputTokens": fresh,
            "outputTokens": made,
            "cacheWriteTokens": write,
            "cacheReadTokens": read,
            "totalCents": _float(request.total),
        }
        if request.discount:
            usage["discountPercentOff"] = request.discount
        row["tokenUsage"] = usage
    if request.fee:
        row["cursorTokenFee"] = _float(request.fee)
    row["chargedCents"] = _float(request.stated)
    return row


def event_rows(requests: Iterable[Request], start_ms: int) -> list[Row]:
    """Return the day's events in time order; equal times keep the order in which they happened."""
    return [event_row(request, start_ms) for request in sorted(requests, key=lambda r: r.ms)]
