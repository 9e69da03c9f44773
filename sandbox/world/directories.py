"""The vendors' directories as they stand on the morning of ``as_of``: people, keys, workspaces.

Directories show today's state only, as the vendors do: a renamed key has its new name, a leaver is
gone from Anthropic's users and marked as removed in Cursor.
"""

from datetime import UTC, date, datetime
from typing import Any

from sandbox.world import seeded_hash
from sandbox.world.keys import KeyRing, ProductKey
from sandbox.world.people import FOUNDED, TEAMS, Person, Roster

Row = dict[str, Any]

_FAR_FUTURE = "2099-01-01T00:00:00Z"


def instant(ordinal: int, hour: int = 9) -> str:
    """Write an instant of a day as the vendors do."""
    return f"{date.fromordinal(ordinal).isoformat()}T{hour:02d}:00:00Z"


def cursor_members(roster: Roster, ordinal: int) -> list[Row]:
    """Return ``/teams/members``: leavers stay listed as removed."""
    return [
        {
            "id": person.cursor_id,
            "name": "" if person.slot % 19 == 18 else person.name,
            "email": person.cursor_email,
            "role": _role(person),
            "isRemoved": not person.is_present(ordinal),
        }
        for person in roster.everyone(ordinal + 1)
        if person.in_cursor
    ]


def _role(person: Person) -> str:
    if person.slot == 0:
        return "owner"
    return "free-owner" if person.slot == 13 else "member"


def cycle_start(as_of: date) -> datetime:
    """Return when the running billing cycle began: the 5th of a month, a little after noon."""
    year, month = as_of.year, as_of.month
    if as_of.day <= 5:
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return datetime(year, month, 5, 12, 8, 4, tzinfo=UTC)


def cursor_spend(
    roster: Roster, as_of: date, spend: dict[int, tuple[int, int]]
) -> tuple[list[Row], int]:
    """Return everybody's row of ``/teams/spend`` and the cycle's start in milliseconds.

    Args:
        roster: The people.
        as_of: The morning of the reading.
        spend: Per person (serial number) the charges and the included value so far, in millionths
            of a cent.
    """
    begun = cycle_start(as_of)
    rows: list[Row] = []
    for person in roster.everyone(as_of.toordinal() + 1):
        gone = person.end is not None and person.end < begun.toordinal()
        if not person.in_cursor or gone:
            continue
        charged, included = spend.get(person.serial, (0, 0))
        row: Row = {
            "userId": person.cursor_id,
            "name": "" if person.slot % 19 == 18 else person.name,
            "email": person.cursor_email,
            "role": _role(person),
            "spendCents": charged / 1_000_000,
            "overallSpendCents": (charged + included) / 1_000_000,
            "includedSpendCents": included / 1_000_000,
            "fastPremiumRequests": 0,
            "hardLimitOverrideDollars": 100 if person.slot % 10 == 3 else 0,
            "monthlyLimitDollars": None if person.slot % 10 else 200,
            "effectivePerUserLimitDollars": 100 if person.slot % 10 == 3 else 50,
        }
        rows.append(row)
    return rows, int(begun.timestamp()) * 1000


def cursor_groups(roster: Roster, as_of: date, spend: dict[int, tuple[int, int]], seed: int) -> Row:
    """Return ``/teams/groups``: one billing group per team, some people in none."""
    ordinal = as_of.toordinal()
    begun = cycle_start(as_of)
    groups = [_group(seed, number) for number in range(len(TEAMS))]
    rest: Row = {**_group(seed, -1), "name": "Unassigned"}
    for person in roster.everyone(ordinal + 1):
        if not person.in_cursor or (person.end is not None and person.end < begun.toordinal()):
            continue
        group = rest if not person.in_sheet else groups[person.team_number(ordinal)]
        present = person.is_present(ordinal)
        charged = spend.get(person.serial, (0, 0))[0]
        group["currentMembers" if present else "formerMembers"].append(
            {
                "userId": person.cursor_id,
                "name": person.name,
                "email": person.cursor_email,
                "joinedAt": instant(person.start),
                "leftAt": None if present or person.end is None else instant(person.end, 0),
                "spendCents": charged / 1_000_000,
            }
        )
        group["memberCount"] += present
        group["spendCents"] += charged
    for group in (*groups, rest):
        group["spendCents"] /= 1_000_000
    following = cycle_start(date.fromordinal(begun.toordinal() + 36))
    return {
        "groups": groups,
        "unassignedGroup": rest,
        "billingCycle": {
            "cycleStart": begun.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "cycleEnd": following.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        },
    }


