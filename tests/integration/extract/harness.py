"""What the loader's tests share: a company small enough to be written by hand, and a run.

`TinyWorld` holds the vendors' rows as plain lists that a test may change between two runs. `load` runs
the loader in this process against real HTTP on loopback and a real DuckDB file.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extract.cli import run_all
from extract.config import read_settings
from sandbox.server.options import ServerOptions
from sandbox.server.running import Running, running
from tests.integration.extract import assistants

JsonObject = dict[str, Any]
FIRST, AS_OF = date(2026, 6, 1), date(2026, 6, 4)
DAYS = [FIRST + timedelta(days=n) for n in range((AS_OF - FIRST).days)]
SHEET_HEADERS = {
    "api_key_mapping": "api_key_id api_key_name owner_email platform purpose valid_from valid_to",
    "people": "email aliases name department team manager_email cost_centre valid_from valid_to",
    "seats": "vendor platform plan email monthly_usd valid_from valid_to",
    "invoices": "vendor invoice_month amount currency invoice_id",
    "budgets": "scope scope_value month amount_usd",
}


def epoch_ms(day: date, seconds: float = 0) -> int:
    """Return an instant of a day in milliseconds."""
    return (day - date(1970, 1, 1)).days * 86_400_000 + int(seconds * 1000)


def daily_row(day: date, email: str, **changes: object) -> JsonObject:
    """Return a row of Cursor's daily usage."""
    return {
        "userId": "user_01", "day": day.isoformat(), "email": email, "isActive": True,
        "totalLinesAdded": 10, "totalLinesDeleted": 1, "acceptedLinesAdded": 12,
        "acceptedLinesDeleted": 0, "totalApplies": 1, "totalAccepts": 2, "totalRejects": 0,
        "totalTabsShown": 5, "totalTabsAccepted": 3, "composerRequests": 0, "chatRequests": 1,
        "agentRequests": 4, "cmdkUsages": 0, "subscriptionIncludedReqs": 2, "apiKeyReqs": 0,
        "usageBasedReqs": 1, "bugbotUsages": 0, "mostUsedModel": "default",
        "applyMostUsedExtension": "py", "tabMostUsedExtension": "", **changes,
    }  # fmt: skip


def event(
    day: date, seconds: float, email: str = "ada@corp.example", **changes: object
) -> JsonObject:
    """Return a Cursor usage event."""
    return {
        "timestamp": str(epoch_ms(day, seconds)), "userEmail": email, "model": "claude-sonnet-5",
        "kind": "Usage-based", "maxMode": False, "requestsCosts": 1.4, "isTokenBasedCall": True,
        "isChargeable": True, "isHeadless": False,
        "tokenUsage": {"inputTokens": 1200, "outputTokens": 800, "cacheWriteTokens": 0,
                       "cacheReadTokens": 50000, "totalCents": 2.04},
        "cursorTokenFee": 1.3, "chargedCents": 3.34, **changes,
    }  # fmt: skip


def usage_row(**changes: object) -> JsonObject:
    """Return a result of the messages usage report."""
    return {
        "uncached_input_tokens": 100,
        "cache_creation": {"ephemeral_5m_input_tokens": 7, "ephemeral_1h_input_tokens": 3},
        "cache_read_input_tokens": 50, "output_tokens": 20,
        "server_tool_use": {"web_search_requests": 2}, "account_id": None,
        "api_key_id": "apikey_01", "context_window": "0-200k", "inference_geo": "global",
        "model": "claude-sonnet-5", "service_account_id": None, "service_tier": "standard",
        "workspace_id": None, **changes,
    }  # fmt: skip


def cost_row(amount: object = "1040.2511", **changes: object) -> JsonObject:
    """Return a result of the cost report."""
    return {
        "amount": amount, "currency": "USD", "workspace_id": None,
        "description": "Claude Sonnet 5 Usage - Input Tokens", "cost_type": "tokens",
        "token_type": "uncached_input_tokens", "model": "claude-sonnet-5",
        "context_window": "0-200k", "service_tier": "standard", "inference_geo": "global", **changes,
    }  # fmt: skip


