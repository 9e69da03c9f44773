"""In which unit a column is, and whether its values may be added over rows: read from its name, which promises both."""

import re
from collections.abc import Collection

from serving.api.mart_rows import is_money, is_price

_UNITS = (
    (re.compile(r"_tokens(_sum)?\Z"), "tokens"),
    (re.compile(r"_(ms|milliseconds)(_sum)?\Z"), "milliseconds"),
    (re.compile(r"_seconds(_sum)?\Z"), "seconds"),
    (re.compile(r"_hours\Z"), "hours"),
    (re.compile(r"_days\Z"), "days"),
    (re.compile(r"_share\Z"), "share, from 0 to 1"),
    (re.compile(r"_ratio\Z"), "ratio"),
)
_COUNT = re.compile(r"n_(.+)\Z")
_DISTINCT = re.compile(
    r"(people|persons|users|members|holders|seats|hours|days|weeks|months|teams|keys|models|sources|tables|thresholds)(_|\Z)"
)
"""What is counted once however often it is there: the counts of two rows may have the same in them."""
_EDGES = re.compile(r"(min|max|first|last|p\d+|cumulative|median)_")


def unit_of(name: str, kind: str) -> str | None:
    """Return a column's unit; None where it has none, or its name does not say."""
    if kind == "DATE":
        return "UTC day"
    if kind.startswith("TIMESTAMP"):
        return "UTC instant"
    if not _is_number(kind):
        return None
    if is_price(name):
        per = name.partition("_usd_per_")[2].replace("_", " ")
        return f"USD per {per or 'unit'}"
    if is_money(name):
        return "USD"
    counted = _COUNT.match(name)
    if counted:
        return f"number of {counted.group(1).replace('_', ' ')}"
    return next((unit for pattern, unit in _UNITS if pattern.search(name)), None)


def adds_up(name: str, kind: str, never: Collection[str] = ()) -> bool | None:
    """Say whether values may be added over the rows that the mart names; None: the name does not say.

    Args:
        name: The column.
        kind: Its type in the published file.
        never: Columns of money that the mart says are never added.
    """
    if not _is_number(kind) or is_price(name) or name in never or _EDGES.match(name):
        return False
    if name.endswith(("_share", "_ratio")) or (kind == "DOUBLE" and not is_money(name)):
        return False
    if is_money(name) or re.search(r"_tokens(_sum)?\Z|_sum\Z", name):
        return True
    counted = _COUNT.match(name)
    return None if counted is None else not _DISTINCT.search(counted.group(1))


def _is_number(kind: str) -> bool:
    return kind.startswith("DECIMAL") or kind in ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE")
