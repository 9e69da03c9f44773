"""A lease: one run at a time writes. Held by saying so again and again; who is killed stops saying so, and it ends by itself.

Each saying is a numbered record. Whoever finds the newest one released or run out creates the next. Clocks of two machines may
differ by `SKEW_SECONDS`; whoever waits can also see for itself that nothing was said for as long as a lease lasts. A run that
slept through its lease cannot write all the same: the generation that it began with is no longer the newest.
"""

import contextlib
import datetime as dt
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from warehouse.remote import numbered
from warehouse.remote.errors import BusyError, LostError, RemoteError
from warehouse.remote.place import Place

FOLDER = "lock"
SKEW_SECONDS = 60.0
LOOK_SECONDS = 1.0
"""How often somebody who waits looks."""


class Lease:
    """A lease of this process; taken by `take`, said again by a thread until `release`."""

    def __init__(self, place: Place, *, what: str, lasts: float = 60.0) -> None:
        """Ask for nothing yet.

        Args:
            place: What is written to.
            what: Which program this is, for those who wait.
            lasts: Seconds until it ends by itself.
        """
        self._place, self._lasts = place, lasts
        self.owner = secrets.token_hex(8)
        self._who = f"{what} on {platform.node() or 'a machine'}, process {os.getpid()}"
        self._number = 0
        self._until = 0.0
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread: threading.Thread | None = None
        self.is_lost = False

    def take(self, wait_seconds: float, when_waiting: Callable[[str], None]) -> None:
        """Wait for it and take it.

        Raises:
            BusyError: Somebody else held it all the time.
        """
        deadline = time.monotonic() + wait_seconds
        seen, since, has_told = -1, time.monotonic(), False
        while True:
            record = numbered.newest(self._place, FOLDER)
            if record.number != seen:
                seen, since = record.number, time.monotonic()
            silent = time.monotonic() - since
            is_silent = record.content is not None and silent > record.content["lasts_seconds"]
            if (_is_free(record.content) or is_silent) and self._say(record.number):
                return
            if not has_told:
                has_told = True
                when_waiting(_holder(record.content))
            if time.monotonic() >= deadline:
                raise BusyError(
                    f"{_holder(record.content)} is writing; waited {wait_seconds:g} seconds (STATE_WAIT_SECONDS). Nothing was touched."
                )
            time.sleep(min(LOOK_SECONDS, max(0.01, deadline - time.monotonic())))

    def keep(self, when_lost: Callable[[], None]) -> None:
        """Say it again and again, in a thread of its own, and call back when somebody else has it."""

        def go_on() -> None:
            while not self._stop.wait(self._lasts / 4):
                try:
                    with self._one_at_a_time:
                        is_ours = self._stop.is_set() or self._say(self._number)
                except Exception:  # the store does not answer: until it runs out it is ours
                    is_ours = time.monotonic() < self._until
                if not is_ours:
                    self.is_lost = True
                    when_lost()
                    return

        self._thread = threading.Thread(target=go_on, name="lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Make sure that it is ours.

        Raises:
            LostError: It is not.
        """
        if self.is_lost or time.monotonic() >= self._until:
            self.is_lost = True
            raise LostError(
                "This run could not say for longer than its lock lasts that it is at work, and another one may write by now. What it did"
                " since it last put its state back is not kept; run it again: it begins with the last whole state."
            )

    def release(self) -> None:
        """Let others have it at once; where that cannot be said, it ends by itself."""
        self._stop.set()
        with self._one_at_a_time:
            try:
                if not self.is_lost:
                    self._say(self._number, is_released=True)
            except (RemoteError, OSError):
                pass
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _say(self, after: int, *, is_released: bool = False) -> bool:
        said_at = time.monotonic()
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._lasts)
        content = {
            "owner": self.owner,
            "who": self._who,
            "until": until.isoformat(timespec="milliseconds"),
            "lasts_seconds": self._lasts,
            "is_released": is_released,
        }
        if not numbered.follow(self._place, FOLDER, after, content):
            # What was said last may be there although the answer to it never came.
            newest = numbered.newest(self._place, FOLDER)
            after = newest.number
            is_ours = newest.content is not None and newest.content.get("owner") == self.owner
            if not is_ours or not numbered.follow(self._place, FOLDER, after, content):
                return False
        self._number, self._until = after + 1, said_at + self._lasts
        # It is held, whether or not what is old can be removed; whoever says the next thing removes it, too.
        with contextlib.suppress(RemoteError, OSError):
            for number in numbered.numbers(self._place, FOLDER):
                if number < self._number:
                    numbered.remove(self._place, FOLDER, number)
        return True


def _is_free(content: Any) -> bool:  # noqa: ANN401 - JSON
    if content is None or content["is_released"]:
        return True
    until = dt.datetime.fromisoformat(content["until"])
    return until + dt.timedelta(seconds=SKEW_SECONDS) < dt.datetime.now(dt.UTC)


def _holder(content: Any) -> str:  # noqa: ANN401 - JSON
    return "Another run" if content is None else f"Another run ({content['who']})"
