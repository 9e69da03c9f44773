"""Hard rows of claude.ai: two sources of one person-day, deleted accounts, fractions of a cent."""

import datetime as dt

from tests.bigquery.world.cursor_rows import Row

_FIRST = dt.date(2026, 5, 31)
_SECOND = dt.date(2026, 6, 1)
_LAST = dt.date(2026, 6, 2)


def daily_users() -> list[Row]:
    """Return one e-mail under two ids and two spellings, zeros, and an account without e-mail."""
    return [
        _user(_FIRST, "user_1", "Ada@example.example", 3, 20),
        _user(_FIRST, "user_1b", "ada@example.example", 1, None),
        _user(_FIRST, "user_2", "bo@example.example", 0, 0),
        _user(_SECOND, "user_1", "ada@example.example", 2, 7),
        _user(_SECOND, "user_gone", None, 1, 1),
        _user(_SECOND, "user_3", "", None, None),
    ]


def _user(
    day: dt.date, user: str, email: str | None, conversations: int | None, messages: int | None
) -> Row:
    return {
        "usage_date": day,
        "user_id": user,
        "email_address": email,
        "chat_distinct_conversation_count": conversations,
        "chat_message_count": messages,
        "chat_distinct_projects_created_count": 0,
        "chat_distinct_files_uploaded_count": None,
        "claude_code_distinct_session_count": 1,
        "last_activity_date": day,
    }


def daily_summaries() -> list[Row]:
    """Return a day with a rate that does not end, and one without seats."""
    return [
        {
            "usage_date": _FIRST,
            "assigned_seat_count": 3,
            "daily_active_user_count": 2,
            "daily_adoption_rate": "66.666666666666",
        },
        {"usage_date": _SECOND, "assigned_seat_count": None, "daily_active_user_count": 0},
    ]


def user_cost_report() -> list[Row]:
    """Return fractions of a cent, other currencies, credits of Claude Code and a deleted user."""
    return [
        _cost(_FIRST, "user_1", "Ada@Example.example", "chat", "1520.250000", "USD"),
        _cost(_FIRST, "user_1", "ada@example.example", "claude_code", "0.0000005", "USD"),
        _cost(_FIRST, "user_2", "bo@example.example", None, "-3.335", "usd"),
        _cost(_SECOND, "user_gone", None, "cowork", "0", None),
        _cost(_SECOND, "user_gone", None, "cowork", "33.3333333333333", "USD"),
        _cost(_LAST, None, None, "other", "1", "USD"),
    ]


def _cost(
    day: dt.date,
    user: str | None,
    email: str | None,
    product: str | None,
    cents: str,
    currency: str | None,
) -> Row:
    return {
        "usage_date": day,
        "actor_type": "user_actor",
        "actor_user_id": user,
        "actor_email": email,
        "actor_deleted": email is None,
        "product": product,
        "model": None if product == "other" else "claude-opus-5",
        "requests": 3,
        "amount": cents,
        "list_amount": cents,
        "currency": currency,
    }


def user_usage_report() -> list[Row]:
    """Return tokens of which one kind of cache is unknown, and a product that is counted elsewhere."""
    return [
        _usage(_FIRST, "user_1", "ada@example.example", "chat", 10, None),
        _usage(_FIRST, "user_1", "Ada@example.example", None, None, 4),
        _usage(_FIRST, "user_1", "ada@example.example", "claude_code", 1000, 1000),
        _usage(_SECOND, "user_gone", None, "cowork", 1, 0),
    ]


def _usage(
    day: dt.date,
    user: str,
    email: str | None,
    product: str | None,
    short: int | None,
    long: int | None,
) -> Row:
    return {
        "usage_date": day,
        "actor_user_id": user,
        "actor_email": email,
        "product": product,
        "model": "claude-opus-5",
        "uncached_input_tokens": 5,
        "cache_creation_ephemeral_5m_input_tokens": short,
        "cache_creation_ephemeral_1h_input_tokens": long,
        "output_tokens": 7,
    }


def audit_log() -> list[Row]:
    """Return what Analytics has too, what it lacks, events that are no use and ones nobody knows."""
    return [
        _audit(_FIRST, 1, "conversation_created", "uuid_1", "ADA@example.example"),
        _audit(_FIRST, 2, "conversation_created", "uuid_2", "bo@example.example"),
        _audit(_FIRST, 3, "conversation_created", "uuid_4", "cy@example.example"),
        _audit(_FIRST, 4, "project_created", "uuid_4", "cy@example.example"),
        _audit(_LAST, 5, "file_uploaded", "uuid_9", None),
        _audit(_LAST, 6, "user_attempted_magic_link_verification", None, None),
        _audit(_LAST, 7, "something_new", "uuid_1", "ada@example.example"),
        _audit(_LAST, 8, "conversation_created", None, None),
    ]


def _audit(day: dt.date, second: int, event: str, user: str | None, email: str | None) -> Row:
    moment = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=second)
    return {
        "usage_date": day,
        "row_hash": f"hash_{second}",
        "created_at": moment,
        "event": event,
        "actor_type": "account",
        "actor_uuid": user,
        "actor_email_address": email,
        "client_platform": "",
    }


def spend_reports() -> list[Row]:
    """Return a line of a period and one without."""
    return [
        {
            "file_name": "spend.csv",
            "file_row": 2,
            "period_start": _FIRST,
            "period_end": _LAST,
            "user_email": "Ada@example.example",
            "product": "chat",
            "total_net_spend_usd": "15.2025000001",
        },
        {"file_name": "spend.csv", "file_row": 3, "total_net_spend_usd": None},
    ]


def claude_code_team_reports() -> list[Row]:
    """Return a line with and one without money."""
    return [
        {
            "file_name": "claude_code_team_2026-05-01_to_2026-05-31.csv",
            "file_row": 2,
            "period_start": dt.date(2026, 5, 1),
            "period_end": dt.date(2026, 5, 31),
            "user_name": "ADA@example.example",
            "spend_this_month_usd": "1234.56",
            "lines_this_month": 15344,
        },
        {"file_name": "old.csv", "file_row": 2, "user_name": "claude_code_key_bo_x1"},
    ]


TABLES = {
    "daily_users": daily_users,
    "daily_summaries": daily_summaries,
    "user_cost_report": user_cost_report,
    "user_usage_report": user_usage_report,
    "audit_log": audit_log,
    "spend_reports": spend_reports,
    "claude_code_team_reports": claude_code_team_reports,
}
