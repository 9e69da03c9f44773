from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.server import WorldOptions
from sandbox.server.worlds import make_world
from sandbox.truth import seat_fee, true_rows
from sandbox.world import Scenario, World
from sandbox.world.scenario import spike_days
from tests.unit.sandbox import referee_assistants as referee
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import Row, records
from tests.unit.sandbox.test_truth import Truth, collect

CATEGORIES = {
    "active_conversations": "n_conversation_events",
    "active_generate": "n_generate_events",
    "active_summarize": "n_summarize_events",
    "active_unspecified": "n_unspecified_events",
    "inactive": "n_inactive_events",
    "unknown": "n_unknown_events",
}
FIGURES = ("n_conversations", "n_projects", "n_files", "n_messages")
TOKENS = ("uncached_input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")
WORLDS = [
    World(people=40, days=60, as_of=AS_OF),
    World(people=40, days=40, as_of=AS_OF, scenario=Scenario(revision=2)),
    World(people=40, days=20, as_of=AS_OF, scenario=Scenario(late_days=3, cost_lag_days=0)),
    World(people=40, days=90, as_of=date(2026, 2, 20)),
    World(people=15, days=220, as_of=AS_OF),
    World(people=200, days=6, as_of=AS_OF),
]
NAMES = ["company", "revised", "late", "before analytics", "older than the log", "large"]


@pytest.fixture(scope="module")
def truth(world: World) -> Truth:
    return collect(world)


def of_day(truth: Truth, kind: str, day: date) -> list[Row]:
    return [row for row in truth[kind] if row["usage_date"] == day.isoformat()]


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_referee_finds_the_assistants_in_the_vendors_rows(world: World) -> None:
    truth = collect(world)
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in truth["claude_daily"]:
        if row["platform"] == "claude_ai":
            rows[row["usage_date"]].append(row)
    money: defaultdict[str, dict[object, Decimal]] = defaultdict(dict)
    for row in truth["ledger"]:
        if row["cost_component"] == "usage" and row["vendor"] == "anthropic":
            key = (row["platform"], (row["actor_type"], row["actor_id"]), row["model"])
            money[row["usage_date"]][key] = Decimal(row["spend_usd"])
            assert row["spend_basis"] == "billed"
    gemini: defaultdict[str, dict[object, Row]] = defaultdict(dict)
    for row in truth["gemini_daily"]:
        app = ((row["actor_type"], row["actor_id"]), row["app_name"])
        gemini[row["usage_date"]][app] = row
    for day in world.dates():
        text = day.isoformat()
        found = {
            (row["actor_type"], row["actor_id"]): (
                row["usage_source"],
                {name: row[name] for name in FIGURES},
            )
            for row in rows[text]
        }
        assert found == referee.chat_facts(world, day), day
        counted = {
            (row["actor_type"], row["actor_id"]): sum(row[name] or 0 for name in TOKENS)
            for row in rows[text]
        }
        assert {actor: n for actor, n in counted.items() if n} == referee.tokens(world, day)
        assert money[text] == referee.charges(world, day), day
        events = referee.gemini_facts(world, day)
        assert gemini[text].keys() == events.keys()
        for where, counts in events.items():
            row = gemini[text][where]
            assert row["n_events"] == counts.total()
            assert {
                name: row[column] for name, column in CATEGORIES.items() if row[column]
            } == dict(counts)
            assert row["n_active_events"] == sum(
                count for name, count in counts.items() if name.startswith("active_")
            )


def test_both_sources_speak_and_never_of_one_person_day(truth: Truth) -> None:
    rows = [row for row in truth["claude_daily"] if row["platform"] == "claude_ai"]
    sources = {row["usage_source"] for row in rows}
    keys = [(row["usage_date"], row["actor_type"], row["actor_id"]) for row in rows]
    assert sources == {"enterprise_analytics", "audit_log"}
    assert len(keys) == len(set(keys))
    for row in rows:
        assert (row["n_messages"] is None) or row["usage_source"] == "enterprise_analytics"


