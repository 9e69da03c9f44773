"""How values are written for people: one format everywhere, a dash where nobody knows."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboards.definition import Format

UNKNOWN = "\N{EN DASH}"
UNCHANGED = "0.0"
"""How a change begins that is none, or too small to be written."""
_MINUS = "\N{MINUS SIGN}"
_SIZES = ((Decimal(10**3), "k"), (Decimal(10**6), "m"), (Decimal(10**9), "bn"))
_THIN = "\N{NARROW NO-BREAK SPACE}"


def written(value: object, form: Format) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return UNKNOWN
    return _FORMS[form](value)


def short(value: object, form: Format) -> str:
    """Return a value as briefly as a large figure or an axis needs it: $12.3k."""
    if value is None:
        return UNKNOWN
    if form not in ("usd", "count", "number") or abs(_decimal(value)) < 10_000:
        return written(value, form)
    number = _decimal(value)
    for size, sign in _SIZES:
        if abs(number) >= size * 1000 and sign != "bn":
            continue
        text = _grouped(number / size, 1 if abs(number / size) < 100 else 0)
        # 999,999 is a million by now.
        if text.lstrip(_MINUS) != "1,000" or sign == "bn":
            break
    return f"{_signed_usd(text) if form == 'usd' else text}{sign}"


def change(now: Decimal, before: Decimal) -> str | None:
    """Return by how much a figure changed, in percent with its sign; None where nothing was before."""
    if before == 0:
        return None
    share = (now - before) / abs(before)
    text = _grouped(share * 100, 1 if abs(share) < 1 else 0)
    sign = "+" if share > 0 and text != UNCHANGED else ""
    return f"{sign}{text}{_THIN}%"


def _usd(value: object) -> str:
    number = _decimal(value)
    if number == 0:
        return "$0"
    if abs(number) >= 1000:
        return _signed_usd(_grouped(number, 0))
    if abs(number) >= Decimal("0.01"):
        return _signed_usd(_grouped(number, 2))
    if abs(number) >= Decimal("0.0001"):
        return _signed_usd(_grouped(number, 4))
    return "<$0.0001" if number > 0 else f">{_MINUS}$0.0001"


def _usd_rate(value: object) -> str:
    number = _decimal(value)
    return _signed_usd(_grouped(number, 2 if abs(number) >= 1 else 4))


def _percent(value: object) -> str:
    number = _decimal(value) * 100
    return f"{_grouped(number, 0 if abs(number) >= 100 else 1)}{_THIN}%"


def _seconds(value: object) -> str:
    number = _decimal(value)
    if number >= 120:
        return f"{_grouped(number / 60, 1)}{_THIN}min"
    return f"{_grouped(number, 1)}{_THIN}s"


def _hours(value: object) -> str:
    return f"{_grouped(_decimal(value), 1)}{_THIN}h"


def _number(value: object) -> str:
    number = _decimal(value)
    return _grouped(number, 0 if number == number.to_integral_value() else 2)


def _instant(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, dt.datetime) else str(value)


def _month(value: object) -> str:
    return f"{value:%B %Y}" if isinstance(value, dt.date) else str(value)


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _grouped(number: Decimal, places: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{places}f}".replace("-", _MINUS) if rounded else f"{0:.{places}f}"


def _signed_usd(text: str) -> str:
    return f"{_MINUS}${text[1:]}" if text[0] in (_MINUS, "-") else f"${text}"


_FORMS: Mapping[Format, Callable[[Any], str]] = {
    "usd": _usd,
    "usd_rate": _usd_rate,
    "count": lambda value: _grouped(_decimal(value), 0),
    "number": _number,
    "percent": _percent,
    "seconds": _seconds,
    "hours": _hours,
    "date": str,
    "month": _month,
    "instant": _instant,
    "text": _text,
}
