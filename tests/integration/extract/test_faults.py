"""Fault matrix: every kind of wrong answer at every endpoint.

Each case starts from a loaded warehouse whose vendors have since revised a day. A passing fault must
end in the very tables of an undisturbed run; a lasting one in a clear error, tables that hold nothing
torn, and, once it is over, in the same tables again.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sandbox.server.endpoints import ENDPOINTS
from tests.integration.extract.harness import Bench, contents
from tests.integration.extract.harness import bench as open_bench
from tests.worlds.answers import code_record, event
from tests.worlds.assistants import activity, tokens
from tests.worlds.company import DAYS, TinyWorld

READ = [
    endpoint.full_name
    for endpoint in ENDPOINTS
    # GitHub is shown in the shape `delivery` alone; its faults have a file of their own.
    if endpoint.name not in ("workspace", "values_batch") and endpoint.vendor != "github"
]
PASSING = [
    ("http_429", "http_500", "http_502", "http_503"),
    ("http_529", "drop_before", "drop_mid_body", "truncated_json"),
    ("empty_body", "html_body", "http_429_no_retry_after"),
]
"""Faults that a request meets one after the other; the fifth attempt succeeds."""

LASTING = ["http_401", "http_403", "http_404", "http_410", "http_500_no_retry", "missing_data"]
COMBINATIONS = len(READ) * (sum(map(len, PASSING)) + len(LASTING))


def _revise(world: TinyWorld) -> None:
    day = world.days[DAYS[1]]
    day.cursor_daily[0]["totalLinesAdded"] = 99
    day.cursor_events.append(event(DAYS[1], 7200, "eve@corp.example"))
    day.messages[0]["output_tokens"] = 21
    day.costs[0]["amount"] = "1041.5"
    day.claude_code.append(code_record(DAYS[1], "eve@corp.example"))
    day.seat_users[0]["chat_metrics"]["message_count"] = 13
    day.charges[0]["pico"] += 1
    day.tokens.append(tokens("eve@corp.example"))
    assert world.vendor_costs is not None
    world.vendor_costs[DAYS[1]][0]["pico"] += 1
    day.gemini.insert(0, activity(DAYS[1], 7200, email="eve@corp.example"))
    world.members[0]["role"] = "owner"
    world.keys[0]["status"] = "inactive"
    world.sheets["people"].append(["eve@corp.example"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, empty_warehouse: Path) -> Iterator[Bench]:
    """Load a world, then revise it; keep the warehouse before and after an undisturbed run."""
    folder = tmp_path_factory.mktemp("faults")
    with open_bench(folder) as bench:
        shutil.copy(empty_warehouse, folder / "warehouse.duckdb")
        bench.world.offer_vendor_costs()
        bench.world.offer_access()
        assert bench.load().code == 0
        shutil.copy(folder / "warehouse.duckdb", folder / "before.duckdb")
        _revise(bench.world)
        assert bench.load().code == 0
        shutil.copy(folder / "warehouse.duckdb", folder / "after.duckdb")
        yield bench


@pytest.fixture
def bench(served: Bench) -> Iterator[Bench]:
    """Start each case from the warehouse before the revision."""
    shutil.copy(served.folder / "before.duckdb", served.folder / "warehouse.duckdb")
    served.server.fail()
    yield served
    served.server.fail()


def _expected(bench: Bench) -> dict[str, list[str]]:
    return contents(bench.folder / "after.duckdb")


def test_matrix_has_at_least_sixty_combinations() -> None:
    assert COMBINATIONS >= 60


@pytest.mark.parametrize("kinds", PASSING, ids=", ".join)
def test_passing_faults_leave_no_trace(
    bench: Bench, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: give up at the first 500, or take a truncated answer for the end of the list.

    Every endpoint is struck on its own account, by every kind. The first kinds strike a run that has something to load; the
    others one that has not, which costs half: a row they took away would show as well.
    """
    if kinds is not PASSING[0]:
        shutil.copy(bench.folder / "after.duckdb", bench.folder / "warehouse.duckdb")
    monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
    struck = {(name, kind) for name in READ for kind in kinds}
    bench.server.fail(*(f"endpoint={name} kind={kind} times=1" for name, kind in struck))
    loaded = bench.load()
    assert loaded.code == 0, loaded.text
    assert bench.tables() == _expected(bench)
    faults = bench.server.state.faults.report()
    assert {(f["endpoint"], f["kind"]) for f in faults if f["applied"] == 1} == struck
    assert _read(bench.folder / "warehouse.duckdb") == _read(bench.folder / "after.duckdb")


def _read(path: Path) -> list[tuple[Any, ...]]:
    """Return how the last run ended for each table, and how many rows it read."""
    runs = " union all ".join(
        f"select '{source}', resource_name, status, n_rows_read from raw_{source}.extract_runs"
        " qualify run_id = first_value(run_id) over (order by started_at desc)"
        for source in ("cursor", "anthropic", "claude_ai", "gemini", "sheets")
    )
    with duckdb.connect(str(path), read_only=True) as connection:
        return sorted(connection.execute(runs).fetchall())


