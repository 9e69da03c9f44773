"""Every use of a token goes to the audit log, without a request waiting for the disk; refused ones too.

Uses of one token for the same thing within a second are one line that counts them. Of those that were not granted there
is a line a minute, so that whoever tries tokens at random, or a client that went wrong, cannot fill the disk; of `/metrics`
one an hour. When the
log cannot be written the gate closes: what cannot be accounted for is not answered.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from serving.api.accounting import entry
from serving.api.addresses import SCRAPED
from serving.api.audit import GRANTED, AuditLog, Entry

SECONDS_BETWEEN_WRITINGS = 1.0
SECONDS_BETWEEN_FAILURES = 60.0
SECONDS_BETWEEN_SCRAPES = 3_600.0
"""Of the service's instruments, which are read all day and tell of nobody."""
_log = logging.getLogger(__name__)


class Use(NamedTuple):
    """A use of a token."""

    token_id: str
    organization: str | None
    resource: str
    result: str


class TokenUses:
    """Uses not yet written, and the task that writes them."""

    def __init__(self, log: AuditLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._audit, self._clock = log, clock
        self._lock = threading.Lock()
        self._waiting: Counter[Use] = Counter()
        self._next_line_at: dict[Use, float] = {}
        self.is_broken = False

    def note(self, use: Use) -> None:
        """Remember a use until the next writing."""
        with self._lock:
            self._waiting[use] += 1

    async def write_regularly(self) -> None:
        """Write what was noted, every second, and the rest at the end."""
        try:
            while True:
                await asyncio.sleep(SECONDS_BETWEEN_WRITINGS)
                await asyncio.to_thread(self.write)
        finally:
            with contextlib.suppress(Exception):
                self.write(is_last=True)

    def write(self, *, is_last: bool = False) -> None:
        """Write what was noted, failures that repeat once a minute; what cannot be written stays noted."""
        now = self._clock()
        due = self._take(now, is_last=is_last)
        try:
            self._audit.record_all([_line(use, n) for use, n in due.items()])
        except Exception as error:
            with self._lock:
                self._waiting.update(due)
            self.is_broken = True
            _log.error("the audit log cannot be written: %s", type(error).__name__)
        else:
            self.is_broken = False
            later = {use: now + pause for use in due if (pause := _pause_after(use))}
            known = self._next_line_at.items()
            self._next_line_at = {use: at for use, at in known if at > now} | later

    def _take(self, now: float, *, is_last: bool) -> dict[Use, int]:
        with self._lock:
            due = {
                use: n
                for use, n in self._waiting.items()
                if is_last or now >= self._next_line_at.get(use, now)
            }
            for use in due:
                del self._waiting[use]
        return due


def _pause_after(use: Use) -> float:
    """Return how long a use has to wait to be written again."""
    if use.result != GRANTED:
        return SECONDS_BETWEEN_FAILURES
    return SECONDS_BETWEEN_SCRAPES if use.resource in SCRAPED else 0.0


def _line(use: Use, count: int) -> Entry:
    return entry(
        use.token_id,
        "use_token",
        use.organization,
        use.resource,
        result=use.result,
        count=count,
    )
