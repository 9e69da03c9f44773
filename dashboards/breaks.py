"""Days on which the level of a measure breaks for a reason that is no growth: which of them a card's reader has to know.

They are rows of `dim_level_breaks`. One concerns a card whose SQL reads a column that it names, unless the card, or what is
chosen on its board, is of other platforms.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from dashboards.definition import Card
from dashboards.names import NAMES
from dashboards.reading import Tables

TABLE = "marts.dim_level_breaks"
_PLATFORMS = "marts.dim_platforms"
_WORD = re.compile(r"'([a-z_]+)'")
_OWNERS = NAMES["platform"].keys() | NAMES["category"].keys()
_ASKED = f"""
    select
        breaks.break_date,
        breaks.platform,
        platforms.category,
        breaks.column_names,
        breaks.break_label,
        breaks.break_note
    from {TABLE} as breaks
    left join {_PLATFORMS} as platforms on breaks.platform = platforms.platform
    where breaks.column_names is not null
    order by breaks.break_date nulls first, breaks.break_label
"""


@dataclass(frozen=True)
class Break:
    """A day from which a measure is counted anew, begins, or is priced anew."""

    day: dt.date | None
    """The first day of the new level; None: it holds for all days."""
    platform: str | None
    """Whose measure it is; None: any."""
    category: str | None
    columns: frozenset[str]
    """The columns of marts whose level breaks."""
    label: str
    note: str


def read_breaks(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str] | Tables
) -> list[Break]:
    """Return all breaks; none of a snapshot that is older than they are."""
    if TABLE not in tables or _PLATFORMS not in tables:
        return []
    try:
        rows = connection.execute(_ASKED).fetchall()
    except duckdb.BinderException:
        return []
    return [
        Break(day, platform, category, frozenset(columns.split()), label, note)
        for day, platform, category, columns, label, note in rows
    ]


def concerning(card: Card, breaks: Sequence[Break], platforms: Collection[str] = ()) -> list[Break]:
    """Return the breaks that a card's reader has to know.

    Args:
        card: The card.
        breaks: All there are.
        platforms: The platforms that are chosen; none: all.
    """
    if not card.is_over_time:
        return []
    read = set(re.findall(r"\w+", card.sql))
    # A card that names platforms or categories is of these alone.
    own = set(_WORD.findall(card.sql)) & _OWNERS
    chosen = set(platforms) if "platform" in card.filters else set()
    return [
        one
        for one in breaks
        if one.columns & read
        and (one.platform is None or not chosen or one.platform in chosen)
        and (one.platform is None or not own or own & {one.platform, one.category})
    ]


def in_words(breaks: Sequence[Break]) -> list[str]:
    """Return breaks as sentences under figures; what happens again and again is one sentence."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in breaks:
        days.setdefault((one.label, one.note), []).extend([str(one.day)] if one.day else [])
    return [
        f"{label}{' on ' if found else ''}{', '.join(found)}: {note}."
        for (label, note), found in days.items()
    ]
