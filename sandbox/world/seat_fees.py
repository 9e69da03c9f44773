"""What a seat costs: the month's fee in equal daily parts of nine decimals, exact per month."""

from datetime import date
from decimal import Decimal

from sandbox.world.sheets import Seat


def month_fee(seat: Seat, start: date, end: date) -> Decimal:
    """Return what a seat costs in the month [start, end); its first day carries the remainder."""
    first, after = start.toordinal(), end.toordinal()
    length = after - first
    begin = max(first, seat.start)
    paid = min(after, after if seat.end is None else seat.end) - begin
    if paid <= 0:
        return Decimal(0)
    nano = seat.monthly_cents * 10**7
    part = abs(nano) // length * (1 if nano > 0 else -1)
    remainder = nano - part * length if begin == first else 0
    return Decimal(part * paid + remainder).scaleb(-9)
