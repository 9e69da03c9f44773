"""A second run finds nothing to do, and a snapshot is made only of something new."""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from serving.config import read_settings
from tests import warm
from tests.e2e.chain import SMALL, Chain, serve
from tests.e2e.tables import changed_rows


@pytest.fixture
def build_program() -> ModuleType:
    """Load `bin/build.py`, which is a program and no module of a package."""
    spec = importlib.util.spec_from_file_location("bin_build", warm.ROOT / "bin" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_second_run_changes_no_row_and_a_third_one_does_not_build(
    small: Chain,
    built_by_dbt: Path,
    tmp_path: Path,
    build_program: ModuleType,
    record_property: Callable[[str, object], None],
) -> None:
    again = small.copy(tmp_path / "again")
    settings = read_settings(again.env(DBT_TARGET_PATH=str(built_by_dbt / "dbt")))
    before = build_program.read_inputs(settings)
    with serve(SMALL) as server:
        loaded = again.extract(server)
    # The loader has looked everywhere once more, and everything is as it was.
    assert build_program.read_inputs(settings) == before
    again.build(run_id="another run")
    record_property("cpu_seconds_of_extract", loaded.cpu_seconds)
    # Every column, also loaded_at and pipeline_run_id: nothing was written again.
    assert changed_rows(small.warehouse, again.warehouse) == {}
    statuses = again.rows(
        "select status, sum(n_partitions_changed) from raw_anthropic.extract_runs"
        " where run_id = (select max_by(run_id, started_at) from raw_anthropic.extract_runs)"
        " group by status"
    )
    # The company's key may not read the vendor's own costs.
    assert sorted(statuses) == [("not_offered", 0), ("ok", 0)]

    build_program.remember(settings, before, passed=True)
    assert build_program.is_current(settings, before)
    # That no sheet could be read is a finding which is not in the marts yet.
    again.change("update raw_sheets.extract_runs set status = 'failed'")
    assert build_program.read_inputs(settings) == before
    assert not build_program.is_current(settings, before)


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
        " where table_schema in ('marts', 'metrics', 'quality') order by all"
    )
    assert published == {
        name: company.rows(f"select count(*) from {name}")[0][0] for (name,) in held
    }
    assert published["marts.fct_ai_spend_daily"] > 20_000

    second = here.run("serving", "publish", DUCKDB_PATH=warehouse)
    assert second.code == 0, second.text
    assert "nothing changed" in second.text
    assert list(here.published.glob("*/manifest.json")) == snapshots
