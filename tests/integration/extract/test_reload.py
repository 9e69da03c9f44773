"""Loading again: nothing twice, nothing stale, no hole."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from extract.landing.contracts import Column, Kind
from extract.landing.load import are_there
from extract.sources import SOURCES, TABLES
from tests.integration.extract.harness import Bench
from tests.integration.extract.harness import bench as open_bench
from tests.worlds.answers import api_key, cost_row, daily_row, event
from tests.worlds.company import DAYS, TinyDay, TinyWorld

DATA_LOADS = "select count(distinct _dlt_load_id) from raw_{0}.loaded_partitions"


def _runs(bench: Bench, source: str) -> int:
    """Count the runs of which every table's record is there, with its window or without one."""
    ((n_runs, n_tables, n_rows),) = bench.rows(
        "select count(distinct run_id), count(distinct resource_name), count(*)"
        f" from raw_{source}.extract_runs where status = 'ok' and finished_at >= started_at"
    )
    assert n_rows == n_runs * n_tables
    return int(n_runs)


def _packages(bench: Bench, source: str) -> int:
    return int(bench.rows(f"select count(*) from raw_{source}._dlt_loads")[0][0])


def test_first_load_lands_every_table(bench: Bench) -> None:
    loaded = bench.load()
    assert loaded.code == 0, loaded.text
    counts = {name: len(rows) for name, rows in bench.tables().items()}
    assert counts["raw_cursor.daily_usage"] == 6
    assert counts["raw_cursor.usage_events"] == 6
    assert counts["raw_anthropic.usage_report_messages"] == 6
    assert counts["raw_anthropic.cost_report"] == 6
    assert counts["raw_anthropic.usage_report_claude_code"] == 6
    assert counts["raw_anthropic.usage_report_claude_code_models"] == 12
    assert counts["raw_anthropic.api_keys"] == 2
    assert counts["raw_anthropic.invites"] == 0
    assert counts["raw_sheets.people"] == 1
    # The newest day of activity is two days old.
    assert counts["raw_claude_ai.daily_users"] == 4
    assert counts["raw_claude_ai.daily_summaries"] == 2
    assert counts["raw_claude_ai.user_cost_report"] == 6
    assert counts["raw_claude_ai.user_usage_report"] == 6
    # Two exports share a day; each line lands once.
    assert counts["raw_claude_ai.audit_log"] == 6
    assert counts["raw_gemini.activity_events"] == 9
    assert counts["raw_cursor.quarantine"] == counts["raw_claude_ai.quarantine"] == 0
    assert counts["raw_gemini.quarantine"] == 0
    assert counts["raw_cursor.groups"] == counts["raw_cursor.group_members"] == 1


def test_second_load_changes_nothing(filled: Bench) -> None:
    """Naive: append again, or rewrite everything with a new load time."""
    before, stamps = (
        filled.tables(),
        filled.rows("select * from raw_cursor.usage_events order by all"),
    )
    # Files that somebody leaves in folders, and GitHub, are other tests' subjects: those sources are off here.
    sources = [s for s in SOURCES if s not in ("orchestrator", "dev_events", "github")]
    packages = {s: _packages(filled, s) for s in sources}
    runs = {s: _runs(filled, s) for s in sources}
    assert filled.load().code == 0
    assert filled.tables() == before
    assert filled.rows("select * from raw_cursor.usage_events order by all") == stamps
    # Nothing was to be loaded, so there is no package; that the run took place is written down.
    assert {source: _packages(filled, source) for source in sources} == packages
    assert {source: _runs(filled, source) for source in sources} == {
        source: n + 1 for source, n in runs.items()
    }


def test_pitfall_48_revised_vanished_and_late_rows_replace_their_day(filled: Bench) -> None:
    """Naive: append-only, so the old amount, the vanished row and the new one all stay."""
    untouched = filled.rows(
        f"select _loaded_at from raw_anthropic.cost_report where usage_date = '{DAYS[2]}'"
    )
    filled.world.days[DAYS[0]].costs = [cost_row("1050.5")]
    filled.world.days[DAYS[1]].costs.append(cost_row("9.75", workspace_id="wrkspc_late"))
    assert filled.load("anthropic").code == 0
    assert filled.rows(
        "select usage_date, amount from raw_anthropic.cost_report order by all"
    ) == sorted(
        [
            (DAYS[0], "1050.5"),
            *((DAYS[1], amount) for amount in ("1040.2511", "3.5", "9.75")),
            *((DAYS[2], amount) for amount in ("1040.2511", "3.5")),
        ]
    )
    assert untouched == filled.rows(
        f"select _loaded_at from raw_anthropic.cost_report where usage_date = '{DAYS[2]}'"
    )


