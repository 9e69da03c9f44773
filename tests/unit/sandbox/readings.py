"""All vendor rows of a small world at once, each with its day, for tests that look for cases."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.world import World

Row = dict[str, Any]


@dataclass
class Reading:
    """Every row that the vendors serve, with the day in front."""

    cursor_daily: list[tuple[date, Row]] = field(default_factory=list)
    cursor_events: list[tuple[date, Row]] = field(default_factory=list)
    messages: list[tuple[date, Row]] = field(default_factory=list)
    costs: list[tuple[date, Row]] = field(default_factory=list)
    claude_code: list[tuple[date, Row]] = field(default_factory=list)


def read(world: World) -> Reading:
    reading = Reading()
    for day in world.dates():
        served = world.day(day)
        for kind in ("cursor_daily", "cursor_events", "messages", "costs", "claude_code"):
            getattr(reading, kind).extend((day, row) for row in getattr(served, kind))
    return reading


def is_owed(event: Row) -> bool:
    """Tell whether a Cursor event's charge is owed; what other events state is a price."""
    return event.get("kind") in ("Usage-based", "USAGE_EVENT_KIND_USAGE_BASED")


def exact(number: float) -> Decimal:
    """Return a JSON number as it is written."""
    return Decimal(repr(number))


def tokens(row: Row) -> dict[str, int]:
    """Return a usage row's counts by the bill's token types."""
    written = row["cache_creation"]
    return {
        "uncached_input_tokens": row["uncached_input_tokens"],
        "cache_creation.ephemeral_5m_input_tokens": written["ephemeral_5m_input_tokens"],
        "cache_creation.ephemeral_1h_input_tokens": written["ephemeral_1h_input_tokens"],
        "cache_read_input_tokens": row["cache_read_input_tokens"],
        "output_tokens": row["output_tokens"],
    }


def records(world: World, tab: str) -> list[dict[str, str]]:
    """Return a tab as trimmed records, without its empty rows."""
    header, *rows = world.sheet(tab)
    names = [name.strip() for name in header]
    padded = [row + [""] * (len(names) - len(row)) for row in rows if any(row)]
    return [dict(zip(names, (cell.strip() for cell in row), strict=True)) for row in padded]