def test_newest_day_and_days_before_analytics_are_the_logs_alone(truth: Truth) -> None:
    def sources(truth: Truth, day: str) -> set[str]:
        return {
            row["usage_source"]
            for row in truth["claude_daily"]
            if row["platform"] == "claude_ai" and row["usage_date"] == day
        }

    assert sources(truth, "2026-10-14") == {"audit_log"}
    assert "enterprise_analytics" in sources(truth, "2026-10-13")
    early = collect(World(people=40, days=60, as_of=date(2026, 2, 20)))
    assert sources(early, "2025-12-30") == {"audit_log"}
    assert "enterprise_analytics" in sources(early, "2026-01-05")
    assert not any(
        row["cost_component"] == "usage" and row["usage_date"] < "2026-01-01"
        for row in early["ledger"]
        if row["vendor"] == "anthropic"
    )


def test_credits_of_claude_code_cost_money_and_no_tokens_twice(world: World, truth: Truth) -> None:
    credited = [
        row
        for row in truth["ledger"]
        if row["platform"] == "claude_code" and row["cost_component"] == "usage"
    ]
    assert sum(Decimal(row["spend_usd"]) for row in credited) > 10
    reported: defaultdict[tuple[str, str], int] = defaultdict(int)
    for day in world.dates():
        for record in world.day(day).claude_code:
            email = record["actor"].get("email_address", "").lower()
            for part in record["model_breakdown"]:
                reported[day.isoformat(), email] += part["tokens"]["output"]
    checked = 0
    for row in truth["claude_daily"]:
        key = (row["usage_date"], row["actor_id"])
        if row["platform"] == "claude_code" and key in reported:
            assert row["output_tokens"] == reported[key]
            checked += 1
    assert checked > 500


def test_deleted_account_keeps_its_money_and_its_owner(truth: Truth) -> None:
    rows = [row for row in truth["claude_daily"] if row["actor_type"] == "account"]
    rows = [row for row in rows if row["platform"] == "claude_ai"]
    assert {row["actor_id"][:5] for row in rows} == {"user_"}
    assert all(row["n_conversations"] is None and row["output_tokens"] for row in rows)
    owners = {
        row["true_owner_email"]
        for row in truth["owners"]
        if row["actor_type"] == "account" and row["platform"] == "claude_ai"
    }
    assert len(owners) == 1
    assert owners.pop().endswith("@freelance.example")


def test_unassigned_seat_is_nobodys(truth: Truth) -> None:
    rows = [row for row in truth["ledger"] if row["actor_id"] == "unattributed:google"]
    assert {(row["platform"], row["actor_type"]) for row in rows} == {
        ("gemini_workspace", "unattributed")
    }
    september = [Decimal(row["spend_usd"]) for row in rows if row["usage_date"][:7] == "2026-09"]
    assert sum(september) == 20


