"""A figure of the report: rounded once, when it is made, and shown with the same digits wherever it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

Unit = Literal[
    "USD", "USD per success", "percent", "percent change", "seconds", "tasks", "months", "days", "checks", "providers",
    "kinds", "text"
]  # fmt: skip
Amount = Decimal | int | None
Value = Decimal | str | None

UNKNOWN = "\u2013"
NOT_FOR_THIS_TOKEN = "not for this token"  # noqa: S105 - words, no secret
_DECIMALS: dict[Unit, int] = {
    "USD": 2,
    "USD per success": 4,
    "percent": 1,
    "percent change": 1,
    "seconds": 1,
}
_MINUS, _NARROW = "\u2212", "\u202f"
_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    key: str
    label: str
    value: Value
    unit: Unit
    n: int | None = None
    """How many tasks (days, checks) the value is of."""
    note: str = ""
    """What the value does not say; or, without one, why there is none."""

    @property
    def text(self) -> str:
        """Return the value as a person reads it."""
        return shown(self.value, self.unit)

    @property
    def number(self) -> Decimal | None:
        """Return the value where it is a number."""
        return self.value if isinstance(self.value, Decimal) else None


def figure(
    key: str, label: str, amount: Amount, unit: Unit, *, n: int | None = None, note: str = ""
) -> Figure:
    """Make a figure of a number, rounded half away from zero; unknown stays unknown."""
    return Figure(key, label, _rounded(amount, unit), unit, n, note)


def words(
    key: str, label: str, text: str | None, *, n: int | None = None, note: str = ""
) -> Figure:
    """Make a figure of a text."""
    return Figure(key, label, text, "text", n, note)


def shown(value: Value, unit: Unit) -> str:
    """Return a rounded value with thousands and its unit; a dash where nobody knows."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    sign = _MINUS if value < 0 else "+" if unit == "percent change" and value > 0 else ""
    digits = f"{abs(value):,f}"
    if unit.startswith("USD"):
        return f"{sign}${digits}"
    if unit.startswith("percent"):
        return f"{sign}{digits}{_NARROW}%"
    return f"{sign}{digits}{_NARROW}s" if unit == "seconds" else f"{sign}{digits}"


def typed(text: str) -> str:
    """Return a sentence of ours with the signs that keyboards have, as files have it."""
    return text.replace(_NARROW, " ").replace(_MINUS, "-")


def typeset(text: str) -> str:
    """Return it with the signs that the page has."""
    return text.replace(" %", f"{_NARROW}%").replace("-$", f"{_MINUS}$")


def ratio(part: Amount, whole: Amount, times: int = 1) -> Decimal | None:
    """Return a ratio of sums; unknown when the whole is nothing."""
    if part is None or not whole:
        return None
    return _EXACT.divide(Decimal(part) * times, Decimal(whole))


def percent(part: Amount, whole: Amount) -> Decimal | None:
    """Return a ratio of sums in per cent."""
    return ratio(part, whole, 100)


def total(amounts: Iterable[Amount]) -> Decimal | None:
    """Add up what is known; unknown when nothing is."""
    known = [Decimal(amount) for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _rounded(amount: Amount, unit: Unit) -> Decimal | None:
    if amount is None:
        return None
    step = Decimal(1).scaleb(-_DECIMALS.get(unit, 0))
    rounded = Decimal(amount).quantize(step, ROUND_HALF_UP, _EXACT)
    return rounded if rounded else abs(rounded)
