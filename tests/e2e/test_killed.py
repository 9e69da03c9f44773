"""SIGKILL of dbt at seeded moments, then a rerun: the same tables as if nothing had happened.

The loader's kills are in tests/integration/extract/test_kill.py.
"""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import warm
from tests.e2e.chain import Chain
from tests.e2e.tables import changed_rows

BUILT = ("intermediate", "marts", "quality")
KEEP_ROWS = (
    "config.materialized:incremental",
    "+config.materialized:incremental,config.materialized:table",
)
"""Tables whose next build depends on what the last one left, and the tables that they are made from."""


def _moments(seed: int, n_kills: int) -> list[tuple[float, float]]:
    """Return seeded shares of a build, one in each of equal parts of it in random order, and a delay each."""
    lot = random.Random(seed)
    shares = [(number + lot.random()) / n_kills for number in range(n_kills)]
    lot.shuffle(shares)
    return [(share, lot.uniform(0, 0.3)) for share in shares]


def _n_finished(chain: Chain) -> int:
    """Count the nodes that the running build has finished."""
    return chain.log("dbt").count(" OK ")


def _kill(chain: Chain, select: Sequence[str], n_nodes: int, seconds: float) -> bool:
    """Build until some nodes are finished and a moment has passed; say whether that was in time."""
    child = chain.start_build(select=select, run_id="revised")
    while child.is_alive() and _n_finished(chain) < n_nodes:
        child.join(0.05)
    return warm.kill_after(child, seconds)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("select", "n_at_least", "n_kills"),
    [
        pytest.param(KEEP_ROWS, 30, 4, id="what keeps rows"),
        pytest.param(KEEP_ROWS, 30, 10, id="what keeps rows, more often", marks=pytest.mark.proofs),
        pytest.param((), 200, 10, id="everything", marks=pytest.mark.proofs),
    ],
)
def test_build_killed_many_times(
    small: Chain,
    revised: Chain,
    tmp_path: Path,
    select: Sequence[str],
    n_at_least: int,
    n_kills: int,
) -> None:
    """Warehouses with a revision to take in; in each the build and its rerun are killed."""
    undisturbed = revised.copy(tmp_path / "undisturbed", only_loaded=True)
    undisturbed.start_build(select=select, run_id="revised").join()
    n_nodes = _n_finished(undisturbed)
    assert n_nodes > n_at_least
    assert changed_rows(small.warehouse, undisturbed.warehouse, schemas=("marts",)) != {}

    n_killed = 0
    moments = _moments(11, n_kills)
    for first, second in zip(moments[::2], moments[1::2], strict=True):
        killed = revised.copy(tmp_path / f"killed-{first[0]}", only_loaded=True)
        for share, seconds in (first, second):
            n_killed += _kill(killed, select, int(share * n_nodes), seconds)
        killed.build_with_dbt(select=select, run_id="revised")
        found = changed_rows(undisturbed.warehouse, killed.warehouse, schemas=BUILT)
        assert found == {}, f"killed after {first} and then after {second} of the build"
        killed.warehouse.unlink()
    # The build may end within the delay after its last nodes.
    assert n_killed >= n_kills - 1
