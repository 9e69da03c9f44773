"""A company small enough to be written by hand, as the counterpart serves it: two people for three days.

Every list may be changed, before the first run or between two.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.worlds.access import access_lists
from tests.worlds.answers import (
    JsonObject,
    api_key,
    code_record,
    cost_row,
    daily_row,
    event,
    member,
    ms,
    spend_row,
    usage_row,
    user,
    vendor_cost,
    workspace,
)
from tests.worlds.assistants import activity, audit_line, charge, gemini_event, seat_user, tokens
from tests.worlds.people import ADA, BOB

FIRST, SECOND, THIRD = DAYS = [date(2026, 6, day) for day in (1, 2, 3)]
SHEET_HEADERS = {
    "api_key_mapping": "api_key_id api_key_name owner_email platform purpose valid_from valid_to",
    "people": "email aliases name department team manager_email cost_centre valid_from valid_to",
    "seats": "vendor platform plan email monthly_usd valid_from valid_to",
    "invoices": "vendor invoice_month amount currency invoice_id",
    "budgets": "scope scope_value month amount_usd",
}


@dataclass
class TinyDay:
    """One day's rows, by vendor shape."""

    cursor_daily: list[JsonObject] = field(default_factory=list)
    cursor_events: list[JsonObject] = field(default_factory=list)
    messages: list[JsonObject] = field(default_factory=list)
    costs: list[JsonObject] = field(default_factory=list)
    claude_code: list[JsonObject] = field(default_factory=list)
    seat_users: list[JsonObject] = field(default_factory=list)
    charges: list[JsonObject] = field(default_factory=list)
    tokens: list[JsonObject] = field(default_factory=list)
    audit: list[tuple[str, ...]] = field(default_factory=list)
    gemini: list[JsonObject] = field(default_factory=list)


def _day(day: date) -> TinyDay:
    both = gemini_event(), gemini_event("inactive")
    return TinyDay(
        cursor_daily=[daily_row(day, ADA), daily_row(day, BOB, userId="u2")],
        cursor_events=[event(day, 60), event(day, 3600, BOB)],
        messages=[usage_row(), usage_row(model="claude-opus-5")],
        costs=[cost_row(), cost_row("3.5", workspace_id="wrkspc_1")],
        claude_code=[code_record(day), code_record(day, BOB)],
        seat_users=[seat_user(day), seat_user(day, BOB)],
        charges=[charge(), charge(model="claude-sonnet-5")],
        tokens=[tokens(), tokens(model="claude-sonnet-5")],
        audit=[audit_line(day, 60), audit_line(day, 30)],
        gemini=[
            activity(day, 60.12, *both),
            activity(day, 30.12, qualifier="9223372036854775807"),
        ],
    )


