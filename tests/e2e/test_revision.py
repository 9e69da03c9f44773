"""Vendors restate past days and time goes on: exactly the days that changed are computed again."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.chain import AS_OF, SMALL, Chain, serve, truth_of
from tests.e2e.tables import changed_days
from tests.e2e.truth import PAIRS, differences

TABLES = [pair.table for pair in PAIRS]
TOMORROW = AS_OF + timedelta(days=1)
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


def test_a_revision_replaces_exactly_the_revised_days(small: Chain, revised: Chain) -> None:
    truth = revised.folder / "truth"
    assert differences(revised.warehouse, truth) == []
    # The same comparison with the world before it was revised fails.
    assert differences(revised.warehouse, small.folder / "truth") != []

    restated = _days_that_differ(small.folder / "truth", truth)
    assert len(restated) > 20
    assert min(restated) >= OPEN_FROM.isoformat()
    loaded_again = {
        row[0]
        for row in revised.rows(
            "select distinct usage_date::varchar from (select usage_date, _loaded_at from"
            " raw_cursor.loaded_partitions union all select usage_date, _loaded_at from"
            " raw_anthropic.loaded_partitions) where usage_date is not null and _loaded_at > (select"
            " min(started_at) from raw_cursor.extract_runs where run_id = (select"
            " max_by(run_id, started_at) from raw_cursor.extract_runs))"
        )
    }
    assert restated <= loaded_again
    for table in TABLES:
        changed = changed_days(small.warehouse, revised.warehouse, table)
        with_rows = f"select distinct usage_date::varchar from {table}"
        present = {row[0] for one in (small, revised) for row in one.rows(with_rows)}
        assert changed == loaded_again & present, table
        runs = revised.rows(
            f"select usage_date::varchar, list(distinct pipeline_run_id) from {table} group by 1"
        )
        assert {day for day, names in runs if names == ["revised"]} == changed, table
        assert {day for day, names in runs if names == ["e2e"]}.isdisjoint(changed), table


@dataclass(frozen=True)
class Later:
    """The same company a day later, and what its vendors were asked for."""

    chain: Chain
    asked: list[str]


@pytest.fixture(scope="module")
def later(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Later:
    world = replace(SMALL, as_of=TOMORROW, days=SMALL.days + 1)
    copy = small.copy(tmp_path_factory.mktemp("later"))
    chain = replace(copy, as_of=TOMORROW, days=world.days)
    with serve(world) as server:
        chain.extract(server)
        asked = [str(entry) for entry in server.state.log]
    chain.build(run_id="second")
    truth_of(world, chain.folder / "truth")
    return Later(chain, asked)


def test_one_day_further(small: Chain, later: Later) -> None:
    estimated = "select distinct usage_date from marts.fct_ai_spend_daily where spend_basis ="
    assert small.rows(f"{estimated} 'estimated'") == [(AS_OF - timedelta(days=1),)]
    closed = "select min(usage_date) from marts.fct_ai_spend_daily where is_provisional"
    assert small.rows(closed) == [(OPEN_FROM,)]

    chain = later.chain
    assert differences(chain.warehouse, chain.folder / "truth") == []
    # The new day is there, estimated; the estimate of the day before gave way to its bill.
    assert chain.rows(f"{estimated} 'estimated'") == [(AS_OF,)]
    assert (AS_OF - timedelta(days=1),) in chain.rows(f"{estimated} 'allocated'")
    # The day that left the open window is final.
    assert chain.rows(closed) == [(OPEN_FROM + timedelta(days=1),)]
    # The bill of the day before that was the newest and might have come in part.
    expected = {
        OPEN_FROM.isoformat(),
        (AS_OF - timedelta(days=2)).isoformat(),
        (AS_OF - timedelta(days=1)).isoformat(),
        AS_OF.isoformat(),
    }
    for table in TABLES:
        assert changed_days(small.warehouse, chain.warehouse, table) == expected, table


def test_the_day_before_is_loaded_from_where_it_stopped(later: Later) -> None:
    """Nothing before the open window is asked for again."""
    assert later.asked
    reports = [entry for entry in later.asked if "cost_report" in entry]
    assert reports
    assert not [entry for entry in reports if (OPEN_FROM - timedelta(days=1)).isoformat() in entry]
