"""One default company for all tests of this folder; its days are computed once and kept."""

from datetime import date

import pytest

from sandbox.world import World
from tests.unit.sandbox.readings import Reading, read

AS_OF = date(2026, 10, 15)


@pytest.fixture(scope="session")
def world() -> World:
    return World(people=40, days=90, seed=7, as_of=AS_OF)


@pytest.fixture(scope="session")
def reading(world: World) -> Reading:
    return read(world)
