"""Anthropic's directories of 2026: service accounts, RBAC groups with their members, spend limits and what is used of them.

Groups are the teams of today. The people sheet wins over them, so they only tell of whom it does not know. Service accounts were made
by other service accounts: who looks after them nobody says.
"""

from typing import Any

from sandbox.world import seeded_hash
from sandbox.world.directories import default_workspace, instant
from sandbox.world.keys import KeyRing
from sandbox.world.people import FOUNDED, TEAMS, Person, Roster

Row = dict[str, Any]


def rows(roster: Roster, ring: KeyRing, today: int, name: str, of: str | None) -> list[Row] | None:
    """Return one of the lists, of all or of one; None where what it is asked of is not there."""
    if name == "service_accounts":
        return [_account(ring, account) for account in _accounts(ring)]
    if name == "service_account_workspaces":
        return [_workspace(ring, of)] if of in _accounts(ring) else None
    if name == "rbac_groups":
        return [_group(ring, number) for number in range(len(TEAMS))]
    if name == "rbac_group_members":
        wanted = {_group_id(ring, number): number for number in range(len(TEAMS))}
        return _members(roster, today, str(of), wanted[of]) if of in wanted else None
    if name == "spend_limits":
        return [_limit(ring)]
    return [
        row
        for person in roster.present(today)
        for row in (_use(ring, person, "monthly", 50_000), _use(ring, person, "weekly", None))
    ]


def _accounts(ring: KeyRing) -> list[str]:
    return sorted({key.service_account for key in ring.product_keys if key.service_account})


def _account(ring: KeyRing, account: str) -> Row:
    return {
        "id": account, "type": "service_account", "name": "deploy", "description": None,
        "organization_role": "developer",
        "created_by_actor_id": seeded_hash.identifier("svac", ring.seed, "first"),
        "created_at": instant(FOUNDED), "updated_at": instant(FOUNDED), "archived_at": None,
    }  # fmt: skip


def _workspace(ring: KeyRing, account: str | None) -> Row:
    return {
        "service_account_id": account, "workspace_id": default_workspace(ring)["id"],
        "type": "service_account_workspace_member", "workspace_role": "workspace_user",
        "implicit": True,
    }  # fmt: skip


def _group_id(ring: KeyRing, number: int) -> str:
    return seeded_hash.identifier("rbac_group", ring.seed, number)


def _group(ring: KeyRing, number: int) -> Row:
    return {
        "id": _group_id(ring, number), "type": "rbac_group", "name": TEAMS[number][1],
        "source_type": "scim", "role_ids": [], "created_at": instant(FOUNDED),
        "updated_at": instant(FOUNDED),
    }  # fmt: skip


def _members(roster: Roster, today: int, group: str, number: int) -> list[Row]:
    return [
        {
            "rbac_group_id": group, "user_id": person.user_id, "email": person.email,
            "type": "rbac_group_member", "created_at": instant(person.start),
        }
        for person in roster.present(today)
        if person.team_number(today) == number
    ]  # fmt: skip


def _limit(ring: KeyRing) -> Row:
    return {
        "id": seeded_hash.identifier("spl", ring.seed, "organization"), "type": "spend_limit",
        "amount": "5000000", "currency": "USD", "is_enabled": True, "period": "monthly",
        "scope": {"type": "organization"}, "created_at": instant(FOUNDED),
        "updated_at": instant(FOUNDED),
    }  # fmt: skip


def _use(ring: KeyRing, person: Person, period: str, amount: int | None) -> Row:
    return {
        "actor": {"type": "user_actor", "user_id": person.user_id, "email_address": person.email,
                  "name": person.name, "deleted": False},
        "scope": {"type": "user", "user_id": person.user_id},
        "source": {"type": "organization"},
        "amount": None if amount is None else str(amount), "currency": "USD", "period": period,
        "period_to_date_spend": f"{person.serial * 101}.5",
        "spend_limit_id": seeded_hash.identifier("spl", ring.seed, "organization"),
    }  # fmt: skip
