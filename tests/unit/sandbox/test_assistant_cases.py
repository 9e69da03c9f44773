"""Every hard case of claude.ai and Gemini is present in the default company of 40 people."""

import ast
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from sandbox.world import Scenario, World
from sandbox.world.assistants import claude_account, gemini_account
from sandbox.world.scenario import shapes_named
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import Row, records

SEVERAL = [AS_OF, date(2026, 11, 21), date(2027, 3, 1)]


@pytest.fixture(scope="session")
def listed(world: World) -> list[tuple[date, Row]]:
    return [(day, row) for day in world.dates() for row in world.engagement_users(day)]


@pytest.fixture(scope="session")
def logged(world: World) -> list[tuple[date, tuple[str, ...]]]:
    return [(day, line) for day in world.dates() for line in world.audit_lines(day)]


@pytest.fixture(scope="session")
def activities(world: World) -> list[Row]:
    return [row for day in world.dates() for row in world.gemini_activities(day)]


def seat_emails(world: World, platform: str) -> set[str]:
    return {
        row["email"].lower()
        for row in records(world, "seats")
        if row["platform"] == platform and row["email"] and not row["valid_to"]
    }


def last_uses(world: World, platform: str) -> dict[str, date]:
    found: dict[str, date] = {}
    for day in world.dates():
        if platform == "claude_ai":
            for chat in world.assistants.chats(day):
                if chat.is_use:
                    found[chat.account.email.lower()] = day
        else:
            for activity in world.assistants.activities(day):
                active = any(event.category.startswith("active_") for event in activity.events)
                if activity.account and active:
                    found[activity.account.email.lower()] = day
    return found


@pytest.mark.parametrize("platform", ["claude_ai", "gemini_workspace"])
@pytest.mark.parametrize("as_of", SEVERAL)
def test_some_seats_are_idle_and_some_went_quiet_at_any_date(as_of: date, platform: str) -> None:
    world = World(as_of=as_of)
    seats = seat_emails(world, platform)
    last = last_uses(world, platform)
    away = sorted((as_of - last[email]).days for email in seats & last.keys())
    assert len(seats - last.keys()) >= 1
    assert any(days <= 4 for days in away)
    assert any(7 <= days <= 21 for days in away), away
    assert any(15 <= days <= 34 for days in away), away
    assert any(days >= 28 for days in away), away


def test_a_seat_of_cursor_is_never_opened(world: World) -> None:
    members = {row["email"].lower() for row in world.cursor_members()}
    (email,) = seat_emails(world, "cursor") - members
    assert email in {row["email"].strip().lower() for row in records(world, "people")}


def test_people_use_several_tools(world: World) -> None:
    claude, gemini = last_uses(world, "claude_ai"), last_uses(world, "gemini_workspace")
    cursor = {row["email"].lower() for row in world.cursor_members()}
    assert len(claude.keys() & gemini.keys()) > 5
    assert len(claude.keys() & gemini.keys() & cursor) > 5


def test_e_mails_in_odd_case_and_aliases(
    world: World, listed: list[tuple[date, Row]], activities: list[Row]
) -> None:
    aliases = {
        part.strip().lower()
        for row in records(world, "people")
        for part in row["aliases"].split(";")
        if part.strip()
    }
    spoken = {row["user"]["email_address"] for _, row in listed}
    assert any(email != email.lower() for email in spoken)
    assert aliases & {email.lower() for email in spoken}
    google = {row["actor"].get("email", "") for row in activities}
    assert any(email != email.lower() for email in google)
    assert aliases & {email.lower() for email in google}


def test_same_person_is_spelled_differently_in_api_and_log(
    listed: list[tuple[date, Row]], logged: list[tuple[date, tuple[str, ...]]]
) -> None:
    in_api = {row["user"]["email_address"] for _, row in listed}
    in_log = {
        who["metadata"]["email_address"] for _, line in logged if (who := ast.literal_eval(line[1]))
    }
    assert any(email.isupper() for email in in_log)
    assert {email.lower() for email in in_log - in_api} & {email.lower() for email in in_api}