def code_record(day: date, email: str = "ada@corp.example", **changes: object) -> JsonObject:
    """Return a record of the Claude Code report."""
    return {
        "date": f"{day}T00:00:00Z", "organization_id": "00000000-0000-4000-8000-000000000001",
        "actor": {"type": "user_actor", "email_address": email}, "customer_type": "api",
        "subscription_type": None, "is_remote": False, "terminal_type": "vscode",
        "core_metrics": {"num_sessions": 3, "lines_of_code": {"added": 210, "removed": 40},
                         "commits_by_claude_code": 2, "pull_requests_by_claude_code": 1},
        "tool_actions": {"edit_tool": {"accepted": 9, "rejected": 1}},
        "model_breakdown": [
            {"model": model, "tokens": {"input": 9, "output": 24, "cache_read": 81, "cache_creation": 7},
             "estimated_cost": {"amount": 15, "currency": "USD"}}
            for model in ("claude-opus-5", "claude-sonnet-5")
        ], **changes,
    }  # fmt: skip


def api_key(number: int, **changes: object) -> JsonObject:
    """Return an API key of the directory."""
    return {
        "id": f"apikey_{number:02}", "type": "api_key", "name": f"key-{number}", "status": "active",
        "created_at": "2026-01-05T09:00:00Z", "created_by": {"id": "user_01", "type": "user"},
        "expires_at": None, "partial_key_hint": "sk-ant-api03-abc...xyz", "principal": None,
        "workspace_id": None, **changes,
    }  # fmt: skip


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


class TinyWorld:
    """A company of two people for three days; every list may be changed."""

    def __init__(self, days: list[date] | None = None) -> None:
        self.span = days or DAYS
        self.days = {
            day: TinyDay(
                [
                    daily_row(day, "ada@corp.example"),
                    daily_row(day, "bob@corp.example", userId="u2"),
                ],
                [event(day, 60), event(day, 3600, "bob@corp.example")],
                [usage_row(), usage_row(model="claude-opus-5")],
                [cost_row(), cost_row("3.5", workspace_id="wrkspc_1")],
                [code_record(day), code_record(day, "bob@corp.example")],
                [assistants.seat_user(day), assistants.seat_user(day, "bob@corp.example")],
                [assistants.charge(), assistants.charge(model="claude-sonnet-5")],
                [assistants.tokens(), assistants.tokens(model="claude-sonnet-5")],
                [assistants.audit_line(day, 60), assistants.audit_line(day, 30)],
                [
                    assistants.activity(
                        day, 60, assistants.gemini_event(), assistants.gemini_event("inactive")
                    ),
                    assistants.activity(day, 30, qualifier="9223372036854775807"),
                ],
            )
            for day in self.span
        }
        self.members: list[JsonObject] = [
            {"id": f"u{n}", "name": name, "email": f"{name}@corp.example", "role": "member",
             "isRemoved": False}
            for n, name in enumerate(("ada", "bob"))
        ]  # fmt: skip
        self.keys = [api_key(1), api_key(2)]
        self.sheets: dict[str, list[list[str]]] = {
            tab: [headers.split()] for tab, headers in SHEET_HEADERS.items()
        }
        self.sheets["people"].append(["ada@corp.example", "", "Ada"])
        self.sheets["api_key_mapping"].append(["apikey_01", "", "ada@corp.example"])

    @property
    def first_day(self) -> date:
        return self.span[0]

    @property
    def as_of(self) -> date:
        return self.span[-1] + timedelta(days=1)

    def day(self, day: date, /) -> TinyDay:
        return self.days.get(day) or TinyDay()

    def cursor_members(self) -> list[JsonObject]:
        return self.members

    def cursor_spend(self) -> tuple[list[JsonObject], int]:
        rows: list[JsonObject] = [
            {"userId": "u1", "name": "ada", "email": "ada@corp.example", "role": "member",
             "spendCents": 812.5, "overallSpendCents": 2812.5, "fastPremiumRequests": 0,
             "hardLimitOverrideDollars": 0, "monthlyLimitDollars": None,
             "effectivePerUserLimitDollars": 50}
        ]  # fmt: skip
        return rows, epoch_ms(FIRST)

    def cursor_groups(self) -> JsonObject:
        member = {"userId": "u1", "name": "ada", "email": "ada@corp.example", "joinedAt": "2026-01-01",
                  "leftAt": None, "spendCents": 5}  # fmt: skip
        group = {"id": "g1", "name": "Platform", "type": "BILLING", "directoryGroupId": None,
                 "memberCount": 1, "createdAt": "2026-01-01", "updatedAt": "2026-01-01",
                 "spendCents": 5.25, "currentMembers": [member], "formerMembers": [],
                 "dailySpend": []}  # fmt: skip
        cycle = {"cycleStart": "2026-06-01", "cycleEnd": "2026-07-01"}
        return {"groups": [group], "unassignedGroup": None, "billingCycle": cycle}

    def api_keys(self) -> list[JsonObject]:
        return self.keys

    def users(self) -> list[JsonObject]:
        return [{"id": "user_01", "type": "user", "email": "Ada@Corp.example", "name": "Ada",
                 "role": "developer", "added_at": "2026-01-01T00:00:00Z"}]  # fmt: skip

    def workspaces(self, include_archived: bool, /) -> list[JsonObject]:
        del include_archived
        return [{"id": "wrkspc_1", "type": "workspace", "name": "Claude Code", "display_color": "#fff",
                 "created_at": "2026-01-01T00:00:00Z", "archived_at": None,
                 "data_residency": {"allowed_inference_geos": "unrestricted"},
                 "tags": {}}]  # fmt: skip

    def workspace_members(self, workspace_id: str, /) -> list[JsonObject]:
        return [{"type": "workspace_member", "user_id": "user_01", "workspace_id": workspace_id,
                 "workspace_role": "workspace_user"}]  # fmt: skip

    def invites(self) -> list[JsonObject]:
        return []

    def organization(self) -> JsonObject:
        return {
            "id": "00000000-0000-4000-8000-000000000001",
            "type": "organization",
            "name": "Corp",
        }

    def default_workspace(self) -> JsonObject:
        return {"id": "wrkspc_0", "type": "workspace", "name": "Default"}

    def newest_engagement_day(self) -> date:
        return self.as_of - timedelta(days=2)

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

    def audit_lines(self, day: date, /) -> list[tuple[str, ...]]:
        return self.day(day).audit

    def gemini_activities(self, day: date, /) -> list[JsonObject]:
        return self.day(day).gemini

    def google_customer(self) -> str:
        return "C0tiny"

    def sheet(self, tab: str, /) -> list[list[str]]:
        return self.sheets.get(tab, [])


