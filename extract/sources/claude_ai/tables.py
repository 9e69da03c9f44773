"""Contracts of raw_claude_ai: Enterprise Analytics, the audit-log export and the two report files."""

from extract.landing.contracts import Column, Kind, Mode, Table, columns

TOOLS = ("edit_tool", "multi_edit_tool", "notebook_edit_tool", "write_tool")
OFFICE_APPS = ("excel", "outlook", "powerpoint", "word")


CHAT_COUNTS = (
    "message_count thinking_message_count connectors_used_count"
    " shared_conversations_viewed_count distinct_conversation_count"
    " distinct_files_uploaded_count distinct_projects_created_count"
    " distinct_projects_used_count distinct_artifacts_created_count"
    " distinct_shared_artifacts_viewed_count distinct_skills_used_count"
    " distinct_connectors_used_count"
)
COWORK_COUNTS = (
    "action_count connectors_used_count dispatch_turn_count"
    " distinct_connectors_used_count distinct_session_count distinct_skills_used_count"
    " message_count skills_used_count plugins_used_count distinct_plugins_used_count"
    " file_edit_count edit_tool_count multi_edit_tool_count write_tool_count"
    " notebook_edit_tool_count sessions_with_file_edits_count artifacts_created_count"
)


def _block(block: str, names: str, prefix: str) -> list[Column]:
    """Declare the counters of one metric block of `users`, each under the block's short name."""
    return [Column(f"{prefix}_{name}", Kind.INT, f"{block}.{name}") for name in names.split()]


DAILY_USERS = Table(
    "daily_users",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, required=True),
        Column("user_id", Kind.STRING, "user.id", required=True),
        Column("email_address", Kind.STRING, "user.email_address", personal=True),
        Column("user_type", Kind.STRING, "user.type"),
        *_block("chat_metrics", CHAT_COUNTS, "chat"),
        Column(
            "claude_code_commit_count", Kind.INT, "claude_code_metrics.core_metrics.commit_count"
        ),
        Column(
            "claude_code_distinct_session_count",
            Kind.INT,
            "claude_code_metrics.core_metrics.distinct_session_count",
        ),
        Column(
            "claude_code_lines_added_count",
            Kind.INT,
            "claude_code_metrics.core_metrics.lines_of_code.added_count",
        ),
        Column(
            "claude_code_lines_removed_count",
            Kind.INT,
            "claude_code_metrics.core_metrics.lines_of_code.removed_count",
        ),
        Column(
            "claude_code_pull_request_count",
            Kind.INT,
            "claude_code_metrics.core_metrics.pull_request_count",
        ),
        *(
            Column(
                f"claude_code_{tool}_{verdict}_count",
                Kind.INT,
                f"claude_code_metrics.tool_actions.{tool}.{verdict}_count",
            )
            for tool in TOOLS
            for verdict in ("accepted", "rejected")
        ),
        Column(
            "claude_code_artifacts_created_count",
            Kind.INT,
            "claude_code_metrics.core_metrics.artifacts_created_count",
        ),
        *_block("cowork_metrics", COWORK_COUNTS, "cowork"),
        # What a member did who had "Chat and Cowork unified" on: the same measures, counted here instead.
        *_block("chat_cowork_unified_metrics.chat", CHAT_COUNTS, "unified_chat"),
        *_block("chat_cowork_unified_metrics.sessions", COWORK_COUNTS, "unified_cowork"),
        *_block("claude_tag_metrics", "active_day_count active_message_count", "claude_tag"),
        *_block(
            "design_metrics",
            "distinct_projects_created_count distinct_projects_used_count distinct_session_count"
            " message_count",
            "design",
        ),
        *(
            column
            for app in OFFICE_APPS
            for column in _block(
                f"office_metrics.{app}",
                "connectors_used_count distinct_connectors_used_count distinct_session_count"
                " distinct_skills_used_count message_count skills_used_count",
                f"office_{app}",
            )
        ),
        *_block(
            "science_metrics",
            "delegation_count distinct_session_count message_count remote_compute_job_count"
            " skills_used_count",
            "science",
        ),
        Column("web_search_count", Kind.INT, "web_search_count"),
        Column("last_activity_date", Kind.DATE, "last_activity_date"),
    ),
    # Only filled in answers grouped by group, which are never asked for: groups overlap.
    dropped=frozenset({"rbac_group_id", "rbac_group_name", "distinct_user_count"}),
)