def test_deleted_account_has_an_id_and_no_e_mail(
    world: World, listed: list[tuple[date, Row]]
) -> None:
    lines = [line for day in world.dates() for line in world.user_cost_lines(day)]
    gone = [line["actor"] for line in lines if line["actor"]["deleted"]]
    assert len({actor["user_id"] for actor in gone}) == 1
    assert all(actor["email"] is None and actor["name"] is None for actor in gone)
    assert gone[0]["user_id"] not in {row["user"]["id"] for _, row in listed}


def test_log_knows_person_days_that_the_api_lacks(
    world: World, listed: list[tuple[date, Row]], logged: list[tuple[date, tuple[str, ...]]]
) -> None:
    in_api = {(day, row["user"]["email_address"].lower()) for day, row in listed}
    people = {email for _, email in in_api}
    newest = world.newest_engagement_day()
    lacking = {
        (day, email)
        for day, line in logged
        if day <= newest
        and line[2] == "conversation_created"
        and (email := ast.literal_eval(line[1])["metadata"]["email_address"].lower()) in people
        and (day, email) not in in_api
    }
    assert len(lacking) > 5
    # The reports by person speak of nobody whom the list of that day has forgotten.
    charged = {
        (day, line["actor"]["email"].lower())
        for day in world.dates()
        for line in world.user_usage_lines(day)
        if line["actor"]["email"] and line["product"] != "claude_code"
    }
    assert not charged & lacking


def test_days_before_analytics_are_in_the_log_alone() -> None:
    world = World(as_of=date(2026, 2, 20))
    before, after = date(2025, 12, 18), date(2026, 1, 15)
    assert world.audit_lines(before)
    assert not world.engagement_users(before)
    assert not world.user_cost_lines(before)
    assert world.audit_lines(after)
    assert world.engagement_users(after)
    assert world.user_cost_lines(after)


def test_log_is_kept_for_180_days_and_reports_for_a_year() -> None:
    world = World(people=15, days=420, as_of=date(2027, 3, 3))
    for days, rows in ((180, world.audit_lines), (180, world.gemini_activities)):
        oldest = world.as_of - timedelta(days=days)
        assert any(rows(oldest + timedelta(days=number)) for number in range(4))
        assert not any(rows(oldest - timedelta(days=number)) for number in range(1, 8))
    edge = world.as_of - timedelta(days=365)
    assert any(world.user_cost_lines(edge + timedelta(days=number)) for number in range(4))
    assert not any(world.user_cost_lines(edge - timedelta(days=number)) for number in range(1, 8))


def test_log_lines_look_as_exported(logged: list[tuple[date, tuple[str, ...]]]) -> None:
    lines = [line for _, line in logged]
    events = Counter(line[2] for line in lines)
    assert {"conversation_created", "project_created", "file_uploaded"} <= events.keys()
    assert "project_document_created" in events
    assert "skill_toggled_v2" in events
    failed = [line for line in lines if line[1] == "{}"]
    assert {"user_attempted_magic_link_verification"} <= {line[2] for line in failed}
    assert not {"conversation_created", "file_uploaded"} & {line[2] for line in failed}
    assert 0.05 < sum(line[8] == "" for line in lines) / len(lines) < 0.15
    assert {"desktop_app", "web_claude_ai", "ios", "claude_in_slack"} <= {line[8] for line in lines}
    assert all(line[5] and line[7] for line in lines)
    assert {bool(line[6]) for line in lines} == {True, False}
    assert not any(line[1].startswith('{"') for line in lines)
    in_project = [ast.literal_eval(line[4]) for line in lines if "project_uuid" in line[4]]
    assert in_project
    assert len(set(lines)) == len(lines)


def test_log_is_newest_first_within_its_day(world: World) -> None:
    for day in world.dates():
        moments = [line[0] for line in world.audit_lines(day)]
        assert moments == sorted(moments, reverse=True)
        assert all(moment.startswith(day.isoformat()) for moment in moments)


