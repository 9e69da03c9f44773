"""A warehouse with the predecessor's tables and, in place of dbt's views, the same company without its mistakes."""

import contextlib
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from migration.__main__ import main
from migration.config import Settings
from migration.state import PHASES
from migration.tables import TABLES
from sandbox.world.world import World
from tests.fixtures.legacy.predecessor import write_duckdb
from warehouse.connection import open_warehouse
from warehouse.engine import Fingerprint
from warehouse.fingerprint import fingerprint

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 5, 12)
"""Among the sixteen days before it are two that were stored twice and one that the vendor restated."""
STORED = {"string": "varchar", "int64": "bigint", "float64": "double", "bool": "boolean"}


@dataclass(frozen=True)
class House:
    """One warehouse file and the program that migrates it."""

    file: Path

    def settings(self, day: dt.date = TODAY) -> Settings:
        return Settings(as_of=dt.datetime.combine(day, dt.time(12), dt.UTC), duckdb_path=self.file)

    def _environment(self, day: dt.date) -> dict[str, str]:
        return {"AS_OF": day.isoformat(), "DUCKDB_PATH": str(self.file), "WAREHOUSE": "duckdb"}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program as a process of its own, to be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "migration", *arguments],
            cwd=ROOT,
            env=os.environ | self._environment(TODAY),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, day: dt.date = TODAY) -> tuple[int, str]:
        """Run the program here; return its exit code and what it said."""
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, self._environment(day)),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            code = main(list(arguments))
        return code, said.getvalue()

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def fingerprints(self, suffix: str = "") -> dict[str, Fingerprint]:
        """Return what the tables under the old names (or beside them) hold; views are not tables."""
        with open_warehouse(self.settings()) as engine:
            return {
                table.name: fingerprint(engine, "legacy", table.name + suffix)
                for table in TABLES
                if engine.kind("legacy", table.name + suffix) == "table"
            }

    def kinds(self) -> dict[str, str]:
        """Return every table and view of the old schema."""
        with open_warehouse(self.settings()) as engine:
            return {name: engine.kind("legacy", name) or "" for name in engine.names("legacy")}


@pytest.fixture(scope="session")
def after(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the company once, and keep the warehouse as it is after each phase."""
    folder = tmp_path_factory.mktemp("migration")
    work = House(folder / "work.duckdb")
    world = World(people=9, days=16, seed=7, as_of=TODAY)
    with duckdb.connect(str(work.file)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        write_duckdb(connection, world)
        write_duckdb(connection, world, "compatibility", mistakes=False, prefix="mart_legacy__")
    kept = {}
    for phase in PHASES:
        if phase != "nothing":
            code, said = work.run(phase)
            assert code == 0, said
        kept[phase] = folder / f"{phase}.duckdb"
        shutil.copy(work.file, kept[phase])
    return kept


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
def house_after(after: dict[str, Path], tmp_path: Path) -> Callable[[str], House]:
    """Offer a warehouse of one's own in which a phase was the last."""

    def copy(phase: str) -> House:
        file = tmp_path / "warehouse.duckdb"
        shutil.copy(after[phase], file)
        return House(file)

    return copy


def done(house: House, *phases: str, day: dt.date = TODAY) -> None:
    """Run phases that must succeed."""
    for phase in phases:
        code, said = house.run(*phase.split(), day=day)
        assert code == 0, said
