"""What the company owes Cursor, worked out by hand: a team of one or two in June, loaded, built and reconciled."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.calculator import explained_methods
from tests.e2e.chain import Chain, serve
from tests.worlds.answers import JsonObject, daily_row, event
from tests.worlds.company import TinyDay, TinyWorld
from tests.worlds.people import ADA, BOB

JUNE = [date(2026, 6, 1) + timedelta(days=number) for number in range(30)]
LEDGER = (
    "select actor_id, model, cost_component, sum(spend_usd) from marts.fct_ai_spend_daily"
    " group by all order by all"
)
RECONCILED = (
    "select reconciliation_status, ledger_usd, invoice_usd, unexplained_usd"
    " from marts.mart_finance__cost_reconciliation where vendor = 'cursor'"
)
FINDINGS = (
    "select check_scope, check_date, finding from quality.dq_results"
    " where check_name = 'cursor_charge_kept_out' and check_status = 'fail' order by all"
)


def team(invoice: str, *seats: str) -> TinyWorld:
    """Return a team that did nothing in June: seats of 40 dollars each, and one invoice."""
    world = TinyWorld(JUNE)
    world.days = {day: TinyDay() for day in JUNE}
    world.spend = []
    for email in seats:
        world.sheets["seats"].append(["cursor", "cursor", "Teams", email, "40", "2026-01-01", ""])
    world.sheets["invoices"].append(["cursor", "2026-06", invoice, "USD", "INV-1"])
    return world


def priced(model: str, kind: str | None, cents: float) -> JsonObject:
    """Return an event of 2 June; without a kind it has none."""
    row = event(date(2026, 6, 2), 3600, model=model, kind=kind, chargedCents=cents)
    return row if kind else {name: value for name, value in row.items() if name != "kind"}


def load(chain: Chain, folder: Path, world: TinyWorld, *, days: int = 30) -> Chain:
    """Load a team and build it, with all tests of the data."""
    own = replace(chain, folder=folder, as_of=date(2026, 7, 1), days=days)
    with serve(world) as server:
        own.extract(server, "cursor", "sheets")
    own.build(tested=True)
    return own


def requests_only(*asked: tuple[int, str, int], invoice: str = "120") -> TinyWorld:
    """Return a team of two of whose use-based requests only day, person and number are known."""
    world = team(invoice, ADA, BOB)
    for day, email, n_requests in asked:
        world.days[date(2026, 6, day)].cursor_daily = [
            daily_row(date(2026, 6, day), email, usageBasedReqs=n_requests)
        ]
    return world


def load_without_events(
    chain: Chain, folder: Path, world: TinyWorld, *, days: int = 30, build: bool = True
) -> Chain:
    """Load a team whose plan has no events, 403, and build it."""
    own = replace(chain, folder=folder, as_of=date(2026, 7, 1), days=days)
    with serve(world, faults=["endpoint=cursor.usage_events kind=http_403"]) as server:
        done = own.run("extract", "cursor", "sheets", server=server)
    assert done.code == 5
    assert "usage_events" in done.text
    if build:
        own.build(tested=True)
    return own


@pytest.mark.slow
def test_a_price_is_no_payment(unloaded: Chain, tmp_path: Path) -> None:
    """Use that the seat covers and requests that failed state a price; the invoice has neither."""
    world = team("42.05", ADA)
    world.days[date(2026, 6, 2)].cursor_events = [
        priced("m1", "USAGE_EVENT_KIND_USAGE_BASED", 204.688495),
        priced("m2", "USAGE_EVENT_KIND_INCLUDED_IN_BUSINESS", 62.3386),
        priced("m3", "Errored, Not Charged", 411.38804),
    ]
    own = load(unloaded, tmp_path, world)
    assert own.rows(LEDGER) == [
        (ADA, "m1", "usage", Decimal("2.046884950")),
        (ADA, None, "seat", Decimal(40)),
    ]
    # 62.3386 and 411.38804 cents.
    assert own.rows(
        "select usage_cost_usd, notional_cost_usd from marts.fact_cursor_daily_usage"
    ) == [(Decimal("2.046884950"), Decimal("4.737266400"))]
    assert own.rows(RECONCILED) == [
        ("explained", Decimal("42.046884950"), Decimal("42.05"), Decimal(0))
    ]
    assert own.rows(FINDINGS) == []


@pytest.mark.slow
def test_a_charge_of_an_unknown_kind_is_kept_out_and_said(unloaded: Chain, tmp_path: Path) -> None:
    """Nobody knows whether it is owed: it is in no sum, and a finding says day, kind and amount."""
    world = team("52", ADA)
    world.days[date(2026, 6, 2)].cursor_events = [
        priced("m1", "usage based", 200),
        priced("m1", "Priority Lane", 725),
        priced("m1", None, 275),
        priced("m1", None, 0),
    ]
    own = load(unloaded, tmp_path, world)
    assert own.rows(LEDGER) == [
        (ADA, "m1", "usage", Decimal(2)),
        (ADA, None, "seat", Decimal(40)),
    ]
    said = "of which no rule says whether it is owed: the money is in no sum"
    assert own.rows(FINDINGS) == [
        (
            "Priority Lane",
            date(2026, 6, 2),
            f"1 Cursor events of 2026-06-02 state 7.25 USD under the kind (Priority Lane), {said}",
        ),
        (
            "no kind",
            date(2026, 6, 2),
            f"1 Cursor events of 2026-06-02 state 2.75 USD under the kind (no kind), {said}",
        ),
    ]
    # 7.25 and 2.75 USD are what the invoice has more.
    assert own.rows(RECONCILED) == [("unexplained", Decimal(42), Decimal(52), Decimal(10))]


BY_PERSON = (
    "select actor_id, cost_component, sum(spend_usd) from marts.fct_ai_spend_daily"
    " group by all order by all"
)
SEATS = [(ADA, "seat", Decimal(40)), (BOB, "seat", Decimal(40))]


@pytest.mark.slow
def test_the_invoice_holds_the_seats_already(unloaded: Chain, tmp_path: Path) -> None:
    """120 dollars are 80 of seats and 40 for 40 requests: 120 in all, not 200 that something explains.

    Then 20 requests of the first week turn out to be 60: the rate of all days changes with them.
    """
    world = requests_only((10, ADA, 10), (20, BOB, 30))
    own = load_without_events(unloaded, tmp_path, world)
    used = [(ADA, "usage", Decimal(10)), (BOB, "usage", Decimal(30))]
    assert own.rows(BY_PERSON) == sorted(SEATS + used)
    assert explained_methods(own) == {"invoice_effective_rate", "monthly_fee_by_day"}
    assert own.rows(RECONCILED) == [("explained", Decimal(120), Decimal(120), Decimal(0))]

    world.days[date(2026, 6, 10)].cursor_daily[0]["usageBasedReqs"] = 50
    own = load_without_events(own, tmp_path, world)
    used = [(ADA, "usage", Decimal(25)), (BOB, "usage", Decimal(15))]
    assert own.rows(BY_PERSON) == sorted(SEATS + used)


@pytest.mark.slow
def test_a_month_that_was_read_in_part_has_no_rate(unloaded: Chain, tmp_path: Path) -> None:
    """From 15 June on: Bob's 30 requests are not the whole invoice's. They are named as without a charge."""
    own = load_without_events(
        unloaded, tmp_path, requests_only((10, ADA, 10), (20, BOB, 30)), days=16
    )
    assert own.rows(
        "select sum(spend_usd) from marts.fct_ai_spend_daily where cost_component = 'usage'"
    ) == [(None,)]
    assert own.rows(
        "select finding from quality.dq_results where check_name = 'cursor_requests_without_charge'"
    ) == [
        (
            "30 use-based requests of the month from 2026-06-01 are in no sum: Cursor gave no events, "
            "and the invoice is for 30 days, of which 16 are loaded",
        )
    ]
