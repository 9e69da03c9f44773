"""Vendors restate past days and time goes on: exactly the days that changed are computed again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.e2e.chain import AS_OF, SMALL, Chain, serve, truth_of
from tests.e2e.tables import changed_days
from tests.e2e.truth import PAIRS, differences

TABLES = [pair.table for pair in PAIRS]
OPEN_FROM = AS_OF - timedelta(days=30)


def _lines_by_day(folder: Path) -> dict[str, set[str]]:
    """Return the lines of the answer key about the fact tables and the ledger, by day."""
    days: dict[str, set[str]] = {}
    for pair in PAIRS:
        path = folder / f"{pair.file}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            day = json.loads(line)["usage_date"]
            days.setdefault(day, set()).add(f"{path.stem} {line}")
    return days


def _days_that_differ(one: Path, other: Path) -> set[str]:
    before, after = _lines_by_day(one), _lines_by_day(other)
    return {day for day in before.keys() | after.keys() if before.get(day) != after.get(day)}


def test_a_revision_replaces_exactly_the_revised_days(small: Chain, tmp_path: Path) -> None:
    revised_world = replace(SMALL, revision=1)
    chain = small.copy(tmp_path / "revised")
    chain.load_and_build(revised_world, run_id="second")
    truth = truth_of(revised_world, tmp_path / "truth")
    assert differences(chain.warehouse, truth) == []
    # The same comparison with the world before it was revised fails.
    assert differences(chain.warehouse, small.folder / "truth") != []

    restated = _days_that_differ(small.folder / "truth", truth)
    assert len(restated) > 20
    assert min(restated) >= OPEN_FROM.isoformat()
    loaded_again = {
        row[0]
        for row in chain.rows(
            "select distinct usage_date::varchar from (select usage_date, _loaded_at from"
            " raw_cursor.loaded_partitions union all select usage_date, _loaded_at from"
            " raw_anthropic.loaded_partitions) where usage_date is not null and _loaded_at > (select"
            " min(started_at) from raw_cursor.extract_runs where run_id = (select"
            " max_by(run_id, started_at) from raw_cursor.extract_runs))"
        )
    }
    assert restated <= loaded_again
    for table in TABLES:
        changed = changed_days(small.warehouse, chain.warehouse, table)
        with_rows = f"select distinct usage_date::varchar from {table}"
        present = {row[0] for one in (small, chain) for row in one.rows(with_rows)}
        assert changed == loaded_again & present, table
        runs = chain.rows(
            f"select usage_date::varchar, list(distinct pipeline_run_id) from {table} group by 1"
        )
        assert {day for day, names in runs if names == ["second"]} == changed, table
        assert {day for day, names in runs if names == ["e2e"]}.isdisjoint(changed), table


def test_one_day_further(small: Chain, tmp_path: Path) -> None:
    tomorrow = AS_OF + timedelta(days=1)
    world = replace(SMALL, as_of=tomorrow, days=SMALL.days + 1)
    chain = replace(small.copy(tmp_path / "later"), as_of=tomorrow, days=world.days)
    estimated = "select distinct usage_date from marts.fct_ai_spend_daily where spend_basis ="
    assert chain.rows(f"{estimated} 'estimated'") == [(AS_OF - timedelta(days=1),)]
    closed = "select min(usage_date) from marts.fct_ai_spend_daily where is_provisional"
    assert chain.rows(closed) == [(OPEN_FROM,)]

    chain.load_and_build(world, run_id="second")
    assert differences(chain.warehouse, truth_of(world, tmp_path / "truth")) == []
    # The new day is there, estimated; the estimate of the day before gave way to its bill.
    assert chain.rows(f"{estimated} 'estimated'") == [(AS_OF,)]
    assert (AS_OF - timedelta(days=1),) in chain.rows(f"{estimated} 'allocated'")
    # The day that left the open window is final.
    assert chain.rows(closed) == [(OPEN_FROM + timedelta(days=1),)]
    expected = {
        OPEN_FROM.isoformat(),
        (AS_OF - timedelta(days=1)).isoformat(),
        AS_OF.isoformat(),
    }
    for table in TABLES:
        assert changed_days(small.warehouse, chain.warehouse, table) == expected, table


def test_the_day_before_is_loaded_from_where_it_stopped(small: Chain, tmp_path: Path) -> None:
    """Nothing before the open window is asked for again."""
    tomorrow = AS_OF + timedelta(days=1)
    world = replace(SMALL, as_of=tomorrow, days=SMALL.days + 1)
    chain = replace(small.copy(tmp_path / "asked"), as_of=tomorrow, days=world.days)
    with serve(world) as server:
        chain.extract(server)
        asked = [str(entry) for entry in server.state.log]
    assert asked
    reports = [entry for entry in asked if "cost_report" in entry]
    assert reports
    assert not [entry for entry in reports if (OPEN_FROM - timedelta(days=1)).isoformat() in entry]
