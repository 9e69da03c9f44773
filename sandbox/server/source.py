"""What the server needs of a world, and the small cache between the two.

The world makes one day at a time. A big window is never held as objects: of each day only
the encoded rows are kept, and only of as many days as a page can touch.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

import orjson

from sandbox.server.answers import JsonObject

_DAILY_DAYS_KEPT = 62
_EVENT_DAYS_KEPT = 4

K = TypeVar("K")
V = TypeVar("V")


class DayLike(Protocol):
    """One UTC day in the shapes of the vendors."""

    @property
    def cursor_daily(self) -> Sequence[JsonObject]:
        """Rows of Cursor's daily usage, inactive members included."""
        ...

    @property
    def cursor_events(self) -> Sequence[JsonObject]:
        """Cursor's usage events in the order of time."""
        ...

    @property
    def messages(self) -> Sequence[JsonObject]:
        """Results of the messages usage report at the finest grouping."""
        ...

    @property
    def costs(self) -> Sequence[JsonObject]:
        """Results of the cost report at the finest grouping."""
        ...

    @property
    def claude_code(self) -> Sequence[JsonObject]:
        """Records of the Claude Code report."""
        ...


class WorldLike(Protocol):
    """The invented company."""

    @property
    def first_day(self) -> date:
        """The first day with data."""
        ...

    @property
    def as_of(self) -> date:
        """Today, in the world."""
        ...

    def day(self, day: date, /) -> DayLike:
        """Return one day; the world keeps the days it needs again."""
        ...

    def cursor_members(self) -> list[JsonObject]:
        """All members of the Cursor team, removed ones included."""
        ...

    def cursor_spend(self) -> tuple[list[JsonObject], int]:
        """Spend of the current cycle: the rows, and the cycle's start in milliseconds."""
        ...

    def cursor_groups(self) -> JsonObject:
        """Billing groups of the current cycle in their envelope."""
        ...

    def api_keys(self) -> list[JsonObject]:
        """API keys of the Anthropic organisation."""
        ...

    def users(self) -> list[JsonObject]:
        """Current members of the Anthropic organisation."""
        ...

    def workspaces(self, include_archived: bool, /) -> list[JsonObject]:
        """Workspaces without the default one."""
        ...

    def workspace_members(self, workspace_id: str, /) -> list[JsonObject]:
        """Members of one workspace."""
        ...

    def access_rows(self, name: str, of: str | None, /) -> list[JsonObject] | None:
        """A list of service accounts, groups or spend limits, of all or of one; None where there is none."""
        ...

    def invites(self) -> list[JsonObject]:
        """Invites to the Anthropic organisation."""
        ...

    def organization(self) -> JsonObject:
        """The Anthropic organisation."""
        ...

    def default_workspace(self) -> JsonObject:
        """The workspace that appears as null everywhere else."""
        ...

    def newest_engagement_day(self) -> date:
        """The newest day that claude.ai's engagement endpoints have."""
        ...

    def reports_refreshed(self) -> date:
        """The first day that claude.ai's reports by person do not have yet."""
        ...

    def engagement_users(self, day: date, /) -> list[JsonObject]:
        """Rows of claude.ai's users of one day, by user id."""
        ...

    def engagement_summary(self, day: date, /) -> JsonObject:
        """One day of claude.ai's summaries."""
        ...

    def user_cost_lines(self, day: date, /) -> list[JsonObject]:
        """Charges of claude.ai at the finest grain, amounts in pico-dollars."""
        ...

    def user_usage_lines(self, day: date, /) -> list[JsonObject]:
        """Tokens of claude.ai at the finest grain."""
        ...

    def organization_costs(self, day: date, /) -> dict[str | None, tuple[int, int]] | None:
        """What claude.ai cost the organisation by product, charged and at list price; None where it is not offered."""
        ...

    def vendor_cost_lines(self, day: date, /) -> list[JsonObject] | None:
        """Anthropic's costs of a day at the finest grain, in pico-dollars; None where they are not offered."""
        ...

    def audit_lines(self, day: date, /) -> list[tuple[str, ...]]:
        """One day of claude.ai's audit log, newest first."""
        ...

    def gemini_activities(self, day: date, /) -> list[JsonObject]:
        """One day of Gemini's activities, newest first."""
        ...

    def google_customer(self) -> str:
        """The id of the Google Workspace account."""
        ...

    def sheet(self, tab: str, /) -> list[list[str]]:
        """Cells of one tab, header first."""
        ...


@dataclass(frozen=True)
class DailyRows:
    """One day of Cursor's daily usage: encoded rows by user, and who was active."""

    rows: dict[str, bytes]
    active: frozenset[str]


@dataclass(frozen=True)
class EventRows:
    """One day of events in the order of time: instants beside the encoded events."""

    instants: list[int]
    rows: list[bytes]

    def span(self, start_ms: int, end_ms: int) -> tuple[int, int]:
        """Return the slice of the events with start <= instant <= end."""
        return bisect_left(self.instants, start_ms), bisect_right(self.instants, end_ms)


class _Recent(Generic[K, V]):
    """Keeps what was used last."""

    def __init__(self, size: int, make: Callable[[K], V]) -> None:
        self._size = size
        self._make = make
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = self._kept[key] = self._make(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value


class Days:
    """Days of one world, encoded once and kept while they are in use."""

    def __init__(self, world: WorldLike) -> None:
        """Start with nothing made."""
        self.world = world
        self._daily = _Recent(_DAILY_DAYS_KEPT, self._make_daily)
        self._events = _Recent(_EVENT_DAYS_KEPT, self._make_events)
        self._event_counts: dict[date, int] = {}

    def has(self, day: date) -> bool:
        """Say whether the world has data for the day."""
        return self.world.first_day <= day <= self.world.as_of

    def messages(self, day: date) -> Sequence[JsonObject]:
        """Return the messages usage of a day; nothing outside the world."""
        return self.world.day(day).messages if self.has(day) else ()

    def costs(self, day: date) -> Sequence[JsonObject]:
        """Return the bill of a day; nothing outside the world."""
        return self.world.day(day).costs if self.has(day) else ()

    def claude_code(self, day: date) -> Sequence[JsonObject]:
        """Return the Claude Code records of a day; nothing outside the world."""
        return self.world.day(day).claude_code if self.has(day) else ()

    def daily(self, day: date) -> DailyRows:
        """Return Cursor's daily rows of a day."""
        return self._daily.get(day)

    def events(self, day: date) -> EventRows:
        """Return Cursor's events of a day."""
        return self._events.get(day)

    def event_count(self, day: date) -> int:
        """Return how many events a day has, without keeping them."""
        if day not in self._event_counts:
            self.events(day)
        return self._event_counts[day]

    def _make_daily(self, day: date) -> DailyRows:
        rows: dict[str, bytes] = {}
        active = set()
        for row in self.world.day(day).cursor_daily if self.has(day) else ():
            user = str(row.get("userId") or row.get("email"))
            rows[user] = orjson.dumps({key: row[key] for key in row if key != "date"})
            if row.get("isActive"):
                active.add(user)
        return DailyRows(rows, frozenset(active))

    def _make_events(self, day: date) -> EventRows:
        events = self.world.day(day).cursor_events if self.has(day) else ()
        made = EventRows(
            [int(event["timestamp"]) for event in events],
            [orjson.dumps(event) for event in events],
        )
        self._event_counts[day] = len(made.rows)
        return made
