"""Links that sign somebody in, once, within minutes: what `make serve` prints over a sandbox, so that boards are a click away.

They exist on this machine only: over the loopback interface, and while invented data is served.
"""

import datetime as dt
import hashlib
import secrets
import threading
from dataclasses import dataclass, field

from serving.api.sessions import OF_A_LINK, Opened
from serving.api.tokens import EVERY_ORGANIZATION

LASTS = dt.timedelta(minutes=10)
SEES = Opened("admin", (EVERY_ORGANIZATION,))
"""The sandbox is nobody's: all of it may be seen."""


@dataclass
class Links:
    """Codes that were made and not used."""

    _until: dict[str, dt.datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, at: dt.datetime) -> str:
        """Return a new code."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._until[_hash(code)] = at + LASTS
        return code

    def use(self, code: str, at: dt.datetime) -> bool:
        """Say whether the code is good, which it is once."""
        with self._lock:
            until = self._until.pop(_hash(code), None)
        return until is not None and at < until


def new_name() -> str:
    """Return how the audit log names the session of a link."""
    return f"{OF_A_LINK}{secrets.token_hex(4)}"


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
