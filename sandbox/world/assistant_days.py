"""The assistants' days of one world: what happened, and what the vendors say about it.

Few days are kept, and of past days only who was active, one bit per person.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from sandbox.world import audit_log, claude_ai_rows, gemini_reality, gemini_rows, seeded_hash
from sandbox.world.assistants import claude_account
from sandbox.world.claude_ai_reality import CHARGED_FROM, Charge, ChatDay, charges, chat_days
from sandbox.world.claude_ai_unified import UNIFIED, is_unified, unowned_pico
from sandbox.world.gemini_reality import Activity, activities
from sandbox.world.reality import Reality

Row = dict[str, Any]
Made = TypeVar("Made")

_KEPT = 12
REPORT_DAYS = 365
"""Reports by person go back so far."""
ENGAGEMENT_LAG = 2
"""The newest day of the engagement endpoints is so many days before today, at its start."""


class _Recent(Generic[Made]):
    def __init__(self, make: Callable[[date], Made]) -> None:
        self._make = make
        self._kept: OrderedDict[date, Made] = OrderedDict()

    def get(self, day: date) -> Made:
        if day not in self._kept:
            self._kept[day] = self._make(day)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(day)
        return self._kept[day]


@dataclass(frozen=True, slots=True)
class ClaudeAiDay:
    """One day of claude.ai: the truth beside what the API's endpoints are made from."""

    chats: list[ChatDay]
    charges: list[Charge]
    users: list[Row]


