"""Contracts of raw_anthropic: the columns and the fields of the vendor's JSON behind them."""

from extract.landing.contracts import OPEN_END, Column, Kind, Mode, Table, columns
from extract.sources.anthropic.access_tables import TABLES as ACCESS_TABLES

TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")

_BUCKET = (
    Column("usage_date", Kind.DATE, required=True),
    Column("starting_at", Kind.TIMESTAMP, required=True),
    Column("ending_at", Kind.TIMESTAMP, required=True),
)

USAGE_REPORT_MESSAGES = Table(
    "usage_report_messages",
    Mode.DAY,
    (
        *_BUCKET,
        *columns(
            Kind.STRING,
            "account_id api_key_id context_window inference_geo model service_account_id"
            " service_tier speed workspace_id",
        ),
        Column("uncached_input_tokens", Kind.INT, "uncached_input_tokens"),
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
        *columns(Kind.INT, "cache_read_input_tokens output_tokens"),
        Column("web_search_requests", Kind.INT, "server_tool_use.web_search_requests"),
    ),
)

COST_REPORT = Table(
    "cost_report",
    Mode.DAY,
    (
        *_BUCKET,
        Column("amount", Kind.DECIMAL, "amount", required=True),
        *columns(
            Kind.STRING,
            "currency workspace_id description cost_type token_type model context_window"
            " service_tier speed inference_geo",
        ),
    ),
)

_COST_DIMENSIONS = (
    "actor actor_type agent_id api_key_id claude_tag_category claude_tag_user_id context_window cost_type"
    " deployment_id environment_id inference_geo model organization_id product rbac_group_id service_tier"
    " session_id slack_channel_id speed token_type user_profile_id workspace_id"
)
_OWNER = (
    Column("actor_type", Kind.STRING, "group.actor.type"),
    Column("actor_user_id", Kind.STRING, "group.actor.user_id"),
    Column("actor_email_address", Kind.STRING, "group.actor.email_address", personal=True),
    Column("actor_name", Kind.STRING, "group.actor.name", personal=True),
    Column("actor_is_deleted", Kind.BOOL, "group.actor.deleted"),
    Column("actor_service_account_id", Kind.STRING, "group.actor.service_account_id"),
    Column("actor_api_key_id", Kind.STRING, "group.actor.api_key_id"),
    # A federated identity: the provider's own identifier, and the account it is bound to.
    Column("actor_subject", Kind.STRING, "group.actor.subject", personal=True),
    Column("actor_provider_type", Kind.STRING, "group.actor.provider.type"),
    Column("actor_aws_account_id", Kind.STRING, "group.actor.provider.account_id"),
    Column("actor_azure_subscription_id", Kind.STRING, "group.actor.provider.subscription_id"),
    Column("actor_gcp_project_number", Kind.STRING, "group.actor.provider.project_number"),
    Column("actor_oidc_issuer", Kind.STRING, "group.actor.provider.issuer"),
    *columns(Kind.STRING, "api_key_id model product workspace_id", prefix="group."),
)


def _cost_table(name: str, *dimensions: Column) -> Table:
    """Return the contract of one reading of the same money; a dimension that it is not grouped by is null."""
    grouped = {str(column.path).split(".")[1] for column in dimensions}
    unused = {f"group.{one}" for one in _COST_DIMENSIONS.split() if one not in grouped}
    # Who signed for a cloud role is said better by the role.
    signed = {"group.actor.provider.signed_principal"} if "actor" in grouped else set()
    return Table(
        name,
        Mode.DAY,
        (
            # The row's bucket, a whole UTC day.
            Column("usage_date", Kind.DATE, required=True),
            *columns(Kind.DECIMAL, "amount list_amount", prefix="cost.", required=True),
            Column("currency", Kind.STRING, "cost.currency"),
            Column("requests", Kind.INT, "cost.requests"),
            *dimensions,
        ),
        dropped=frozenset({"starting_at", "ending_at", *unused, *signed}),
    )


ANALYTICS_COST = _cost_table(
    "analytics_cost", *_OWNER, *columns(Kind.STRING, "cost_type token_type", prefix="group.")
)
ANALYTICS_COST_REQUESTS = _cost_table("analytics_cost_requests", *_OWNER)
ANALYTICS_COST_TERMS = _cost_table(
    "analytics_cost_terms",
    *columns(Kind.STRING, "context_window inference_geo model service_tier speed", prefix="group."),
)

