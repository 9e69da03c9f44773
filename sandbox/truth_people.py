"""The answer key about people: who really used what on a day, and which seats a month had.

Only people count, and only what can be seen of them: a machine, a mailbox of machines and work that
no vendor reports are nobody's use.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sandbox.truth_claude import ClaudeTruth, plain
from sandbox.world import World
from sandbox.world.people import TEAMS
from sandbox.world.sheets import Seat

Row = dict[str, Any]

CATEGORIES = {
    "cursor": "coding_agents",
    "claude_code": "coding_agents",
    "claude_api": "api_usage",
    "claude_ai": "ai_assistants",
    "gemini_workspace": "ai_assistants",
}
_NANO = Decimal("0.000000001")


def claude_people(truth: ClaudeTruth) -> Iterator[tuple[str, str]]:
    """Yield (platform, true e-mail) of everybody who can be seen to have used Claude."""
    for actor, (email, _) in truth.owners.items():
        platform, kind, _ = actor
        # Whoever was behind a deleted account of claude.ai, no vendor says any more.
        hidden = platform == "claude_ai" and kind == "account"
        if email and not hidden and kind not in ("unattributed", "service_account"):
            fact = truth.facts.get(actor)
            if fact is not None and fact.shows_use():
                yield platform, email


def active_rows(world: World, day: date, used: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """Yield the rows of ``active_people``: one per person and platform, with the day's team."""
    ordinal = day.toordinal()
    present = {person.email: person for person in world.roster.present(ordinal)}
    for platform, email in sorted(set(used)):
        person = present.get(email)
        if person is None:  # a mailbox, not a person
            continue
        department, team, centre = TEAMS[person.team_number(ordinal)]
        listed = person.in_sheet
        # Whom the sheet does not know, the vendor's groups of today give a team and nothing else.
        grouped = world.scenario.is_november and person.is_present(world.today)
        yield {
            "usage_date": day.isoformat(),
            "platform": platform,
            "category": CATEGORIES[platform],
            "person_email": email,
            "team_name": team if listed or grouped else None,
            "department_name": department if listed else None,
            "cost_centre": centre if listed else None,
        }


def month_seats(world: World) -> Iterator[Row]:
    """Yield the rows of ``seats_monthly``: the days of the served window that a seat was paid for."""
    first, after = world.first_day.toordinal(), world.as_of.toordinal()
    found: dict[tuple[str, str, str, str], tuple[int, Decimal]] = {}
    for seat in world.seats():
        begin = max(first, seat.start)
        end = min(after, after if seat.end is None else seat.end)
        while begin < end:
            month = date.fromordinal(begin)
            following = month.replace(day=1) + timedelta(
                days=monthrange(month.year, month.month)[1]
            )
            stop = min(end, following.toordinal())
            key = (
                month.strftime("%Y-%m-01"),
                seat.vendor,
                seat.platform,
                seat.email.strip().lower(),
            )
            days, fee = found.get(key, (0, Decimal(0)))
            held = stop - begin if seat.monthly_cents > 0 else 0
            found[key] = (days + held, fee + _fee(seat, month, stop - begin))
            begin = stop
    for (text, vendor, platform, email), (days, fee) in sorted(found.items()):
        yield {
            "usage_month": text,
            "vendor": vendor,
            "platform": platform,
            "seat_email": email or None,
            "n_seat_days": days,
            "seat_fee_usd": plain(fee),
        }


def _fee(seat: Seat, start: date, days: int) -> Decimal:
    """Return the fee of so many days of one month from a day on; the first carries the rest."""
    monthly = Decimal(seat.monthly_cents).scaleb(-2)
    length = monthrange(start.year, start.month)[1]
    daily = (monthly / length).quantize(_NANO, ROUND_DOWN)
    remainder = monthly - daily * length if start.day == 1 else Decimal(0)
    return daily * days + remainder
