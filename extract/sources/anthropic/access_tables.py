"""Contracts of raw_anthropic: service accounts, RBAC groups and spend limits."""

from extract.landing.contracts import Column, Kind, Mode, Table, columns

SERVICE_ACCOUNTS = Table(
    "service_accounts",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        Column("type", Kind.STRING, "type"),
        # Like a key, an account is often named after whoever looks after it.
        Column("name", Kind.STRING, "name", personal=True),
        Column("organization_role", Kind.STRING, "organization_role"),
        Column("created_by_actor_id", Kind.STRING, "created_by_actor_id"),
        *columns(Kind.TIMESTAMP, "created_at archived_at"),
    ),
    # Free text, and what would make a version of each touch.
    dropped=frozenset({"description", "updated_at", "updated_by_actor_id", "archived_by_actor_id"}),
)

SERVICE_ACCOUNT_WORKSPACES = Table(
    "service_account_workspaces",
    Mode.SCD2,
    (
        Column("service_account_id", Kind.STRING, "service_account_id", required=True),
        Column("workspace_id", Kind.STRING, "workspace_id", required=True),
        *columns(Kind.STRING, "workspace_role type"),
        Column("implicit", Kind.BOOL, "implicit"),
    ),
    dropped=frozenset({"created_by_actor_id"}),
)

RBAC_GROUPS = Table(
    "rbac_groups",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        *columns(Kind.STRING, "type name source_type"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
    ),
    # Roles are null when the vendor cannot read them just now.
    dropped=frozenset({"updated_at", "role_ids"}),
)

RBAC_GROUP_MEMBERS = Table(
    "rbac_group_members",
    Mode.SCD2,
    (
        Column("rbac_group_id", Kind.STRING, "rbac_group_id", required=True),
        Column("user_id", Kind.STRING, "user_id", required=True),
        Column("email", Kind.STRING, "email", personal=True),
        Column("type", Kind.STRING, "type"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
        Column("person_id", Kind.CODE, keyed_from="email"),
    ),
)


def _scope(name: str) -> list[Column]:
    """Declare what a limit applies to, or where the limit of a member comes from."""
    return [
        Column(f"{name}_{field}", Kind.STRING, f"{name}.{field}")
        for field in ("type", "user_id", "workspace_id", "rbac_group_id", "seat_tier", "service")
    ]


SPEND_LIMITS = Table(
    "spend_limits",
    Mode.SCD2,
    (
        Column("id", Kind.STRING, "id", required=True),
        Column("type", Kind.STRING, "type"),
        Column("amount", Kind.DECIMAL, "amount"),
        *columns(Kind.STRING, "currency period"),
        Column("is_enabled", Kind.BOOL, "is_enabled"),
        *_scope("scope"),
    ),
    dropped=frozenset({"created_at", "updated_at"}),
)

SPEND_LIMIT_USAGE = Table(
    "spend_limit_usage",
    Mode.SNAP,
    (
        Column("snapshot_date", Kind.DATE, required=True),
        Column("spend_limit_id", Kind.STRING, "spend_limit_id"),
        Column("actor_type", Kind.STRING, "actor.type"),
        Column("actor_user_id", Kind.STRING, "actor.user_id"),
        Column("actor_email_address", Kind.STRING, "actor.email_address", personal=True),
        Column("actor_deleted", Kind.BOOL, "actor.deleted"),
        Column("actor_scoped_api_key_id", Kind.STRING, "actor.scoped_api_key_id"),
        Column("amount", Kind.DECIMAL, "amount"),
        Column("period_to_date_spend", Kind.DECIMAL, "period_to_date_spend"),
        *columns(Kind.STRING, "currency period"),
        *_scope("source"),
    ),
    # The scope is the member's own; a name is said better by the directory.
    dropped=frozenset({"actor.name", "scope", "type"}),
)

TABLES = (
    SERVICE_ACCOUNTS,
    SERVICE_ACCOUNT_WORKSPACES,
    RBAC_GROUPS,
    RBAC_GROUP_MEMBERS,
    SPEND_LIMITS,
    SPEND_LIMIT_USAGE,
)