DAILY_SUMMARIES = Table(
    "daily_summaries",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, "usage_date", required=True),
        Column("starting_at", Kind.TIMESTAMP, "starting_at"),
        Column("ending_at", Kind.TIMESTAMP, "ending_at"),
        *columns(Kind.INT, "assigned_seat_count pending_invite_count"),
        *columns(
            Kind.INT,
            "daily_active_user_count weekly_active_user_count monthly_active_user_count",
        ),
        *columns(Kind.DECIMAL, "daily_adoption_rate weekly_adoption_rate monthly_adoption_rate"),
        *columns(
            Kind.INT,
            "cowork_daily_active_user_count cowork_weekly_active_user_count"
            " cowork_monthly_active_user_count chat_daily_active_user_count"
            " chat_weekly_active_user_count chat_monthly_active_user_count"
            " claude_code_daily_active_user_count claude_code_weekly_active_user_count"
            " claude_code_monthly_active_user_count",
        ),
        # The month of `chat_cowork_unified` and of `claude_tag` has 28 days, that of the others 30.
        *columns(
            Kind.INT,
            " ".join(
                f"{product}_{window}_active_user_count"
                for product in (
                    *("chat_cowork_unified", "claude_design", "claude_tag"),
                    *("office_agent", "science"),
                )
                for window in ("daily", "weekly", "monthly")
            ),
        ),
    ),
)

_PER_USER = (
    Column("usage_date", Kind.DATE, "usage_date", required=True),
    Column("starting_at", Kind.TIMESTAMP, "starting_at"),
    Column("ending_at", Kind.TIMESTAMP, "ending_at"),
    Column("actor_type", Kind.STRING, "actor.type"),
    Column("actor_user_id", Kind.STRING, "actor.user_id"),
    # The vendor's own descriptions name the field either way; an answer has one of them.
    Column("actor_email_address", Kind.STRING, "actor.email_address", personal=True),
    Column("actor_email", Kind.STRING, "actor.email", personal=True),
    Column("actor_deleted", Kind.BOOL, "actor.deleted"),
    *columns(
        Kind.STRING,
        "product model context_window inference_geo speed rbac_group_id slack_channel_id",
    ),
    Column("requests", Kind.INT, "requests"),
)
# Only filled where they are grouped by, which is never asked for.
_TAG_GROUPS = frozenset({"claude_tag_category", "claude_tag_user_id"})
_UNUSED = frozenset({"actor.name", *_TAG_GROUPS})

USER_COSTS = Table(
    "user_cost_report",
    Mode.DAY,
    (
        *_PER_USER,
        Column("amount", Kind.DECIMAL, "amount", required=True),
        Column("list_amount", Kind.DECIMAL, "list_amount"),
        *columns(Kind.STRING, "currency cost_type token_type"),
    ),
    dropped=_UNUSED,
)

USER_USAGE = Table(
    "user_usage_report",
    Mode.DAY,
    (
        *_PER_USER,
        *columns(
            Kind.INT,
            "uncached_input_tokens cache_read_input_tokens output_tokens total_tokens",
        ),
        Column(
            "cache_creation_ephemeral_5m_input_tokens",
            Kind.INT,
            "cache_creation.ephemeral_5m_input_tokens",
        ),
        Column(
            "cache_creation_ephemeral_1h_input_tokens",
            Kind.INT,
            "cache_creation.ephemeral_1h_input_tokens",
        ),
        Column("web_search_requests", Kind.INT, "server_tool_use.web_search_requests"),
    ),
    dropped=_UNUSED,
)

