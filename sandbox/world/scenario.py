"""The switches of the invented company: what is unusual about the sandbox's answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Shape = Literal[
    "empty",
    "one_person",
    "zero_days",
    "nameless_workspace",
    "ghost_key",
    "equal_key_names",
    "odd_event_kinds",
    "telling_names",
    "vendor_costs",
    "fast_mode",
    "spelled_models",
    "router_calls",
    "credits",
    "november",
    "delivery",
]

UNTIDY: frozenset[Shape] = frozenset(
    {
        "nameless_workspace",
        "ghost_key",
        "equal_key_names",
        "odd_event_kinds",
        "fast_mode",
        "spelled_models",
        "router_calls",
        "credits",
        "november",
    }
)
"""The habits that one organisation can have all at once."""

COMPANY, ALL_UNTIDY = "company", "untidy"
"""Words for an organisation without and with all of these habits."""

OPEN_DAYS = 30
"""Vendors revise this many past days; older days are final."""


@dataclass(frozen=True)
class Scenario:
    """What the vendors' answers look like beyond the ordinary.

    Attributes:
        revision: 0 is the first reading; a higher number is another restatement of the open days.
        cost_lag_days: The newest days for which the cost report has no row yet.
        late_days: The newest days of which a part of the usage has not arrived yet.
        shapes: What is unusual but legal about the organisation; see ``Shape``.
        spikes: Days and platforms of exceptional spend.
    """

    revision: int = 0
    cost_lag_days: int = 1
    late_days: int = 0
    shapes: frozenset[Shape] = frozenset()
    spikes: tuple[tuple[date, str], ...] = ()

    @property
    def offers_vendor_costs(self) -> bool:
        """Tell whether the organisation's key may read the Usage and Cost Analytics API."""
        return self.has("vendor_costs")

    def has(self, shape: Shape) -> bool:
        """Tell whether the organisation is unusual in this way."""
        return shape in self.shapes

    @property
    def is_november(self) -> bool:
        """Tell whether Anthropic answers in the shapes of November 2026."""
        return self.has("november")

    def spiked(self, day: date, platform: str) -> bool:
        """Tell whether a platform's spend is exceptional on a day."""
        return (day, platform) in self.spikes

    def revised(self, day: date, as_of: date) -> int:
        """Return the restatement that holds for a day: 0 outside the open window."""
        return self.revision if 0 < (as_of - day).days <= OPEN_DAYS else 0

    def late(self, day: date, as_of: date) -> bool:
        """Tell whether a part of the day's usage is still on its way."""
        return 0 < (as_of - day).days <= self.late_days


def shapes_named(text: str) -> frozenset[Shape]:
    """Return the shapes that a text names, divided by commas: `untidy` is many of them, `company` is none.

    Raises:
        ValueError: A shape is unknown.
    """
    known = {shape: frozenset({shape}) for shape in get_args(Shape)}
    known |= {COMPANY: frozenset(), ALL_UNTIDY: UNTIDY}
    named = [word.strip() for word in text.split(",")]
    for word in named:
        if word not in known:
            raise ValueError(f"unknown shape {word!r}; known: {', '.join(known)}")
    return frozenset[Shape]().union(*(known[word] for word in named))


def spike_days(as_of: date) -> tuple[tuple[date, str], ...]:
    """Return the two planted spikes: a Thursday nine to fifteen days back, a Tuesday before it.

    Both lie on working days, are billed, and have weeks of ordinary days before them.
    """
    thursday = as_of - timedelta(days=9 + (as_of.weekday() - 9 - 3) % 7)
    return ((thursday - timedelta(days=9), "cursor"), (thursday, "claude_api"))


ORIGINAL, VANISHED, DOWN, UP = 1.0, 0.0, 0.5, 1.5


def fate(roll: float, revised: int, late: bool) -> float:
    """Return the factor that a restatement puts on a piece of usage; 0 removes it.

    Args:
        roll: The piece's own lot in [0, 1). From 0.97 up it exists only once a day is revised.
        revised: Number of the restatement that holds for the day; 0 is the first reading.
        late: Whether the day's stragglers (0.85 to 0.97) are still missing.
    """
    if roll >= 0.97:
        return ORIGINAL if revised else VANISHED
    if late and roll >= 0.85:
        return VANISHED
    if not revised:
        return ORIGINAL
    turn = (roll + revised * 0.618033988749895) % 1.0
    if turn < 0.02:
        return VANISHED
    if turn < 0.05:
        return DOWN
    return UP if turn < 0.08 else ORIGINAL
