"""The company in a box: one object that answers what every vendor would say.

A calendar day is a function of seed, people, date and scenario alone. ``as_of`` only cuts off the
future and ``days`` the far past, so tomorrow's world agrees with today's about every shared day.
Only with a restatement (``Scenario.revision``) or stragglers (``late_days``) does the distance to
``as_of`` matter, because that is what they are about. Days are computed when asked for and a few
dozen are kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sandbox.world import access, anthropic_rows, cursor_rows, directories, sheets, vendor_costs
from sandbox.world.assistant_days import AssistantDays
from sandbox.world.cursor_reality import INCLUDED, CursorDay, Request
from sandbox.world.cursor_rows import Row
from sandbox.world.invoices import invoice_rows
from sandbox.world.reality import Reality
from sandbox.world.scenario import Scenario

KEPT_DAYS = 40
KEPT_ROWS = 200_000
"""Bounds of what is kept: many days of a small company, a few of a large one."""

Spend = dict[int, tuple[int, int]]
"""Per person (serial number) the charges and the included value, in millionths of a cent."""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the vendors report about one UTC day, in their own shapes.

    Attributes:
        cursor_daily: Rows of ``/teams/daily-usage-data``; ``date`` is midnight.
        cursor_events: Rows of ``/teams/filtered-usage-events`` in time order.
        messages: Results of ``usage_report/messages`` at the finest grouping.
        costs: Results of ``cost_report`` grouped by workspace and description.
        claude_code: Records of ``usage_report/claude_code``.
    """

    cursor_daily: list[Row]
    cursor_events: list[Row]
    messages: list[Row]
    costs: list[Row]
    claude_code: list[Row]