def test_listed_people_who_did_nothing(listed: list[tuple[date, Row]]) -> None:
    names = ("message_count", "distinct_conversation_count", "distinct_files_uploaded_count")
    idle = [row for _, row in listed if not any(row["chat_metrics"][name] for name in names)]
    coded = [
        row for row in idle if row["claude_code_metrics"]["core_metrics"]["distinct_session_count"]
    ]
    assert idle
    assert coded
    assert {row["cowork_metrics"]["file_edit_count"] for _, row in listed} == {None}


def test_continued_conversations_are_in_the_api_alone(world: World) -> None:
    begun = continued = 0
    for day in world.dates():
        for chat in world.assistants.chats(day):
            begun += chat.created
            continued += chat.continued
    assert begun > 500
    assert continued > 300


def test_charges_are_tokens_times_prices_and_discounted(world: World) -> None:
    products: defaultdict[str, int] = defaultdict(int)
    for day in world.dates():
        for line in world.user_cost_lines(day):
            assert line["list_pico"] * 4 == line["pico"] * 5
            assert line["pico"] % 1000 == 0  # nine decimals of a dollar are enough
            products[line["product"]] += line["pico"]
    assert set(products) == {"chat", "cowork", "claude_code"}
    assert min(products.values()) > 10 * 10**12


def test_only_enterprise_seats_and_subscribers_are_charged(world: World) -> None:
    for day in world.dates():
        for charge in world.assistants.claude_ai(day).charges:
            if charge.product == "claude_code":
                assert charge.account.person.mode == "subscription"
            else:
                assert charge.account.plan_on(day.toordinal()) == "enterprise"


def test_activities_have_every_oddity(activities: list[Row]) -> None:
    nameless = [row for row in activities if "email" not in row["actor"]]
    assert nameless
    assert any(len(row["events"]) > 1 for row in activities)
    numbers = [int(row["id"]["uniqueQualifier"]) for row in activities]
    assert all(isinstance(row["id"]["uniqueQualifier"], str) for row in activities)
    assert 0.4 < sum(number < 0 for number in numbers) / len(numbers) < 0.6
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert any(abs(number) > 2**53 for number in numbers)
    assert len(set(numbers)) == len(numbers)
    events = [
        {part["name"]: part["value"] for part in event["parameters"]}
        for row in activities
        for event in row["events"]
    ]
    kinds = Counter(event["event_category"] for event in events)
    assert len(kinds) == 6
    assert (kinds["inactive"] + kinds["unknown"]) / kinds.total() > 0.6
    assert 0.4 < sum("feature_source" not in event for event in events) / len(events) < 0.8
    orders = {
        tuple(part["name"] for part in event["parameters"])
        for row in activities
        for event in row["events"]
    }
    assert len(orders) > 2
    times = {row["id"]["time"][11:] for row in activities}
    assert {"00:00:00.000Z", "23:59:59.999Z"} <= times
    assert {"ipAddress" in row for row in activities} == {True, False}


def test_activities_are_newest_first(world: World) -> None:
    for day in world.dates():
        times = [row["id"]["time"] for row in world.gemini_activities(day)]
        assert times == sorted(times, reverse=True)
        assert all(time.startswith(day.isoformat()) for time in times)


def test_seats_have_two_plans_in_one_month_and_one_of_nobody(world: World) -> None:
    rows = records(world, "seats")
    chat = [row for row in rows if row["platform"] == "claude_ai"]
    assert {(row["plan"], row["monthly_usd"]) for row in chat} == {
        ("team standard", "25.00"),
        ("team standard", "30.00"),
        ("enterprise", "60.00"),
    }
    first = world.first_day.isoformat()
    turned = {row["email"]: row["valid_to"] for row in chat if row["valid_to"] > first}
    again = [
        row
        for row in chat
        if turned.get(row["email"]) == row["valid_from"] and row["valid_from"][8:] != "01"
    ]
    assert again
    nobody = [row for row in rows if not row["email"]]
    assert [(row["vendor"], row["platform"]) for row in nobody] == [("google", "gemini_workspace")]


