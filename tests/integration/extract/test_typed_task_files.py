"""Parquet states types: what they exclude is not looked for, what they allow is, and a file is written once."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dlt.normalize.items_normalizers.arrow import ArrowItemsNormalizer

from tests.integration.extract.harness import Bench
from tests.integration.extract.task_folder import START, Folder, task


@pytest.fixture
def folder(bench: Bench, tmp_path: Path) -> Folder:
    """Make an empty folder of task files."""
    (tmp_path / "tasks").mkdir()
    return Folder(bench, tmp_path / "tasks")


def _typed(folder: Folder, **columns: str) -> None:
    """Write a Parquet file with one task, whose columns are SQL."""
    names = {
        "task_id": "'t-1'",
        "organization_id": "'org-1'",
        "provider": "'claude_code'",
        "start_time": "timestamptz '2026-05-04 10:00:00+00'",
        "success": "true",
        **columns,
    }
    place = folder.folder / "task_executions" / f"{len(list(folder.folder.rglob('*')))}.parquet"
    place.parent.mkdir(exist_ok=True)
    selected = ", ".join(f"{value} as {name}" for name, value in names.items())
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"copy (select {selected}) to '{place}' (format parquet)")


FAULTS = [
    ({"success": "cast(null as boolean)"}, "success", "required field is missing"),
    ({"start_time": "cast(null as timestamp)"}, "start_time", "required field is missing"),
    ({"start_time": "timestamp 'infinity'"}, "start_time", "expected an instant"),
    ({"task_id": "cast(null as bigint)"}, "task_id", "required field is missing"),
    ({"task_id": "'  '"}, "task_id", "expected a code"),
    ({"provider": "''"}, "provider", "required field is missing"),
    (
        {"compute_units": "cast('9' || repeat('0', 29) as decimal(38, 0))"},
        "compute_units",
        "number",
    ),
    ({"compute_units": "cast(-0.5 as decimal(12, 4))"}, "compute_units", "not negative"),
    ({"compute_units": "cast(1e300 as double)"}, "compute_units", "number"),
    ({"duration_ms": "cast(-1 as integer)"}, "duration_ms", "not negative"),
    ({"duration_ms": "cast(1.5 as double)"}, "duration_ms", "whole number"),
    ({"confidence_score": "cast('nan' as float)"}, "confidence_score", "finite number"),
]


@pytest.mark.parametrize(("columns", "field", "reason"), FAULTS)
def test_a_value_that_its_type_allows_and_the_contract_does_not(
    folder: Folder, columns: dict[str, str], field: str, reason: str
) -> None:
    """Naive: the type is trusted, and a value that does not fit ends the load or lands as NULL."""
    _typed(folder, **columns)
    folder.load(code=4)
    ((found, why),) = folder.rows("select field, reason from raw_orchestrator.quarantine")
    assert found == field
    assert reason in why
    assert folder.rows("select count(*) from raw_orchestrator.task_executions") == [(0,)]


def test_a_value_means_the_same_in_every_type_that_holds_it(folder: Folder) -> None:
    """Naive: an instant without a zone is shifted, a decimal of another scale is another number."""
    numbers = ("decimal(12, 4)", "decimal(38, 12)", "bigint", "double", "varchar")
    instants = ("timestamptz", "timestamp", "timestamp_s", "timestamp_ns", "varchar")
    for n, (number, instant) in enumerate(zip(numbers, instants, strict=True)):
        _typed(
            folder,
            task_id=f"'t-{n}'",
            start_time=f"cast(timestamp '2026-05-04 10:00:00' as {instant})",
            compute_units=f"cast(7 as {number})",
        )
    folder.load()
    found = folder.rows(
        "select start_time, compute_units, count(*) from raw_orchestrator.task_executions group by all"
    )
    assert found == [(dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC), Decimal(7), len(numbers))]


def test_a_converted_file_is_loaded_as_it_is(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: a column's being required or not differs from the table's, and dlt writes each file anew."""

    def anew(_: object, file: str, *__: Any) -> None:
        raise AssertionError(f"{file} was written once more")

    monkeypatch.setattr(ArrowItemsNormalizer, "_write_with_dlt_columns", anew)
    folder.write("a.parquet", [task(1), task(2)])
    folder.load()
    folder.write("b.parquet", [task(2, updated_at=START), task(3)])
    folder.load()
    assert folder.rows("select count(*) from raw_orchestrator.task_executions") == [(3,)]
