"""A company written by hand, so that every expected value of these tests can be read off here.

Three Cursor members on three days (2026-06-01 to 2026-06-03), a handful of Anthropic rows,
five API keys. The second day has no Anthropic usage at all.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]

FIRST, SECOND, THIRD = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
ADA, BOB, CAT = "ada@corp.example", "bob@corp.example", "cat@corp.example"
DEFAULT_WORKSPACE = "wrkspc_default"


def ms(day: date, hour: int = 0, minute: int = 0, milliseconds: int = 0) -> int:
    instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    return int(instant.timestamp() * 1000) + milliseconds


def daily(user: str, email: str, day: date, *, active: bool = True) -> Row:
    return {
        "userId": user,
        "day": day.isoformat(),
        "date": ms(day),
        "email": email,
        "isActive": active,
        "totalLinesAdded": 10 if active else 0,
        "mostUsedModel": "default" if active else "",
    }


def event(instant: int, email: str, **more: object) -> Row:
    return {
        "timestamp": str(instant),
        "userEmail": email,
        "model": "claude-sonnet-5",
        "chargedCents": 3.34,
        **more,
    }


def message(tokens: int, **dimensions: str | None) -> Row:
    return {
        "uncached_input_tokens": tokens,
        "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
        "cache_read_input_tokens": 3,
        "output_tokens": 4,
        "server_tool_use": {"web_search_requests": 5},
        "account_id": None,
        "api_key_id": None,
        "context_window": "0-200k",
        "inference_geo": "global",
        "model": "claude-sonnet-5",
        "service_account_id": None,
        "service_tier": "standard",
        "speed": "standard",
        "workspace_id": None,
        **dimensions,
    }


def cost(amount: str, description: str, workspace: str | None) -> Row:
    return {
        "amount": amount,
        "currency": "USD",
        "workspace_id": workspace,
        "description": description,
        "cost_type": "tokens",
        "token_type": "output_tokens",
        "model": "claude-sonnet-5",
        "context_window": "0-200k",
        "service_tier": "standard",
        "inference_geo": "global",
    }


def record(day: date, number: int) -> Row:
    return {
        "date": f"{day}T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": f"user{number}@corp.example"},
        "core_metrics": {"num_sessions": number},
    }


def _assistant_user(number: int, day: date) -> Row:
    return {
        "user": {"id": f"user_{number}", "email_address": ADA, "type": "user"},
        "chat_metrics": {"message_count": number, "distinct_conversation_count": 1},
        "last_activity_date": day.isoformat(),
    }


def _assistant_line(user: str, product: str, kind: str, **measures: int) -> Row:
    deleted = user == "user_9"
    return {
        "actor": {
            "type": "user_actor",
            "user_id": user,
            "email": None if deleted else f"{user}@corp.example",
            "name": None,
            "deleted": deleted,
        },
        "product": product,
        "model": "claude-opus-5",
        "context_window": "0-200k",
        "inference_geo": "global",
        "speed": "standard",
        "rbac_group_id": None,
        "slack_channel_id": None,
        "cost_type": "tokens",
        "token_type": kind,
        **measures,
    }


def _activity(day: date, hour: int, email: str) -> Row:
    return {
        "id": {"time": f"{day}T{hour:02d}:00:00.000Z", "uniqueQualifier": str(-hour)},
        "actor": {"email": email},
        "events": [{"name": "feature_utilization", "parameters": []}],
    }


@dataclass
class TinyDay:
    cursor_daily: list[Row] = field(default_factory=list)
    cursor_events: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    costs: list[Row] = field(default_factory=list)
    claude_code: list[Row] = field(default_factory=list)


def _days() -> dict[date, TinyDay]:
    days = {
        day: TinyDay(
            cursor_daily=[
                daily("user_1", ADA, day),
                daily("user_2", BOB, day, active=day == SECOND),
                daily("user_3", CAT, day, active=False),
            ]
        )
        for day in (FIRST, SECOND, THIRD)
    }
    days[FIRST].cursor_events = [
        event(ms(FIRST), ADA),
        event(ms(FIRST, 9), BOB, serviceAccountId="sa_1"),
        event(ms(FIRST, 23, 59, 59_999), ADA, cloudAgentId="bc_1"),
    ]
    days[SECOND].cursor_events = [event(ms(SECOND), ADA), event(ms(SECOND, 12), BOB)]
    days[FIRST].messages = [
        message(100, api_key_id="apikey_1"),
        message(20, api_key_id="apikey_2", model="claude-opus-5", speed="fast"),
        message(3, api_key_id="apikey_1", workspace_id="wrkspc_1", service_tier="batch"),
    ]
    days[THIRD].messages = [message(7, account_id="user_1")]
    days[FIRST].costs = [
        cost("10.25", "Sonnet Output", None),
        cost("0.5", "Sonnet Input", None),
        cost("3.00", "Sonnet Output", "wrkspc_1"),
    ]
    days[FIRST].claude_code = [record(FIRST, number) for number in range(1, 26)]
    return days


class TinyWorld:
    first_day = FIRST
    as_of = THIRD

    def __init__(self) -> None:
        self.days = _days()

    def day(self, day: date, /) -> TinyDay:
        return self.days[day]

    def cursor_members(self) -> list[Row]:
        return [
            {"id": f"user_{number}", "name": name, "email": email, "role": "member"}
            for number, name, email in ((1, "Ada", ADA), (2, "Bob", BOB), (3, "Cat", CAT))
        ]

    def cursor_spend(self) -> tuple[list[Row], int]:
        rows = [
            {"userId": member["id"], "name": member["name"], "spendCents": cents}
            for member, cents in zip(self.cursor_members(), (5.0, 50.0, 0.0), strict=True)
        ]
        return rows, ms(FIRST)

    def cursor_groups(self) -> Row:
        return {"groups": [{"id": "group_1", "name": "Platform"}], "unassignedGroup": None}

    def api_keys(self) -> list[Row]:
        return [
            {
                "id": f"apikey_{number}",
                "status": "active" if number < 5 else "inactive",
                "workspace_id": "wrkspc_1" if number == 3 else None,
                "created_by": {"id": "user_1", "type": "user"} if number != 4 else None,
            }
            for number in range(1, 6)
        ]

    def users(self) -> list[Row]:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            {
                "id": f"user_{number}",
                "email": f"user{number}@corp.example",
                "role": "admin" if number == 1 else "developer",
                "added_at": (start + timedelta(days=number)).isoformat(),
            }
            for number in range(1, 25)
        ]

    def workspaces(self, include_archived: bool, /) -> list[Row]:
        rows = [{"id": "wrkspc_1", "name": "Claude Code", "archived_at": None}]
        if include_archived:
            rows.append({"id": "wrkspc_2", "name": "Old", "archived_at": "2026-05-01T00:00:00Z"})
        return rows

    def default_workspace(self) -> Row:
        return {"id": DEFAULT_WORKSPACE, "name": "Default"}

    def workspace_members(self, workspace_id: str, /) -> list[Row]:
        users = ("user_1", "user_2", "user_3") if workspace_id == "wrkspc_1" else ()
        return [{"user_id": user, "workspace_id": workspace_id} for user in users]

    def invites(self) -> list[Row]:
        return [
            {"id": "invite_1", "email": "new@corp.example", "role": "user", "status": "pending"},
            {"id": "invite_2", "email": ADA, "role": "admin", "status": "accepted"},
        ]

    def organization(self) -> Row:
        return {
            "id": "00000000-0000-4000-8000-000000000001",
            "type": "organization",
            "name": "Corp",
        }

    def newest_engagement_day(self) -> date:
        return SECOND

    def reports_refreshed(self) -> date:
        return THIRD

    def engagement_users(self, day: date, /) -> list[Row]:
        return [_assistant_user(number, day) for number in (1, 2, 3)] if day == FIRST else []

    def engagement_summary(self, day: date, /) -> Row:
        return {"starting_at": f"{day}T00:00:00Z", "daily_active_user_count": 3}

    def user_cost_lines(self, day: date, /) -> list[Row]:
        if day == THIRD:
            return []
        return [
            _assistant_line(
                "user_1", "chat", kind, requests=requests, pico=pico, list_pico=2 * pico
            )
            for kind, requests, pico in (
                ("output_tokens", 4, 12_345_678_900),
                ("uncached_input_tokens", 0, 20_000_000_000),
            )
        ] + [
            _assistant_line("user_2", "cowork", "output_tokens", requests=1, pico=1, list_pico=2),
            _assistant_line("user_9", "chat", "output_tokens", requests=1, pico=10, list_pico=20),
        ]

    def user_usage_lines(self, day: date, /) -> list[Row]:
        lines = [line for line in self.user_cost_lines(day) if line["requests"]]
        for line in lines:
            for name in ("pico", "list_pico", "cost_type", "token_type"):
                del line[name]
            line.update(output_tokens=7, cache_creation={"ephemeral_5m_input_tokens": 2})
        return lines

    def audit_lines(self, day: date, /) -> list[tuple[str, ...]]:
        moments = (f"{day}T12:00:00.000001Z", f"{day}T09:00:00.000000Z")
        return [(moment, "{}", "user_signed_out", *["{}"] * 2, *[""] * 4) for moment in moments]

    def gemini_activities(self, day: date, /) -> list[Row]:
        hours = (21, 9) if day != SECOND else ()
        return [_activity(day, hour, ADA if hour == 9 else BOB) for hour in hours]

    def google_customer(self) -> str:
        return "C0tiny"

    def sheet(self, tab: str, /) -> list[list[str]]:
        if tab == "people":
            return [
                ["email", "name", "team", ""],
                [ADA, "Ada", "Platform", ""],
                ["", "", "", ""],
                [BOB, "007", "", ""],
                ["", "", "", ""],
            ]
        return [["vendor", "amount"], ["cursor", "1234.50"]] if tab == "invoices" else []