class TinyWorld:
    """What the counterpart asks a company for."""

    def __init__(self, days: list[date] | None = None) -> None:
        self.days = {day: _day(day) for day in days or DAYS}
        self.first_day = min(self.days)
        self.as_of = max(self.days) + timedelta(days=1)
        self.newest_engagement = self.as_of - timedelta(days=2)
        self.members = [member(0, "ada"), member(1, "bob")]
        self.spend = [spend_row(0, "ada", 812.5)]
        self.keys = [api_key(1), api_key(2)]
        self.console_users = [user(1, email="Ada@Corp.example", name="Ada")]
        self.spaces = [workspace(1, "Claude Code")]
        self.space_users = {"wrkspc_1": ["user_01"]}
        self.invited: list[JsonObject] = []
        self.vendor_costs: dict[date, list[JsonObject]] | None = None
        self.access: dict[tuple[str, str | None], list[JsonObject]] | None = None
        self.totals: dict[date, dict[str | None, tuple[int, int]]] | None = None
        self.sheets = {tab: [headers.split()] for tab, headers in SHEET_HEADERS.items()}
        self.sheets["people"].append([ADA, "", "Ada"])
        self.sheets["api_key_mapping"].append(["apikey_01", "", ADA])

    def day(self, day: date, /) -> TinyDay:
        return self.days.get(day) or TinyDay()

    def cursor_members(self) -> list[JsonObject]:
        return self.members

    def cursor_spend(self) -> tuple[list[JsonObject], int]:
        return self.spend, ms(FIRST)

    def cursor_groups(self) -> JsonObject:
        one = {"userId": "u0", "name": "ada", "email": ADA, "joinedAt": "2026-01-01", "leftAt": None,
               "spendCents": 5}  # fmt: skip
        group = {"id": "g1", "name": "Platform", "type": "BILLING", "directoryGroupId": None,
                 "memberCount": 1, "createdAt": "2026-01-01", "updatedAt": "2026-01-01",
                 "spendCents": 5.25, "currentMembers": [one], "formerMembers": [],
                 "dailySpend": []}  # fmt: skip
        cycle = {"cycleStart": "2026-06-01", "cycleEnd": "2026-07-01"}
        return {"groups": [group], "unassignedGroup": None, "billingCycle": cycle}

    def api_keys(self) -> list[JsonObject]:
        return self.keys

    def users(self) -> list[JsonObject]:
        return self.console_users

    def workspaces(self, include_archived: bool, /) -> list[JsonObject]:
        return [space for space in self.spaces if include_archived or not space["archived_at"]]

    def workspace_members(self, workspace_id: str, /) -> list[JsonObject]:
        kept = {"type": "workspace_member", "workspace_role": "workspace_user"}
        return [
            {"user_id": user_id, "workspace_id": workspace_id, **kept}
            for user_id in self.space_users.get(workspace_id, [])
        ]

    def access_rows(self, name: str, of: str | None, /) -> list[JsonObject] | None:
        return self.access.get((name, of), []) if self.access is not None else None

    def invites(self) -> list[JsonObject]:
        return self.invited

    def organization(self) -> JsonObject:
        key = "00000000-0000-4000-8000-000000000001"
        return {"id": key, "type": "organization", "name": "Corp"}

    def default_workspace(self) -> JsonObject:
        return {"id": "wrkspc_default", "type": "workspace", "name": "Default"}

    def newest_engagement_day(self) -> date:
        return self.newest_engagement

    def reports_refreshed(self) -> date:
        return self.as_of

    def engagement_users(self, day: date, /) -> list[JsonObject]:
        return self.day(day).seat_users

    def engagement_summary(self, day: date, /) -> JsonObject:
        return {
            "starting_at": f"{day}T00:00:00Z", "ending_at": f"{day + timedelta(days=1)}T00:00:00Z",
            "assigned_seat_count": 2, "daily_active_user_count": len(self.day(day).seat_users),
            "daily_adoption_rate": 100.0,
        }  # fmt: skip

    def user_cost_lines(self, day: date, /) -> list[JsonObject]:
        return self.day(day).charges

    def user_usage_lines(self, day: date, /) -> list[JsonObject]:
        return self.day(day).tokens

    def organization_costs(self, day: date, /) -> dict[str | None, tuple[int, int]] | None:
        return self.totals.get(day, {}) if self.totals is not None else None

    def vendor_cost_lines(self, day: date, /) -> list[JsonObject] | None:
        return self.vendor_costs.get(day, []) if self.vendor_costs is not None else None

    def audit_lines(self, day: date, /) -> list[tuple[str, ...]]:
        return self.day(day).audit

    def gemini_activities(self, day: date, /) -> list[JsonObject]:
        return self.day(day).gemini

    def offer_vendor_costs(self) -> None:
        """Have Anthropic offer its own costs: two lines a day, one of nobody."""
        nobody = vendor_cost(5 * 10**10, actor=None, api_key_id=None)
        self.vendor_costs = {day: [vendor_cost(10**10), dict(nobody)] for day in self.days}

    def offer_access(self, n: int = 1) -> None:
        """Have Anthropic offer its directories of 2026 with so many rows each, and claude.ai its totals."""
        self.access = access_lists(n)
        self.totals = {day: {"chat": (10**10, 2 * 10**10), None: (5, 5)} for day in self.days}

    def google_customer(self) -> str:
        return "C0tiny"

    def sheet(self, tab: str, /) -> list[list[str]]:
        return self.sheets.get(tab, [])