ORGANIZATION_COSTS = Table(
    "organization_cost_report",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, required=True),
        Column("amount", Kind.DECIMAL, "amount", required=True),
        Column("list_amount", Kind.DECIMAL, "list_amount"),
        *columns(Kind.STRING, "currency product"),
        Column("requests", Kind.INT, "requests"),
    ),
    # Null unless grouped by.
    dropped=_TAG_GROUPS
    | {
        *("context_window", "cost_type", "inference_geo", "model", "rbac_group_id"),
        *("slack_channel_id", "speed", "token_type"),
    },
)

AUDIT_LOG = Table(
    "audit_log",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, "usage_date", required=True),
        # Hash of the whole line as exported: the file has no id, and exports overlap.
        Column("row_hash", Kind.STRING, "row_hash", required=True),
        Column("created_at", Kind.TIMESTAMP, "created_at", required=True),
        Column("event", Kind.CODE, "event", required=True),
        Column("actor_type", Kind.CODE, "actor_info.type"),
        Column("actor_uuid", Kind.CODE, "actor_info.uuid"),
        Column(
            "actor_email_address", Kind.STRING, "actor_info.metadata.email_address", personal=True
        ),
        Column("entity_type", Kind.CODE, "entity_info.type"),
        Column("entity_uuid", Kind.CODE, "entity_info.uuid"),
        Column("entity_project_uuid", Kind.CODE, "entity_info.metadata.project_uuid"),
        Column("previous_seat_tier", Kind.CODE, "event_info.previous_seat_tier"),
        Column("new_seat_tier", Kind.CODE, "event_info.new_seat_tier"),
        Column("client_platform", Kind.CODE, "client_platform"),
    ),
    # Personal data and free text end at landing.
    dropped=frozenset(
        {
            "ip_address",
            "device_id",
            "user_agent",
            "actor_info.name",
            "entity_info.name",
            "entity_info.metadata.email_address",
        }
    ),
    log_key=("row_hash",),
    free_text=False,
)

SPEND_REPORTS = Table(
    "spend_reports",
    Mode.FILE,
    (
        Column("file_name", Kind.STRING, required=True),
        Column("file_row", Kind.INT, "file_row", required=True),
        Column("period_start", Kind.DATE, "period_start"),
        Column("period_end", Kind.DATE, "period_end"),
        Column("user_email", Kind.STRING, "user_email", personal=True),
        *columns(Kind.STRING, "account_uuid user_id product model"),
        *columns(
            Kind.INT,
            "total_requests total_prompt_tokens total_completion_tokens total_web_search_count",
        ),
        *columns(Kind.DECIMAL, "total_net_spend_usd total_gross_spend_usd"),
    ),
    free_text=False,
)

CLAUDE_CODE_TEAM_REPORTS = Table(
    "claude_code_team_reports",
    Mode.FILE,
    (
        Column("file_name", Kind.STRING, required=True),
        Column("file_row", Kind.INT, "file_row", required=True),
        # The range in the file's name; the figures are month to date, whatever it says.
        Column("period_start", Kind.DATE, "period_start"),
        Column("period_end", Kind.DATE, "period_end"),
        Column("user_name", Kind.STRING, "User", personal=True),
        Column("spend_this_month_usd", Kind.DECIMAL, "Spend this Month (USD)"),
        Column("lines_this_month", Kind.INT, "Lines this Month"),
    ),
    free_text=False,
)

TABLES = (
    DAILY_USERS,
    DAILY_SUMMARIES,
    USER_COSTS,
    USER_USAGE,
    ORGANIZATION_COSTS,
    AUDIT_LOG,
    SPEND_REPORTS,
    CLAUDE_CODE_TEAM_REPORTS,
)
