"""`bin/build.py` skips dbt only when nothing a build depends on changed, and never after a failure."""

import importlib.util
import json
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
    'ok' as status, null::varchar as error;
create schema staging;
create view staging.runs as select * from raw_cursor.extract_runs;
create schema quality;
create table quality.dq_failed as select 'no_such_table' as table_name where false;
create table quality.dq_aged as select 20 as n_hours
"""

# What dbt would write: tables over the record of attempts (through a view) and over the present instant (through a macro).
FAILED = "select resource_name as table_name from staging.runs where status = 'failed'"
AGED = (
    "select datediff('hour', timestamp '2026-06-03 04:00:00', cast(/* as of */ '2026-06-04 00:00:00'"
    " as timestamp)) as n_hours where '{1,3}' <> ''"
)


def _model(
    name: str,
    schema: str,
    kind: str,
    columns: list[str],
    sql: str = "",
    nodes: tuple[str, ...] = (),
    macros: tuple[str, ...] = (),
) -> dict[str, object]:
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "columns": {column: {} for column in columns},
        "config": {"materialized": kind},
        "compiled_code": sql,
        "depends_on": {"nodes": list(nodes), "macros": list(macros)},
    }


MANIFEST = {
    "macros": {
        "macro.ai_usage.as_of_at": {"depends_on": {"macros": []}},
        "macro.ai_usage.age": {"depends_on": {"macros": ["macro.ai_usage.as_of_at"]}},
    },
    "sources": {"source.runs": {"name": "extract_runs"}, "source.days": {"name": "daily_usage"}},
    "nodes": {
        "model.runs": _model("runs", "staging", "view", ["status"], nodes=("source.runs",)),
        "model.x": _model("fct_x", "marts", "table", ["x"], "select 1/0", nodes=("source.days",)),
        "model.failed": _model(
            "dq_failed", "quality", "table", ["table_name"], FAILED, nodes=("model.runs",)
        ),
        "model.aged": _model(
            "dq_aged", "quality", "table", ["n_hours"], AGED, macros=("macro.ai_usage.age",)
        ),
        "model.results": _model(
            "dq_results", "quality", "table", ["x"], "select 1/0", nodes=("model.failed",)
        ),
    },
}

WITHOUT_SQL = {
    "model.failed": _model("dq_failed", "quality", "table", ["table_name"], nodes=("source.runs",))
}
ATTEMPT = (
    "insert into raw_cursor.extract_runs values"
    " ('run_2', 'daily_usage', timestamptz '2026-06-04 04:00:00+00', '{status}', null)"
)


class Build:
    """The program, with a project, a warehouse and a dbt of its own that counts how often it is called."""

    def __init__(self, module: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._module, self._folder = module, folder
        self._calls = folder / "calls"
        program = folder / "programs" / "dbt"
        program.parent.mkdir()
        self._program = program
        self.dbt_also("true")
        self.model = folder / "project" / "dbt_project" / "models" / "one.sql"
        self.model.parent.mkdir(parents=True)
        self.model.write_text("select 1", encoding="utf-8")
        self.dbt_exits_with(0)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("DUCKDB_PATH", str(folder / "warehouse.duckdb"))
        monkeypatch.setenv("AS_OF", "2026-06-04")
        monkeypatch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        self.manifest.parent.mkdir()
        self.manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
        monkeypatch.setattr(module, "ROOT", folder / "project")
        monkeypatch.setattr(module, "PROJECT", ("dbt_project",))
        self.sql(LANDED)

    @property
    def manifest(self) -> Path:
        return self._folder / "target" / "manifest.json"

    @property
    def marker(self) -> Path:
        return self._folder / "warehouse.duckdb.built"

    def dbt_also(self, command: str) -> None:
        """Let something else happen while dbt runs."""
        self._program.write_text(
            f'#!/bin/sh\necho "$@" >> {self._calls}\n{command}\nexit "$(cat {self._folder}/exit_code)"\n',
            encoding="utf-8",
        )
        self._program.chmod(self._program.stat().st_mode | stat.S_IXUSR)

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
        lambda build, _: build.sql("update marts.fct_x set x = 2"),
        lambda build, _: build.sql(ATTEMPT.format(status="failed")),
        lambda _, monkeypatch: monkeypatch.setenv("AS_OF", "2026-06-05"),
        lambda _, monkeypatch: monkeypatch.setenv("AS_OF", "2026-06-04T01:00:00"),
        lambda _, monkeypatch: monkeypatch.setenv("DATA_ORIGIN", "vendors"),
        lambda build, _: build.marker.write_text("of an older release", encoding="utf-8"),
        lambda build, _: build.marker.unlink(),
    ],
    ids=[
        *("model", "new model", "landed rows", "lost mart", "mart built by hand", "a failed read"),
        *("another day", "an hour later, of which a model speaks", "another origin"),
        *("unreadable note", "no note: somebody was erased"),
    ],
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


def test_an_attempt_that_brought_nothing_and_changes_no_finding_is_no_change(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.run()
    build.sql(ATTEMPT.format(status="ok"))
    monkeypatch.setenv("AS_OF", "2026-06-04T00:59:59")
    build.run()
    assert build.n_calls == 1


def test_without_the_models_sql_nothing_is_skipped(build: Build) -> None:
    build.dbt_also(f"echo '{json.dumps(MANIFEST | {'nodes': WITHOUT_SQL})}' > {build.manifest}")
    build.run()
    build.dbt_also(f"rm -f {build.manifest}")
    build.run()
    build.run()
    assert build.n_calls == 3


def test_what_changes_while_dbt_builds_is_of_the_next_build(build: Build) -> None:
    build.dbt_also(f"echo select 2 > {build.model}")
    for _ in range(3):
        build.run()
    assert build.n_calls == 2


def test_after_a_failure_it_is_never_skipped(build: Build) -> None:
    build.run()
    build.dbt_exits_with(1)
    build.model.write_text("select broken", encoding="utf-8")
    assert build.run() == 6
    # Back to what passed; but the marts may be half built.
    build.model.write_text("select 1", encoding="utf-8")
    build.dbt_exits_with(0)
    assert build.run() == 0
    assert build.n_calls == 3
