"""A warehouse with the predecessor's tables and, in place of dbt's views, the same company without its mistakes."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from migration.config import Settings
from migration.engine import Fingerprint, fingerprint, open_engine
from migration.tables import TABLES
from sandbox.world.world import World
from tests.fixtures.legacy.predecessor import write_duckdb

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 6, 3)


@dataclass(frozen=True)
class House:
    """One warehouse file and the program that migrates it."""

    file: Path

    def settings(self, day: dt.date = TODAY) -> Settings:
        return Settings(as_of=dt.datetime.combine(day, dt.time(12), dt.UTC), duckdb_path=self.file)

    def start(self, *arguments: str, day: dt.date = TODAY) -> "subprocess.Popen[str]":
        env = os.environ | {
            "AS_OF": day.isoformat(),
            "DUCKDB_PATH": str(self.file),
            "WAREHOUSE": "duckdb",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "migration", *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, day: dt.date = TODAY) -> tuple[int, str]:
        process = self.start(*arguments, day=day)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def fingerprints(self, suffix: str = "") -> dict[str, Fingerprint]:
        """Return what the tables under the old names (or beside them) hold; views are not tables."""
        with open_engine(self.settings()) as engine:
            return {
                table.name: fingerprint(engine, "legacy", table.name + suffix)
                for table in TABLES
                if engine.kind("legacy", table.name + suffix) == "table"
            }

    def kinds(self) -> dict[str, str]:
        """Return every table and view of the old schema."""
        with open_engine(self.settings()) as engine:
            return {name: engine.kind("legacy", name) or "" for name in engine.names("legacy")}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the company once."""
    file = tmp_path_factory.mktemp("migration") / "template.duckdb"
    world = World(people=14, days=40, seed=7, as_of=TODAY)
    with duckdb.connect(str(file)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        write_duckdb(connection, world)
        write_duckdb(connection, world, "compatibility", mistakes=False, prefix="mart_legacy__")
    return file


@pytest.fixture
def house(template: Path, tmp_path: Path) -> House:
    """Offer a warehouse of its own to every test."""
    file = tmp_path / "warehouse.duckdb"
    shutil.copy(template, file)
    return House(file)


@pytest.fixture
def done(house: House) -> Callable[..., None]:
    """Run phases that must succeed."""

    def run(*phases: str, day: dt.date = TODAY) -> None:
        for phase in phases:
            code, said = house.run(*phase.split(), day=day)
            assert code == 0, said

    return run