class AssistantDays:
    """Answers for claude.ai and Gemini of one world."""

    def __init__(self, company: Reality) -> None:
        """Start with no day made."""
        self._company = company
        self._claude_ai = _Recent(self._live)
        self._gemini = _Recent(self._activity_rows)
        self._active: dict[date, tuple[int, int, int]] = {}
        self.customer = f"C{seeded_hash.number(company.seed, 'customer') % 36**7:x}"

    @property
    def _is_november(self) -> bool:
        return self._company.scenario.is_november

    @property
    def newest_engagement_day(self) -> date:
        """The newest day that the engagement endpoints have: aggregated at 10:00 the next day."""
        return self._company.as_of - timedelta(days=ENGAGEMENT_LAG)

    @property
    def refreshed(self) -> date:
        """The first day that the reports by person do not have yet."""
        return self._company.as_of - timedelta(days=self._company.scenario.cost_lag_days)

    def claude_ai(self, day: date) -> ClaudeAiDay:
        """Return what happened in claude.ai on a day, and its user rows."""
        return self._claude_ai.get(day) if self._company.has(day) else ClaudeAiDay([], [], [])

    def has_users(self, day: date) -> bool:
        """Tell whether the engagement endpoints know a day."""
        return self._company.has(day) and CHARGED_FROM <= day <= self.newest_engagement_day

    def has_charges(self, day: date) -> bool:
        """Tell whether the reports by person have a day, and have it still."""
        oldest = self._company.as_of - timedelta(days=REPORT_DAYS)
        return self._company.is_billed(day) and day >= max(CHARGED_FROM, oldest)

    def is_logged(self, day: date) -> bool:
        """Tell whether the audit log still has a day."""
        back = (self._company.as_of - day).days
        return self._company.has(day) and back <= audit_log.KEPT_DAYS

    def has_activities(self, day: date) -> bool:
        """Tell whether the Reports API still has a day."""
        back = (self._company.as_of - day).days
        return self._company.has(day) and back <= gemini_reality.KEPT_DAYS

    def users(self, day: date) -> list[Row]:
        """Return the rows of ``/users`` of a day."""
        return self.claude_ai(day).users if self.has_users(day) else []

    def summary(self, day: date) -> Row:
        """Return the day's row of ``/summaries``."""
        today = day.toordinal()
        seated = sum(
            seat.platform == "claude_ai"
            and seat.monthly_cents > 0
            and seat.start <= today
            and (seat.end is None or today < seat.end)
            for seat in self._company.seats()
        )
        row: Row = {
            "starting_at": f"{day.isoformat()}T00:00:00Z",
            "ending_at": f"{day + timedelta(days=1)}T00:00:00Z",
            "assigned_seat_count": seated,
            "pending_invite_count": 1,
        }
        masks = {name: self._active_in(day, days) for name, days in _WINDOWS.items()}
        for name, (everything, _, _) in masks.items():
            row[f"{name}_active_user_count"] = everything
        for name, (everything, _, _) in masks.items():
            row[f"{name}_adoption_rate"] = round(100 * everything / seated, 2) if seated else None
        for name, (_, _, cowork) in masks.items():
            row[f"cowork_{name}_active_user_count"] = cowork
        for name, (_, chat, _) in masks.items():
            row[f"chat_{name}_active_user_count"] = chat
        if self._is_november:
            row.update(self._unified_counts(day))
        return row

    def _unified_counts(self, day: date) -> Row:
        """Return who was active in what is counted since November; nobody here designs, researches or writes letters with it."""
        row: Row = {
            f"{product}_{window}_active_user_count": 0
            for product in _NEW_PRODUCTS
            for window in _WINDOWS
        }
        for name, days in _UNIFIED_WINDOWS.items():
            members = 0
            for back in range(days):
                _, chat, cowork = self._active_on(day - timedelta(days=back))
                members |= (chat | cowork) & self._unified_members
            row[f"{UNIFIED}_{name}_active_user_count"] = members.bit_count()
        return row

    @property
    def _unified_members(self) -> int:
        """Members with Chat and Cowork unified on, one bit per person."""
        today = self._company.as_of.toordinal()
        accounts = (
            claude_account(self._company.seed, person)
            for person in self._company.roster.everyone(today + 1)
        )
        return sum(
            1 << account.person.serial
            for account in accounts
            if account is not None and is_unified(account)
        )

    def cost_lines(self, day: date) -> list[Row]:
        """Return the finest lines of ``/user_cost_report`` of a day."""
        if not self.has_charges(day):
            return []
        return claude_ai_rows.cost_lines(
            day, self.claude_ai(day).charges, is_november=self._is_november
        )

    def usage_lines(self, day: date) -> list[Row]:
        """Return the finest lines of ``/user_usage_report`` of a day."""
        if not self.has_charges(day):
            return []
        return claude_ai_rows.usage_lines(
            self.claude_ai(day).charges, is_november=self._is_november
        )

    def organization_costs(self, day: date) -> dict[str | None, tuple[int, int]] | None:
        """Return what a day cost the organisation by product, charged and at list price; None where it is not offered."""
        if not self._is_november:
            return None
        found: dict[str | None, tuple[int, int]] = {}
        for line in self.cost_lines(day):
            pico, list_pico = found.get(line["product"], (0, 0))
            found[line["product"]] = (pico + line["pico"], list_pico + line["list_pico"])
        for product, pico in self.unowned(day).items():
            before = found.get(product, (0, 0))
            found[product] = (before[0] + pico, before[1] + pico)
        return found

    def unowned(self, day: date) -> dict[str, int]:
        """Return what a day cost the organisation that no row by person has."""
        is_known = self._company.has(day) and self.has_charges(day)
        return unowned_pico(day) if self._is_november and is_known else {}

    def audit_lines(self, day: date) -> list[audit_log.Line]:
        """Return the audit log of a day, newest first."""
        if not self.is_logged(day):
            return []
        return audit_log.audit_lines(day, self._company.seed, self.chats(day))

    def chats(self, day: date) -> Iterator[ChatDay]:
        """Yield what happened in claude.ai on a day, without what was charged."""
        company = self._company
        return chat_days(day, company.as_of, company.seed, company.roster, company.scenario)

    def charges(self, day: date) -> Iterator[Charge]:
        """Yield what a day is charged for, whether any report has it or not."""
        company = self._company
        return charges(
            day,
            company.as_of,
            company.seed,
            list(self.chats(day)),
            company.claude(day),
            company.scenario,
        )

    def activities(self, day: date) -> Iterator[Activity]:
        """Yield what happened with Gemini on a day."""
        company = self._company
        return activities(day, company.as_of, company.seed, company.roster, company.scenario)

    def activity_rows(self, day: date) -> list[Row]:
        """Return the Reports API's activities of a day, newest first."""
        return self._gemini.get(day) if self.has_activities(day) else []

    def _activity_rows(self, day: date) -> list[Row]:
        return gemini_rows.activity_rows(day, self.customer, self.activities(day))

    def _live(self, day: date) -> ClaudeAiDay:
        company = self._company
        chats, claude = list(self.chats(day)), company.claude(day)
        return ClaudeAiDay(
            chats=chats,
            charges=list(
                charges(day, company.as_of, company.seed, chats, claude, company.scenario)
            ),
            users=claude_ai_rows.user_rows(
                day, company.seed, chats, claude, is_november=self._is_november
            ),
        )

    def _active_in(self, last: date, days: int) -> tuple[int, int, int]:
        masks = [self._active_on(last - timedelta(days=back)) for back in range(days)]
        found = [0, 0, 0]
        for mask in masks:
            for place in range(3):
                found[place] |= mask[place]
        return (found[0].bit_count(), found[1].bit_count(), found[2].bit_count())

    def _active_on(self, day: date) -> tuple[int, int, int]:
        """Return who was active at all, in chat and in cowork, one bit per person."""
        if not self.has_users(day):
            return (0, 0, 0)
        if day not in self._active:
            happened = self.claude_ai(day)
            chat = cowork = code = 0
            for one in happened.chats:
                bit = 1 << one.account.person.serial
                chat |= bit if one.is_use else 0
                cowork |= bit if one.cowork else 0
            for account in claude_ai_rows.sessions_by_account(
                self._company.seed, self._company.claude(day)
            ):
                code |= 1 << account.person.serial
            self._active[day] = (chat | cowork | code, chat, cowork)
        return self._active[day]


_WINDOWS = {"daily": 1, "weekly": 7, "monthly": 30}
_UNIFIED_WINDOWS = {"daily": 1, "weekly": 7, "monthly": 28}
_NEW_PRODUCTS = (UNIFIED, "claude_design", "claude_tag", "office_agent", "science")
