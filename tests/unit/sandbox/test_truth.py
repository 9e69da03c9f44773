import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.truth import KINDS, seat_fee, true_rows, write_truth
from sandbox.world import Scenario, World
from sandbox.world.sheets import Seat
from tests.unit.sandbox.conftest import AS_OF
from tests.unit.sandbox.readings import Reading, Row, exact, is_owed, records
from tests.unit.sandbox.referee import Referee, Share

Truth = dict[str, list[Row]]


def collect(world: World) -> Truth:
    rows: Truth = {kind: [] for kind in KINDS}
    for kind, row in true_rows(world):
        rows[kind].append(row)
    return rows


@pytest.fixture(scope="module")
def truth(world: World) -> Truth:
    return collect(world)


def test_bill_of_truth_is_the_sum_of_the_vendors_rows(
    world: World, reading: Reading, truth: Truth
) -> None:
    served: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for day, row in reading.costs:
        served[day.isoformat(), "anthropic"] += Decimal(row["amount"]) / 100
    for day in world.dates():
        for line in world.user_cost_lines(day):
            served[day.isoformat(), "anthropic"] += Decimal(line["pico"]).scaleb(-12)
    for day, row in reading.cursor_events:
        if is_owed(row):
            served[day.isoformat(), "cursor"] += exact(row["chargedCents"]) / 100
    for row in truth["bill"]:
        billed = Decimal(row["billed_usd"])
        assert billed == served[row["usage_date"], row["vendor"]], row
    assert sum(served.values()) > 1000


def test_ledger_is_bill_and_seats_and_estimates(truth: Truth) -> None:
    by_basis: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in truth["ledger"]:
        by_basis[row["spend_basis"]] += Decimal(row["spend_usd"])
    bill = sum(Decimal(row["billed_usd"]) for row in truth["bill"])
    assert by_basis["billed"] + by_basis["allocated"] == bill
    assert by_basis["estimated"] > 0
    assert by_basis["seat"] > 0


def test_only_the_unbilled_day_is_estimated(truth: Truth) -> None:
    days = {row["usage_date"] for row in truth["ledger"] if row["spend_basis"] == "estimated"}
    assert days == {"2026-10-14"}


def test_facts_and_ledger_hold_the_same_usage_money(truth: Truth) -> None:
    ledger: defaultdict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in truth["ledger"]:
        if row["spend_basis"] != "seat" and row["platform"] != "cursor":
            key = (row["usage_date"], row["platform"], row["actor_type"], row["actor_id"])
            ledger[key] += Decimal(row["spend_usd"])
    for row in truth["claude_daily"]:
        key = (row["usage_date"], row["platform"], row["actor_type"], row["actor_id"])
        assert ledger.pop(key, Decimal(0)) == Decimal(row["usage_cost_usd"])
    assert not ledger


def test_money_has_nine_decimals(truth: Truth) -> None:
    assert {len(row["spend_usd"].partition(".")[2]) for row in truth["ledger"]} == {9}


@pytest.mark.parametrize(
    ("people", "days", "scenario"),
    [
        (40, 90, Scenario()),
        (40, 40, Scenario(revision=2)),
        (40, 20, Scenario(late_days=3, cost_lag_days=0)),
        (40, 20, Scenario(shapes=frozenset({"nameless_workspace"}))),
        (40, 20, Scenario(shapes=frozenset({"ghost_key"}))),
        (40, 20, Scenario(shapes=frozenset({"equal_key_names"}))),
        (40, 20, Scenario(shapes=frozenset({"odd_event_kinds"}))),
        (40, 20, Scenario(shapes=frozenset({"fast_mode"}))),
        (40, 20, Scenario(shapes=frozenset({"credits"}))),
        (1, 40, Scenario()),
        (16, 40, Scenario()),
        (250, 10, Scenario()),
    ],
)
def test_referee_finds_the_truth_in_the_vendors_rows(
    people: int, days: int, scenario: Scenario
) -> None:
    world = World(people=people, days=days, as_of=AS_OF, scenario=scenario)
    expected: defaultdict[str, defaultdict[Share, Decimal]]
    expected = defaultdict(lambda: defaultdict(Decimal))
    for kind, row in true_rows(world):
        bills = kind == "ledger" and row["spend_basis"] in ("billed", "allocated")
        # Charges of claude.ai have a referee of their own.
        if bills and row["vendor"] == "anthropic" and row["cost_component"] != "usage":
            actor = (row["platform"], row["actor_type"], row["actor_id"])
            share = (actor, row["model"], row["cost_component"])
            expected[row["usage_date"]][share] += Decimal(row["spend_usd"])
    referee = Referee(world)
    for day in world.dates():
        found, wanted = referee.ledger(day), expected[day.isoformat()]
        assert found.keys() == wanted.keys(), day
        for share, usd in found.items():
            assert abs(usd - wanted[share]) < Decimal("1e-9"), (day, share)


