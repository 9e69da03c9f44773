"""claude.ai end to end: a limit of 60 requests a minute, cursors that expire, exports with a broken line."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from extract.client import http
from extract.sources.claude_ai import analytics
from sandbox.server.limits import Limiter
from sandbox.server.options import ServerOptions
from sandbox.server.running import running
from tests.integration.extract.harness import Bench
from tests.worlds.assistants import charge, seat_user, tokens
from tests.worlds.company import DAYS, TinyWorld
from tests.worlds.people import ADA

ANALYTICS_ONLY = {"CLAUDE_AI_EXPORT_DIR": ""}
EXPORTS_ONLY = {"CLAUDE_ANALYTICS_KEY": ""}
PAGED = ("daily_users", "user_cost_report", "user_usage_report")


class Clock:
    """The vendor's clock, which only goes on while the loader waits."""

    def __init__(self) -> None:
        self.now, self.waits = 1000.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("tells", [True, False], ids=["retry-after", "no-retry-after"])
def test_first_load_of_ninety_days_keeps_to_sixty_requests_a_minute(
    tmp_path: Path, empty_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tells: bool
) -> None:
    """Naive: five attempts within a quarter of a minute, and the days after the sixtieth are lost."""
    clock = Clock()
    monkeypatch.setattr("extract.client.retries.sleep", clock.sleep)
    # Requests are what is asked: all is written at once.
    monkeypatch.setattr("extract.landing.plan.DAYS_PER_PACKAGE", 90)
    if not tells:
        monkeypatch.setattr(http, "seconds_asked_for", lambda _: None)
    shutil.copy(empty_warehouse, tmp_path / "warehouse.duckdb")
    world = TinyWorld([date(2026, 3, 6) + timedelta(days=n) for n in range(90)])
    with running(world, options=ServerOptions()) as server:
        server.state.limiter = Limiter(60, clock=lambda: clock.now)
        bench = Bench(world, server, tmp_path)
        loaded = bench.load("claude_ai", env={**ANALYTICS_ONLY, "HTTP_BACKOFF_SECONDS": "1"})
    assert loaded.code == 0, loaded.text
    # The newest day of activity is not ready yet.
    assert bench.rows("select count(distinct usage_date) from raw_claude_ai.daily_users") == [(89,)]
    assert bench.rows("select count(*) from raw_claude_ai.user_cost_report") == [(180,)]
    assert server.state.statuses["claude_ai.daily_users 429"] >= 1
    assert "Claude Enterprise Analytics: its rate limit is reached; waiting" in loaded.text
    # The vendor's minute ends twenty seconds after the sixtieth request.
    assert clock.waits == ([20] if tells else [8, 16])


def _paged(bench: Bench) -> None:
    people = [f"p{n}@corp.example" for n in range(5)]
    for day in DAYS:
        found = bench.world.days[day]
        found.seat_users = [seat_user(day, email) for email in people]
        found.charges = [charge(email) for email in people]
        found.tokens = [tokens(email) for email in people]


def _undisturbed(bench: Bench, empty_warehouse: Path, **env: str) -> dict[str, list[str]]:
    """Return the tables of a first load without a fault."""
    bench.server.fail()
    shutil.copy(empty_warehouse, bench.env["DUCKDB_PATH"])
    shutil.rmtree(bench.env["PIPELINES_DIR"])
    assert bench.load("claude_ai", env=env).code == 0
    return bench.tables()


@pytest.fixture
def paged(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Let every answer of Enterprise Analytics have several pages."""
    monkeypatch.setattr(analytics, "PAGE_SIZE", 2)
    _paged(bench)
    return bench


def test_expired_cursor_starts_again_and_leaves_no_trace(
    paged: Bench, empty_warehouse: Path
) -> None:
    """Naive: the pages read before the cursor expired are loaded a second time, or the rest never."""
    paged.server.fail(*(f"endpoint=claude_ai.{name} kind=expired_cursor times=1" for name in PAGED))
    loaded = paged.load("claude_ai")
    assert loaded.code == 0, loaded.text
    struck = {f["endpoint"]: f["applied"] for f in paged.server.state.faults.report()}
    assert struck == {f"claude_ai.{name}": 1 for name in PAGED}
    survivor = paged.tables()
    assert len(survivor["raw_claude_ai.user_cost_report"]) == 15
    assert survivor == _undisturbed(paged, empty_warehouse)


def test_cursor_that_always_expires_is_an_error_and_heals(paged: Bench) -> None:
    """Naive: read again for ever; or take the first page for the whole list."""
    paged.server.fail(*(f"endpoint=claude_ai.{name} kind=expired_cursor" for name in PAGED))
    loaded = paged.load("claude_ai")
    assert loaded.code == 5
    assert loaded.text.count("(its cursor expired)") == 3
    for name in PAGED:
        assert paged.rows(f"select count(*) from raw_claude_ai.{name}") == [(0,)]
    assert paged.rows("select count(*) from raw_claude_ai.daily_summaries") == [(2,)]
    paged.server.fail()
    assert paged.load("claude_ai").code == 0
    assert paged.rows("select count(*) from raw_claude_ai.user_cost_report") == [(15,)]


def test_malformed_line_of_an_export_is_quarantined_and_heals(
    bench: Bench, empty_warehouse: Path
) -> None:
    """Naive: the file is refused for a line; the line is lost without a word; its name is kept."""
    # Two exports overlap on the second day: the first one's broken line is whole in the other.
    bench.server.fail("endpoint=audit_log kind=malformed_row times=2")
    loaded = bench.load("claude_ai", env=EXPORTS_ONLY)
    assert loaded.code == 4
    assert (
        "audit_log: 2 rows went to raw_claude_ai.quarantine because of: actor_info" in loaded.text
    )
    assert bench.rows(
        "select usage_date, count(*) from raw_claude_ai.audit_log group by 1 order by 1"
    ) == [(DAYS[0], 2), (DAYS[1], 2), (DAYS[2], 1)]
    kept = bench.rows(
        "select partition_id, reason, payload from raw_claude_ai.quarantine order by 1"
    )
    reason = "not a plain dict of texts, numbers, True, False and None"
    assert [row[:2] for row in kept] == [(str(day), reason) for day in DAYS[1:]]
    assert not any(secret in row[2] for row in kept for secret in (ADA, "Ada", "Cut of", "203.0"))
    broken = bench.tables()
    bench.server.fail()
    assert bench.load("claude_ai", env=EXPORTS_ONLY).code == 0
    healed = bench.tables()
    assert set(broken["raw_claude_ai.audit_log"]) < set(healed["raw_claude_ai.audit_log"])
    assert healed == _undisturbed(bench, empty_warehouse, **EXPORTS_ONLY)
