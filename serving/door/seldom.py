"""Log lines that anybody can cause: one of each kind a minute, so that nobody fills the disk with them."""

import logging
import time
from collections.abc import Callable

SECONDS_BETWEEN = 60.0
MOST_KINDS = 1_000


class Seldom(logging.Filter):
    """Lets a line through when none of its kind came for a minute; the next one says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Decide; a line's kind is its words without what was put into them."""
        kind, now = f"{record.name}|{record.msg}", self._clock()
        if kind not in self._said and len(self._said) >= MOST_KINDS:
            self._said.clear()
        at, n_left_out = self._said.get(kind, (now - SECONDS_BETWEEN, 0))
        if now - at < SECONDS_BETWEEN:
            self._said[kind] = (at, n_left_out + 1)
            return False
        self._said[kind] = (now, 0)
        if n_left_out:
            record.msg = f"{record.msg} ({n_left_out} more of this kind were not written)"
        return True
