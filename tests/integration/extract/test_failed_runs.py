"""A run of a source that came to nothing is recorded all the same, with the class of its error."""

import shutil
from pathlib import Path

import duckdb

from extract.config import read_settings, warehouse
from extract.landing.error_classes import class_of
from extract.landing.failed import record_failure
from extract.landing.progress import Outcome
from extract.sources import SOURCES, TABLES


def test_a_source_that_failed_before_it_knew_its_tables_is_recorded(
    empty_warehouse: Path, tmp_path: Path
) -> None:
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(empty_warehouse, path)
    env = {
        "DUCKDB_PATH": str(path),
        "PIPELINES_DIR": str(tmp_path / "dlt"),
        "RUN_ID": "the run",
        "CURSOR_API_KEY": "planted",
    }
    settings = read_settings(env)
    with warehouse(settings) as opened:
        text = "cursor: GET /teams: HTTP 401, said the vendor"
        record_failure(settings, SOURCES["cursor"], Outcome(), text, opened)
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select resource_name, status, error_class, whole_run_id, loader_versions from raw_cursor.extract_runs"
        ).fetchall()
    assert {name for name, *_ in rows} == {table.name for table in TABLES["cursor"]}
    assert {row[1:4] for row in rows} == {("failed", "authentication", "the run")}
    assert all(row[4].startswith("dlt ") for row in rows)


def test_classes_of_errors() -> None:
    said = {
        None: None,
        "": None,
        "github: GET /x: HTTP 429, slower": "rate_limited",
        "sheets: the server did not answer: timed out": "timeout",
        "cursor: HTTP 503": "provider_error",
        "something else": "unknown",
    }
    assert {text: class_of(text) for text in said} == said
