"""Fixtures of the loader's integration tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.extract.harness import Bench
from tests.integration.extract.harness import bench as open_bench
from tests.shared import made_once


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory, empty_warehouse: Path) -> Path:
    """Load the tiny company once: the warehouse, and the loader's working folder."""

    def make(folder: Path) -> None:
        shutil.copy(empty_warehouse, folder / "warehouse.duckdb")
        with open_bench(folder) as opened:
            loaded = opened.load()
        assert loaded.code == 0, loaded.text

    return made_once(tmp_path_factory, "filled", make)


@pytest.fixture
def bench(tmp_path: Path, empty_warehouse: Path) -> Iterator[Bench]:
    """Serve a tiny company, with a warehouse of empty tables beside it."""
    shutil.copy(empty_warehouse, tmp_path / "warehouse.duckdb")
    with open_bench(tmp_path) as opened:
        yield opened


@pytest.fixture
def filled(tmp_path: Path, filled_folder: Path) -> Iterator[Bench]:
    """Serve the tiny company beside a warehouse that holds its first load already."""
    shutil.copytree(filled_folder, tmp_path, dirs_exist_ok=True)
    with open_bench(tmp_path) as opened:
        yield opened
