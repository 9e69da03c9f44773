"""Every use of a token goes to the audit log, without a request waiting for the disk.

Uses of one token for the same thing within a second are one line. When the log cannot be written the gate closes:
what cannot be accounted for is not answered.
"""

import asyncio
import contextlib
import logging

from serving.api.accounting import account
from serving.api.audit import AuditLog

_log = logging.getLogger(__name__)
_Use = tuple[str, str | None, str]


class TokenUses:
    """Uses not yet written, and the task that writes them."""

    def __init__(self, log: AuditLog, seconds: float = 1.0) -> None:
        self._audit, self._seconds = log, seconds
        self._waiting: dict[_Use, None] = {}
        self.is_broken = False

    def note(self, token_id: str, organization: str | None, resource: str) -> None:
        """Remember a use until the next writing."""
        self._waiting[(token_id, organization, resource)] = None

    async def write_regularly(self) -> None:
        """Write what was noted, every second, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(self._seconds)
                await asyncio.to_thread(self.write)
        finally:
            with contextlib.suppress(Exception):
                self.write()

    def write(self) -> None:
        """Write what was noted; what cannot be written stays noted."""
        waiting = list(self._waiting)
        try:
            for use in waiting:
                token_id, organization, resource = use
                account(self._audit, token_id, "use_token", organization, resource)
                self._waiting.pop(use, None)
        except Exception as error:
            self.is_broken = True
            _log.error("the audit log cannot be written: %s", type(error).__name__)
        else:
            self.is_broken = False
