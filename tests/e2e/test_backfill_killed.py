"""SIGKILL of a backfill at seeded moments, then the same command again: the same raw rows, and the same marts row by row."""

import random
import sys
from pathlib import Path

import pytest

from sandbox.server import Running, WorldOptions
from tests import hints, warm
from tests.e2e.chain import AS_OF, Chain, serve
from tests.e2e.tables import changed_rows

COMPANY = WorldOptions(people=6, days=50, as_of=AS_OF, shape="delivery")
FIRST_DAY = "2026-10-02"
MARTS = (
    "+mart_delivery__dora_daily",
    "+mart_delivery__dora_weekly",
    "+mart_delivery__pull_requests",
)
THE_RUNS_OWN = (
    "_loaded_at",
    "_dlt_load_id",
    "_dlt_valid_from",
    "loaded_at",
    "pipeline_run_id",
    "n_rows",
)
"""`n_rows` is of the ledger alone: how many rows of a part one reading brought."""
N_KILLS = 10
BUILT = (3, 8)
"""Marts are made of the raw rows, which are compared each time; that they are the same as well is seen in each half once."""

hints.remember()


def _differing(one: Path, other: Path, schema: str) -> dict[str, int]:
    found = changed_rows(one, other, schemas=(schema,), without=THE_RUNS_OWN)
    return {name: n for name, n in found.items() if "_dlt_" not in name}


def _kill(chain: Chain, server: Running, n_requests: int, seconds: float) -> bool:
    """Backfill until so many requests were made and a moment has passed; say whether that was in time."""
    server.state.requests.clear()
    child = chain.start("extract", "backfill", "github", server=server, SINCE=FIRST_DAY)
    while child.is_alive() and server.state.requests.total() < n_requests:
        child.join(0.01)
    return warm.kill_after(child, seconds)


@pytest.mark.proofs
@pytest.mark.slow
def test_killed_at_ten_moments_it_comes_to_the_same_rows(unrecorded: Chain, tmp_path: Path) -> None:
    """Each moment in a warehouse of its own: seven while it reads, three while it checks and merges."""
    lot = random.Random(14)
    loaded = Chain(tmp_path / "loaded", unrecorded.context, unrecorded.target, days=10)
    with serve(COMPANY) as server:
        loaded.extract(server, "github")
        undisturbed = loaded.copy(tmp_path / "undisturbed")
        server.state.requests.clear()
        undisturbed.extract(server, "backfill", "github", SINCE=FIRST_DAY)
        n_requests = server.state.requests.total()
        undisturbed.build_with_dbt(select=MARTS)
        assert _differing(loaded.warehouse, undisturbed.warehouse, "raw_github")
        for number in range(N_KILLS):
            killed = loaded.copy(tmp_path / f"killed-{number}")
            is_merging = number >= 7
            after = n_requests if is_merging else int(n_requests * (number + lot.random()) / 7)
            was_killed = _kill(killed, server, after, lot.uniform(0, 0.6 if is_merging else 0.1))
            server.state.requests.clear()
            killed.extract(server, "backfill", "github", SINCE=FIRST_DAY)
            n_again = server.state.requests.total()
            assert _differing(undisturbed.warehouse, killed.warehouse, "raw_github") == {}, number
            is_built = number in BUILT
            if is_built:
                killed.build_with_dbt(select=MARTS)
                for schema in ("intermediate", "metrics"):
                    assert _differing(undisturbed.warehouse, killed.warehouse, schema) == {}, number
            sys.stdout.write(
                f"kill {number + 1}: {'killed' if was_killed else 'was over'} after {after} of {n_requests} requests; the next run"
                f" made {n_again}; raw rows {'and marts ' if is_built else ''}are the same\n"
            )
            sys.stdout.flush()
            killed.warehouse.unlink()
