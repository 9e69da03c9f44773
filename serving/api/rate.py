"""A rate limit per token, or whatever else asks: a bucket that fills evenly and may be emptied at once."""

import math
import time
from collections.abc import Callable

MOST_KEYS = 100_000
"""Of whom so many are known, those are forgotten who have waited long enough to be anybody."""


class RateLimit:
    """So many requests per minute and key; a minute's worth may come at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, *, takes: bool = True) -> int:
        """Take one request from the bucket, or only look; return the seconds to wait when it is empty, else 0."""
        now = self._clock()
        left = self._left(key, now)
        if left < 1:
            self._buckets[key] = (left, now)
            return math.ceil((1 - left) * 60 / self._per_minute)
        if takes:
            if len(self._buckets) >= MOST_KEYS and key not in self._buckets:
                self._forget(now)
            self._buckets[key] = (left - 1, now)
        return 0

    def _left(self, key: str, now: float) -> float:
        left, at = self._buckets.get(key, (float(self._per_minute), now))
        return min(float(self._per_minute), left + (now - at) * self._per_minute / 60)

    def _forget(self, now: float) -> None:
        full = float(self._per_minute)
        self._buckets = {
            key: bucket for key, bucket in self._buckets.items() if self._left(key, now) < full
        }
