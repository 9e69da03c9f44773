"""Measure, print a table, keep it as JSON in data/bench.

make bench                                   a small company, a few minutes
BENCH_PEOPLE=2000 BENCH_DAYS=365 make bench  the scale run: about two million raw rows
"""

import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from benchmarks.measure import Taken, measure
from benchmarks.surroundings import without_settings
from warehouse.command import begin

WORK = Path("data/bench")
LAST_DAY = dt.date(2026, 7, 1)
PYTHON = sys.executable
_RECORDED = ("CURSOR_API_URL", "ANTHROPIC_API_URL")
_EXPORTED = {
    *_RECORDED,
    "CURSOR_API_KEY",
    "ANTHROPIC_ADMIN_KEY",
    "SHEETS_API_URL",
    "SHEETS_SPREADSHEET_ID",
    "GOOGLE_APPLICATION_CREDENTIALS",
}


@dataclass(frozen=True)
class Place:
    """A warehouse of its own with everything around it. The file's name is the catalog's: always the same."""

    folder: Path
    env: dict[str, str]

    @property
    def warehouse(self) -> Path:
        """Return the DuckDB file."""
        return self.folder / "warehouse.duckdb"

    def run(self, name: str, *command: str, **env: str) -> Taken:
        """Measure a program against this warehouse."""
        print(f"bench: {self.folder.name} {name} …", flush=True)
        places = {
            "WAREHOUSE": "duckdb",
            "DUCKDB_PATH": str(self.warehouse),
            "PIPELINES_DIR": str(self.folder / "dlt"),
            "STATE_DIR": str(self.folder / "state"),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }
        return measure(command, self.env | places | env, self.folder / f"{name}.log")


def _place(name: str, env: dict[str, str]) -> Place:
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Place(folder, env)


