"""A second run finds nothing to do, and a snapshot is made only of something new."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.e2e.chain import SMALL, Chain, serve
from tests.e2e.tables import changed_rows


def test_a_second_run_changes_no_row(
    small: Chain, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    again = small.copy(tmp_path / "again")
    with serve(SMALL) as server:
        loaded = again.extract(server)
    built = again.build(run_id="another run")
    record_property("cpu_seconds_of_extract", loaded.cpu_seconds)
    record_property("cpu_seconds_of_dbt", built.cpu_seconds)
    # Every column, also loaded_at and pipeline_run_id: nothing was written again.
    assert changed_rows(small.warehouse, again.warehouse) == {}
    statuses = again.rows(
        "select status, sum(n_partitions_changed) from raw_anthropic.extract_runs"
        " where run_id = (select max_by(run_id, started_at) from raw_anthropic.extract_runs)"
        " group by status"
    )
    assert statuses == [("ok", 0)]


def test_the_comparison_sees_a_load_time(small: Chain, tmp_path: Path) -> None:
    copy = small.copy(tmp_path / "copy")
    copy.change(
        "update marts.fact_cursor_daily_usage set loaded_at = loaded_at + interval 1 second"
        " where cursor_daily_usage_id = (select min(cursor_daily_usage_id)"
        " from marts.fact_cursor_daily_usage)"
    )
    found = changed_rows(small.warehouse, copy.warehouse)
    assert found == {"marts.fact_cursor_daily_usage": 2}


def test_publish_makes_a_snapshot_of_the_marts_once(company: Chain, tmp_path: Path) -> None:
    # The warehouse is only read; the snapshot goes to a folder of its own.
    here, warehouse = replace(company, folder=tmp_path), str(company.warehouse)
    first = here.run("serving", "publish", DUCKDB_PATH=warehouse)
    assert first.code == 0, first.text
    snapshots = list(here.published.glob("*/manifest.json"))
    assert len(snapshots) == 1
    tables = json.loads(snapshots[0].read_text(encoding="utf-8"))["tables"]
    published = {name: entry["n_rows"] for name, entry in tables.items()}
    held = company.rows(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'quality') order by all"
    )
    assert published == {
        name: company.rows(f"select count(*) from {name}")[0][0] for (name,) in held
    }
    assert published["marts.fct_ai_spend_daily"] > 20_000

    second = here.run("serving", "publish", DUCKDB_PATH=warehouse)
    assert second.code == 0, second.text
    assert "nothing changed" in second.text
    assert list(here.published.glob("*/manifest.json")) == snapshots
