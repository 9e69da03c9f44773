"""Fixtures of the loader's integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.extract.harness import Bench
from tests.integration.extract.harness import bench as open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Serve a tiny company, with an empty warehouse beside it."""
    with open_bench(tmp_path) as opened:
        yield opened