@contextlib.contextmanager
def _vendors(people: int, days: int) -> Iterator[dict[str, str]]:
    """Serve an invented company through the recorder; yield the loader's environment."""
    recordings = WORK / "answers"
    shutil.rmtree(recordings, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(
            _service(
                "sandbox",
                "serve",
                f"--people={people}",
                f"--days={days}",
                f"--as-of={LAST_DAY}",
                "--rate-limit-window=0",
            )
        )
        exported: dict[str, str] = {}
        while not set(exported) >= _EXPORTED:
            name, _, value = _line(server).removeprefix("export ").partition("=")
            exported[name] = value
        # Google's token is signed anew each time, so the sheets are asked directly; they are small.
        recorded = {name: urlsplit(exported[name]) for name in _RECORDED}
        origin = recorded["CURSOR_API_URL"]._replace(path="").geturl()
        recorder = stack.enter_context(_service("benchmarks.recorder", origin, str(recordings)))
        address = _line(recorder)
        yield exported | {name: address + parts.path for name, parts in recorded.items()}


@contextlib.contextmanager
def _service(module: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with (WORK / f"{module}.log").open("w") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", module, *arguments],
            env=without_settings(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None  # noqa: S101 - opened as a pipe
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"a service did not start; see {WORK}/*.log")
    return line


def _n_rows(warehouse: Path, prefix: str) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        (found,) = connection.execute(
            "select coalesce(sum(estimated_size), 0) from duckdb_tables()"
            " where starts_with(schema_name, ?) and not ends_with(schema_name, '_staging')",
            [prefix],
        ).fetchall()
    return int(found[0])


def main() -> int:
    """Run the benchmark."""
    people = int(os.environ.get("BENCH_PEOPLE") or "100")
    days = int(os.environ.get("BENCH_DAYS") or "60")
    base = without_settings()
    before_last = (LAST_DAY - dt.timedelta(days=1)).isoformat()
    window = {
        "AS_OF": LAST_DAY.isoformat(),
        "SINCE": (LAST_DAY - dt.timedelta(days=days)).isoformat(),
        "UNTIL": before_last,
        "SOURCES": "",
    }
    with _vendors(people, days) as credentials:
        env = base | credentials | window
        extract = (PYTHON, "-m", "extract")
        # Once unmeasured, so that every answer is on disk when time counts.
        warm_up = _place("warm-up", env)
        warm_up.run("extract", *extract)
        n_requests_full = len((WORK / "answers" / "requests.jsonl").read_text().splitlines())
        address = credentials["CURSOR_API_URL"]
        bare = warm_up.run("bare", PYTHON, "-m", "benchmarks.bare", address, str(WORK / "answers"))
        warm_up.run("extract-day", *extract, UNTIL=LAST_DAY.isoformat())

        full = _place("full", env)
        extracted = full.run("extract", *extract)
        n_rows = _n_rows(full.warehouse, "raw_")
        full.run("seed", "dbt", "--quiet", "seed")
        direct_place = _place("direct", env)
        shutil.copy(full.warehouse, direct_place.warehouse)
        models = _place("models", env)
        shutil.copy(full.warehouse, models.warehouse)

        built = full.run("build", "dbt", "--quiet", "build")
        ran = models.run("run", "dbt", "--quiet", "run")
        direct = direct_place.run(
            "direct",
            PYTHON,
            "-m",
            "benchmarks.direct",
            str(direct_place.warehouse),
            str(models.folder / "target"),
        )
        more = full.run("extract-day", *extract, UNTIL=LAST_DAY.isoformat())
        built_more = full.run("build-day", "dbt", "--quiet", "build", UNTIL=LAST_DAY.isoformat())
        again = full.run("extract-again", *extract, UNTIL=LAST_DAY.isoformat())
        built_again = full.run("build-again", "dbt", "--quiet", "build")

    steps = {
        "extract": extracted,
        "bare HTTP + JSON": bare,
        "dbt build": built,
        "dbt run": ran,
        "same SQL by DuckDB": direct,
        "extract, one more day": more,
        "dbt build, one more day": built_more,
        "extract, nothing new": again,
        "dbt build, nothing new": built_again,
    }
    # Speeds by the clock; ratios by CPU seconds, because other work on the machine does not change those.
    ratios = {
        "extraction, rows/s": n_rows / extracted.seconds,
        "bare loop, rows/s": n_rows / bare.seconds,
        "extraction / bare loop, CPU": extracted.cpu_seconds / bare.cpu_seconds,
        "dbt run / same SQL, CPU": ran.cpu_seconds / direct.cpu_seconds,
        "dbt build with tests / same SQL, CPU": built.cpu_seconds / direct.cpu_seconds,
        "one more day / full, extract, CPU": more.cpu_seconds / extracted.cpu_seconds,
        "one more day / full, build, CPU": built_more.cpu_seconds / built.cpu_seconds,
        "nothing new / full, extract, CPU": again.cpu_seconds / extracted.cpu_seconds,
        "nothing new / full, build, CPU": built_again.cpu_seconds / built.cpu_seconds,
    }
    _report(people, days, n_rows, n_requests_full, steps, ratios)
    return 0


def _report(
    people: int,
    days: int,
    n_rows: int,
    n_requests: int,
    steps: dict[str, Taken],
    ratios: dict[str, float],
) -> None:
    print(f"\n{people} people, {days} days: {n_rows:,} raw rows in {n_requests:,} answers\n")
    print(f"{'':46}{'seconds':>9}{'CPU s':>9}{'peak MiB':>10}")
    for name, taken in steps.items():
        print(f"{name:46}{taken.seconds:9.1f}{taken.cpu_seconds:9.1f}{taken.peak_mib:10.0f}")
    print()
    for name, value in ratios.items():
        print(f"{name:46}{value:9,.0f}" if value > 100 else f"{name:46}{value:9.2f}")
    now = dt.datetime.now(dt.UTC)
    kept = WORK / f"{now:%Y%m%dT%H%M%SZ}.json"
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "people": people,
        "days": days,
        "n_raw_rows": n_rows,
        "n_answers": n_requests,
        "steps": {
            name: {
                "seconds": taken.seconds,
                "cpu_seconds": taken.cpu_seconds,
                "peak_mib": taken.peak_mib,
            }
            for name, taken in steps.items()
        },
        "ratios": ratios,
    }
    kept.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"\nkept in {kept}")


if __name__ == "__main__":
    begin("bench", main)
