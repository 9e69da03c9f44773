"""The vendors' invoices of the closed months, as finance types them into the sheet.

An Anthropic invoice is the bill plus priority-tier usage (which the cost report leaves out), less
the contract's discount where there is one; a Cursor invoice is the charges; seats come on invoices of their own, as do the charges of claude.ai. Every invoice is rounded to
whole cents.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sandbox.world.anthropic_rows import use_pico
from sandbox.world.assistant_days import AssistantDays
from sandbox.world.claude_ai_reality import charged
from sandbox.world.prices import WEB_SEARCH_PICO
from sandbox.world.reality import Reality
from sandbox.world.seat_fees import month_fee
from sandbox.world.vendor_costs import discounted

SMALL_COMPANY = 200
LARGE_COMPANY = 1000
CREDIT_USD = Decimal("18.40")
"""A late credit for claude.ai, on the oldest invoice of several: the reports never show it."""


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


def invoice_rows(company: Reality, assistants: AssistantDays) -> list[list[str]]:
    """Return the rows of the ``invoices`` tab.

    Small companies have the newest three closed months, larger ones the newest; of a very large one
    finance has typed in the seats only, because a month of its usage takes too long to add up.
    """
    most = 3 if company.people <= SMALL_COMPANY else 1
    rows: list[list[str]] = []
    months = closed_months(company.first_day, company.as_of, most)
    for start, end in months:
        month = start.isoformat()[:7]
        if company.people <= LARGE_COMPANY:
            cursor, anthropic = _usage(company, start, end)
            rows.append(["cursor", month, _cents(cursor), "USD", f"CUR-{month}-1"])
            rows.append(["anthropic", month, _cents(anthropic), "USD", f"ANT-{month}-1"])
        rows.extend(_seat_rows(company, start, end))
        if company.people <= LARGE_COMPANY:
            charges = _charges(assistants, start, end)
            if charges and start == months[0][0] and len(months) > 1:
                charges = max(Decimal(0), charges - CREDIT_USD)
            rows.append(["anthropic", month, _cents(charges), "USD", f"ANT-{month}-4"])
    return rows


def _seat_rows(company: Reality, start: date, end: date) -> Iterator[list[str]]:
    month = start.isoformat()[:7]
    for platform, vendor, number in (
        ("cursor", "cursor", f"CUR-{month}-2"),
        ("claude_code", "anthropic", f"ANT-{month}-2"),
        ("claude_ai", "anthropic", f"ANT-{month}-3"),
        ("gemini_workspace", "google", f"GOO-{month}-1"),
    ):
        fees = (
            month_fee(seat, start, end) for seat in company.seats() if seat.platform == platform
        )
        yield [vendor, month, _cents(sum(fees, Decimal(0))), "USD", number]


def _charges(assistants: AssistantDays, start: date, end: date) -> Decimal:
    """Return what a month's use of claude.ai was charged, usage credits included, in USD."""
    pico = 0
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        for charge in assistants.charges(day):
            pico += sum(map(charged, charge.list_pico(day)))
        pico += sum(assistants.unowned(day).values())
    return Decimal(pico).scaleb(-12)


def _usage(company: Reality, start: date, end: date) -> tuple[Decimal, Decimal]:
    """Return a month's Cursor charges and Anthropic usage, priority tier included, in USD."""
    micro_cents = pico = 0
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        for member in company.cursor(day):
            micro_cents += sum(request.charged for request in member.requests)
        micro_cents += sum(request.charged for request in company.machines(day))
        happened = company.claude(day)
        pico += sum(extra.pico for extra in happened.extras)
        for use in happened.uses():
            if use.billed:
                value = use_pico(use, day)
                if company.scenario.offers_vendor_costs:
                    value = discounted(use.model, value)
                pico += value + use.searches * WEB_SEARCH_PICO
    return Decimal(micro_cents).scaleb(-8), Decimal(pico).scaleb(-12)
