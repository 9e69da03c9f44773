"""Rate limits: so many requests per window, the count starts again with each window.

Windows are aligned to the clock of the server ("reset each minute"). The window's length
is an option so that nobody has to wait a minute in a test.
"""

import math
import time
from collections.abc import Callable


class Limiter:
    """Counts requests per key in the current window."""

    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted."""
        self._window = window
        self._clock = clock
        self._counts: dict[str, tuple[int, int]] = {}

    def take(self, key: str, allowed: int) -> int | None:
        """Count one request; return the seconds to wait when it is one too many, else None."""
        now = self._clock()
        window_number = math.floor(now / self._window)
        seen_window, used = self._counts.get(key, (window_number, 0))
        if seen_window != window_number:
            used = 0
        if used >= allowed:
            return max(1, math.ceil((window_number + 1) * self._window - now))
        self._counts[key] = (window_number, used + 1)
        return None

    def used(self, key: str) -> int:
        """Return how many requests of a key were counted in the current window."""
        window, used = self._counts.get(key, (-1, 0))
        return used if window == math.floor(self._clock() / self._window) else 0

    def clear(self) -> None:
        """Forget all counts."""
        self._counts.clear()