def _group(seed: int, number: int) -> Row:
    return {
        "id": seeded_hash.identifier("grp", seed, number),
        "name": TEAMS[number][1],
        "type": "BILLING",
        "directoryGroupId": None,
        "memberCount": 0,
        "createdAt": instant(FOUNDED),
        "updatedAt": instant(FOUNDED),
        "spendCents": 0,
        "currentMembers": [],
        "formerMembers": [],
        "dailySpend": [],
    }


def api_keys(roster: Roster, ring: KeyRing, ordinal: int) -> list[Row]:
    """Return the organisation's keys: personal ones of everybody ever, and the product keys."""
    rows: list[Row] = []
    for person in roster.everyone(ordinal):
        if person.mode != "key":
            continue
        row = _key_row(
            person.key_id,
            ring.personal_key_name(person),
            person.start,
            person,
            ring.personal_key_workspace(person),
        )
        row["status"] = "active" if person.is_present(ordinal) else "inactive"
        rows.append(row)
    if ordinal > FOUNDED:
        rows += [_product_key_row(key, ring, ordinal) for key in ring.product_keys if key.listed]
    return rows


def scoped(row: Row, ring: KeyRing) -> Row:
    """Return a key as the API's versions from 2026-10-21 on show it: the default workspace by its real id."""
    workspace = row["workspace_id"] or ring.workspaces.default_id
    kept = {name: value for name, value in row.items() if name != "workspace_id"}
    return {**kept, "scope": {"type": "workspace", "workspace_id": workspace}}


def _key_row(
    key_id: str, name: str, created: int, creator: Person | None, workspace: str | None
) -> Row:
    return {
        "id": key_id,
        "type": "api_key",
        "name": name,
        "status": "active",
        "created_at": instant(created),
        "created_by": {"id": creator.user_id, "type": "user"} if creator else None,
        "expires_at": None,
        "partial_key_hint": f"sk-ant-api03-{key_id[10:13]}...{key_id[-4:]}",
        "principal": {"id": creator.user_id, "type": "user"} if creator else None,
        "workspace_id": workspace,
    }


def _product_key_row(key: ProductKey, ring: KeyRing, ordinal: int) -> Row:
    workspace = key.workspace
    if key.case == "spike":
        workspace = ring.spike(ordinal)[0]
    name = key.name_on(ordinal - 1)
    row = _key_row(key.key_id, name, FOUNDED, key.creator, workspace)
    row["principal"] = None
    if key.service_account:
        row["principal"] = {"id": key.service_account, "type": "service_account"}
    if key.case == "orphan":
        row["expires_at"] = _FAR_FUTURE
        row["partial_key_hint"] = None
    return row


def has_account(person: Person) -> bool:
    """Tell whether the organisation's directory has the person while they work here."""
    return person.in_sheet


def users(roster: Roster, ordinal: int) -> list[Row]:
    """Return the current users; who left is gone without a trace."""
    return [
        {
            "id": person.user_id,
            "type": "user",
            "email": person.report_email if person.slot == 1 else person.email,
            "name": person.name,
            "role": _user_role(person),
            "added_at": instant(person.start),
        }
        for person in roster.present(ordinal)
        if has_account(person)
    ]


def _user_role(person: Person) -> str:
    if person.slot == 0:
        return "admin"
    return ("developer", "claude_code_user", "user", "developer", "billing")[person.slot % 5]


