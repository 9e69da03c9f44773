"""Routing savings at size, beside PostgreSQL: `make bench-savings [BENCH_TASKS=1000000]`.

Both sides read the same tasks, price them, sum them up, and then take one further day. Of this product the loader and
dbt are measured as they are run, as programs; what they need before their first row (Python, dbt's start) is shown
apart, and each total is given with it and without. dbt spends part of its time between the statements (templates,
contracts, comments), so the engine's own time is shown too. That a further day does not cost more with a longer history
is shown by a tenth of it.
"""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.measure import Taken, measure
from benchmarks.savings_postgres import PostgresTimes, measure_postgres, programs
from benchmarks.savings_tasks import DAYS, TaskData, write_tasks
from warehouse.command import begin

WORK = Path("data/bench/savings")
MODELS = ("+mart_savings__daily", "+mart_savings__user_days")
IDLE_RUNS = 3
"""The start of the loader is taken off its load; of one run it would be off by more than a day's load takes."""
VIEWS = "config.materialized:view"
"""Made beforehand, as PostgreSQL's tables and indexes are: a view holds no rows."""
UNDER_A_VIEW = "+int_savings__settled"
"""A view that reads a table, which is made with it: a log of deletions, empty."""
STATEMENT = re.compile(r"SQL status: OK in ([0-9.]+) seconds")
TOTALS = "select sum(n_tasks), sum(actual_cost_usd), sum(gross_savings_usd) from marts.mart_savings__daily"


@dataclass(frozen=True)
class Step:
    """One load and its transformation: seconds of the work, of it in the engine, and of starting the programs."""

    extract: float
    dbt: float
    sql: float
    start: float
    peak_mib: float

    @property
    def work(self) -> float:
        """Return the seconds without start-up."""
        return self.extract + self.dbt


class Product:
    """A warehouse of its own, loaded and built by the product's own commands."""

    def __init__(self, folder: Path, data: TaskData) -> None:
        """Prepare an empty warehouse: raw tables, views, seeds, sheets and prices are there, no task."""
        shutil.rmtree(folder, ignore_errors=True)
        self._folder, self._data, self._events = folder, data, folder / "events"
        for name in ("task_executions", "provider_pricing"):
            (self._events / name).mkdir(parents=True)
        self._env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "WAREHOUSE": "duckdb",
            "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "ENV_FILE": "",
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "AS_OF": "2026-11-23",
            "TASK_EVENTS_URL": str(self._events),
        }
        shutil.copy(data.prices, self._events / "provider_pricing")
        self._run("prepare", sys.executable, "-m", "extract", SHEETS_CSV_DIR=str(data.sheets))
        self._run("seed", "dbt", "seed", "--quiet")
        views = [f"{models},{VIEWS}" for models in MODELS]
        self._run("views", "dbt", "run", "--quiet", "--select", *views, UNDER_A_VIEW)
        load_nothing = (sys.executable, "-m", "extract", "orchestrator")
        self._idle = median(self._run("idle", *load_nothing).seconds for _ in range(IDLE_RUNS))

    def _run(self, name: str, *command: str, **env: str) -> Taken:
        return measure(command, self._env | env, self._folder / f"{name}.log")

    def take(self, tasks: Path) -> Step:
        """Load a file of tasks and bring the marts up to date."""
        shutil.copy(tasks, self._events / "task_executions")
        loaded = self._run("extract", sys.executable, "-m", "extract", "orchestrator")
        log = self._folder / "logs" / "dbt.log"
        log.unlink()
        select = ("--select", *MODELS, "--exclude", VIEWS)
        built = self._run("dbt", "dbt", "run", "--quiet", *select)
        results = json.loads((self._folder / "target" / "run_results.json").read_text())
        stamps = [
            datetime.fromisoformat(part[edge])
            for result in results["results"]
            for part in result["timing"]
            for edge in ("started_at", "completed_at")
        ]
        work = (max(stamps) - min(stamps)).total_seconds()
        return Step(
            max(loaded.seconds - self._idle, 0.0),
            work,
            sum(float(seconds) for seconds in STATEMENT.findall(log.read_text(encoding="utf-8"))),
            self._idle + built.seconds - work,
            max(loaded.peak_mib, built.peak_mib),
        )

    def totals(self) -> tuple[Decimal, ...]:
        """Return tasks, actual cost and gross savings."""
        with duckdb.connect(self._env["DUCKDB_PATH"], read_only=True) as con:
            row = con.execute(TOTALS).fetchone() or ()
        return tuple(Decimal(str(value)) for value in row)


