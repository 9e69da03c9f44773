"""A loader killed at any moment: the next run repairs everything, by itself."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.extract.harness import Bench, contents
from tests.worlds.answers import event
from tests.worlds.assistants import activity, audit_line
from tests.worlds.company import DAYS

KILLS = 5
SOURCES: list[tuple[str, ...]] = [("cursor", "anthropic"), ("claude_ai", "gemini")]
ROOT = Path(__file__).parents[3]


def _run(bench: Bench, sources: tuple[str, ...], kill_after: float | None) -> float:
    """Run the loader as a program; kill it after some seconds. Return how long it lived."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "extract", *sources],
        cwd=ROOT,
        env={**os.environ, **bench.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=kill_after or 120)
        assert process.returncode == 0, said.decode()
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.parametrize("sources", SOURCES, ids=" and ".join)
def test_killed_at_random_moments_and_run_again_gives_the_same_tables(
    bench: Bench, tmp_path: Path, sources: tuple[str, ...]
) -> None:
    """Naive: half a day stays loaded, is recorded as whole, or is loaded twice.

    The moments are drawn from the second half of a run's length, where packages are written; each
    kill hits the leavings of the one before, while the vendor goes on revising.
    """
    chance = random.Random(7 + SOURCES.index(sources))
    bench.server.serve(bench.world)
    whole = _run(bench, sources, None)
    for number in range(KILLS):
        day = DAYS[number % len(DAYS)]
        bench.world.days[day].cursor_events.append(event(day, 100 + number))
        bench.world.days[day].audit.append(audit_line(day, 100 + number))
        bench.world.days[day].gemini.append(activity(day, 100 + number, qualifier=str(number)))
        bench.world.days[day].charges[0]["pico"] += 1
        bench.world.days[day].messages[0]["output_tokens"] = 1000 + number
        bench.server.serve(bench.world)
        _run(bench, sources, whole * chance.uniform(0.4, 1.0))
        if number % 2:
            shutil.rmtree(bench.env["PIPELINES_DIR"], ignore_errors=True)
    _run(bench, sources, None)
    survivor = contents(Path(bench.env["DUCKDB_PATH"]))
    bench.env["DUCKDB_PATH"] = str(tmp_path / "fresh.duckdb")
    _run(bench, sources, None)
    fresh = contents(Path(bench.env["DUCKDB_PATH"]))
    assert survivor == fresh
