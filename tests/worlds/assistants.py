"""Rows of claude.ai and Gemini, whole, in the shapes that the counterpart serves; a test states what differs."""

from datetime import date

from tests.worlds.answers import JsonObject
from tests.worlds.people import ADA


def seat_user(day: date, email: str = ADA, **chat: int) -> JsonObject:
    """Return a row of Enterprise Analytics' users."""
    counters = ("accepted_count", "rejected_count")
    return {
        "user": {"id": f"user_{email[:3]}", "email_address": email, "type": "user"},
        "chat_metrics": {"message_count": 12, "distinct_conversation_count": 3, **chat},
        "claude_code_metrics": {
            "core_metrics": {"commit_count": 1, "distinct_session_count": 2, "pull_request_count": 0,
                             "lines_of_code": {"added_count": 40, "removed_count": 4}},
            "tool_actions": {"edit_tool": dict.fromkeys(counters, 2)},
        },
        "cowork_metrics": {"message_count": 0, "file_edit_count": None},
        "web_search_count": 1, "last_activity_date": day.isoformat(),
    }  # fmt: skip


def charge(email: str = ADA, **changes: object) -> JsonObject:
    """Return a charge at the finest grain; the counterpart makes cents of its pico-dollars."""
    return {
        **_head(email), "cost_type": "tokens", "token_type": "output_tokens", "requests": 7,
        "pico": 12_345_678_900, "list_pico": 20_000_000_000, **changes,
    }  # fmt: skip


def tokens(email: str = ADA, **changes: object) -> JsonObject:
    """Return the usage of a person at the finest grain."""
    return {
        **_head(email), "requests": 7, "uncached_input_tokens": 100,
        "cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 6},
        "cache_read_input_tokens": 50, "output_tokens": 20, "total_tokens": 181,
        "server_tool_use": {"web_search_requests": 1}, **changes,
    }  # fmt: skip


def _head(email: str) -> JsonObject:
    return {
        "actor": {"type": "user_actor", "user_id": f"user_{email[:3]}", "email": email,
                  "name": "Ada Test", "deleted": False},
        "product": "chat", "model": "claude-opus-5", "context_window": "0-200k",
        "inference_geo": "global", "speed": "standard", "rbac_group_id": None,
        "slack_channel_id": None,
    }  # fmt: skip


def audit_line(
    day: date, seconds: int = 0, email: str = ADA, event: str = "conversation_created"
) -> tuple[str, ...]:
    """Return a line of the audit log as it is exported."""
    moment = f"{day}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000001Z"
    actor = {
        "type": "account", "uuid": "00000000-0000-4000-8000-0000000000aa", "name": "Ada Test",
        "metadata": {"email_address": email},
    }  # fmt: skip
    entity = {"type": "chat_conversation", "uuid": "00000000-0000-4000-8000-0000000000bb"}
    return (
        moment,
        repr(actor),
        event,
        "{}",
        repr(entity),
        "203.0.113.9",
        "dev1",
        "Mozilla/5.0",
        "ios",
    )


def gemini_event(category: str = "active_generate", **changes: str) -> JsonObject:
    """Return an event of an activity."""
    found = {"app_name": "docs", "action": "generate_text", "event_category": category, **changes}
    return {
        "type": "ai_usage_event", "name": "feature_utilization",
        "parameters": [{"name": name, "value": value} for name, value in found.items()],
    }  # fmt: skip


def activity(
    day: date, seconds: float = 0, *events: JsonObject, email: str = ADA, qualifier: str = "-42"
) -> JsonObject:
    """Return an activity of the Reports API."""
    minutes = int(seconds // 60)
    moment = f"{day}T{minutes // 60:02}:{minutes % 60:02}:{seconds % 60:06.3f}Z"
    return {
        "kind": "admin#reports#activity",
        "id": {"time": moment, "uniqueQualifier": qualifier, "customerId": "C0tiny",
               "applicationName": "gemini_in_workspace_apps"},
        "actor": {"callerType": "USER", "email": email, "profileId": "1001"},
        "ipAddress": "203.0.113.9",
        "events": list(events) or [gemini_event()],
    }  # fmt: skip
