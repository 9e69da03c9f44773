"""The vendors' invoices of the closed months, as finance types them into the sheet.

An Anthropic invoice is the bill plus priority-tier usage (which the cost report leaves out); a
Cursor invoice is the charges; seats come on invoices of their own. Every invoice is rounded to
whole cents.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from sandbox.world import sheets
from sandbox.world.anthropic_rows import use_pico
from sandbox.world.prices import WEB_SEARCH_PICO
from sandbox.world.seat_fees import month_fee

if TYPE_CHECKING:
    from sandbox.world.world import World

SMALL_COMPANY = 200
LARGE_COMPANY = 1000


def closed_months(first: date, as_of: date, most: int) -> list[tuple[date, date]]:
    """Return the newest whole months inside [first, as_of) as (first day, day after the last)."""
    months: list[tuple[date, date]] = []
    end = as_of.replace(day=1)
    while len(months) < most:
        start = (end - timedelta(days=1)).replace(day=1)
        if start < first:
            break
        months.append((start, end))
        end = start
    return months[::-1]


def _cents(dollars: Decimal) -> str:
    return str(dollars.quantize(Decimal("0.01"), ROUND_HALF_UP))


def invoice_rows(world: "World") -> list[list[str]]:
    """Return the rows of the ``invoices`` tab.

    Small companies have the newest three closed months, larger ones the newest; of a very large one
    finance has typed in the seats only, because a month of its usage takes too long to add up.
    """
    most = 3 if world.people <= SMALL_COMPANY else 1
    rows: list[list[str]] = []
    for start, end in closed_months(world.first_day, world.as_of, most):
        month = start.isoformat()[:7]
        if world.people <= LARGE_COMPANY:
            cursor, anthropic = _usage(world, start, end)
            rows.append(["cursor", month, _cents(cursor), "USD", f"CUR-{month}-1"])
            rows.append(["anthropic", month, _cents(anthropic), "USD", f"ANT-{month}-1"])
        seats = sheets.seats(world.roster, world.as_of.toordinal())
        for vendor, letters in (("cursor", "CUR"), ("anthropic", "ANT")):
            fee = sum(
                (month_fee(seat, start, end) for seat in seats if seat.vendor == vendor),
                Decimal(0),
            )
            rows.append([vendor, month, _cents(fee), "USD", f"{letters}-{month}-2"])
    return rows


def _usage(world: "World", start: date, end: date) -> tuple[Decimal, Decimal]:
    """Return a month's Cursor charges and Anthropic usage, priority tier included, in USD."""
    micro_cents = pico = 0
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        for member in world.cursor(day):
            micro_cents += sum(request.charged for request in member.requests)
        micro_cents += sum(request.charged for request in world.machines(day))
        happened = world.claude(day)
        pico += sum(extra.pico for extra in happened.extras)
        for use in happened.uses():
            if use.billed:
                pico += use_pico(use, day) + use.searches * WEB_SEARCH_PICO
    return Decimal(micro_cents).scaleb(-8), Decimal(pico).scaleb(-12)