def workspaces(ring: KeyRing, ordinal: int, *, include_archived: bool) -> list[Row]:
    """Return the workspaces without the default one; a quarter's spike is archived at its end."""
    spaces = ring.workspaces
    atlas = "" if ring.scenario.has("nameless_workspace") else "Atlas"
    rows = [
        _workspace(spaces.claude_code, "Claude Code", "#D97757", FOUNDED, None),
        _workspace(spaces.atlas, atlas, "#6C5BB9", FOUNDED, None),
        _workspace(spaces.beacon, "Beacon", "#2F855A", FOUNDED, None),
        _workspace(spaces.solo, "Notebooks", "#B7791F", FOUNDED, None),
    ]
    seen = set()
    for start in range(FOUNDED, ordinal, 28):
        seen.add(ring.spike(start))
    if ordinal > FOUNDED:
        seen.add(ring.spike(ordinal - 1))
    for spike_id, name, first, archived in sorted(seen, key=lambda spike: spike[2]):
        gone = archived.toordinal() if archived.toordinal() < ordinal else None
        if gone is None or include_archived:
            rows.append(_workspace(spike_id, name, "#718096", first.toordinal(), gone))
    return rows


def _workspace(workspace_id: str, name: str, color: str, created: int, archived: int | None) -> Row:
    return {
        "id": workspace_id,
        "type": "workspace",
        "name": name,
        "display_color": color,
        "created_at": instant(created, 8),
        "archived_at": None if archived is None else instant(archived, 0),
        "compartment_id": None,
        "data_residency": {
            "workspace_geo": "us",
            "default_inference_geo": "global",
            "allowed_inference_geos": "unrestricted",
        },
        "external_key_id": None,
        "tags": {},
    }


def default_workspace(ring: KeyRing) -> Row:
    """Return the default workspace, which no list shows."""
    return _workspace(ring.workspaces.default_id, "Default", "#A0AEC0", FOUNDED, None)


def workspace_members(roster: Roster, ring: KeyRing, ordinal: int, workspace_id: str) -> list[Row]:
    """Return a workspace's current members."""
    spaces = ring.workspaces
    present = [person for person in roster.present(ordinal) if has_account(person)]
    if workspace_id == spaces.claude_code:
        members = [person for person in present if person.mode != "none"]
    elif workspace_id == spaces.atlas:
        members = [person for person in present if person.slot % 3 == 0]
    elif workspace_id == spaces.beacon:
        members = [person for person in present if person.slot % 3 == 1]
    elif workspace_id == spaces.solo:
        members = [person for person in present if person.serial == ring.sole_member.serial]
    else:
        members = []
    return [
        {
            "type": "workspace_member",
            "user_id": person.user_id,
            "workspace_id": workspace_id,
            "workspace_role": "workspace_admin" if person.slot == 0 else "workspace_developer",
        }
        for person in members
    ]


def invites(roster: Roster, ordinal: int, seed: int) -> list[Row]:
    """Return invitations: accepted ones of recent joiners, one expired, one open, one withdrawn."""
    rows = [
        _invite(seed, person.email, person.start - 3, "accepted", person.start)
        for person in roster.present(ordinal)
        if has_account(person) and ordinal - person.start < 60
    ]
    for number, status in enumerate(("expired", "pending", "deleted")):
        week = (ordinal - FOUNDED) // 7 * 7 + FOUNDED
        email = f"candidate{number}@freelance.example"
        rows.append(_invite(seed, email, week - 30 * (status == "expired"), status, None))
    return rows


def _invite(seed: int, email: str, invited: int, status: str, accepted: int | None) -> Row:
    return {
        "id": seeded_hash.identifier("invite", seed, email, invited),
        "type": "invite",
        "email": email,
        "role": "developer",
        "status": status,
        "invited_at": instant(invited),
        "expires_at": instant(invited + 21),
        "accepted_at": None if accepted is None else instant(accepted),
        "rbac_group_ids": [],
    }


def organization(seed: int) -> Row:
    """Return the organisation itself."""
    return {"id": organization_id(seed), "type": "organization", "name": "Harbourline"}


def organization_id(seed: int) -> str:
    """Return the organisation's uuid."""
    text = f"{seeded_hash.number(seed, 'organisation'):016x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8000-{text[:12]}"
