"""Lists that grow or shrink while their pages are read, by every vendor that pages, over real HTTP.

A row that comes to the front of a list pushes the others on: read to its end, the list has one row twice and lacks one,
and no single page looks wrong.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.integration.extract.harness import Bench
from tests.integration.extract.harness import bench as open_bench
from tests.worlds.answers import api_key, code_record, daily_row, event, member, spend_row, user
from tests.worlds.assistants import activity, charge, gemini_event, seat_user, tokens
from tests.worlds.company import DAYS, TinyWorld
from tests.worlds.people import ADA, BOB

CLEO = "cleo@corp.example"
GROWING = {
    "cursor.daily_usage": "raw_cursor.daily_usage",
    "cursor.usage_events": "raw_cursor.usage_events",
    "cursor.spend": "raw_cursor.spend",
    "anthropic.usage_report_messages": "raw_anthropic.usage_report_messages",
    "anthropic.cost_report": "raw_anthropic.cost_report",
    "anthropic.usage_report_claude_code": "raw_anthropic.usage_report_claude_code",
    "anthropic.api_keys": "raw_anthropic.api_keys",
    "anthropic.users": "raw_anthropic.users",
    "anthropic.service_accounts": "raw_anthropic.service_accounts",
    "anthropic.rbac_group_members": "raw_anthropic.rbac_group_members",
    "anthropic.spend_limits": "raw_anthropic.spend_limits",
    "anthropic.spend_limit_usage": "raw_anthropic.spend_limit_usage",
    "claude_ai.daily_users": "raw_claude_ai.daily_users",
    "claude_ai.user_cost_report": "raw_claude_ai.user_cost_report",
    "claude_ai.user_usage_report": "raw_claude_ai.user_usage_report",
    "claude_ai.organization_cost_report": "raw_claude_ai.organization_cost_report",
}
"""Endpoint of the counterpart, and the table that is read from it."""
SHRINKING = ("cursor.daily_usage", "cursor.usage_events", "cursor.spend")
"""Vendors that state a total: of the others nobody can tell that a row is gone."""
SOURCES = ("cursor", "anthropic", "claude_ai", "gemini")
PAGE_SIZES = {
    "extract.sources.cursor.usage.PAGE_SIZE": 2,
    "extract.sources.cursor.team.PAGE_SIZE": 2,
    "extract.sources.anthropic.reports.BUCKETS_PER_PAGE": 1,
    "extract.sources.anthropic.claude_code.PAGE_SIZE": 2,
    "extract.sources.anthropic.directory.PAGE_SIZE": 2,
    "extract.sources.anthropic.access.PAGE_SIZE": 2,
    "extract.sources.claude_ai.totals.BUCKETS_PER_PAGE": 1,
    "extract.sources.claude_ai.analytics.PAGE_SIZE": 2,
    "extract.sources.gemini.activities.PAGE_SIZE": 2,
}


def company() -> TinyWorld:
    """Return a company of which every list has three rows or more: two pages."""
    world = TinyWorld()
    world.spend = [spend_row(n, name, 100.5 * n) for n, name in enumerate(("ada", "bob", "cleo"))]
    world.members = [member(n, name) for n, name in enumerate(("ada", "bob", "cleo"))]
    world.keys = [api_key(n) for n in (1, 2, 3)]
    world.console_users = [user(n) for n in (1, 2, 3)]
    world.offer_access(3)
    for day, served in world.days.items():
        served.cursor_daily = [
            daily_row(day, email, userId=f"u{n}") for n, email in enumerate((ADA, BOB, CLEO))
        ]
        served.cursor_events = [event(day, 60 * n, chargedCents=n) for n in (1, 2, 3)]
        served.claude_code = [code_record(day, email) for email in (ADA, BOB, CLEO)]
        served.seat_users = [seat_user(day, email) for email in (ADA, BOB, CLEO)]
        served.charges = [charge(model=f"m{n}") for n in (1, 2, 3)]
        served.tokens = [tokens(model=f"m{n}") for n in (1, 2, 3)]
        served.gemini = [activity(day, 60 * n, gemini_event(), qualifier=str(n)) for n in (3, 2, 1)]
    return world


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, empty_warehouse: Path) -> Iterator[Bench]:
    """Load the company once by small pages; tests begin with a copy of what was loaded, or of empty tables."""
    with (
        open_bench(tmp_path_factory.mktemp("moving"), company()) as opened,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name, size in PAGE_SIZES.items():
            patched.setattr(name, size)
        shutil.copy(empty_warehouse, opened.folder / "warehouse.duckdb")
        loaded = opened.load(*SOURCES)
        assert loaded.code == 0, loaded.text
        shutil.copy(opened.folder / "warehouse.duckdb", opened.folder / "loaded.duckdb")
        yield opened


def _beside(served: Bench, warehouse: Path) -> Iterator[Bench]:
    shutil.copy(warehouse, served.env["DUCKDB_PATH"])
    served.server.fail()
    yield served
    served.server.fail()


@pytest.fixture
def bench(served: Bench, empty_warehouse: Path) -> Iterator[Bench]:
    """Serve the company beside a warehouse of empty tables, read by small pages."""
    yield from _beside(served, empty_warehouse)


@pytest.fixture
def full(served: Bench) -> Iterator[Bench]:
    """Serve the company beside a warehouse that holds it, read by small pages."""
    yield from _beside(served, served.folder / "loaded.duckdb")


def _applied(bench: Bench) -> dict[str, int]:
    """Return how often each endpoint's fault struck."""
    return {str(f["endpoint"]): int(str(f["applied"])) for f in bench.server.state.faults.report()}


