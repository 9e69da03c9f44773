"""A small warehouse of savings, published; and the API over it, on a real port."""

import atexit
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from persons.keys import load_key
from serving.config import Settings
from serving.publish import publish
from tests.integration.serving.notifying import Notify, notifier
from tests.integration.serving.people import add_people
from tests.integration.serving.warehouse import QUALITY, build
from tests.service import Service, serving

NOW = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)


def published(folder: Path, *, has_people: bool = False) -> Settings:
    """Put the warehouse, as it was built and published once, into a folder and return the settings."""
    shutil.copytree(_made(has_people=has_people), folder, dirs_exist_ok=True)
    return _settings(folder)


@cache
def _made(*, has_people: bool) -> Path:
    """Build the warehouse and publish it; to copy it is a twentieth of that."""
    folder = Path(tempfile.mkdtemp(prefix="published-"))
    atexit.register(shutil.rmtree, folder)
    made = _settings(folder)
    build(made.duckdb_path)
    if has_people:
        add_people(made.duckdb_path, load_key(made.state_dir, None))
    publish(made)
    return folder


def _settings(folder: Path) -> Settings:
    return Settings(
        as_of=NOW,
        duckdb_path=folder / "warehouse.duckdb",
        publish_dir=folder / "published",
        state_dir=folder / "state",
        dbt_target_dir=folder / "target",
        data_origin="sandbox",
        publish_keep=1,
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return published(tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for tests that change nothing."""
    with serving(published(tmp_path_factory.mktemp("lasting"))) as running:
        yield running


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that knows people, for tests that change nothing."""
    with serving(published(tmp_path_factory.mktemp("staffed"), has_people=True)) as running:
        yield running


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with serving(settings) as running:
        yield running


@pytest.fixture(scope="module")
def alarming(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A snapshot that alarms."""
    settings = published(tmp_path_factory.mktemp("alarming"))
    with duckdb.connect(str(settings.duckdb_path)) as warehouse:
        for statement in QUALITY:
            warehouse.execute(statement)
    publish(settings)
    return settings


@pytest.fixture
def notify(alarming: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Notify:
    return notifier(alarming, tmp_path, capsys)
