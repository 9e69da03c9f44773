"""A warehouse that the loader filled, with a mart and a snapshot of it, in which people are erased."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from persons.suppression import LIST_FILE
from privacy import jobs
from privacy.config import Settings
from privacy.erasing import erase_pending
from privacy.jobs import Job
from serving.config import Settings as ServingSettings
from serving.publish import publish
from tests.integration.extract.harness import bench as open_bench
from tests.shared import made_once
from tests.worlds.company import TinyWorld
from warehouse.snapshot import open_current

MART = (
    "create schema if not exists marts;"
    " create or replace table marts.dim_people as"
    " select lower(trim(email)) as person_email, name as person_name from raw_sheets.people"
)


NEEDED = (
    "people",
    "team_members",
    "usage_events",
    "loaded_partitions",
    "extract_runs",
    "_dlt_loads",
    "_dlt_pipeline_state",
)
"""The loader's tables that these tests want: an erasure reads every table several times, however empty it is."""


@dataclass(frozen=True)
class Company:
    """A folder with a warehouse, its snapshots and the state of erasures."""

    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(
            as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC),
            duckdb_path=self.folder / "warehouse.duckdb",
            pipelines_dir=self.folder / "dlt",
            publish_dir=self.folder / "published",
            focus_dir=self.folder / "focus",
            target_dir=self.folder / "target",
            log_dir=self.folder / "logs",
            state_dir=self.folder / "state",
        )

    def ask(self, *identifiers: str) -> Job:
        return jobs.request(self.settings.state_dir, list(identifiers), requested_by="test")

    def job(self, job: Job) -> Job:
        return jobs.read(self.settings.state_dir, job.job_id)

    def erase(self, run: Callable[..., None] | None = None) -> int:
        return erase_pending(self.settings, self.said.append, run or run_programs)

    def publish(self) -> None:
        """Build and publish as a run without erasures does."""
        run_programs(self.settings, "build", "publish")

    def content(self) -> dict[str, str]:
        """Return a hash of all rows by table."""
        with duckdb.connect(str(self.settings.duckdb_path), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() order by all"
            ).fetchall()
            return {
                f"{schema}.{name}": hashlib.sha256(
                    repr(
                        connection.execute(
                            f'select * from "{schema}"."{name}" order by all'
                        ).fetchall()
                    ).encode()
                ).hexdigest()
                for schema, name in tables
            }

    def state(self) -> dict[str, bytes | str]:
        """Return everything that an erasure which does not succeed must leave as it was."""
        settings = self.settings
        folders = (settings.publish_dir, settings.focus_dir, settings.pipelines_dir)
        found: dict[str, bytes | str] = {
            str(path): path.read_bytes()
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != ".lock"
        }
        suppression = settings.state_dir / LIST_FILE
        found["list"] = suppression.read_text() if suppression.exists() else ""
        found["beside"] = repr(sorted(path.name for path in self.folder.iterdir()))
        return {**found, **self.content()}

    def served(self) -> str:
        """Return every text of the current snapshot."""
        snapshot = open_current(self.settings.publish_dir)
        snapshot.verify()
        with duckdb.connect() as connection:
            found = [
                connection.execute("from read_parquet(?)", [str(snapshot.path(table))]).fetchall()
                for table in snapshot.manifest["tables"]
            ]
        return repr(found).lower()

    def change(self, *statements: str) -> None:
        change(self.settings, *statements)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.duckdb_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def emails(self) -> set[str]:
        """Return the addresses of the sheet and of a vendor, those of erased people without their number."""
        found = self.rows(
            "select lower(trim(email)) from raw_sheets.people union all"
            " select email from raw_cursor.team_members"
        )
        return {"erased" if email.startswith("erased-") else email for (email,) in found}


def change(settings: Settings, *statements: str) -> None:
    """Change the warehouse that the settings lead to, which may be a copy."""
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        for statement in statements:
            connection.execute(statement)


def run_programs(settings: Settings, *programs: str) -> None:
    """Stand in for dbt: one mart of the people; the publisher is the real one."""
    if "build" in programs:
        change(settings, MART)
    if "publish" in programs:
        publish(
            ServingSettings(
                as_of=settings.as_of,
                duckdb_path=settings.duckdb_path,
                publish_dir=settings.publish_dir,
                dbt_target_dir=settings.target_dir,
            )
        )


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load a tiny company's sheet and one vendor, once."""
    return made_once(tmp_path_factory, "loaded-people", _load) / "warehouse.duckdb"


def _load(folder: Path) -> None:
    world = TinyWorld()
    world.sheets["people"] += [
        ["bob@corp.example", "", "Bob Holm"],
        ["eve@corp.example", "eve.old@corp.example", "Eve Lund"],
    ]
    with open_bench(folder, world) as bench:
        done = bench.load("cursor", "sheets")
        assert done.code == 0, done.text
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        for schema, name in tables:
            if name not in NEEDED:
                connection.execute(f'drop table {schema}."{name}"')
        # Everything lies in the file, so that an erasure need not bring in what a log holds.
        connection.execute("checkpoint")


@pytest.fixture
def company(loaded: Path, tmp_path: Path) -> Company:
    shutil.copy(loaded, tmp_path / "warehouse.duckdb")
    return Company(tmp_path)
