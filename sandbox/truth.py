"""The answer key of the sandbox: what every fact should say, from what really happened.

Nothing here looks at a vendor's row. Usage is taken request by request from the world, priced with
decimals read from ``prices.csv`` by this module's own arithmetic, and given to whoever did it, or,
where the vendors' rows cannot show that, to the finest actor that they name. Comparing the facts
with these files therefore finds mistakes on either side.

Files (JSON lines, one per kind, days in order): see ``KINDS``. Money is a decimal string; a measure
that the source does not state is null. Ledger rows of zero dollars are left out.

Of a company whose delivery can be seen there is ``delivery.json`` as well (``truth_delivery.py``).

    python -m sandbox truth --out folder
"""

import json
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

from sandbox.truth_assistants import GeminiTruth, add_claude_ai
from sandbox.truth_claude import LedgerKey, claude_truth, plain
from sandbox.truth_delivery import delivery_truth
from sandbox.truth_people import CATEGORIES, active_rows, claude_people, month_seats
from sandbox.truth_tasks import KINDS as TASK_KINDS
from sandbox.truth_tasks import task_truth
from sandbox.world import World
from sandbox.world.cursor_reality import (
    AGENT,
    BUGBOT,
    CHAT,
    CMDK,
    COMPOSER,
    INCLUDED,
    OWN_KEY,
    UNPAID,
    USAGE_BASED,
    CursorDay,
    Request,
)
from sandbox.world.sheets import Seat

Row = dict[str, Any]

KINDS = (
    "cursor_daily",
    "claude_daily",
    "claude_model_daily",
    "gemini_daily",
    "ledger",
    "owners",
    "bill",
    "active_people",
    "seats_monthly",
    "spikes",
    *TASK_KINDS,
)

_NANO = Decimal("0.000000001")
_MICRO_CENT = Decimal("0.00000001")
_WORK = (
    "n_lines_added",
    "n_lines_deleted",
    "n_accepted_lines_added",
    "n_accepted_lines_deleted",
    "n_applies",
    "n_accepts",
    "n_rejects",
    "n_tabs_shown",
    "n_tabs_accepted",
)
_MODES = {
    "n_composer_requests": COMPOSER,
    "n_chat_requests": CHAT,
    "n_agent_requests": AGENT,
    "n_cmdk_requests": CMDK,
    "n_bugbot_requests": BUGBOT,
}
_REQUEST_KINDS = {
    "n_subscription_included_requests": INCLUDED,
    "n_usage_based_requests": USAGE_BASED,
    "n_api_key_requests": OWN_KEY,
}
_TEXTS = (
    "most_used_model",
    "apply_most_used_extension",
    "tab_most_used_extension",
    "client_version",
)


