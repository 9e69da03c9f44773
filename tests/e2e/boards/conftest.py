"""The default company's boards, served; and a browser in front of them."""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from serving.config import Settings
from serving.publish import publish
from tests.e2e.chain import AS_OF, Chain
from tests.service import Service, serving

CHROMIUM = shutil.which("chromium") or ""


@pytest.fixture(scope="module")
def boards(company: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service over the published company; tests change nothing."""
    folder = tmp_path_factory.mktemp("boards")
    # The key that ids of people are made with; tokens are written beside it.
    shutil.copytree(company.folder / "state", folder / "state")
    settings = Settings(
        as_of=dt.datetime.combine(AS_OF, dt.time(), dt.UTC),
        duckdb_path=company.warehouse,
        publish_dir=folder / "published",
        state_dir=folder / "state",
        dbt_target_dir=folder / "target",
        data_origin="sandbox",
    )
    publish(settings)
    with serving(settings) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Where it is missing tests are skipped, but not where everything has to run."""
    if not CHROMIUM:
        missing = "chromium is not installed: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core's script."""
    file = Path("tests/npm/node_modules/axe-core/axe.min.js")
    if not file.exists():
        missing = "axe-core is not installed: make setup-npm"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return file.read_text(encoding="utf-8")