def test_emptied_day_is_emptied_and_stays_recorded(filled: Bench) -> None:
    """Naive: merge by key; nothing arrives for the day, so its rows stay."""
    filled.world.days[DAYS[1]].cursor_events = []
    assert filled.load("cursor").code == 0
    days = filled.rows("select distinct usage_date from raw_cursor.usage_events order by 1")
    assert days == [(DAYS[0],), (DAYS[2],)]
    assert filled.rows(
        "select n_rows from raw_cursor.loaded_partitions where resource_name = 'usage_events'"
        f" and partition_id = '{DAYS[1]}'"
    ) == [(0,)]


def test_legitimate_duplicates_survive(bench: Bench) -> None:
    """Naive: deduplicate by all columns, which loses one of two equal events."""
    twin = event(DAYS[0], 7)
    bench.world.days[DAYS[0]].cursor_events = [twin, dict(twin)]
    bench.load("cursor")
    bench.load("cursor")
    rows = bench.rows(
        f"select event_row from raw_cursor.usage_events where usage_date = '{DAYS[0]}' order by 1"
    )
    assert rows == [(1,), (2,)]


def test_order_of_rows_is_not_a_change(filled: Bench) -> None:
    before = filled.rows("select * from raw_cursor.daily_usage order by all")
    filled.world.days[DAYS[0]].cursor_daily.reverse()
    filled.load("cursor")
    assert filled.rows("select * from raw_cursor.daily_usage order by all") == before


def test_directory_keeps_versions(filled: Bench) -> None:
    filled.world.keys = [api_key(1, status="inactive"), api_key(3)]
    assert filled.load("anthropic", env={"AS_OF": "2026-06-05T08:00:00Z"}).code == 0
    rows = filled.rows(
        "select id, status, cast(_dlt_valid_from as varchar), cast(_dlt_valid_to as varchar)"
        " from raw_anthropic.api_keys order by 1, 3"
    )
    first, second = "2026-06-04 00:00:00+00", "2026-06-05 08:00:00+00"
    assert rows == [
        ("apikey_01", "active", first, second),
        ("apikey_01", "inactive", second, None),
        ("apikey_02", "active", first, second),
        ("apikey_03", "active", second, None),
    ]


def test_snapshot_is_kept_per_day(filled: Bench) -> None:
    filled.load("cursor", env={"AS_OF": "2026-06-05"})
    filled.load("cursor", env={"AS_OF": "2026-06-05"})
    assert filled.rows(
        "select snapshot_date, overall_spend_cents from raw_cursor.spend order by 1"
    ) == [
        (dt.date(2026, 6, 4), "2812.5"),
        (dt.date(2026, 6, 5), "2812.5"),
    ]


def test_lost_working_folder_costs_nothing(filled: Bench) -> None:
    before = filled.tables()
    shutil.rmtree(filled.env["PIPELINES_DIR"])
    filled.world.days[DAYS[0]].cursor_events = []
    assert filled.load().code == 0
    after = filled.tables()
    assert len(after["raw_cursor.usage_events"]) == 4
    del before["raw_cursor.usage_events"], after["raw_cursor.usage_events"]
    del before["raw_cursor.loaded_partitions"], after["raw_cursor.loaded_partitions"]
    assert after == before


def test_lost_warehouse_is_loaded_again(filled: Bench) -> None:
    """Naive: the working folder says the tables exist, so they are never created again."""
    before = filled.tables()
    Path(filled.env["DUCKDB_PATH"]).unlink()
    # Those of the source that is off, too: a build needs them.
    assert filled.load(create_others=True).code == 0
    assert filled.tables() == before


@pytest.mark.parametrize(
    "damage",
    [
        "delete from raw_cursor.usage_events where usage_date = '2026-06-02'",
        "delete from raw_cursor.loaded_partitions where partition_id = '2026-06-02'",
        "update raw_cursor._dlt_loads set status = 1",
        "update raw_cursor.usage_events set _dlt_load_id = '1' where usage_date = '2026-06-02'",
    ],
)
def test_ledger_is_believed_only_as_far_as_the_table_agrees(filled: Bench, damage: str) -> None:
    before = filled.tables()
    with duckdb.connect(filled.env["DUCKDB_PATH"]) as connection:
        connection.execute(damage)
    loaded = filled.load("cursor")
    assert loaded.code == 0
    assert "cursor.usage_events: 6 rows read, 0 partitions changed" not in loaded.text
    assert filled.tables() == before


def test_old_days_are_read_once_and_the_open_window_always(tmp_path: Path) -> None:
    """Naive: re-read everything each time, or trust every day for ever."""
    days = [dt.date(2026, 4, 25) + dt.timedelta(days=n) for n in range(40)]
    with open_bench(tmp_path, TinyWorld(days)) as bench:
        bench.load("cursor")
        assert bench.rows("select count(distinct usage_date) from raw_cursor.daily_usage") == [
            (40,)
        ]
        bench.world.days[days[0]].cursor_daily = []
        bench.world.days[days[12]].cursor_daily = [daily_row(days[12], "eve@corp.example")]
        assert bench.load("cursor").code == 0
        assert bench.rows(
            f"select count(*) from raw_cursor.daily_usage where usage_date = '{days[0]}'"
        ) == [(2,)]
        assert bench.rows(
            f"select email from raw_cursor.daily_usage where usage_date = '{days[12]}'"
        ) == [("eve@corp.example",)]


