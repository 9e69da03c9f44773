"""SIGKILL of dbt at seeded moments, then a rerun: the same tables as if nothing had happened.

The loader's kills are in tests/integration/extract/test_kill.py.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e import warm
from tests.e2e.chain import SMALL, Chain, serve
from tests.e2e.tables import changed_rows

REVISED = replace(SMALL, revision=1)
N_KILLS = 10
BUILT = ("intermediate", "marts", "quality")


def _moments(seed: int) -> list[tuple[float, float]]:
    """Return seeded shares of a build, one in each tenth of it in random order, and a delay each."""
    lot = random.Random(seed)
    shares = [(number + lot.random()) / N_KILLS for number in range(N_KILLS)]
    lot.shuffle(shares)
    return [(share, lot.uniform(0, 0.3)) for share in shares]


def _n_finished(chain: Chain) -> int:
    """Count the nodes that the running build has finished."""
    return chain.log("dbt").count(" OK ")


def _kill(chain: Chain, n_nodes: int, seconds: float) -> bool:
    """Build until some nodes are finished and a moment has passed; say whether that was in time."""
    child = chain.start_build("second")
    while child.is_alive() and _n_finished(chain) < n_nodes:
        child.join(0.05)
    return warm.kill_after(child, seconds)


@pytest.mark.slow
def test_build_killed_ten_times(small: Chain, tmp_path: Path) -> None:
    """Five warehouses with a revision to take in; in each the build and its rerun are killed."""
    pending = small.copy(tmp_path / "pending")
    with serve(REVISED) as server:
        pending.extract(server)
    undisturbed = pending.copy(tmp_path / "undisturbed")
    undisturbed.start_build("second").join()
    n_nodes = _n_finished(undisturbed)
    assert n_nodes > 80
    assert changed_rows(small.warehouse, undisturbed.warehouse, schemas=("marts",)) != {}

    n_killed = 0
    moments = _moments(11)
    for first, second in zip(moments[::2], moments[1::2], strict=True):
        killed = pending.copy(tmp_path / f"killed-{first[0]}")
        for share, seconds in (first, second):
            n_killed += _kill(killed, int(share * n_nodes), seconds)
        killed.build(run_id="second")
        found = changed_rows(undisturbed.warehouse, killed.warehouse, schemas=BUILT)
        assert found == {}, f"killed after {first} and then after {second} of the build"
        killed.warehouse.unlink()
    # The build may end within the delay after its last nodes.
    assert n_killed >= N_KILLS - 1