CLAUDE_CODE = Table(
    "usage_report_claude_code",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, required=True),
        Column("record_id", Kind.STRING, "record_id", required=True),
        Column("organization_id", Kind.STRING, "organization_id"),
        Column("actor_type", Kind.STRING, "actor.type"),
        Column("actor_email_address", Kind.STRING, "actor.email_address", personal=True),
        Column("actor_api_key_name", Kind.STRING, "actor.api_key_name", personal=True),
        *columns(Kind.STRING, "customer_type subscription_type"),
        Column("is_remote", Kind.BOOL, "is_remote"),
        Column("terminal_type", Kind.STRING, "terminal_type"),
        Column("num_sessions", Kind.INT, "core_metrics.num_sessions"),
        Column("lines_of_code_added", Kind.INT, "core_metrics.lines_of_code.added"),
        Column("lines_of_code_removed", Kind.INT, "core_metrics.lines_of_code.removed"),
        *columns(
            Kind.INT, "commits_by_claude_code pull_requests_by_claude_code", prefix="core_metrics."
        ),
        *(
            Column(f"{tool}_{verdict}", Kind.INT, f"tool_actions.{tool}.{verdict}")
            for tool in TOOLS
            for verdict in ("accepted", "rejected")
        ),
    ),
    # The day is the request's own; the models are rows of the child table.
    dropped=frozenset({"date", "model_breakdown"}),
)

CLAUDE_CODE_MODELS = Table(
    "usage_report_claude_code_models",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, required=True),
        Column("record_id", Kind.STRING, "record_id", required=True),
        Column("model", Kind.STRING, "model"),
        Column("input_tokens", Kind.INT, "tokens.input"),
        Column("output_tokens", Kind.INT, "tokens.output"),
        Column("cache_read_tokens", Kind.INT, "tokens.cache_read"),
        Column("cache_creation_tokens", Kind.INT, "tokens.cache_creation"),
        Column("estimated_cost_amount", Kind.DECIMAL, "estimated_cost.amount"),
        Column("estimated_cost_currency", Kind.STRING, "estimated_cost.currency"),
    ),
)

API_KEYS = Table(
    "api_keys",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        Column("type", Kind.STRING, "type"),
        # A key is often named after its owner.
        Column("name", Kind.STRING, "name", personal=True),
        Column("status", Kind.STRING, "status"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
        Column("created_by_id", Kind.STRING, "created_by.id"),
        Column("created_by_type", Kind.STRING, "created_by.type"),
        Column("expires_at", Kind.TIMESTAMP, "expires_at", last_day=OPEN_END),
        Column("partial_key_hint", Kind.STRING, "partial_key_hint"),
        Column("principal_id", Kind.STRING, "principal.id"),
        Column("principal_type", Kind.STRING, "principal.type"),
        Column("workspace_id", Kind.STRING, "workspace_id"),
        # What versions of the API from 2026-10-21 on say instead, the default workspace by its real id.
        Column("scope_type", Kind.STRING, "scope.type"),
        Column("scope_workspace_id", Kind.STRING, "scope.workspace_id"),
    ),
)

USERS = Table(
    "users",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        Column("type", Kind.STRING, "type"),
        Column("email", Kind.STRING, "email", personal=True),
        Column("name", Kind.STRING, "name", personal=True),
        Column("role", Kind.STRING, "role"),
        Column("added_at", Kind.TIMESTAMP, "added_at"),
    ),
)

WORKSPACES = Table(
    "workspaces",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        *columns(Kind.STRING, "type name display_color"),
        *columns(Kind.TIMESTAMP, "created_at archived_at"),
        Column("compartment_id", Kind.STRING, "compartment_id"),
        Column("data_residency", Kind.JSON, "data_residency"),
        Column("external_key_id", Kind.STRING, "external_key_id"),
        Column("tags", Kind.JSON, "tags"),
    ),
)

WORKSPACE_MEMBERS = Table(
    "workspace_members",
    Mode.SCD2,
    (
        Column("user_id", Kind.STRING, "user_id", required=True),
        Column("workspace_id", Kind.STRING, "workspace_id", required=True),
        *columns(Kind.STRING, "workspace_role type"),
    ),
)

INVITES = Table(
    "invites",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        Column("type", Kind.STRING, "type"),
        Column("email", Kind.STRING, "email", personal=True),
        *columns(Kind.STRING, "role status"),
        Column("invited_at", Kind.TIMESTAMP, "invited_at"),
        Column("expires_at", Kind.TIMESTAMP, "expires_at", last_day=OPEN_END),
        Column("accepted_at", Kind.TIMESTAMP, "accepted_at"),
        Column("rbac_group_ids", Kind.JSON, "rbac_group_ids"),
    ),
)

ORGANIZATIONS = Table(
    "organizations",
    Mode.SCD2,
    (Column("id", Kind.STRING, "id", required=True), *columns(Kind.STRING, "type name")),
)

TABLES = (
    USAGE_REPORT_MESSAGES,
    COST_REPORT,
    ANALYTICS_COST,
    ANALYTICS_COST_REQUESTS,
    ANALYTICS_COST_TERMS,
    CLAUDE_CODE,
    CLAUDE_CODE_MODELS,
    API_KEYS,
    USERS,
    WORKSPACES,
    WORKSPACE_MEMBERS,
    INVITES,
    ORGANIZATIONS,
    *ACCESS_TABLES,
)
