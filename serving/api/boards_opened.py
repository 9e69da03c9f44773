"""When somebody last opened a board, from the audit log: a figure of adoption, without saying who or which.

The log is read once at the start, and of it what was added since whenever somebody asks.
"""

import contextlib
import datetime as dt
import json
import threading
from pathlib import Path

from privacy.audit import GRANTED, LOG_FILE

BOARDS = ("/", "/boards/{name}")
"""How the audit log names the pages of boards."""


class BoardsOpened:
    """The newest use of a board's page that the log knows."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / LOG_FILE
        self._offset = 0
        self._newest: dt.datetime | None = None
        self._lock = threading.Lock()

    def newest(self) -> dt.datetime | None:
        """Return when; when the log began where nobody ever did; None without a log."""
        with self._lock:
            # Where its log cannot be read, the service says so elsewhere.
            with contextlib.suppress(OSError):
                self._read_on()
            return self._newest

    def _read_on(self) -> None:
        if self._path.stat().st_size < self._offset:
            self._offset = 0
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # it is being written
                self._offset += len(line)
                # Most lines are others': a look at their bytes is enough.
                if self._newest is None or b'"use_token"' in line:
                    self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            found = json.loads(line)
            at = dt.datetime.fromisoformat(str(found["at"]))
        except (ValueError, KeyError, TypeError):
            return
        is_board = found.get("resource") in BOARDS and found.get("result") == GRANTED
        if is_board or self._newest is None:
            self._newest = at