def test_active_people_are_people_of_that_day_with_its_team(world: World, truth: Truth) -> None:
    rows = truth["active_people"]
    keys = [(row["usage_date"], row["platform"], row["person_email"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["platform"] for row in rows} == {
        "cursor",
        "claude_code",
        "claude_api",
        "claude_ai",
        "gemini_workspace",
    }
    assert not any(row["person_email"].startswith("ci-bots") for row in rows)
    seen = {
        (row["usage_date"], row["actor_id"])
        for row in truth["claude_daily"]
        if row["platform"] == "claude_ai" and row["actor_type"] == "person"
    }
    outsider = [row for row in rows if row["person_email"].endswith("@freelance.example")]
    talked = [row for row in outsider if row["platform"] == "claude_ai"]
    assert {(row["usage_date"], row["person_email"]) for row in talked} == {
        key for key in seen if key[1].endswith("@freelance.example")
    }
    sheet = records(world, "people")
    for row in rows[:: max(1, len(rows) // 300)]:
        teams = {
            line["team"]
            for line in sheet
            if line["email"].lower() == row["person_email"]
            and line["valid_from"] <= row["usage_date"]
            and (not line["valid_to"] or row["usage_date"] < line["valid_to"])
        }
        assert teams == ({row["team_name"]} if row["team_name"] else set())


def test_active_in_gemini_are_those_with_active_events(truth: Truth) -> None:
    owners = {
        (row["usage_date"], row["actor_id"]): row["true_owner_email"]
        for row in truth["owners"]
        if row["platform"] == "gemini_workspace"
    }
    wanted = {
        (row["usage_date"], owners[row["usage_date"], row["actor_id"]])
        for row in truth["gemini_daily"]
        if row["actor_type"] == "person" and row["n_active_events"]
    }
    quiet = [row for row in truth["gemini_daily"] if not row["n_active_events"]]
    found = {
        (row["usage_date"], row["person_email"])
        for row in truth["active_people"]
        if row["platform"] == "gemini_workspace"
    }
    assert found == wanted
    assert len(quiet) > len(truth["gemini_daily"]) / 4


def test_seats_of_a_month_are_the_days_and_the_fees_of_the_ledger(
    world: World, truth: Truth
) -> None:
    booked: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in truth["ledger"]:
        if row["spend_basis"] == "seat":
            actor = "" if row["actor_type"] == "unattributed" else row["actor_id"]
            month = row["usage_date"][:7] + "-01"
            booked[month, row["platform"], actor] += Decimal(row["spend_usd"])
    seats = {
        (row["usage_month"], row["platform"], row["seat_email"] or ""): Decimal(row["seat_fee_usd"])
        for row in truth["seats_monthly"]
    }
    assert seats == dict(booked)
    one = world.seats()[0]
    days = sum(bool(seat_fee(one, day)) for day in world.dates() if day.month == 8)
    [row] = [
        row
        for row in truth["seats_monthly"]
        if row["usage_month"] == "2026-08-01"
        and row["platform"] == one.platform
        and row["seat_email"] == one.email.lower()
    ]
    assert row["n_seat_days"] == days


def test_no_spike_unless_asked_for(truth: Truth) -> None:
    assert truth["spikes"] == []


@pytest.mark.parametrize("people", [12, 40])
def test_spikes_are_four_times_the_usual_and_over_a_hundred_dollars(people: int) -> None:
    world = make_world(WorldOptions(people=people, days=60, as_of=AS_OF, spike=True))
    truth = collect(world)
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in truth["ledger"]:
        totals[row["usage_date"], row["platform"]] += Decimal(row["spend_usd"])
    planted = {(row["usage_date"], row["platform"]): row for row in truth["spikes"]}
    assert set(planted) == {(day.isoformat(), platform) for day, platform in spike_days(AS_OF)}
    for (day, platform), row in planted.items():
        usual = sorted(
            usd for (other, name), usd in totals.items() if name == platform and other != day
        )
        assert Decimal(row["spend_usd"]) == totals[day, platform]
        assert totals[day, platform] > 100
        assert totals[day, platform] > 4 * usual[len(usual) // 2]
        assert totals[day, platform] > 2 * usual[-1]
        assert date.fromisoformat(day) > world.first_day.replace(day=28)
        assert date.fromisoformat(day).weekday() < 5


def test_spike_is_in_the_vendors_rows_as_in_the_truth() -> None:
    world = make_world(WorldOptions(days=30, as_of=AS_OF, spike=True))
    plain = make_world(WorldOptions(days=30, as_of=AS_OF))
    (cursor_day, _), (api_day, _) = spike_days(AS_OF)
    charged = sum(row["chargedCents"] for row in world.day(cursor_day).cursor_events)
    before = sum(row["chargedCents"] for row in plain.day(cursor_day).cursor_events)
    assert charged - before > 10_000
    costs = [sum(Decimal(r["amount"]) for r in w.day(api_day).costs) for w in (world, plain)]
    assert costs[0] - costs[1] > 10_000
    other = api_day - timedelta(days=1)
    assert world.day(other) == plain.day(other)


def test_truth_is_the_same_as_what_is_asked_again(world: World) -> None:
    again = World(people=40, days=90, seed=7, as_of=AS_OF)
    newest = [row for row in true_rows(again) if row[1].get("usage_date") == "2026-10-13"]
    assert newest == [row for row in true_rows(world) if row[1].get("usage_date") == "2026-10-13"]
