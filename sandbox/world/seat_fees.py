"""What a seat costs per day: the month's fee in equal parts of nine decimals, exact per month."""

from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sandbox.world.sheets import Seat

_NANO = Decimal("0.000000001")


def fee(seat: Seat, day: date) -> Decimal:
    """Return a seat's fee on a day; the month's first day carries the rounding remainder."""
    ordinal = day.toordinal()
    if ordinal < seat.start or (seat.end is not None and ordinal >= seat.end):
        return Decimal(0)
    monthly = Decimal(seat.monthly_cents) / 100
    length = monthrange(day.year, day.month)[1]
    part = (monthly / length).quantize(_NANO, ROUND_HALF_UP)
    return part if day.day > 1 else monthly - part * (length - 1)
