"""Trying again: how often, how long to wait, and saying so.

At most five attempts. The waits are those that `Retry-After` asks for; without it they double, beginning
with HTTP_BACKOFF_SECONDS. Vendors count requests by the minute, so a rate limit without `Retry-After` is
waited for eight times as long: 8, 16, 32 and 64 seconds, two minutes in all. A host that nobody reaches, whose name
is not known or that does not answer the knock, is given up after a quarter of a minute: it is a wrong address or a
network that is down, and a run has other sources to read.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import sleep
from typing import TypeVar

from requests import Response
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from extract.landing.progress import say_waiting

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 300.0
RATE_LIMIT_FACTOR = 8
WAIT_WORTH_A_LINE_SECONDS = 5.0

CONNECT_SECONDS = 3.05
UNREACHABLE_SECONDS = 15.0

T = TypeVar("T")


@dataclass(frozen=True)
class Retry:
    """The verdict to try again: after what the vendor asks for, or after the usual wait."""

    seconds: float | None = None
    rate_limit: bool = False
    longest_seconds: float = LONGEST_WAIT_SECONDS
    """How long a vendor may ask to be waited for; some count requests by the hour."""

    def wait(self, attempt: int, backoff_seconds: float) -> float:
        """Return the seconds to wait after an attempt, counted from 1."""
        usual = backoff_seconds * 2 ** (attempt - 1)
        if self.rate_limit:
            usual *= RATE_LIMIT_FACTOR
        return min(self.seconds or usual, self.longest_seconds)


def seconds_asked_for(response: Response) -> float | None:
    """Return what `Retry-After` says, a number of seconds or a date; None if it says nothing."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def call_with_retries(
    name: str,
    action: Callable[[], T],
    *,
    backoff_seconds: float,
    verdict: Callable[[Exception], Retry | None],
    exceptions: Sequence[type[Exception]],
) -> T:
    """Run an action, again if it fails for a reason that may pass.

    Args:
        name: Whom to name as the one who is waited for.
        action: What to run.
        backoff_seconds: First wait.
        verdict: How to try again; None: give up.
        exceptions: What is judged; everything else is raised at once.
    """
    begun = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return action()
        except tuple(exceptions) as error:
            retry = verdict(error)
            if retry is None or attempt == ATTEMPTS:
                raise
            seconds = retry.wait(attempt, backoff_seconds)
            at_best = time.monotonic() - begun + seconds + CONNECT_SECONDS
            if is_unreachable(error) and at_best > UNREACHABLE_SECONDS:
                raise
            if seconds >= WAIT_WORTH_A_LINE_SECONDS:
                why = "its rate limit is reached" if retry.rate_limit else "it did not answer well"
                say_waiting.get(_nobody)(
                    f"{name}: {why}; waiting {seconds:.0f} s before attempt {attempt + 1} of {ATTEMPTS}"
                )
            sleep(seconds)
    raise AssertionError("unreachable")


def is_unreachable(error: BaseException) -> bool:
    """Tell whether nobody was reached, in what an error was made from: every library wraps it in its own."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, NewConnectionError | ConnectTimeoutError):
            return True
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            waiting += [found.__cause__, found.__context__, getattr(found, "reason", None)]
            waiting += found.args
    return False


def _nobody(_: str) -> None:
    """Say nothing to nobody."""
