"""Fixtures of the end-to-end tests: companies that are loaded and built once for all tests."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.server import WorldOptions
from tests.e2e import warm
from tests.e2e.chain import AS_OF, SMALL, Chain, truth_of

COMPANY = WorldOptions(as_of=AS_OF)
"""The sandbox's default: 40 people, 90 days."""


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Offer an empty warehouse; tests replace its folder."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    parsed = warm.ROOT / "data" / ".cache" / "e2e" / worker
    parsed.mkdir(parents=True, exist_ok=True)
    return Chain(tmp_path_factory.mktemp("chain"), warm.forkserver(parsed), parsed)


def _shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder once, whichever worker comes first; the other one waits for it."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = base / f"shared-{name}"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "ready").touch()
    return folder


@pytest.fixture(scope="session")
def company(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The default company, loaded and built with all data tests; for reading only."""

    def make(folder: Path) -> None:
        replace(chain, folder=folder).load_and_build(COMPANY, tested=True)
        truth_of(COMPANY, folder / "truth")

    return replace(chain, folder=_shared(tmp_path_factory, "company", make))


@pytest.fixture(scope="session")
def small(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A company of ten, loaded and built; tests take a copy."""
    few_days = replace(chain, days=SMALL.days)

    def make(folder: Path) -> None:
        replace(few_days, folder=folder).load_and_build(SMALL)
        truth_of(SMALL, folder / "truth")

    return replace(few_days, folder=_shared(tmp_path_factory, "small", make))
