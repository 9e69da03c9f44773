"""Two organisations in one folder: neither takes the other's rows, and what a folder or a file is called is no data."""

from pathlib import Path

import pytest

from tests.integration.extract.harness import Bench
from tests.integration.extract.task_folder import Folder, task

TASKS = "select organization_id, task_id, output_tokens from raw_orchestrator.task_executions order by all"
DECISIONS = (
    "select organization_id, routing_decision_id, chosen_provider from raw_orchestrator.routing_decisions"
    " order by all"
)


@pytest.fixture
def folder(bench: Bench, tmp_path: Path) -> Folder:
    """Make an empty folder of task files."""
    (tmp_path / "tasks").mkdir()
    return Folder(bench, tmp_path / "tasks")


def test_an_id_is_its_organisations(folder: Folder) -> None:
    """Naive: the key is the id alone, and whoever delivers last takes the others' tasks away."""
    folder.write("a.csv", [task(1, organization_id="org-1", output_tokens=1)])
    folder.write("b.jsonl", [task(1, organization_id="org-2", output_tokens=2)])
    # With a's rows in one file, too.
    folder.write("c.jsonl", [task(2, organization_id=f"org-{n}", output_tokens=n) for n in (1, 2)])
    decision = {"id": "r", "task_id": "t-1"}
    folder.write(
        "d.jsonl",
        [
            {**decision, "organization_id": n, "chosen_provider": f"of-{n}"}
            for n in ("x", "y", None)
        ],
        "routing_decisions",
    )
    folder.load()
    kept = [("org-1", "t-1", 1), ("org-1", "t-2", 1), ("org-2", "t-1", 2), ("org-2", "t-2", 2)]
    assert folder.rows(TASKS) == kept
    assert folder.rows(DECISIONS) == [
        ("x", "r", "of-x"),
        ("y", "r", "of-y"),
        (None, "r", "of-None"),
    ]
    # Delivered again, into tables that are not empty: each replaces itself and nothing else.
    folder.write("e.parquet", [task(1, organization_id="org-2", output_tokens=22)])
    folder.write("f.csv", [{**decision, "chosen_provider": "again"}], "routing_decisions")
    folder.load()
    assert folder.rows(TASKS) == [*kept[:2], ("org-2", "t-1", 22), kept[3]]
    assert folder.rows(DECISIONS)[2:] == [(None, "r", "again")]


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_a_folder_is_no_column_and_a_name_no_pattern(folder: Folder, ending: str) -> None:
    """Naive: DuckDB reads organization_id=org-2/ over the row's own, and *.csv as all files beside it."""
    folder.write(f"organization_id=org-2/a.{ending}", [task(1, organization_id="org-1")])
    folder.write(f"user_id=eve/success=false/b.{ending}", [task(2)])
    for number, name in enumerate(("*", "c[12]", "c?", "c1", "it's"), start=3):
        folder.write(f"{name}.{ending}", [task(number)])
    text = folder.load()
    assert "7 rows read" in text.replace("task_executions: ", ""), text
    assert folder.rows(
        "select organization_id, user_id, success, count(*), count(distinct file_id)"
        " from raw_orchestrator.task_executions group by all"
    ) == [("org-1", "ADA@corp.example", True, 7, 7)]