def write_truth(world: World, folder: Path) -> dict[str, int]:
    """Write the answer key of all served days and return how many rows each file got.

    Args:
        world: The company.
        folder: Where the files go; it is created, files of an earlier run are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(KINDS, 0)
    with ExitStack() as stack:
        files = {
            kind: stack.enter_context((folder / f"{kind}.jsonl").open("w", encoding="utf-8"))
            for kind in KINDS
        }
        for kind, row in true_rows(world):
            files[kind].write(json.dumps(row, separators=(",", ":")) + "\n")
            counts[kind] += 1
    delivery, path = delivery_truth(world), folder / "delivery.json"
    path.unlink(missing_ok=True)
    if delivery:
        path.write_text(json.dumps(delivery, indent=1), encoding="utf-8")
    return counts


def true_rows(world: World) -> Iterator[tuple[str, Row]]:
    """Yield (kind, row) day by day, so that no more than one day is ever held."""
    paid = world.seats()
    for day in world.dates():
        yield from _true_day(world, day, paid)
    for row in month_seats(world):
        yield "seats_monthly", row
    yield from task_truth(world)


def seat_fee(seat: Seat, day: date) -> Decimal:
    """Return a seat's fee on a day; a whole month's days add up to the monthly fee exactly."""
    if day.toordinal() < seat.start or (seat.end is not None and day.toordinal() >= seat.end):
        return Decimal(0)
    monthly = Decimal(seat.monthly_cents).scaleb(-2)
    days = monthrange(day.year, day.month)[1]
    daily = (monthly / days).quantize(_NANO, ROUND_DOWN)
    return monthly - daily * (days - 1) if day.day == 1 else daily


def _true_day(world: World, day: date, paid: list[Seat]) -> Iterator[tuple[str, Row]]:
    text = day.isoformat()
    ledger: defaultdict[LedgerKey, Decimal] = defaultdict(Decimal)
    fees: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    vendors = {}
    for seat in paid:
        fee = seat_fee(seat, day)
        if fee:
            email = seat.email.strip().lower()
            fees[seat.platform, email] += fee
            vendors[seat.platform] = seat.vendor
    for (platform, email), fee in fees.items():
        vendor = vendors[platform]
        kind, actor = ("person", email) if email else ("unattributed", f"unattributed:{vendor}")
        ledger[vendor, platform, kind, actor, None, "seat", "seat"] += fee

    members = list(world.cursor(day))
    machines = list(world.machines(day))
    charged = _cursor_ledger(members, machines, ledger)
    for row in _cursor_facts(members, fees, text):
        yield "cursor_daily", row
    for row in _cursor_owners(members, machines, text):
        yield "owners", row

    claude = claude_truth(world, day)
    add_claude_ai(claude, world, day)
    for key, amount in claude.ledger.items():
        ledger[key] += amount
    for row in claude.daily_rows(fees):
        yield "claude_daily", row
    for row in claude.model_rows():
        yield "claude_model_daily", row
    for row in claude.owner_rows():
        yield "owners", row

    gemini = GeminiTruth(world, day)
    for row in gemini.daily_rows():
        yield "gemini_daily", row
    for row in gemini.owner_rows():
        yield "owners", row

    used = [("gemini_workspace", email) for email in gemini.active]
    used += [
        ("cursor", member.person.email)
        for member in members
        if member.person.in_cursor and member.work is not None
    ]
    for row in active_rows(world, day, (*used, *claude_people(claude))):
        yield "active_people", row

    for key, amount in ledger.items():
        if amount:
            yield "ledger", _ledger_row(text, key, amount)
    for row in _spikes(world, day, ledger):
        yield "spikes", row
    yield "bill", {"usage_date": text, "vendor": "cursor", "billed_usd": plain(charged)}
    billed = sum(
        (amount for key, amount in claude.ledger.items() if key[6] in ("billed", "allocated")),
        Decimal(0),
    )
    yield "bill", {"usage_date": text, "vendor": "anthropic", "billed_usd": plain(billed)}


def _spikes(world: World, day: date, ledger: dict[LedgerKey, Decimal]) -> Iterator[Row]:
    for planted, platform in world.scenario.spikes:
        spent = [(key[0], amount) for key, amount in ledger.items() if key[1] == platform]
        if planted == day and spent:
            yield {
                "usage_date": day.isoformat(),
                "vendor": spent[0][0],
                "platform": platform,
                "category": CATEGORIES[platform],
                "spend_usd": plain(sum((amount for _, amount in spent), Decimal(0))),
            }


def _ledger_row(text: str, key: LedgerKey, amount: Decimal) -> Row:
    vendor, platform, actor_type, actor_id, model, component, basis = key
    return {
        "usage_date": text,
        "vendor": vendor,
        "platform": platform,
        "actor_type": actor_type,
        "actor_id": actor_id,
        "model": model,
        "cost_component": component,
        "spend_basis": basis,
        "spend_usd": plain(amount),
    }


def _cursor_actor(request: Request) -> tuple[str, str]:
    if request.person is not None:
        return "person", request.person.cursor_email.lower()
    if request.service_account is not None:
        return "service_account", request.service_account
    return "unattributed", "unattributed:cursor"


def _cursor_ledger(
    members: list[CursorDay], machines: list[Request], ledger: defaultdict[LedgerKey, Decimal]
) -> Decimal:
    charged = Decimal(0)
    for request in (*(one for member in members for one in member.requests), *machines):
        amount = request.charged * _MICRO_CENT
        kind, actor = _cursor_actor(request)
        ledger["cursor", "cursor", kind, actor, request.model, "usage", "billed"] += amount
        charged += amount
    return charged


def _cursor_facts(
    members: list[CursorDay], fees: defaultdict[tuple[str, str], Decimal], text: str
) -> Iterator[Row]:
    for member in members:
        listed = member.person.in_cursor
        if not listed and not member.requests:
            continue
        email = member.person.cursor_email.lower()
        row: Row = {"usage_date": text, "user_email": email}
        work = (member.work or (0,) * len(_WORK)) if listed else (None,) * len(_WORK)
        row.update(zip(_WORK, work, strict=True))
        modes = Counter(request.mode for request in member.requests)
        kinds = Counter(request.kind for request in member.requests)
        row.update({name: modes[mode] if listed else None for name, mode in _MODES.items()})
        row.update({name: kinds[kind] if listed else None for name, kind in _REQUEST_KINDS.items()})
        favourite = _favourite(member.requests) if listed else None
        seen = (favourite, member.apply_extension, member.tab_extension, member.version)
        row.update(zip(_TEXTS, seen if listed else (None,) * len(_TEXTS), strict=True))
        row["is_active"] = member.work is not None if listed else None
        usage = sum((one.charged * _MICRO_CENT for one in member.requests), Decimal(0))
        seat = fees.get(("cursor", email), Decimal(0))
        row["usage_cost_usd"] = plain(usage)
        row["seat_cost_usd"] = plain(seat)
        row["total_cost_usd"] = plain(usage + seat)
        unpaid = [one.stated for one in member.requests if one.kind in UNPAID]
        row["notional_cost_usd"] = plain(sum(unpaid) * _MICRO_CENT) if unpaid else None
        yield row


def _favourite(requests: list[Request]) -> str | None:
    tally = Counter(request.model for request in requests)
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked else None


def _cursor_owners(members: list[CursorDay], machines: list[Request], text: str) -> Iterator[Row]:
    owners: dict[tuple[str, str], str | None] = {}
    for member in members:
        if member.person.in_cursor or member.requests:
            owners["person", member.person.cursor_email.lower()] = member.person.email
    for request in machines:
        owners[_cursor_actor(request)] = None
    for (kind, actor), email in owners.items():
        yield {
            "usage_date": text,
            "platform": "cursor",
            "actor_type": kind,
            "actor_id": actor,
            "true_owner_email": email,
            "true_platform": "cursor",
        }
