"""The chain under test: an invented company over HTTP, the loader, dbt, the publisher, DuckDB."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

from persons.keys import KEY_FILE
from sandbox.server import ServerOptions, WorldOptions, running
from sandbox.server.running import Running
from sandbox.server.source import WorldLike
from sandbox.server.worlds import make_world
from sandbox.truth import write_truth
from tests import warm
from tests.e2e.replay import Recordings, replay

AS_OF = date(2026, 11, 21)
"""The day of all tests: the invented company's prices are those of the seed from 10 September on."""

SMALL = WorldOptions(people=10, days=40, as_of=AS_OF)
REVISED = replace(SMALL, revision=1)
"""The same company after its vendors have restated days and prices were corrected."""
RUN_ID = "e2e"
NOT_OFFERED = {
    *("analytics_cost", "analytics_cost_requests", "analytics_cost_terms"),
    *("rbac_groups", "rbac_group_members", "service_accounts", "service_account_workspaces"),
    *("spend_limits", "spend_limit_usage"),
}
"""Tables of what Anthropic does not offer the company of all tests."""


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    code: int
    text: str
    cpu_seconds: float


@dataclass(frozen=True)
class Chain:
    """A folder with a warehouse and everything that belongs to it."""

    folder: Path
    context: ForkServerContext = field(repr=False)
    target: Path
    recordings: Recordings | None = None
    as_of: date = AS_OF
    days: int = 90

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def loaded(self) -> Path:
        """A copy of the warehouse from before it was built, where one is kept."""
        return self.folder / "loaded.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "published"

    def env(self, server: Running | None = None, **more: str) -> dict[str, str]:
        """Return the environment of a run."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        since = date.fromordinal(self.as_of.toordinal() - self.days)
        return {
            **keep,
            **(server.env if server else {}),
            "AS_OF": self.as_of.isoformat(),
            "SINCE": since.isoformat(),
            "DUCKDB_PATH": str(self.warehouse),
            "PIPELINES_DIR": str(self.folder / "dlt"),
            "PUBLISH_DIR": str(self.published),
            "STATE_DIR": str(self.folder / "state"),
            "DBT_PROFILES_DIR": str(warm.ROOT / "profiles"),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "HTTP_BACKOFF_SECONDS": "0.01",
            "DATA_ORIGIN": "sandbox",
            "ENV_FILE": "",
            **more,
        }

    def copy(self, folder: Path, *, only_loaded: bool = False) -> "Chain":
        """Return the same state, and its key, in another folder; the loader's working folder stays behind."""
        folder.mkdir(parents=True, exist_ok=True)
        assert not self.warehouse.with_name(f"{self.warehouse.name}.wal").exists()
        source = self.loaded if only_loaded else self.warehouse
        shutil.copy(source, folder / self.warehouse.name)
        (folder / "state").mkdir(exist_ok=True)
        shutil.copy(self.folder / "state" / KEY_FILE, folder / "state")
        return replace(self, folder=folder)

    def start(
        self, program: str, *arguments: str, server: Running | None = None, **env: str
    ) -> BaseProcess:
        """Start one of the programs; whoever calls waits for it or kills it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        call = {"extract": warm.extract, "dbt": warm.dbt, "serving": warm.serving}[program]
        log = self.folder / f"{program}.log"
        log.unlink(missing_ok=True)
        Path(f"{log}.cpu").unlink(missing_ok=True)
        return warm.start(self.context, call, arguments, self.env(server, **env), log)

    def run(self, program: str, *arguments: str, server: Running | None = None, **env: str) -> Done:
        """Run one of the programs to its end."""
        child = self.start(program, *arguments, server=server, **env)
        child.join()
        used = self.folder / f"{program}.log.cpu"
        assert used.exists(), f"{program} died: {self.log(program)}"
        cpu = float(used.read_text(encoding="utf-8"))
        return Done(-1 if child.exitcode is None else child.exitcode, self.log(program), cpu)

    def log(self, program: str) -> str:
        """Return what the latest run of a program has said so far."""
        log = self.folder / f"{program}.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def extract(self, server: Running, *arguments: str, **env: str) -> Done:
        """Load and expect success."""
        done = self.run("extract", *arguments, server=server, **env)
        assert done.code == 0, done.text
        return done

    def build(
        self,
        *,
        select: Sequence[str] = (),
        tested: bool = False,
        run_id: str = RUN_ID,
    ) -> None:
        """Build what dbt would, with the tests of the data if asked for (see `replay`)."""
        assert self.recordings is not None
        replay(
            *(self.recordings, self.warehouse),
            as_of=self.as_of,
            run_id=run_id,
            select=select,
            tested=tested,
        )

    def build_savings(self, *, run_id: str = RUN_ID) -> None:
        """Build only what is made of tasks, with the claims about it."""
        self.build(select=SAVINGS, tested=True, run_id=run_id)

    def build_with_dbt(
        self,
        *,
        select: Sequence[str] = (),
        tested: bool = False,
        only_tables: bool = False,
        run_id: str = RUN_ID,
        record: Path | None = None,
        artifacts: Path | None = None,
    ) -> None:
        """Build with dbt itself and expect success; write its statements and its manifest down if asked for."""
        words = [word for word in _build(select, tested) if not artifacts or word != NO_ARTIFACTS]
        words += NEITHER_VIEWS_NOR_SEEDS if only_tables else ()
        done = self.run(
            *("dbt", *words),
            PIPELINE_RUN_ID=run_id,
            E2E_DBT_RECORD=str(record or ""),
            DBT_TARGET_PATH=str(artifacts or self.target),
        )
        assert done.code == 0, done.text

    def start_build(self, *, select: Sequence[str], run_id: str = RUN_ID) -> BaseProcess:
        """Start building with dbt; the log says which nodes are finished."""
        arguments = ["info" if word == "warn" else word for word in _build(select)]
        return self.start("dbt", *arguments, PIPELINE_RUN_ID=run_id)

    def load_and_build(
        self, world: WorldOptions, *, tested: bool = False, run_id: str = RUN_ID
    ) -> None:
        """Take in what the vendors say about this company."""
        with serve(world) as server:
            self.extract(server)
        self.build(tested=tested, run_id=run_id)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Query the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql, values).fetchall()

    def change(self, *statements: str) -> None:
        """Change the warehouse behind the programs' back."""
        with duckdb.connect(str(self.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)


SAVINGS = (
    *("path:dbt_project/models/intermediate/savings", "path:dbt_project/models/marts/savings"),
    *("fct_task_executions", "fct_routing_decisions", "price_restatements", "dq_late_tasks"),
    *("assert_no_task_row_is_outdated", "assert_savings_periods_are_their_days"),
    *("assert_savings_parts_are_their_period", "assert_savings_days_are_their_tasks"),
)
"""What a change of tasks, decisions, prices or policies can change."""

NO_ARTIFACTS = "--no-write-json"
NEITHER_VIEWS_NOR_SEEDS = ("--exclude=config.materialized:view", "--exclude-resource-type=seed")
"""What a second build makes as the first one did, whatever has been loaded since."""
DBT = (NO_ARTIFACTS, "--log-level", "warn", "--log-level-file", "none", "--no-use-colors")


def _build(select: Sequence[str], tested: bool = False) -> tuple[str, ...]:
    # Unit tests of models do not look at the warehouse: they run once, elsewhere.
    left_out = ("unit_test",) if tested else ("unit_test", "test")
    chosen = ("--select", *select) if select else ()
    return (*DBT, "build", *(f"--exclude-resource-type={name}" for name in left_out), *chosen)


@contextmanager
def serve(
    world: WorldOptions | WorldLike,
    *,
    faults: Sequence[str] = (),
    options: ServerOptions | None = None,
) -> Iterator[Running]:
    """Serve a company without rate limits: waiting for them is another test's subject."""
    with running(
        world, faults=faults, options=options or ServerOptions(rate_limits=False)
    ) as server:
        yield server


def truth_of(world: WorldOptions, folder: Path) -> Path:
    """Write what a pipeline should find for a company, once per folder."""
    write_truth(make_world(world), folder)
    return folder