@dataclass(frozen=True)
class Loaded:
    """What a run returned and said."""

    code: int
    text: str


class Bench:
    """A served world and a warehouse of its own."""

    def __init__(self, world: TinyWorld, server: Running, folder: Path) -> None:
        self.world, self.server, self.folder = world, server, folder
        self.env = {
            **server.env,
            "SINCE": world.first_day.isoformat(),
            "UNTIL": world.as_of.isoformat(),
            "AS_OF": world.as_of.isoformat(),
            "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "HTTP_BACKOFF_SECONDS": "0.01",
        }

    def load(
        self,
        *sources: str,
        accept_shrink: bool = False,
        env: Mapping[str, str] | None = None,
        create_others: bool = False,
    ) -> Loaded:
        """Run the loader after the world may have changed."""
        self.server.serve(self.world)
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            settings = read_settings({**self.env, **(env or {})}, sources=sources)
            code = run_all(settings, accept_shrink=accept_shrink, create_others=create_others)
        return Loaded(code, out.getvalue())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the warehouse."""
        with duckdb.connect(self.env["DUCKDB_PATH"], read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def tables(self) -> dict[str, list[str]]:
        """Return every raw table's rows without the loader's own columns, sorted."""
        return contents(Path(self.env["DUCKDB_PATH"]))


def contents(path: Path) -> dict[str, list[str]]:
    """Return every raw table of a warehouse without the loader's own columns, sorted."""
    result = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('raw_cursor', 'raw_anthropic', 'raw_sheets', 'raw_claude_ai', 'raw_gemini', 'raw_orchestrator')"
            " and not starts_with(table_name, '_dlt') and table_name <> 'extract_runs'"
        ).fetchall()
        for schema, name in names:
            found = connection.execute(
                f"select columns(c -> c not in ('_loaded_at', '_dlt_load_id')) from {schema}.{name}"
            ).fetchall()
            result[f"{schema}.{name}"] = sorted(map(repr, found))
    return result


@contextmanager
def bench(folder: Path, world: TinyWorld | None = None) -> Iterator[Bench]:
    """Serve a tiny world and offer a warehouse in `folder`."""
    world = world or TinyWorld()
    with running(world, options=ServerOptions(rate_limits=False)) as server:
        yield Bench(world, server, folder)
