"""Rows of Cursor and the Anthropic Console, whole, in the shapes that the counterpart serves; a test states what differs."""

from datetime import date
from typing import Any

from tests.worlds.people import ADA

JsonObject = dict[str, Any]


def ms(day: date, seconds: float = 0) -> int:
    """Return an instant of a day in milliseconds."""
    return (day - date(1970, 1, 1)).days * 86_400_000 + round(seconds * 1000)


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


def event(day: date, seconds: float = 0, email: str = ADA, **changes: object) -> JsonObject:
    """Return a Cursor usage event."""
    return {
        "timestamp": str(ms(day, seconds)), "userEmail": email, "model": "claude-sonnet-5",
        "kind": "Usage-based", "maxMode": False, "requestsCosts": 1.4, "isTokenBasedCall": True,
        "isChargeable": True, "isHeadless": False,
        "tokenUsage": {"inputTokens": 1200, "outputTokens": 800, "cacheWriteTokens": 0,
                       "cacheReadTokens": 50000, "totalCents": 2.04},
        "cursorTokenFee": 1.3, "chargedCents": 3.34, **changes,
    }  # fmt: skip


def member(number: int, name: str) -> JsonObject:
    """Return a member of the Cursor team."""
    return {
        "id": f"u{number}", "name": name, "email": f"{name}@corp.example", "role": "member",
        "isRemoved": False,
    }  # fmt: skip


def spend_row(number: int, name: str, cents: float) -> JsonObject:
    """Return what a member spent in the cycle; 20 dollars more are included."""
    return {
        "userId": f"u{number}", "name": name, "email": f"{name}@corp.example", "role": "member",
        "spendCents": cents, "overallSpendCents": cents + 2000, "fastPremiumRequests": 0,
        "hardLimitOverrideDollars": 0, "monthlyLimitDollars": None,
        "effectivePerUserLimitDollars": 50,
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
        "speed": "standard", "workspace_id": None, **changes,
    }  # fmt: skip


def cost_row(amount: object = "1040.2511", **changes: object) -> JsonObject:
    """Return a result of the cost report."""
    return {
        "amount": amount, "currency": "USD", "workspace_id": None,
        "description": "Claude Sonnet 5 Usage - Input Tokens", "cost_type": "tokens",
        "token_type": "uncached_input_tokens", "model": "claude-sonnet-5",
        "context_window": "0-200k", "service_tier": "standard", "inference_geo": "global", **changes,
    }  # fmt: skip


def code_record(day: date, email: str = ADA, **changes: object) -> JsonObject:
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


def user(number: int, **changes: object) -> JsonObject:
    """Return a member of the Console's organisation."""
    return {
        "id": f"user_{number:02}", "type": "user", "email": f"user{number}@corp.example",
        "name": f"User {number}", "role": "developer", "added_at": "2026-01-01T00:00:00Z", **changes,
    }  # fmt: skip


def workspace(number: int, name: str, **changes: object) -> JsonObject:
    """Return a workspace."""
    return {
        "id": f"wrkspc_{number}", "type": "workspace", "name": name, "display_color": "#fff",
        "created_at": "2026-01-01T00:00:00Z", "archived_at": None,
        "data_residency": {"allowed_inference_geos": "unrestricted"}, "tags": {}, **changes,
    }  # fmt: skip


def vendor_cost(pico: int, **changes: object) -> JsonObject:
    """Return a line of Anthropic's own costs at the finest grain."""
    ada = {"type": "user_actor", "user_id": "user_01", "email_address": "ada@corp.example",
           "name": "Ada", "deleted": False}  # fmt: skip
    return {
        "actor": ada, "api_key_id": "apikey_01", "model": "claude-opus-5", "product": "claude_code",
        "workspace_id": "wrkspc_1", "context_window": "0-200k", "inference_geo": "global",
        "service_tier": "standard", "speed": "standard", "cost_type": "tokens",
        "token_type": "output_tokens", "requests": 3, "pico": pico, "list_pico": 2 * pico, **changes,
    }  # fmt: skip
