"""Places of both kinds: whatever holds on a disk holds in a bucket."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.object_store import BUCKET, Door, store


@pytest.fixture(scope="session")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with store(tmp_path_factory.mktemp("store")) as door:
        yield door


@pytest.fixture
def bucket(_store: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The store, in which nothing goes wrong that a test has not asked for."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{_store.port}")
    yield _store
    _store.faults.clear()
    _store.n_done.clear()
    _store.first.clear()


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where nothing is yet."""
    if request.param == "folder":
        assert "STORAGE_EMULATOR_HOST" not in os.environ
        return str(tmp_path / "elsewhere")
    request.getfixturevalue("bucket")
    return f"gs://{BUCKET}/{secrets.token_hex(4)}"
