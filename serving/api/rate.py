"""A rate limit per token: a bucket that fills evenly and may be emptied at once."""

import math
import time
from collections.abc import Callable


class RateLimit:
    """So many requests per minute and key; a minute's worth may come at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str) -> int:
        """Take one request from the bucket; return the seconds to wait when it is empty, else 0."""
        now = self._clock()
        left, at = self._buckets.get(key, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - at) * self._per_minute / 60)
        if left < 1:
            self._buckets[key] = (left, now)
            return math.ceil((1 - left) * 60 / self._per_minute)
        self._buckets[key] = (left - 1, now)
        return 0
