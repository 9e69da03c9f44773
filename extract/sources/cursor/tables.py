"""Contracts of raw_cursor: the columns and the fields of the vendor's JSON behind them."""

from extract.landing.contracts import Column, Kind, Mode, Table, columns

DAILY_USAGE = Table(
    "daily_usage",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, "day", required=True),
        Column("user_id", Kind.ID, "userId"),
        Column("email", Kind.STRING, "email", personal=True),
        Column("is_active", Kind.BOOL, "isActive"),
        *columns(
            Kind.INT,
            "total_lines_added total_lines_deleted accepted_lines_added accepted_lines_deleted"
            " total_applies total_accepts total_rejects total_tabs_shown total_tabs_accepted"
            " composer_requests chat_requests agent_requests cmdk_usages"
            " subscription_included_reqs api_key_reqs usage_based_reqs bugbot_usages",
            case="camel",
        ),
        *columns(
            Kind.STRING,
            "most_used_model apply_most_used_extension tab_most_used_extension client_version",
            case="camel",
        ),
    ),
    # `date` carries the time of day of the request: the same row would differ on every run.
    dropped=frozenset({"date"}),
)

USAGE_EVENTS = Table(
    "usage_events",
    Mode.DAY,
    (
        Column("usage_date", Kind.MS_DATE, "timestamp", required=True),
        Column("event_row", Kind.INT),
        Column("timestamp_ms", Kind.MS, "timestamp", required=True),
        Column("user_email", Kind.STRING, "userEmail", personal=True),
        Column("user_id", Kind.ID, "userId"),
        Column("service_account_id", Kind.ID, "serviceAccountId"),
        Column("service_account_name", Kind.STRING, "serviceAccountName"),
        Column("cloud_agent_id", Kind.ID, "cloudAgentId"),
        Column("automation_id", Kind.ID, "automationId"),
        Column("conversation_id", Kind.ID, "conversationId"),
        *columns(Kind.STRING, "model kind"),
        *columns(
            Kind.BOOL,
            "max_mode is_token_based_call is_chargeable is_headless is_free_bugbot",
            case="camel",
        ),
        Column("requests_costs", Kind.DECIMAL, "requestsCosts"),
        *columns(
            Kind.INT,
            "input_tokens output_tokens cache_write_tokens cache_read_tokens",
            prefix="tokenUsage.",
            case="camel",
        ),
        Column("total_cents", Kind.DECIMAL, "tokenUsage.totalCents"),
        Column("discount_percent_off", Kind.DECIMAL, "tokenUsage.discountPercentOff"),
        Column("cursor_token_fee", Kind.DECIMAL, "cursorTokenFee"),
        Column("charged_cents", Kind.DECIMAL, "chargedCents"),
    ),
    ordinal="event_row",
)

TEAM_MEMBERS = Table(
    "team_members",
    Mode.SCD2,
    (
        Column("id", Kind.ID, "id"),
        Column("name", Kind.STRING, "name", personal=True),
        Column("email", Kind.STRING, "email", personal=True),
        Column("role", Kind.STRING, "role"),
        Column("is_removed", Kind.BOOL, "isRemoved"),
    ),
)

SPEND = Table(
    "spend",
    Mode.SNAP,
    (
        Column("snapshot_date", Kind.DATE, required=True),
        Column("user_id", Kind.ID, "userId"),
        Column("name", Kind.STRING, "name", personal=True),
        Column("email", Kind.STRING, "email", personal=True),
        Column("role", Kind.STRING, "role"),
        *columns(
            Kind.DECIMAL, "spend_cents overall_spend_cents included_spend_cents", case="camel"
        ),
        Column("fast_premium_requests", Kind.INT, "fastPremiumRequests"),
        *columns(
            Kind.DECIMAL,
            "hard_limit_override_dollars monthly_limit_dollars effective_per_user_limit_dollars",
            case="camel",
        ),
        Column("subscription_cycle_start_ms", Kind.INT),
    ),
)

GROUPS = Table(
    "groups",
    Mode.SNAP,
    (
        Column("snapshot_date", Kind.DATE, required=True),
        Column("id", Kind.ID, "id"),
        *columns(Kind.STRING, "name type"),
        Column("directory_group_id", Kind.ID, "directoryGroupId"),
        Column("member_count", Kind.INT, "memberCount"),
        Column("spend_cents", Kind.DECIMAL, "spendCents"),
        *columns(Kind.STRING, "created_at updated_at", case="camel"),
        *[Column(name, Kind.STRING) for name in ("billing_cycle_start", "billing_cycle_end")],
        Column("is_unassigned_group", Kind.BOOL),
    ),
    # Members are a table of their own; `dailySpend` is kept by the vendor for two days only.
    dropped=frozenset({"currentMembers", "formerMembers", "dailySpend"}),
)

GROUP_MEMBERS = Table(
    "group_members",
    Mode.SNAP,
    (
        Column("snapshot_date", Kind.DATE, required=True),
        Column("group_id", Kind.ID),
        Column("user_id", Kind.ID, "userId"),
        Column("name", Kind.STRING, "name", personal=True),
        Column("email", Kind.STRING, "email", personal=True),
        *columns(Kind.STRING, "joined_at left_at", case="camel"),
        Column("spend_cents", Kind.DECIMAL, "spendCents"),
        Column("is_former", Kind.BOOL),
    ),
    dropped=frozenset({"dailySpend"}),
)

TABLES = (DAILY_USAGE, USAGE_EVENTS, TEAM_MEMBERS, SPEND, GROUPS, GROUP_MEMBERS)
