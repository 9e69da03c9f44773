"""The switches of the invented company: what is unusual about the sandbox's answers."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Shape = Literal[
    "company",
    "empty",
    "one_person",
    "zero_days",
    "nameless_workspace",
    "ghost_key",
    "equal_key_names",
]

OPEN_DAYS = 30
"""Vendors revise this many past days; older days are final."""


@dataclass(frozen=True)
class Scenario:
    """What the vendors' answers look like beyond the ordinary.

    Attributes:
        revision: 0 is the first reading; a higher number is another restatement of the open days.
        cost_lag_days: The newest days for which the cost report has no row yet.
        late_days: The newest days of which a part of the usage has not arrived yet.
        shape: An unusual but legal organisation; see ``Shape``.
    """

    revision: int = 0
    cost_lag_days: int = 1
    late_days: int = 0
    shape: Shape = "company"

    def revised(self, day: date, as_of: date) -> int:
        """Return the restatement that holds for a day: 0 outside the open window."""
        return self.revision if 0 < (as_of - day).days <= OPEN_DAYS else 0

    def late(self, day: date, as_of: date) -> bool:
        """Tell whether a part of the day's usage is still on its way."""
        return 0 < (as_of - day).days <= self.late_days


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
