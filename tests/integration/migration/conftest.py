"""A warehouse with the predecessor's tables and, in place of dbt's views, the same company without its mistakes."""

import contextlib
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from migration import __main__ as program
from migration.config import Settings
from migration.state import PHASES
from migration.tables import TABLES, OldTable
from sandbox.world.world import World
from tests.fixtures.legacy.predecessor import write_duckdb
from tests.shared import made_once
from warehouse.connection import open_warehouse
from warehouse.engine import Fingerprint
from warehouse.fingerprint import fingerprint

ROOT = Path(__file__).parents[3]
AS_USERS_RUN_IT = """
import runpy, sys
sys.modules["pandas"] = None
runpy.run_module("migration", run_name="__main__")
"""
"""Users have no pandas; where it is there, DuckDB imports it at the first value of a statement: a second of CPU."""
TODAY = dt.date(2026, 5, 12)
"""Among the sixteen days before it are two that were stored twice and one that the vendor restated."""
STORED = {"string": "varchar", "int64": "bigint", "float64": "double", "bool": "boolean"}


@dataclass
class House:
    """One warehouse file and the program that migrates it."""

    file: Path
    _held: duckdb.DuckDBPyConnection | None = None

    def hold(self) -> None:
        """Keep the file open: opening it costs more than most of what is asked, and so does a second thread for a few rows."""
        if self._held is None:
            self._held = duckdb.connect(str(self.file))
            self._held.execute("set threads = 1")

    def release(self) -> None:
        """Let go of the file, with everything in it: to be copied, written over, or opened by another process."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def content(self) -> tuple[bytes, bytes]:
        """Return what is on the disk, byte by byte: whatever is committed changes it."""
        self.hold()
        log = self.file.with_name(f"{self.file.name}.wal")
        return self.file.read_bytes(), log.read_bytes() if log.exists() else b""

    def settings(self, day: dt.date = TODAY) -> Settings:
        return Settings(as_of=dt.datetime.combine(day, dt.time(12), dt.UTC), duckdb_path=self.file)

    def _environment(self, day: dt.date) -> dict[str, str]:
        return {"AS_OF": day.isoformat(), "DUCKDB_PATH": str(self.file), "WAREHOUSE": "duckdb"}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program as a process of its own, to be killed."""
        self.release()
        return subprocess.Popen(
            [sys.executable, "-c", AS_USERS_RUN_IT, *arguments],
            cwd=ROOT,
            env=os.environ | self._environment(TODAY),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(
        self, *arguments: str, day: dt.date = TODAY, tables: Sequence[OldTable] = TABLES
    ) -> tuple[int, str]:
        """Run the program here, as if the predecessor had only these tables; return its exit code and what it said."""
        self.hold()
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, self._environment(day)),
            mock.patch.object(program, "TABLES", tables),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            code = program.main(list(arguments))
        return code, said.getvalue()

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        self.hold()
        with duckdb.connect(str(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def fingerprints(self, suffix: str = "") -> dict[str, Fingerprint]:
        """Return what the tables under the old names (or beside them) hold; views are not tables."""
        self.hold()
        with open_warehouse(self.settings(), alone=True) as engine:
            return {
                table.name: fingerprint(engine, "legacy", table.name + suffix)
                for table in TABLES
                if engine.kind("legacy", table.name + suffix) == "table"
            }

    def kinds(self) -> dict[str, str]:
        """Return every table and view of the old schema."""
        self.hold()
        with open_warehouse(self.settings(), alone=True) as engine:
            return {name: engine.kind("legacy", name) or "" for name in engine.names("legacy")}


@pytest.fixture(scope="session")
def after(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The company's warehouse as it is after each phase; tests take a copy."""
    folder = made_once(tmp_path_factory, "migration", _run_every_phase)
    return {phase: folder / f"{phase}.duckdb" for phase in PHASES}


def _run_every_phase(folder: Path) -> None:
    work = House(folder / "work.duckdb")
    world = World(people=9, days=16, seed=7, as_of=TODAY)
    with duckdb.connect(str(work.file)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        write_duckdb(connection, world)
        write_duckdb(connection, world, "compatibility", mistakes=False, prefix="mart_legacy__")
    for phase in PHASES:
        if phase != "nothing":
            done(work, phase)
        work.release()
        shutil.copy(work.file, folder / f"{phase}.duckdb")


@pytest.fixture(scope="session")
def few_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the seven tables with three rows each; the views' place is taken by the same."""
    file = tmp_path_factory.mktemp("few_rows") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        for schema in ("legacy", "compatibility"):
            connection.execute(f"create schema {schema}")
        for table in TABLES:
            columns = ", ".join(f"{c} {STORED.get(kind, kind)}" for c, kind in table.columns)
            text = next(c for c, kind in table.columns if kind == "string")
            connection.execute(f"create table legacy.{table.name} ({columns})")
            connection.execute(
                f"insert into legacy.{table.name} ({text}) values ('a'), ('b'), ('c')"
            )
            connection.execute(
                f"create table compatibility.{table.view} as from legacy.{table.name}"
            )
    return file


@pytest.fixture
def house_after(after: dict[str, Path], tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """Offer a warehouse of one's own in which a phase was the last."""
    house = House(tmp_path / "warehouse.duckdb")

    def copy(phase: str) -> House:
        house.release()
        shutil.copy(after[phase], house.file)
        return house

    yield copy
    house.release()


def only(*names: str) -> tuple[OldTable, ...]:
    """Return some of the old tables, and the lists of people and keys, which each comparison reads."""
    return tuple(t for t in TABLES if t.name in names or t.name.startswith("dim_"))


def done(
    house: House, *phases: str, day: dt.date = TODAY, tables: Sequence[OldTable] = TABLES
) -> None:
    """Run phases that must succeed."""
    for phase in phases:
        code, said = house.run(*phase.split(), day=day, tables=tables)
        assert code == 0, said
