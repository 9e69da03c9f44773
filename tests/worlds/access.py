"""Service accounts, groups and spend limits of Anthropic, whole, in the shapes that the counterpart serves."""

from tests.worlds.answers import JsonObject

MADE = "2026-05-01T09:00:00Z"


def access_lists(n: int) -> dict[tuple[str, str | None], list[JsonObject]]:
    """Return every list with n rows, those of members and workspaces for the first account and group."""
    numbers = range(1, n + 1)
    return {
        ("service_accounts", None): [service_account(k) for k in numbers],
        ("service_account_workspaces", "svac_1"): [
            {"service_account_id": "svac_1", "workspace_id": f"wrkspc_{k}", "implicit": False,
             "type": "service_account_workspace_member", "workspace_role": "workspace_user",
             "created_by_actor_id": "user_01"}
            for k in numbers
        ],
        ("rbac_groups", None): [group(k) for k in numbers],
        ("rbac_group_members", "rbac_group_1"): [member_of(1, k) for k in numbers],
        ("spend_limits", None): [spend_limit(k) for k in numbers],
        ("spend_limit_usage", None): [limit_use(k) for k in numbers],
    }  # fmt: skip


def service_account(number: int, **changes: object) -> JsonObject:
    """Return a service account."""
    return {
        "id": f"svac_{number}", "type": "service_account", "name": f"deploy-{number}",
        "description": "ask Ada", "organization_role": "developer", "created_by_actor_id": "user_01",
        "created_at": MADE, "updated_at": MADE, "archived_at": None, **changes,
    }  # fmt: skip


def group(number: int, **changes: object) -> JsonObject:
    """Return a group; since API version 2026-10-21 its roles have no name."""
    return {
        "id": f"rbac_group_{number}", "type": "rbac_group", "name": f"Team {number}",
        "source_type": "scim", "role_ids": None, "created_at": MADE, "updated_at": MADE, **changes,
    }  # fmt: skip


def member_of(number: int, user: int, **changes: object) -> JsonObject:
    """Return a member of a group."""
    return {
        "rbac_group_id": f"rbac_group_{number}", "user_id": f"user_0{user}",
        "email": f"Person{user}@corp.example", "type": "rbac_group_member", "created_at": MADE,
        **changes,
    }  # fmt: skip


def spend_limit(number: int, **changes: object) -> JsonObject:
    """Return a limit of a workspace."""
    return {
        "id": f"spl_{number}", "type": "spend_limit", "amount": "50000", "currency": "USD",
        "is_enabled": True, "period": "monthly",
        "scope": {"type": "workspace", "workspace_id": f"wrkspc_{number}"},
        "created_at": MADE, "updated_at": MADE, **changes,
    }  # fmt: skip


def limit_use(user: int, **changes: object) -> JsonObject:
    """Return what a member has used of a limit that comes from a group."""
    return {
        "actor": {"type": "user_actor", "user_id": f"user_0{user}", "deleted": False,
                  "email_address": f"person{user}@corp.example", "name": f"Person {user}"},
        "scope": {"type": "user", "user_id": f"user_0{user}"},
        "source": {"type": "rbac_group", "rbac_group_id": "rbac_group_1"},
        "amount": "50000", "currency": "USD", "period": "monthly",
        "period_to_date_spend": "12050.5", "spend_limit_id": "spl_1", **changes,
    }  # fmt: skip