def test_lasting_fault_is_an_error_and_heals(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naive: "no data": the tables lose the rows, or the days count as loaded."""
    monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
    for kind in LASTING:
        _fails_without_a_trace(bench, kind)
    bench.server.fail()
    assert bench.load().code == 0
    assert bench.tables() == _expected(bench)


def _fails_without_a_trace(bench: Bench, kind: str) -> None:
    before = bench.tables()
    bench.server.fail(*(f"endpoint={name} kind={kind}" for name in READ))
    loaded = bench.load()
    assert loaded.code == 5, kind
    assert bench.tables() == before, kind
    for name in (
        "cursor.daily_usage",
        "anthropic.cost_report",
        "anthropic.invites",
        "claude_ai.daily_users",
        "claude_ai.daily_summaries",
        "claude_ai.user_cost_report",
        "claude_ai.user_usage_report",
        "sheets.people",
    ):
        assert f"{name}: 0 rows read, 0 partitions changed, failed" in loaded.text
    # An answer of Google's without rows lacks their key; what is held of the log stays all the same.
    silent = kind == "missing_data"
    assert (
        "gemini.activity_events: 0 rows read, 0 partitions changed, failed" in loaded.text
    ) != silent
    assert ("gemini.activity_events: 9 rows of 3 days" in loaded.text) == silent
    statuses = bench.rows(
        "select distinct status from raw_anthropic.extract_runs where run_id ="
        " (select run_id from raw_anthropic.extract_runs order by started_at desc limit 1)"
        # The organisation is an object without a list that could be missing.
        " and resource_name <> 'organizations'"
        f" and (status <> 'not_offered' or not {kind in ('http_403', 'http_404')}"
        " or not regexp_matches(resource_name, '^(analytics_cost|service_account|rbac_group|spend_limit)'))"
    )
    assert statuses == [("failed",)], kind


FAILING = {
    "cursor": {"usage_events": "daily_usage"},
    "anthropic": {
        "cost_report": "usage_report_messages",
        "api_keys": "usage_report_claude_code",
    },
    "claude_ai": {"daily_users": "daily_summaries", "user_cost_report": "user_usage_report"},
}
"""By source, each endpoint that fails, which is a table that must not be loaded, and one that must be all the same."""


@pytest.mark.parametrize("source", FAILING)
def test_failing_resources_leave_the_others_loaded(bench: Bench, source: str) -> None:
    """Naive: the first error ends the run, or is swallowed."""
    failing = FAILING[source]
    bench.server.fail(*(f"endpoint={source}.{lost} kind=http_403" for lost in failing))
    loaded = bench.load(source)
    assert loaded.code == 5
    before, after = contents(bench.folder / "before.duckdb"), _expected(bench)
    now = bench.tables()
    for lost, held in failing.items():
        assert now[f"raw_{source}.{held}"] == after[f"raw_{source}.{held}"]
        assert now[f"raw_{source}.{lost}"] == before[f"raw_{source}.{lost}"]
        assert before[f"raw_{source}.{lost}"] != after[f"raw_{source}.{lost}"]
        said = [line for line in loaded.text.splitlines() if f"{source}.{lost}" in line]
        assert any("403" in line for line in said), loaded.text
    bench.server.fail()
    assert bench.load(source).code == 0
    assert bench.tables() == {
        name: (after if name.startswith(f"raw_{source}.") else before)[name] for name in after
    }


@pytest.mark.parametrize("kind", ["duplicate_page", "short_page"])
def test_torn_list_is_read_again(bench: Bench, kind: str) -> None:
    """Naive: count no rows, and load a page twice or not at all."""
    bench.world.days[DAYS[0]].cursor_events = [event(DAYS[0], n) for n in range(1500)]
    try:
        bench.server.fail(f"endpoint=cursor.usage_events kind={kind} times=1")
        loaded = bench.load("cursor")
        assert loaded.code == 0, loaded.text
        assert bench.rows("select count(*) from raw_cursor.usage_events") == [(1505,)]
    finally:
        bench.world.days[DAYS[0]].cursor_events = [
            event(DAYS[0], 60),
            event(DAYS[0], 3600, "bob@corp.example"),
        ]


def test_pitfall_39_empty_page_is_not_the_end(bench: Bench) -> None:
    """Naive: stop at the first page without rows."""
    bench.world.days[DAYS[0]].claude_code = [
        code_record(DAYS[0], f"p{n:04}@corp.example") for n in range(1500)
    ]
    try:
        bench.server.fail("endpoint=anthropic.usage_report_claude_code kind=empty_page times=1")
        assert bench.load("anthropic", accept_shrink=True).code == 0
        bench.server.fail()
        assert bench.load("anthropic").code == 0
        assert bench.rows(
            f"select count(*) from raw_anthropic.usage_report_claude_code where usage_date = '{DAYS[0]}'"
        ) == [(1500,)]
    finally:
        bench.world.days[DAYS[0]].claude_code = [
            code_record(DAYS[0]),
            code_record(DAYS[0], "bob@corp.example"),
        ]
