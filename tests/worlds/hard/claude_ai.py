"""Hard rows of claude.ai: two sources of one person-day, deleted accounts, fractions of a cent."""

import datetime as dt

from tests.worlds.hard.rows import table, timed
from tests.worlds.people import ADA, BOB, CAT

_FIRST, _SECOND, _LAST = dt.date(2026, 5, 31), dt.date(2026, 6, 1), dt.date(2026, 6, 2)
_TEAM_FILE = "claude_code_team_2026-05-01_to_2026-05-31.csv"

# One e-mail under two ids and two spellings, zeros, and an account without e-mail.
_USERS = table(
    "usage_date user_id email_address chat_distinct_conversation_count chat_message_count",
    (_FIRST, "user_1", "Ada@corp.example", 3, 20),
    (_FIRST, "user_1b", ADA, 1, None),
    (_FIRST, "user_2", BOB, 0, 0),
    (_SECOND, "user_1", ADA, 2, 7),
    (_SECOND, "user_gone", None, 1, 1),
    (_SECOND, "user_3", "", None, None),
    chat_distinct_projects_created_count=0,
    chat_distinct_files_uploaded_count=None,
    claude_code_distinct_session_count=1,
)

# Members who have Chat and Cowork unified: their chat in the new block, or in both.
_UNIFIED = table(
    "usage_date user_id email_address chat_message_count unified_chat_message_count claude_tag_active_message_count",
    (_LAST, "user_1", ADA, 0, 6, None),
    (_LAST, "user_2", BOB, 4, 4, 2),
    unified_chat_distinct_conversation_count=1,
)

# Fractions of a cent, other currencies, credits of Claude Code and a deleted user.
_COSTS = table(
    "usage_date actor_user_id actor_email product model amount currency",
    (_FIRST, "user_1", "Ada@Corp.example", "chat", "claude-opus-5", "1520.250000", "USD"),
    (_FIRST, "user_1", ADA, "claude_code", "claude-opus-5", "0.0000005", "USD"),
    (_FIRST, "user_2", BOB, None, "claude-opus-5", "-3.335", "usd"),
    (_SECOND, "user_gone", None, "cowork", "claude-opus-5", "0", None),
    (_SECOND, "user_gone", None, "cowork", "claude-opus-5", "33.3333333333333", "USD"),
    (_LAST, None, None, "other", None, "1", "USD"),
    actor_type="user_actor",
    requests=3,
)

# What Analytics has too, what it lacks, events that are no use and ones nobody knows; at so many seconds.
_LOG = table(
    "usage_date created_at event actor_uuid actor_email_address",
    (_FIRST, 1, "conversation_created", "uuid_1", "ADA@corp.example"),
    (_FIRST, 2, "conversation_created", "uuid_2", BOB),
    (_FIRST, 3, "conversation_created", "uuid_4", CAT),
    (_FIRST, 4, "project_created", "uuid_4", CAT),
    (_LAST, 5, "file_uploaded", "uuid_9", None),
    (_LAST, 6, "user_attempted_magic_link_verification", None, None),
    (_LAST, 7, "something_new", "uuid_1", ADA),
    (_LAST, 8, "conversation_created", None, None),
    actor_type="account",
    client_platform="",
)

TABLES = {
    "daily_users": [
        row | {"last_activity_date": row["usage_date"]} for row in (*_USERS, *_UNIFIED)
    ],
    # A day with a rate that does not end, and one without seats.
    "daily_summaries": table(
        "usage_date assigned_seat_count daily_active_user_count daily_adoption_rate",
        (_FIRST, 3, 2, "66.666666666666"),
        (_SECOND, None, 0, None),
    ),
    "user_cost_report": [
        row | {"actor_deleted": row["actor_email"] is None, "list_amount": row["amount"]}
        for row in _COSTS
    ]
    # The e-mail under its other name, and a product that nobody has listed.
    + table(
        "usage_date actor_user_id actor_email_address product model amount currency",
        (_LAST, "user_1", "ADA@corp.example", "chat_cowork_unified", "claude-opus-5", "2.5", "USD"),
        (_LAST, "user_2", BOB, "claude_dream", "claude-opus-5", "3", "USD"),
        actor_type="user_actor",
    ),
    # More than the users have, less, and nothing of them.
    "organization_cost_report": table(
        "usage_date product amount list_amount currency",
        (_FIRST, "chat", "1600.5", "1600.5", "USD"),
        (_SECOND, "cowork", "30", "30", "usd"),
        (_LAST, "claude-tag", "12.000001", None, None),
        (_LAST, "cc_security_autopatch", "7", "7", "USD"),
    ),
    # Tokens of which one kind of cache is unknown, and a product that is counted elsewhere.
    "user_usage_report": table(
        "usage_date actor_user_id actor_email product"
        " cache_creation_ephemeral_5m_input_tokens cache_creation_ephemeral_1h_input_tokens",
        (_FIRST, "user_1", ADA, "chat", 10, None),
        (_FIRST, "user_1", "Ada@corp.example", None, None, 4),
        (_FIRST, "user_1", ADA, "claude_code", 1000, 1000),
        (_SECOND, "user_gone", None, "cowork", 1, 0),
        model="claude-opus-5",
        uncached_input_tokens=5,
        output_tokens=7,
    ),
    "audit_log": timed(
        (row | {"row_hash": f"line {row['created_at']}"} for row in _LOG), "created_at"
    ),
    # A line of a period and one without.
    "spend_reports": table(
        "file_name file_row period_start period_end user_email product total_net_spend_usd",
        ("spend.csv", 2, _FIRST, _LAST, "Ada@corp.example", "chat", "15.2025000001"),
        ("spend.csv", 3, None, None, None, None, None),
    ),
    # A line with and one without money.
    "claude_code_team_reports": table(
        "file_name file_row period_start period_end user_name spend_this_month_usd lines_this_month",
        (_TEAM_FILE, 2, dt.date(2026, 5, 1), _FIRST, "ADA@corp.example", "1234.56", 15344),
        ("old.csv", 2, None, None, "claude_code_key_bob_x1", None, None),
    ),
}