def test_pitfall_49_today_is_not_final(bench: Bench) -> None:
    """Naive: load today's partial day and never look again."""
    from warehouse.settings import ConfigError

    with pytest.raises(ConfigError, match="UNTIL: 2026-06-05 is after 2026-06-04"):
        bench.load("cursor", env={"UNTIL": "2026-06-05"})


def test_tables_of_sources_that_are_off_exist(bench: Bench) -> None:
    Path(bench.env["DUCKDB_PATH"]).unlink()
    bench.load("sheets", create_others=True)
    names = set(bench.tables())
    assert {"raw_cursor.daily_usage", "raw_anthropic.cost_report", "raw_cursor.quarantine"} <= names


def test_tables_that_are_whole_are_left_alone_and_others_are_not(empty_warehouse: Path) -> None:
    """Naive: a table that lacks a new version's column is as good as there."""
    with duckdb.connect(str(empty_warehouse), read_only=True) as connection:
        assert are_there(connection, "raw_cursor", TABLES["cursor"])
        assert not are_there(connection, "raw_nobody", TABLES["cursor"])
        spend = next(table for table in TABLES["cursor"] if table.name == "spend")
        newer = replace(spend, columns=(*spend.columns, Column("of_tomorrow", Kind.STRING)))
        assert not are_there(connection, "raw_cursor", [newer])
    assert not are_there(None, "raw_cursor", TABLES["cursor"])


class TestShrink:
    """Pitfall 51: a success answer with nothing in it must not erase what is held."""

    @staticmethod
    def _full(bench: Bench) -> None:
        for day in DAYS:
            bench.world.days[day].cursor_events = [event(day, n) for n in range(10)]

    def test_pitfall_51_sudden_emptiness_is_refused(self, bench: Bench) -> None:
        """Naive: 30 rows are replaced by the empty answer of a lost permission."""
        self._full(bench)
        bench.load("cursor")
        for day in DAYS:
            bench.world.days[day].cursor_events = []
            bench.world.days[day].cursor_daily.append(
                daily_row(day, "eve@corp.example", userId="u3")
            )
        loaded = bench.load("cursor")
        assert loaded.code == 5
        assert "cursor.usage_events: refused to replace 30 rows by 0" in loaded.text
        assert "--accept-shrink" in loaded.text
        assert bench.rows("select count(*) from raw_cursor.usage_events") == [(30,)]
        # The other resources of the source are loaded.
        assert bench.rows("select count(*) from raw_cursor.daily_usage") == [(9,)]

    def test_it_is_done_when_told(self, bench: Bench) -> None:
        self._full(bench)
        bench.load("cursor")
        for day in DAYS:
            bench.world.days[day] = TinyDay()
        assert bench.load("cursor", accept_shrink=True).code == 0
        assert bench.rows("select count(*) from raw_cursor.usage_events") == [(0,)]

    def test_half_is_a_revision(self, bench: Bench) -> None:
        self._full(bench)
        bench.load("cursor")
        for day in DAYS:
            del bench.world.days[day].cursor_events[5:]
        assert bench.load("cursor").code == 0
        assert bench.rows("select count(*) from raw_cursor.usage_events") == [(15,)]

    def test_an_emptied_tab_or_directory_is_refused(self, filled: Bench) -> None:
        filled.world.keys = []
        filled.world.sheets["people"] = filled.world.sheets["people"][:1]
        loaded = filled.load()
        assert loaded.code == 5
        assert "anthropic.api_keys: refused to replace 2 rows by 0" in loaded.text
        assert "sheets.people: refused to replace 1 rows by 0" in loaded.text
        assert filled.rows("select count(*) from raw_sheets.people") == [(1,)]
        assert filled.load(accept_shrink=True).code == 0
        assert filled.rows(
            "select count(*) from raw_anthropic.api_keys where _dlt_valid_to is null"
        ) == [(0,)]


def test_a_revision_older_than_the_look_back_comes_with_again(bench: Bench) -> None:
    """Naive: a bill that is revised after a month is never read again, whatever first day is named."""
    long_after = {"UNTIL": "2026-08-01", "AS_OF": "2026-08-01"}
    bench.load("anthropic", env=long_after)
    bench.world.days[DAYS[0]].costs[0]["amount"] = "1041.5"
    revised = "select count(*) from raw_anthropic.cost_report where amount = '1041.5'"
    assert bench.load("anthropic", env=long_after).code == 0
    assert bench.rows(revised) == [(0,)]
    assert bench.load("anthropic", env=long_after, reads_again=True).code == 0
    assert bench.rows(revised) == [(1,)]