def main() -> int:
    """Measure and print; returns 1 if the two sides do not agree."""
    n_tasks = int(os.environ.get("BENCH_TASKS") or 1_000_000)
    n_day = max(n_tasks // DAYS, 1)
    print(
        f"bench-savings: {n_tasks:,} tasks of {DAYS} days, then {n_day:,} of one more day",
        flush=True,
    )
    data = write_tasks(WORK / "data", n_tasks, n_day)
    product = Product(WORK / "product", data)
    first, day = product.take(data.history), product.take(data.day)
    totals = product.totals()
    _print_product(first, day)
    short = write_tasks(WORK / "short", max(n_tasks // 10, DAYS), n_day)
    less = Product(WORK / "short" / "product", short)
    less.take(short.history)
    short_day = less.take(short.day)
    print(
        f"  one more day after a tenth of the history: {short_day.work:.2f} s; after all of it: {day.work:.2f} s "
        f"({day.work / short_day.work:.2f} times)",
        flush=True,
    )
    shutil.rmtree(WORK / "short", ignore_errors=True)
    bin_folder = programs()
    if bin_folder is None:
        print("  PostgreSQL is not installed (apt-get install postgresql): its half is skipped")
        return 0
    postgres = measure_postgres(bin_folder, Path("/tmp") / f"bench-savings-{os.getpid()}", data)  # noqa: S108
    _print_postgres(postgres)
    _print_ratios(first, day, postgres)
    return _compare(totals, postgres, n_tasks + n_day)


def _print_product(first: Step, day: Step) -> None:
    for name, step in (("all tasks", first), ("one more day", day)):
        print(
            f"  this product, {name}: landing {step.extract:.2f} s + transformation {step.dbt:.2f} s "
            f"(in the engine {step.sql:.2f} s) = {step.work:.2f} s; "
            f"with the start of Python and dbt ({step.start:.2f} s) {step.work + step.start:.2f} s; "
            f"{step.peak_mib:,.0f} MiB",
            flush=True,
        )


def _print_postgres(times: PostgresTimes) -> None:
    print(f"  PostgreSQL, all tasks: load {times.load:.2f} s + views {times.views:.2f} s")
    print(
        f"  PostgreSQL, one more day: load {times.day_load:.2f} s + refresh {times.refresh:.2f} s",
        flush=True,
    )


def _print_ratios(first: Step, day: Step, times: PostgresTimes) -> None:
    all_tasks, one_day = times.load + times.views, times.day_load + times.refresh
    print(
        f"  all tasks: {all_tasks / first.work:.1f} times as fast (with start-up "
        f"{all_tasks / (first.work + first.start):.1f}); one more day: {one_day / day.work:.1f} times "
        f"(with start-up {one_day / (day.work + day.start):.1f})",
        flush=True,
    )


def _compare(totals: tuple[Decimal, ...], postgres: PostgresTimes, n_tasks: int) -> int:
    """Check that both sides counted the same money; PostgreSQL's columns round each task to six decimals."""
    slack = Decimal(n_tasks) * Decimal("0.0000005")
    for name, ours, theirs in zip(
        ("tasks", "cost", "savings"), totals, postgres.totals, strict=True
    ):
        if abs(ours - Decimal(theirs)) > (0 if name == "tasks" else slack):
            print(f"  THE TWO SIDES DIFFER in {name}: {ours} and {theirs}")
            return 1
    print(f"  both sides agree on tasks, cost and savings: {', '.join(postgres.totals)}")
    return 0


if __name__ == "__main__":
    begin("bench-savings", main)
