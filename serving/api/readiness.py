"""Whether questions are answered: a small one is asked now and then, of the same snapshot, by the same threads as those of readers."""

import asyncio
import time
from collections.abc import Callable

import duckdb

from serving.api.lanes import within
from serving.api.problems import Problem
from serving.api.snapshots import Follower
from serving.api.view import View
from serving.door.asker import ASKER

SECONDS_KNOWN = 1.0
"""As long an answer counts: whoever asks without a token must not make the service work."""
ROWS = 2_048
NOT_THERE = "there is nothing to ask"


class Readiness:
    """Asks, and remembers for a moment what came of it."""

    def __init__(
        self, follower: Follower, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._follower, self._seconds, self._clock = follower, seconds, clock
        self._found: tuple[float, str] | None = None
        self._asking = asyncio.Lock()

    async def tried(self) -> str:
        """Return `ok`, or what is wrong; many who ask at once wait for one question."""
        if self._follower.current is None:
            return NOT_THERE
        async with self._asking:
            if self._found is None or self._clock() - self._found[0] > SECONDS_KNOWN:
                found = await self._ask()
                self._found = (self._clock(), found)
            return self._found[1]

    async def _ask(self) -> str:
        view = self._follower.current
        assert view is not None  # noqa: S101 - once there is one there always is
        ASKER.set("readyz")
        cursor = view.cursor()
        try:
            await within(cursor, self._seconds, lambda: _small_question(cursor, view))
        except Problem:
            return f"none within {self._seconds:g} seconds"
        except duckdb.Error as error:
            return f"cannot be worked out ({type(error).__name__})"
        return "ok"


def _small_question(cursor: duckdb.DuckDBPyConnection, view: View) -> None:
    """Read some rows of the largest mart and add them up, as most questions do."""
    largest = max(view.marts.values(), key=lambda mart: view.figures.n_rows.get(mart.published, 0))
    columns = ", ".join(f'"{name}"' for name in list(largest.own_columns)[:8])
    cursor.execute(
        f"select {columns}, count(*) from (select * from {largest.relation} limit {ROWS}) group by all"
    ).fetchall()
