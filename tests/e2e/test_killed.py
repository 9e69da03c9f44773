"""SIGKILL of dbt at seeded moments, then a rerun: the same tables as if nothing had happened.

The loader's kills are in tests/integration/extract/test_kill.py.
"""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e import warm
from tests.e2e.chain import SMALL, Chain, serve
from tests.e2e.tables import changed_rows

REVISED = replace(SMALL, revision=1)
N_KILLS = 10
BUILT = ("intermediate", "marts", "quality")


def _moments(seed: int) -> list[float]:
    """Return seeded shares of a build's duration, one in each tenth of it, in random order."""
    lot = random.Random(seed)
    moments = [(number + lot.random()) / N_KILLS for number in range(N_KILLS)]
    lot.shuffle(moments)
    return moments


@pytest.mark.slow
def test_build_killed_ten_times(small: Chain, tmp_path: Path) -> None:
    """Five warehouses with a revision to take in; in each the build and its rerun are killed."""
    pending = small.copy(tmp_path / "pending")
    with serve(REVISED) as server:
        pending.extract(server)
    undisturbed = pending.copy(tmp_path / "undisturbed")
    began = time.monotonic()
    undisturbed.build(run_id="second")
    duration = time.monotonic() - began
    assert changed_rows(small.warehouse, undisturbed.warehouse, schemas=("marts",)) != {}

    n_killed = 0
    moments = _moments(11)
    for first, second in zip(moments[::2], moments[1::2], strict=True):
        killed = pending.copy(tmp_path / f"killed-{first}")
        for moment in (first, second):
            n_killed += warm.kill_after(killed.start_build("second"), moment * duration)
        killed.build(run_id="second")
        found = changed_rows(undisturbed.warehouse, killed.warehouse, schemas=BUILT)
        assert found == {}, f"killed after {first:.0%} of the build, and then after {second:.0%}"
        killed.warehouse.unlink()
    # On a busy machine a build may end before its moment.
    assert n_killed >= N_KILLS - 2