def _moves_once_and_then_always(bench: Bench, kind: str, endpoints: Iterable[str]) -> None:
    """Strike all endpoints at once, each on its own account: read again, a list is whole, or else its table fails alone."""
    tables = {endpoint: GROWING[endpoint] for endpoint in endpoints}
    sources = sorted({endpoint.split(".")[0] for endpoint in tables})
    before = bench.tables()
    assert all(len(before[table]) >= 3 for table in tables.values())

    bench.server.fail(*(f"endpoint={endpoint} kind={kind} times=1" for endpoint in tables))
    loaded = bench.load(*sources)
    assert loaded.code == 0, loaded.text
    assert bench.tables() == before
    assert _applied(bench) == dict.fromkeys(tables, 1)

    bench.server.fail(*(f"endpoint={endpoint} kind={kind}" for endpoint in tables))
    loaded = bench.load(*sources)
    assert loaded.code == 5, loaded.text
    assert bench.tables() == before
    assert all(times >= 3 for times in _applied(bench).values()), _applied(bench)
    lines = loaded.text.splitlines()
    for table in tables.values():
        name = table.removeprefix("raw_")
        assert f"{name}: 0 rows read, 0 partitions changed, failed" in lines
    torn = [line for line in lines if line.startswith("PROBLEM: ")]
    assert len(torn) == len(tables), torn
    for line in torn:
        assert "the list changed while it was read" in line
        assert "It was read 3 times" in line


def test_lists_that_grow_are_read_again_and_then_fail(full: Bench) -> None:
    _moves_once_and_then_always(full, "growing_list", GROWING)


def test_lists_that_shrink_are_read_again_and_then_fail(full: Bench) -> None:
    _moves_once_and_then_always(full, "shrinking_list", SHRINKING)


def test_a_log_that_grows_is_read_again_and_holds_everything_once(full: Bench) -> None:
    """An entry that comes twice lands once, and a log loses none: so it is believed, however often it moves."""
    whole = full.tables()["raw_gemini.activity_events"]
    for times in (" times=1", ""):
        full.server.fail(f"endpoint=gemini.activity_events kind=growing_list{times}")
        loaded = full.load("gemini")
        assert loaded.code == 0, loaded.text
        assert full.tables()["raw_gemini.activity_events"] == whole
        assert full.server.state.faults.report()[0]["applied"] != 0


def test_a_late_event_is_in_the_list_once(bench: Bench) -> None:
    """Three events of 1, 2 and 4 dollars, two a page; after the first page one of 8 dollars arrives: 15 in all, not 9."""
    first = DAYS[0]
    usual = {day: served.cursor_events for day, served in bench.world.days.items()}
    try:
        for served in bench.world.days.values():
            served.cursor_events = []
        bench.world.days[first].cursor_events = [
            event(first, 3600 * hour, model=f"h{hour}", chargedCents=cents)
            for hour, cents in ((8, 100), (9, 200), (10, 400))
        ]
        late = event(first, 3600 * 11, model="h11", chargedCents=800)

        bench.server.fail("endpoint=cursor.usage_events kind=growing_list times=1")
        assert bench.load("cursor").code == 0
        cents = "select sum(charged_cents::decimal(18, 6)) from raw_cursor.usage_events"
        assert bench.rows(cents) == [(700,)]
        # The event that came is there the next time the list is asked for.
        bench.world.days[first].cursor_events = [*bench.world.days[first].cursor_events, late]
        assert bench.load("cursor").code == 0
        assert bench.rows(cents) == [(1500,)]
    finally:
        for day, events in usual.items():
            bench.world.days[day].cursor_events = events


def test_equal_events_where_two_pages_meet_are_two(bench: Bench) -> None:
    """Two equal requests in one millisecond, one at the end of a page and one at the beginning of the next."""
    first = DAYS[0]
    usual = bench.world.days[first].cursor_events
    try:
        bench.world.days[first].cursor_events = [
            event(first, 60),
            event(first, 120),
            event(first, 120),
            event(first, 180),
        ]
        loaded = bench.load("cursor")
        assert loaded.code == 0, loaded.text
        assert bench.rows(
            f"select count(*) from raw_cursor.usage_events where usage_date = '{first}'"
        ) == [(4,)]
    finally:
        bench.world.days[first].cursor_events = usual
