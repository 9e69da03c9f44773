"""What all tests share: nothing of this machine decides what they find."""

import os
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests import warm
from tests.shared import made_once

# Of the project's variables none may leak in from the shell or .env, least of all a credential.
_PROJECT = (
    "WAREHOUSE",
    "DUCKDB_PATH",
    "BIGQUERY_",
    "DATASET_PREFIX",
    "PIPELINES_DIR",
    "PIPELINE_RUN_ID",
    "PUBLISH_",
    "DATA_ORIGIN",
    "DBT_",
    "SOURCES",
    "DEV_EVENTS_URL",
    "TASK_EVENTS_URL",
    "CURSOR_",
    "ANTHROPIC_",
    "CLAUDE_",
    "GOOGLE_REPORTS_",
    "SHEETS_",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "HTTP_BACKOFF_SECONDS",
    "SINCE",
    "UNTIL",
    "AS_OF",
    "SANDBOX_",
    "BENCH_",
    "STATE_",
    "PRIVACY_KEY",
    "METABASE_",
    "LOG_FORMAT",
    "RUN_ID",
    "NOTIFY_",
)


LOADERS = Path(__file__).parent / "integration" / "extract"


def pytest_configure(config: pytest.Config) -> None:
    """Clear the project's variables before any test module is imported, and leave .env alone."""
    del config
    for name in list(os.environ):
        if name.startswith(_PROJECT):
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker build the company of the end-to-end tests, while another begins with what needs none."""
    first = items[0].path if items else None

    def turn(item: pytest.Item) -> int:
        if item.path == first:
            return 0
        return 1 if LOADERS in item.path.parents else 2

    items.sort(key=turn)


@pytest.fixture(scope="session")
def programs() -> ForkServerContext:
    """The loader, dbt and the publisher, imported once and forked for every run."""
    return warm.forkserver(os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create the raw tables once; tests copy the file, which is quicker than making them."""
    return made_once(tmp_path_factory, "empty", _make_raw_tables) / "warehouse.duckdb"


def _make_raw_tables(folder: Path) -> None:
    from extract.config import read_settings, warehouse
    from extract.landing.empty import create_empty
    from extract.sources import TABLES

    path = folder / "warehouse.duckdb"
    settings = read_settings({"DUCKDB_PATH": str(path), "PIPELINES_DIR": str(folder / "dlt")})
    with warehouse(settings) as credentials:
        for source, tables in TABLES.items():
            create_empty(settings, source, tables, credentials)
