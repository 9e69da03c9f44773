"""What really happens in the company, day by day: people, keys, seats, and what they are used for.

No vendor's row is in it. What the vendors say about it is made above (``world.py``, ``assistant_days.py``,
``invoices.py``).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from sandbox.world.claude_reality import ClaudeDay, claude_day
from sandbox.world.cursor_reality import CursorDay, Request, cursor_day, machine_requests
from sandbox.world.delivery import Delivery, rollout_of
from sandbox.world.keys import KeyRing
from sandbox.world.people import Roster
from sandbox.world.rollout import Rollout
from sandbox.world.scenario import Scenario
from sandbox.world.sheets import Seat
from sandbox.world.sheets import seats as seats_of
from sandbox.world.tasks import Task, tasks_of_day


class Reality:
    """A small invented company."""

    def __init__(
        self, people: int, days: int, seed: int, as_of: date, scenario: Scenario | None
    ) -> None:
        """Found the company as it stands on a day."""
        self.scenario = scenario or Scenario()
        self.people = 1 if self.scenario.has("one_person") else max(1, people)
        self.days = 0 if self.scenario.has("zero_days") else max(0, days)
        self.seed = seed
        self.as_of = as_of
        self.first_day = as_of - timedelta(days=self.days)
        self.roster = Roster(seed, self.people, telling_names=self.scenario.has("telling_names"))
        self.ring = KeyRing(seed, self.roster, self.scenario)
        self._seats: list[Seat] | None = None

    def has(self, day: date) -> bool:
        """Tell whether the vendors have anything to say about a day."""
        return self.first_day <= day < self.as_of

    def dates(self) -> Iterator[date]:
        """Yield the served days, oldest first."""
        for number in range(self.days):
            yield self.first_day + timedelta(days=number)

    def is_billed(self, day: date) -> bool:
        """Tell whether the cost report has caught up with a day."""
        return (self.as_of - day).days > self.scenario.cost_lag_days

    def claude(self, day: date) -> ClaudeDay:
        """Return what really happened with Claude on a day."""
        return claude_day(
            day, self.as_of, self.seed, self.roster, self.ring, self.scenario, self.rollout
        )

    def cursor(self, day: date) -> Iterator[CursorDay]:
        """Yield what really happened in Cursor on a day, member by member."""
        return cursor_day(day, self.as_of, self.seed, self.roster, self.scenario, self.rollout)

    def machines(self, day: date) -> Iterator[Request]:
        """Yield the day's Cursor requests that no person made."""
        return machine_requests(day, self.as_of, self.seed, self.ring, self.scenario)

    def tasks(self, day: date) -> Iterator[Task]:
        """Yield what the orchestrator did on a day."""
        router_calls = self.scenario.has("router_calls")
        return tasks_of_day(day, self.seed, self.roster, router_calls=router_calls)

    @cached_property
    def rollout(self) -> Rollout[int] | None:
        """The roll-out of coding tools by team; None where everybody always had them."""
        if not self.scenario.has("delivery"):
            return None
        return rollout_of(self.seed, self.roster, self.first_day, self.days)

    @cached_property
    def delivery(self) -> Delivery | None:
        """How the company delivers software; None where nobody can see it."""
        if self.rollout is None or self.scenario.has("empty"):
            return None
        return Delivery(self.roster, self.first_day, self.as_of, self.rollout)

    def seats(self) -> list[Seat]:
        """Return every seat paid for so far, of leavers too."""
        if self._seats is None:
            credited = self.scenario.has("credits")
            self._seats = seats_of(self.roster, self.today, credited=credited)
        return self._seats

    @property
    def today(self) -> int:
        """The day as a number."""
        return self.as_of.toordinal()
