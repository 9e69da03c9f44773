"""Fixtures of the end-to-end tests: companies that are loaded and built once for all tests."""

import os
import shutil
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from persons.keys import KEY_FILE
from sandbox.server import WorldOptions
from tests import warm
from tests.e2e.chain import AS_OF, REVISED, SMALL, Chain, serve, truth_of
from tests.e2e.replay import Recordings
from tests.shared import made_once

COMPANY = WorldOptions(as_of=AS_OF, shape="delivery")
"""The sandbox's default, 40 people for 90 days, and what they delivered."""
BUILT = "E2E_BUILT"
"""Names the folder in which `bin/run` has just built SMALL, with its statements written down; unset, it is built here."""
FIRST, AGAIN = "first.json", "again.json"
"""What dbt sent to an empty warehouse, and to a full one."""


@pytest.fixture(scope="session")
def unrecorded(programs: ForkServerContext, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Offer an empty warehouse that can only be built with dbt itself; tests replace its folder."""
    cache = warm.parse_cache(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    return Chain(tmp_path_factory.mktemp("chain"), programs, cache)


@pytest.fixture(scope="session")
def built_by_dbt(unrecorded: Chain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company of ten in three folders: built by dbt with all data tests, revised, built again.

    `small` and `revised` hold a warehouse each, and as `loaded.duckdb` what it was before it was
    built; beside them lie dbt's statements and the first build's manifest, with the SQL that it compiled. Views and seeds
    are not made a second time: they stand there as they would be made. In `make test` the first build is the one of
    `bin/run`.
    """

    def make(folder: Path) -> None:
        small = replace(unrecorded, folder=folder / "small", days=SMALL.days)
        run = os.environ.get(BUILT)
        if run:
            _take(small, Path(run))
        else:
            _load(small, SMALL)
            small.build_with_dbt(tested=True, record=folder / FIRST, artifacts=folder / "dbt")
        revised = small.copy(folder / "revised")
        _load(revised, REVISED)
        revised.build_with_dbt(run_id="revised", only_tables=True, record=folder / AGAIN)

    return made_once(tmp_path_factory, "built-by-dbt", make)


def _take(small: Chain, run: Path) -> None:
    """Take what `bin/run` has loaded and built of the same company just now (bin/check)."""
    (small.folder / "state").mkdir(parents=True)
    shutil.copy(run / "state" / KEY_FILE, small.folder / "state")
    for file in (small.warehouse, small.loaded):
        shutil.copy(run / file.name, file)
    shutil.copy(run / FIRST, small.folder.parent)
    artifacts = small.folder.parent / "dbt"
    artifacts.mkdir()
    shutil.copy(run / "target" / "manifest.json", artifacts)
    truth_of(SMALL, small.folder / "truth")


def _load(chain: Chain, world: WorldOptions) -> None:
    with serve(world) as server:
        chain.extract(server)
    shutil.copy(chain.warehouse, chain.loaded)
    truth_of(world, chain.folder / "truth")


@pytest.fixture(scope="session")
def chain(unrecorded: Chain, built_by_dbt: Path) -> Chain:
    """Offer an empty warehouse; tests replace its folder."""
    recordings = Recordings(built_by_dbt / FIRST, built_by_dbt / AGAIN)
    return replace(unrecorded, recordings=recordings)


@pytest.fixture
def unloaded(chain: Chain, empty_warehouse: Path, tmp_path: Path) -> Chain:
    """Offer a warehouse of raw tables without rows, which takes a while to make."""
    shutil.copy(empty_warehouse, tmp_path / "warehouse.duckdb")
    return replace(chain, folder=tmp_path)


@pytest.fixture(scope="session")
def small(chain: Chain, built_by_dbt: Path) -> Chain:
    """A company of ten, loaded and built; tests take a copy."""
    return replace(chain, folder=built_by_dbt / "small", days=SMALL.days)


@pytest.fixture(scope="session")
def revised(chain: Chain, built_by_dbt: Path) -> Chain:
    """The same company after its vendors had restated days, loaded and built a second time."""
    return replace(chain, folder=built_by_dbt / "revised", days=SMALL.days)


@pytest.fixture(scope="session")
def company(
    unrecorded: Chain, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Chain:
    """The default company, loaded and built with all data tests; for reading only."""

    def make(folder: Path) -> None:
        # Loaded before anything is asked of the other worker, which may be recording.
        loaded = replace(unrecorded, folder=folder)
        with serve(COMPANY) as server:
            loaded.extract(server)
        truth_of(COMPANY, folder / "truth")
        chain: Chain = request.getfixturevalue("chain")
        replace(chain, folder=folder).build(tested=True)

    return replace(unrecorded, folder=made_once(tmp_path_factory, "company", make))