def test_budgets_know_every_scope(world: World) -> None:
    rows = records(world, "budgets")
    scopes = defaultdict(set)
    for row in rows:
        scopes[row["scope"]].add(row["scope_value"])
    assert scopes["category"] == {"coding_agents", "api_usage", "ai_assistants"}
    assert scopes["vendor"] == {"cursor", "anthropic", "google"}
    assert {"claude_ai", "gemini_workspace"} <= scopes["platform"]
    assert scopes["cost_centre"] == {row["cost_centre"] for row in records(world, "people")}
    assert {"company", "team"} <= scopes.keys()
    keys = [(row["scope"], row["scope_value"], row["month"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_day_of_the_assistants_is_a_function_of_the_date(world: World) -> None:
    tomorrow = World(people=40, days=150, seed=7, as_of=AS_OF + timedelta(days=1))
    for back in (3, 20, 60):
        day = AS_OF - timedelta(days=back)
        assert tomorrow.engagement_users(day) == world.engagement_users(day)
        assert tomorrow.user_cost_lines(day) == world.user_cost_lines(day)
        assert tomorrow.audit_lines(day) == world.audit_lines(day)
        assert tomorrow.gemini_activities(day) == world.gemini_activities(day)
    other = World(people=40, days=90, seed=8, as_of=AS_OF)
    assert other.audit_lines(AS_OF - timedelta(days=3)) != world.audit_lines(
        AS_OF - timedelta(days=3)
    )


def test_restatement_moves_open_days_of_the_api_and_never_the_log() -> None:
    before, after = (
        World(days=60, as_of=AS_OF, scenario=Scenario(revision=revision)) for revision in (0, 1)
    )
    users = costs = 0
    for day in before.dates():
        is_open = (AS_OF - day).days <= 30
        assert before.audit_lines(day) == after.audit_lines(day)
        assert before.gemini_activities(day) == after.gemini_activities(day)
        differs = before.engagement_users(day) != after.engagement_users(day)
        charged = before.user_cost_lines(day) != after.user_cost_lines(day)
        assert is_open or not (differs or charged)
        users, costs = users + differs, costs + charged
    assert users > 10
    assert costs > 10


def test_late_activities_and_charges_arrive_later() -> None:
    late = World(days=12, as_of=AS_OF, scenario=Scenario(late_days=6))
    full = World(days=12, as_of=AS_OF)
    days = [AS_OF - timedelta(days=back) for back in range(1, 7)]
    older = AS_OF - timedelta(days=7)
    for now, then in (
        (late.gemini_activities, full.gemini_activities),
        (late.user_usage_lines, full.user_usage_lines),
    ):
        assert 0 < sum(len(now(day)) for day in days) < sum(len(then(day)) for day in days)
        assert all(len(now(day)) <= len(then(day)) for day in days)
    assert late.user_usage_lines(older) == full.user_usage_lines(older)
    assert late.gemini_activities(older) == full.gemini_activities(older)


def test_accounts_are_one_per_person(world: World) -> None:
    people = world.roster.everyone(AS_OF.toordinal())
    accounts = [found for person in people if (found := claude_account(7, person))]
    workspace = [given for person in people if (given := gemini_account(7, person))]
    assert len({account.user_id for account in accounts}) == len(accounts) > 20
    assert len({account.uuid for account in accounts}) == len(accounts)
    assert len({account.profile_id for account in workspace}) == len(workspace) > 20


def test_the_summaries_of_november_have_fifteen_counts_more() -> None:
    """Unified chat of a day, a week and four weeks; whoever has it on is active in no other way than chat and cowork."""
    worlds = [
        World(
            people=20,
            days=40,
            as_of=date(2026, 11, 20),
            scenario=Scenario(shapes=shapes_named(shape)),
        )
        for shape in ("company", "november")
    ]
    before, after = (world.engagement_summary(date(2026, 11, 16)) for world in worlds)
    new = {name: count for name, count in after.items() if name not in before}
    assert len(new) == 15
    assert before.items() <= after.items()
    counts = [
        new[f"chat_cowork_unified_{window}_active_user_count"]
        for window in ("daily", "weekly", "monthly")
    ]
    assert 0 < counts[0] <= counts[1] <= counts[2] <= after["monthly_active_user_count"]
    assert {count for name, count in new.items() if "unified" not in name} == {0}
