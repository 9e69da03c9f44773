"""`bin/build.py` skips dbt only when nothing a build depends on changed, and never after a failure."""

import importlib.util
import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[3]

LANDED = """
create schema marts;
create table marts.fct_x as select 1 as x;
create schema raw_cursor;
create table raw_cursor._dlt_loads as select 'load_1' as load_id, 0 as status;
create table raw_cursor.loaded_partitions as
select 'daily_usage' as resource_name, '2026-06-01' as partition_id, date '2026-06-01' as usage_date,
    3 as n_rows, 0 as n_quarantined, timestamptz '2026-06-03 04:00:00+00' as _loaded_at, 'load_1' as _dlt_load_id;
create table raw_cursor.extract_runs as
select 'run_1' as run_id, 'daily_usage' as resource_name, timestamptz '2026-06-03 04:00:00+00' as finished_at,
    'ok' as status, null::varchar as error
"""


class Build:
    """The program, with a project, a warehouse and a dbt of its own that counts how often it is called."""

    def __init__(self, module: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._module, self._folder = module, folder
        self._calls = folder / "calls"
        program = folder / "programs" / "dbt"
        program.parent.mkdir()
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {self._calls}\nexit "$(cat {folder}/exit_code)"\n',
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.model = folder / "project" / "dbt_project" / "models" / "one.sql"
        self.model.parent.mkdir(parents=True)
        self.model.write_text("select 1", encoding="utf-8")
        self.dbt_exits_with(0)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("DUCKDB_PATH", str(folder / "warehouse.duckdb"))
        monkeypatch.setenv("AS_OF", "2026-06-04")
        monkeypatch.setattr(module, "ROOT", folder / "project")
        monkeypatch.setattr(module, "PROJECT", ("dbt_project",))
        self.sql(LANDED)

    def dbt_exits_with(self, code: int) -> None:
        (self._folder / "exit_code").write_text(str(code), encoding="utf-8")

    def sql(self, statements: str) -> None:
        with duckdb.connect(str(self._folder / "warehouse.duckdb")) as connection:
            connection.execute(statements)

    def run(self) -> int:
        code: int = self._module.main()
        return code

    @property
    def n_calls(self) -> int:
        return (
            len(self._calls.read_text(encoding="utf-8").splitlines()) if self._calls.exists() else 0
        )


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    spec = importlib.util.spec_from_file_location("bin_build", ROOT / "bin" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Build(module, tmp_path, monkeypatch)


def test_a_second_build_of_the_same_is_skipped(build: Build) -> None:
    assert build.run() == 0
    assert build.run() == 0
    assert build.n_calls == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda build, _: build.model.write_text("select 2", encoding="utf-8"),
        lambda build, _: (build.model.parent / "two.sql").write_text("select 1", encoding="utf-8"),
        lambda build, _: build.sql("update raw_cursor.loaded_partitions set n_rows = 4"),
        lambda build, _: build.sql("drop table marts.fct_x"),
        lambda _, monkeypatch: monkeypatch.setenv("AS_OF", "2026-06-05"),
        lambda _, monkeypatch: monkeypatch.setenv("DATA_ORIGIN", "vendors"),
    ],
    ids=["model", "new model", "landed rows", "lost mart", "another day", "another origin"],
)
def test_whatever_a_build_depends_on_makes_it_run_again(
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Build, pytest.MonkeyPatch], object],
) -> None:
    build.run()
    change(build, monkeypatch)
    build.run()
    assert build.n_calls == 2


def test_an_attempt_that_brought_nothing_is_no_change(build: Build) -> None:
    build.run()
    build.sql(
        "insert into raw_cursor.extract_runs values"
        " ('run_2', 'daily_usage', timestamptz '2026-06-04 04:00:00+00', 'failed', 'HTTP 500')"
    )
    build.run()
    assert build.n_calls == 1


def test_after_a_failure_it_is_never_skipped(build: Build) -> None:
    build.run()
    build.dbt_exits_with(1)
    build.model.write_text("select broken", encoding="utf-8")
    assert build.run() == 1
    # Back to what passed; but the marts may be half built.
    build.model.write_text("select 1", encoding="utf-8")
    build.dbt_exits_with(0)
    assert build.run() == 0
    assert build.n_calls == 3