def test_owners_are_labelled_for_every_actor_of_the_facts(truth: Truth) -> None:
    labelled = {
        (row["usage_date"], row["platform"], row["actor_type"], row["actor_id"])
        for row in truth["owners"]
    }
    for row in truth["claude_daily"]:
        key = (row["usage_date"], row["platform"], row["actor_type"], row["actor_id"])
        assert key in labelled
    assert len(labelled) == len(truth["owners"])


def test_owners_know_who_is_behind_a_contested_key(world: World, truth: Truth) -> None:
    contested = next(key for key in world.ring.product_keys if key.case == "conflict")
    named = {
        row["owner_email"]
        for row in records(world, "api_key_mapping")
        if row["api_key_id"] == contested.key_id
    }
    real = {
        row["true_owner_email"] for row in truth["owners"] if row["actor_id"] == contested.key_id
    }
    assert len(named) == 2
    assert len(real) == 1
    assert real < named


def test_cursor_facts_cover_every_daily_row_and_unlisted_event(
    reading: Reading, truth: Truth
) -> None:
    served = {(day.isoformat(), row["email"].lower()) for day, row in reading.cursor_daily}
    served |= {
        (day.isoformat(), row["userEmail"].lower())
        for day, row in reading.cursor_events
        if "userEmail" in row
    }
    facts = [(row["usage_date"], row["user_email"]) for row in truth["cursor_daily"]]
    assert len(facts) == len(set(facts))
    assert set(facts) == served


def test_cursor_counters_match_the_vendors_rows(reading: Reading, truth: Truth) -> None:
    facts = {(row["usage_date"], row["user_email"]): row for row in truth["cursor_daily"]}
    for day, row in reading.cursor_daily:
        fact = facts[day.isoformat(), row["email"].lower()]
        assert fact["n_usage_based_requests"] == row["usageBasedReqs"]
        assert fact["n_agent_requests"] == row["agentRequests"]
        assert fact["n_lines_added"] == row["totalLinesAdded"]
        assert fact["most_used_model"] == (row["mostUsedModel"] or None)
        assert fact["client_version"] == (row.get("clientVersion") or None)


@pytest.mark.parametrize("month", [2, 7])
def test_seat_fees_of_a_month_sum_exactly(month: int) -> None:
    seat = Seat("cursor", "cursor", "standard", "x@y.example", 4_000, 0, None)
    length = 28 if month == 2 else 31
    days = [date(2026, month, number + 1) for number in range(length)]
    assert sum(seat_fee(seat, day) for day in days) == Decimal(40)


def test_seat_fee_ends_before_valid_to() -> None:
    last = date(2026, 7, 20)
    seat = Seat("cursor", "cursor", "standard", "x@y.example", 4_000, 0, last.toordinal())
    assert seat_fee(seat, date(2026, 7, 19)) > 0
    assert seat_fee(seat, last) == 0


def test_written_files_hold_what_is_counted(tmp_path: Path) -> None:
    counts = write_truth(World(people=5, days=7, as_of=AS_OF), tmp_path / "answers")
    for kind in KINDS:
        lines = (tmp_path / "answers" / f"{kind}.jsonl").read_text().splitlines()
        assert len(lines) == counts[kind]
        dates = {"seats_monthly": "usage_month"}
        text = AS_OF.isoformat()
        assert all(json.loads(line)[dates.get(kind, "usage_date")] < text for line in lines)
    assert counts["bill"] == 14