class World(Reality):
    """The company with its vendors' answers about it."""

    def __init__(
        self,
        people: int = 40,
        days: int = 90,
        seed: int = 7,
        as_of: date | None = None,
        scenario: Scenario | None = None,
    ) -> None:
        """Found the company as it stands on a day (default: today, UTC)."""
        super().__init__(people, days, seed, as_of or datetime.now(UTC).date(), scenario)
        self._kept: OrderedDict[date, Day] = OrderedDict()
        self._kept_rows = 0
        self._cycle_begun = directories.cycle_start(self.as_of)
        self._spent: dict[date, Spend] = {}
        self._spend: Spend | None = None
        self._invoices: list[list[str]] | None = None
        self.assistants = AssistantDays(self)

    def day(self, day: date) -> Day:
        """Return the vendors' reports about one day; a day that is not served is empty."""
        if not self.has(day):
            return Day([], [], [], [], [])
        found = self._kept.get(day)
        if found is None:
            found = self._report(day)
            self._kept[day] = found
            self._kept_rows += _size(found)
            while len(self._kept) > KEPT_DAYS or (
                self._kept_rows > KEPT_ROWS and len(self._kept) > 1
            ):
                self._kept_rows -= _size(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(day)
        return found

    def cursor_members(self) -> list[Row]:
        """Return ``teamMembers`` of ``/teams/members``."""
        return directories.cursor_members(self.roster, self.today)

    def cursor_spend(self) -> tuple[list[Row], int]:
        """Return ``teamMemberSpend`` of ``/teams/spend`` and ``subscriptionCycleStart`` in ms."""
        return directories.cursor_spend(self.roster, self.as_of, self._cycle_spend())

    def cursor_groups(self) -> Row:
        """Return the answer of ``/teams/groups``."""
        return directories.cursor_groups(self.roster, self.as_of, self._cycle_spend(), self.seed)

    def api_keys(self) -> list[Row]:
        """Return the organisation's API keys."""
        keys = directories.api_keys(self.roster, self.ring, self.today)
        if self.scenario.is_november:
            return [directories.scoped(row, self.ring) for row in keys]
        return keys

    def users(self) -> list[Row]:
        """Return the organisation's current users."""
        return directories.users(self.roster, self.today)

    def workspaces(self, include_archived: bool = False) -> list[Row]:
        """Return the workspaces except the default one."""
        return directories.workspaces(self.ring, self.today, include_archived=include_archived)

    def default_workspace(self) -> Row:
        """Return the default workspace, which is null everywhere else."""
        return directories.default_workspace(self.ring)

    def workspace_members(self, workspace_id: str) -> list[Row]:
        """Return the members of one workspace."""
        return directories.workspace_members(self.roster, self.ring, self.today, workspace_id)

    def access_rows(self, name: str, of: str | None) -> list[Row] | None:
        """Return a list of service accounts, groups or spend limits; None where the vendor has none."""
        if not self.scenario.is_november:
            return None
        return access.rows(self.roster, self.ring, self.today, name, of)

    def invites(self) -> list[Row]:
        """Return the organisation's invitations."""
        return directories.invites(self.roster, self.today, self.seed)

    def organization(self) -> Row:
        """Return the organisation."""
        return directories.organization(self.seed)

    def newest_engagement_day(self) -> date:
        """Return the newest day that claude.ai's engagement endpoints have."""
        return self.assistants.newest_engagement_day

    def reports_refreshed(self) -> date:
        """Return the first day that claude.ai's reports by person do not have yet."""
        return self.assistants.refreshed

    def engagement_users(self, day: date) -> list[Row]:
        """Return the rows of claude.ai's ``/users`` of a day."""
        return self.assistants.users(day)

    def engagement_summary(self, day: date) -> Row:
        """Return a day of claude.ai's ``/summaries``."""
        return self.assistants.summary(day)

    def user_cost_lines(self, day: date) -> list[Row]:
        """Return the finest lines of claude.ai's ``/user_cost_report`` of a day."""
        return self.assistants.cost_lines(day)

    def user_usage_lines(self, day: date) -> list[Row]:
        """Return the finest lines of claude.ai's ``/user_usage_report`` of a day."""
        return self.assistants.usage_lines(day)

    def organization_costs(self, day: date) -> dict[str | None, tuple[int, int]] | None:
        """Return claude.ai's ``/cost_report`` of a day by product, in pico-dollars; None where it is not offered."""
        return self.assistants.organization_costs(day)

    def vendor_cost_lines(self, day: date) -> list[Row] | None:
        """Return the finest lines of Anthropic's ``analytics/cost`` of a day; None where it is not offered."""
        if not self.scenario.offers_vendor_costs:
            return None
        if not (self.has(day) and self.is_billed(day)):
            return []
        return vendor_costs.cost_lines(self.claude(day), self.ring, self.today)

    def audit_lines(self, day: date) -> list[tuple[str, ...]]:
        """Return claude.ai's audit log of a day, newest first."""
        return self.assistants.audit_lines(day)

    def gemini_activities(self, day: date) -> list[Row]:
        """Return Gemini's activities of a day, newest first."""
        return self.assistants.activity_rows(day)

    def google_customer(self) -> str:
        """Return the id of the Google Workspace account."""
        return self.assistants.customer

    def sheet(self, tab: str) -> list[list[str]]:
        """Return one tab of the company's spreadsheet, header first."""
        lister: Callable[[], list[list[str]]] = self._invoice_rows
        return sheets.tab(tab, self.roster, self.ring, self.as_of, lister)

    def _report(self, day: date) -> Day:
        start_ms = cursor_rows.midnight_ms(day)
        daily: list[Row] = []
        requests: list[Request] = []
        members = list(self.cursor(day))
        if day >= self._cycle_begun.date():
            self._spent[day] = self._spent_by(members, day)
        for member in members:
            if member.person.in_cursor:
                daily.append(cursor_rows.daily_row(member, day, start_ms))
            requests.extend(member.requests)
        requests.extend(self.machines(day))
        happened = self.claude(day)
        return Day(
            cursor_daily=daily,
            cursor_events=cursor_rows.event_rows(requests, start_ms),
            messages=anthropic_rows.message_rows(happened),
            costs=anthropic_rows.cost_rows(happened) if self.is_billed(day) else [],
            claude_code=anthropic_rows.claude_code_rows(
                happened,
                directories.organization_id(self.seed),
                spelled=self.scenario.has("spelled_models"),
            ),
        )

    def _spent_by(self, members: Iterable[CursorDay], day: date) -> Spend:
        """Add up one day's part of the running cycle; the cycle's first day begins after noon."""
        begun_ms = int(self._cycle_begun.timestamp()) * 1000 - cursor_rows.midnight_ms(day)
        spent: Spend = {}
        for member in members:
            counted = [request for request in member.requests if request.ms >= begun_ms]
            included = sum(request.total for request in counted if request.kind == INCLUDED)
            spent[member.person.serial] = (sum(one.charged for one in counted), included)
        return spent

    def _cycle_spend(self) -> Spend:
        """Add up the running cycle; days that were reported already are not lived again."""
        if self._spend is None:
            total: Spend = {}
            for day in self.dates():
                if day < self._cycle_begun.date():
                    continue
                if day not in self._spent:
                    self._spent[day] = self._spent_by(self.cursor(day), day)
                for serial, (charged, included) in self._spent[day].items():
                    before = total.get(serial, (0, 0))
                    total[serial] = (before[0] + charged, before[1] + included)
            self._spend = total
        return self._spend

    def _invoice_rows(self) -> list[list[str]]:
        if self._invoices is None:
            self._invoices = invoice_rows(self, self.assistants)
        return self._invoices


def _size(day: Day) -> int:
    return (
        len(day.cursor_daily)
        + len(day.cursor_events)
        + len(day.messages)
        + len(day.costs)
        + len(day.claude_code)
    )
