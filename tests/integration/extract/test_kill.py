"""A loader killed at any moment: the next run repairs everything, by itself."""

import os
import random
import shutil
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from dlt.load.load import Load

from tests import warm
from tests.examples import examples
from tests.integration.extract.harness import Bench, contents
from tests.worlds.answers import event
from tests.worlds.assistants import activity, audit_line
from tests.worlds.company import DAYS

KILLS = examples(2)
"""One that keeps the loader's folder and one after which it is lost; many more at night."""
SOURCES: list[tuple[str, ...]] = [("cursor", "anthropic"), ("claude_ai", "gemini")]


def _run(
    programs: ForkServerContext, bench: Bench, sources: tuple[str, ...], kill_after: float | None
) -> float:
    """Run the loader as a program; kill it after some seconds. Return how long it lived."""
    log = bench.folder / "loader.log"
    log.unlink(missing_ok=True)
    started = time.monotonic()
    child = warm.start(programs, warm.extract, sources, {**os.environ, **bench.env}, log)
    if kill_after is not None:
        warm.kill_after(child, kill_after)
    child.join()
    if kill_after is None:
        assert child.exitcode == 0, log.read_text(encoding="utf-8")
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.parametrize("sources", SOURCES, ids=" and ".join)
def test_killed_at_random_moments_and_run_again_gives_the_same_tables(
    programs: ForkServerContext, bench: Bench, empty_warehouse: Path, sources: tuple[str, ...]
) -> None:
    """Naive: half a day stays loaded, is recorded as whole, or is loaded twice.

    The moments are drawn from the second half of a run's length, where packages are written; each
    kill hits the leavings of the one before, while the vendor goes on revising.
    """
    chance = random.Random(7 + SOURCES.index(sources))
    bench.server.serve(bench.world)
    whole = _run(programs, bench, sources, None)
    for number in range(KILLS):
        day = DAYS[number % len(DAYS)]
        bench.world.days[day].cursor_events.append(event(day, 100 + number))
        bench.world.days[day].audit.append(audit_line(day, 100 + number))
        bench.world.days[day].gemini.append(activity(day, 100 + number, qualifier=str(number)))
        bench.world.days[day].charges[0]["pico"] += 1
        bench.world.days[day].messages[0]["output_tokens"] = 1000 + number
        bench.server.serve(bench.world)
        _run(programs, bench, sources, whole * chance.uniform(0.4, 1.0))
        if number % 2:
            shutil.rmtree(bench.env["PIPELINES_DIR"], ignore_errors=True)
    _run(programs, bench, sources, None)
    survivor = contents(Path(bench.env["DUCKDB_PATH"]))
    bench.env["DUCKDB_PATH"] = str(shutil.copy(empty_warehouse, bench.folder / "fresh.duckdb"))
    _run(programs, bench, sources, None)
    fresh = contents(Path(bench.env["DUCKDB_PATH"]))
    assert survivor == fresh


def test_a_job_whose_end_was_not_noted_is_not_done_twice(
    bench: Bench, empty_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: the package is finished, so what the destination had committed is copied once more.

    The fall comes after the destination's commit and before dlt's own note of it. Rows that were copied
    twice showed in the data tables and were read again, but stayed in `loaded_partitions`.
    """

    sources = ("cursor", "anthropic", "sheets")

    def fall(self: Load, load_id: str, *_: object, **__: object) -> None:
        packages = self.load_storage.normalized_packages
        package = packages.storage.make_full_path(packages.get_package_path(load_id))
        copied = [job for job in Path(package, "completed_jobs").iterdir() if job.suffix != ".sql"]
        assert copied
        for job in copied:
            job.rename(Path(package, "started_jobs", job.name))
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Load, "complete_package", fall)
        fallen = bench.load(*sources)
        assert fallen.code == 5
        assert fallen.text.count(": failed\n") == len(sources), fallen.text
    text = bench.load(*sources).text
    for source in sources:
        assert f"{source}: dropped an unfinished load package" in text
    survivor = bench.tables()
    bench.env["DUCKDB_PATH"] = str(shutil.copy(empty_warehouse, bench.folder / "fresh.duckdb"))
    assert bench.load(*sources).code == 0
    assert survivor == bench.tables()
