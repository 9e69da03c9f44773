"""Every hard case is present in the default company of 40 people and 90 days."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from sandbox.world import World
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import Reading, Row, is_owed, read, records

PATTERN = re.compile(r"claude_code_key_[a-z]+\.[a-z]+_[a-z]{4}")


@pytest.fixture(scope="session")
def keys(world: World) -> dict[str, Row]:
    return {row["id"]: row for row in world.api_keys()}


@pytest.fixture(scope="session")
def used(reading: Reading) -> set[str]:
    return {row["api_key_id"] for _, row in reading.messages if row["api_key_id"]}


@pytest.fixture(scope="session")
def spaces(world: World) -> dict[str, Row]:
    return {row["name"]: row for row in world.workspaces(True)}


def emails_of_sheet(world: World) -> set[str]:
    found = set()
    for row in records(world, "people"):
        found.add(row["email"].lower())
        found |= {alias.strip().lower() for alias in row["aliases"].split(";") if alias.strip()}
    return found


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 11, 21), date(2027, 3, 1)])
def test_somebody_joins_and_somebody_leaves_in_any_quarter(as_of: date) -> None:
    world = World(as_of=as_of)
    first, last = world.first_day.isoformat(), as_of.isoformat()
    people = records(world, "people")
    assert any(first < row["valid_from"] < last for row in people)
    assert any(first < row["valid_to"] < last for row in people)


def test_leavers_are_removed_members_whose_rows_stay(world: World, reading: Reading) -> None:
    removed = {row["email"] for row in world.cursor_members() if row["isRemoved"]}
    seen = {row["email"] for _, row in reading.cursor_daily}
    users = {row["email"] for row in world.users()}
    assert removed & seen
    assert not removed & users


def test_people_sheet_dates_team_moves(world: World) -> None:
    terms = defaultdict(list)
    for row in records(world, "people"):
        terms[row["email"]].append(row)
    first = world.first_day.isoformat()
    moved = [rows for rows in terms.values() if len({row["team"] for row in rows}) > 1]
    assert any(row["valid_to"] > first for rows in moved for row in rows)
    for rows in moved:
        ends = [row["valid_to"] for row in rows]
        assert ends[:-1] == [row["valid_from"] for row in rows][1:]


def test_one_person_has_e_mails_in_two_cases(reading: Reading) -> None:
    spellings = defaultdict(set)
    for _, row in reading.cursor_events:
        if "userEmail" in row:
            spellings[row["userEmail"].lower()].add(row["userEmail"])
    assert any(len(found) > 1 for found in spellings.values())
    reported = {row["actor"].get("email_address", "") for _, row in reading.claude_code}
    assert any(email != email.lower() for email in reported)


def test_aliases_are_used_at_both_vendors(world: World, reading: Reading) -> None:
    people = records(world, "people")
    aliases = {part.strip().lower() for row in people for part in row["aliases"].split(";")} - {""}
    reported = {row["actor"].get("email_address", "").lower() for _, row in reading.claude_code}
    assert aliases & {row["email"].lower() for _, row in reading.cursor_daily}
    assert aliases & reported


def test_member_without_people_row_and_e_mail_nobody_knows(world: World, reading: Reading) -> None:
    sheet = emails_of_sheet(world)
    members = {row["email"].lower() for row in world.cursor_members()}
    events = {row.get("userEmail", "").lower() for _, row in reading.cursor_events} - {""}
    reported = {row["actor"].get("email_address", "").lower() for _, row in reading.claude_code}
    reported -= {""}
    users = {row["email"].lower() for row in world.users()}
    assert (members & events) - sheet
    assert events - sheet - members - users
    assert reported - sheet - members - users


def test_workspaces(world: World, reading: Reading, spaces: dict[str, Row]) -> None:
    listed = {row["name"] for row in world.workspaces()}
    archived = {row["name"]: row["id"] for row in spaces.values() if row["archived_at"]}
    billed = {row["workspace_id"] for _, row in reading.costs}
    assert {"Claude Code", "Atlas", "Beacon", "Notebooks"} <= listed
    assert "Default" not in spaces
    assert None in billed
    assert set(archived.values()) & billed
    assert not listed & set(archived)
    assert len(world.workspace_members(spaces["Notebooks"]["id"])) == 1
    assert len(world.workspace_members(spaces["Atlas"]["id"])) > 1
    assert world.default_workspace()["id"] not in billed
    assert spaces["Claude Code"]["id"] != "wrkspc_01WtfAtqQsV3zBDs9RYpNZdR"


def test_personal_keys_live_in_the_workspace_and_one_in_the_default(
    used: set[str], keys: dict[str, Row], spaces: dict[str, Row]
) -> None:
    homes = Counter(
        keys[key]["workspace_id"] for key in used & keys.keys() if PATTERN.match(keys[key]["name"])
    )
    assert homes[spaces["Claude Code"]["id"]] > 5
    assert homes[None] == 1


def test_plain_key_is_mapped_to_claude_code_by_the_sheet(
    world: World, used: set[str], spaces: dict[str, Row], keys: dict[str, Row]
) -> None:
    mapped = {
        row["api_key_id"]
        for row in records(world, "api_key_mapping")
        if row["platform"] == "claude_code"
    }
    found = mapped & used
    assert len(found) == 1
    key = keys[found.pop()]
    assert key["workspace_id"] == spaces["Atlas"]["id"]
    assert not PATTERN.match(key["name"])


def test_mapping_sheet_has_handover_conflict_and_name_only(
    world: World, reading: Reading, keys: dict[str, Row]
) -> None:
    rows = records(world, "api_key_mapping")
    by_key = defaultdict(list)
    for row in rows:
        by_key[row["api_key_id"]].append(row)
    first = world.first_day.isoformat()
    used = {row["api_key_id"] for _, row in reading.messages}
    handed = {
        key
        for key, found in by_key.items()
        if any(first < row["valid_to"] < AS_OF.isoformat() for row in found)
        and len({row["owner_email"] for row in found}) > 1
    }
    contested = {
        key
        for key, found in by_key.items()
        if key and sum(not row["valid_to"] for row in found) == 2
    }
    names = {row["api_key_name"] for row in by_key[""]}
    assert handed & used
    assert contested & used
    assert names & {keys[key]["name"] for key in used & keys.keys()}


def test_unmapped_keys_with_creator_only_with_nothing_and_in_the_sole_member_workspace(
    world: World, used: set[str], keys: dict[str, Row], spaces: dict[str, Row]
) -> None:
    rows = records(world, "api_key_mapping")
    ids = {row["api_key_id"] for row in rows}
    names = {row["api_key_name"] for row in rows if not row["api_key_id"]}
    open_keys = [
        keys[key]
        for key in used & keys.keys() - ids
        if keys[key]["name"] not in names and not PATTERN.match(keys[key]["name"])
    ]
    solo = spaces["Notebooks"]["id"]
    assert any(row["created_by"] for row in open_keys)
    assert any(not row["created_by"] and row["workspace_id"] != solo for row in open_keys)
    assert any(not row["created_by"] and row["workspace_id"] == solo for row in open_keys)


def test_key_in_usage_is_missing_from_the_list(used: set[str], keys: dict[str, Row]) -> None:
    assert len(used - keys.keys()) == 1


def test_two_keys_share_a_name_that_an_api_actor_uses(
    reading: Reading, keys: dict[str, Row], used: set[str]
) -> None:
    names = Counter(row["name"] for row in keys.values())
    actors = {row["actor"].get("api_key_name") for _, row in reading.claude_code}
    shared = {name for name, number in names.items() if number == 2}
    assert shared & actors
    assert {row["id"] for row in keys.values() if row["name"] in shared} <= used


def test_a_key_was_renamed_within_the_window(world: World, keys: dict[str, Row]) -> None:
    before = World(as_of=world.first_day + timedelta(days=1))
    old = {row["id"]: row["name"] for row in before.api_keys()}
    renamed = [key for key, row in keys.items() if key in old and row["name"] != old[key]]
    assert len(renamed) == 1


def test_service_accounts_with_and_without_key(reading: Reading, keys: dict[str, Row]) -> None:
    rows = [row for _, row in reading.messages if row["service_account_id"]]
    assert any(row["api_key_id"] is None for row in rows)
    with_key = {row["api_key_id"] for row in rows if row["api_key_id"]}
    assert {keys[key]["principal"]["type"] for key in with_key} == {"service_account"}


def test_keyless_usage_of_every_kind(
    reading: Reading, spaces: dict[str, Row], world: World
) -> None:
    code = spaces["Claude Code"]["id"]
    nobody = {
        row["workspace_id"]
        for _, row in reading.messages
        if not (row["api_key_id"] or row["account_id"] or row["service_account_id"])
    }
    assert {None, code} <= nobody
    accounts = {(row["account_id"], row["workspace_id"]) for _, row in reading.messages}
    known = {row["id"] for row in world.users()}
    assert any(account in known and space == code for account, space in accounts)
    assert any(account in known and space is None for account, space in accounts)


def test_tiers_contexts_and_places(reading: Reading) -> None:
    for name, wanted in {
        "service_tier": {"standard", "batch", "priority"},
        "context_window": {"0-200k", "200k-1M"},
        "inference_geo": {"global", "us", "not_available"},
    }.items():
        assert {row[name] for _, row in reading.messages} == wanted
    assert {row["service_tier"] for _, row in reading.costs} == {"standard", "batch", None}


def test_bill_has_every_cost_type(reading: Reading) -> None:
    types = {row["cost_type"] for _, row in reading.costs}
    assert types == {"tokens", "web_search", "code_execution", "session_usage"}


def test_small_company_rests_on_sundays(world: World, reading: Reading) -> None:
    sundays = [day for day in world.dates() if day.weekday() == 6]
    assert len(sundays) > 10
    for day in sundays:
        assert not world.day(day).messages
        assert not world.day(day).costs
    assert any(day.weekday() == 5 for day, _ in reading.messages)


def test_claude_code_has_several_rows_per_actor_and_both_payments(reading: Reading) -> None:
    rows = Counter(
        (day, row["actor"].get("email_address"), row["customer_type"])
        for day, row in reading.claude_code
    )
    assert max(rows.values()) > 1
    payments = defaultdict(set)
    for day, email, payment in rows:
        payments[day, email].add(payment)
    assert {"api", "subscription"} in payments.values()
    assert {row["is_remote"] for _, row in reading.claude_code} == {True, False}


def test_people_are_sometimes_missing_from_the_report(
    reading: Reading, keys: dict[str, Row]
) -> None:
    named = {
        (day, row["actor"].get("email_address", "").lower()) for day, row in reading.claude_code
    }
    missing = 0
    for day, row in reading.messages:
        key = keys.get(row["api_key_id"] or "")
        if key and PATTERN.match(key["name"]):
            local = key["name"].removeprefix("claude_code_key_").rpartition("_")[0]
            missing += (day, f"{local}@harbourline.example") not in named
    assert missing


def test_cursor_events_have_every_oddity(world: World, reading: Reading) -> None:
    rows = [row for _, row in reading.cursor_events]
    times = {int(row["timestamp"]) % 86_400_000 for row in rows}
    assert {0, 86_399_999} <= times
    assert any(row["chargedCents"] == 0 for row in rows)
    assert any(not row["isChargeable"] and row["chargedCents"] > 0 for row in rows if is_owed(row))
    # What the seat covers and what failed state a price, too.
    for word in ("Included in Business", "Errored, Not Charged"):
        assert any(row["kind"] == word and row["chargedCents"] > 0 for row in rows)
    assert any("tokenUsage" not in row for row in rows)
    nameless = [row for row in rows if "userEmail" not in row]
    assert {"serviceAccountId" in row for row in nameless} == {True, False}
    kinds = {row["kind"] for row in rows}
    assert {"Usage-based", "USAGE_EVENT_KIND_USAGE_BASED"} <= kinds
    assert {"Included in Business", "USAGE_EVENT_KIND_INCLUDED_IN_BUSINESS"} <= kinds
    twins = Counter(repr(row) for row in rows)
    assert max(twins.values()) == 2
    moments = defaultdict(set)
    for row in rows:
        moments[row["timestamp"], row.get("userEmail")].add(repr(row))
    assert max(len(found) for found in moments.values()) > 1
    for day in world.dates():
        order = [int(row["timestamp"]) for row in world.day(day).cursor_events]
        assert order == sorted(order)


def test_daily_rows_say_unknown_in_three_ways(reading: Reading) -> None:
    rows = [row for _, row in reading.cursor_daily]
    assert {"", None} <= {row["mostUsedModel"] for row in rows}
    assert {"", None} <= {row["tabMostUsedExtension"] for row in rows}
    assert any("clientVersion" not in row for row in rows)
    assert any(row.get("clientVersion", "") is None for row in rows)
    idle = [row for row in rows if not row["isActive"]]
    assert idle
    assert not any(row["totalLinesAdded"] or row["agentRequests"] for row in idle)


def test_sheets_look_kept_by_hand(world: World) -> None:
    for tab in ("api_key_mapping", "people"):
        header, *rows = world.sheet(tab)
        assert any(name != name.strip() for name in header)
        assert [] in rows[1:-1]
        assert rows[-1]
    cells = [
        cell for tab in ("people", "api_key_mapping") for row in world.sheet(tab) for cell in row
    ]
    assert any(cell.isupper() and "@" in cell for cell in cells)
    everything = [world.sheet(tab) for tab in ("people", "seats", "invoices", "budgets")]
    assert all(not row or row[-1] for tab in everything for row in tab)


def test_cases_survive_other_dates() -> None:
    world = World(as_of=date(2027, 2, 1))
    reading = read(world)
    keys = {row["id"] for row in world.api_keys()}
    used = {row["api_key_id"] for _, row in reading.messages if row["api_key_id"]}
    archived = {row["id"] for row in world.workspaces(True) if row["archived_at"]}
    assert used - keys
    assert archived & {row["workspace_id"] for _, row in reading.costs}
    assert {row["service_tier"] for _, row in reading.messages} == {"standard", "batch", "priority"}


def test_subscribers_are_sometimes_missing_from_the_report(world: World) -> None:
    sessions = [session for day in world.dates() for session in world.claude(day).sessions]
    subscribed = [
        session for session in sessions if session.person and session.person.mode == "subscription"
    ]
    assert {session.reported for session in subscribed} == {True, False}
    reported = sum(session.reported for session in subscribed)
    assert 0.8 < reported / len(subscribed) < 1
