"""Erased people and the loader: rows land, the people do not."""

import tempfile
from pathlib import Path

import pytest

from persons.identifiers import tokens
from persons.suppression import suppress, withdraw
from privacy.subject import Subject
from tests.integration.extract.harness import Bench
from tests.integration.extract.task_folder import Folder, task

KEY = "k" * 40


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_a_suppressed_user_lands_under_a_pseudonym(
    bench: Bench, tmp_path: Path, ending: str
) -> None:
    folder = Folder(bench, tmp_path / "tasks")
    state = tmp_path / "state"
    ada_held = Subject(
        emails=["ada@corp.example"], ids=["user_0001"], namespaces={"user_0001": {"orchestrator"}}
    )
    suppress(state, KEY, ada_held.identifiers())
    folder.write(
        f"a.{ending}",
        [task(1), task(2, user_id="bob@corp.example"), task(3), task(4, user_id="USER_0001")],
    )
    folder.load(env={"STATE_DIR": str(state), "PRIVACY_KEY": KEY})
    rows = folder.rows(
        "select task_id, user_id, reported_cost from raw_orchestrator.task_executions order by 1"
    )
    users = [user for _, user, _ in rows]
    (ada,) = tokens(users[0])
    assert users == [
        f"{ada}@erased.invalid",
        "bob@corp.example",
        f"{ada}@erased.invalid",
        f"{ada}.id",
    ]
    assert len({cost for _, _, cost in rows}) == 1
    file = Path(bench.env["DUCKDB_PATH"]).read_bytes().lower()
    assert b"ada@corp" not in file


def test_an_entry_that_is_withdrawn_lets_the_next_delivery_in(bench: Bench, tmp_path: Path) -> None:
    state = tmp_path / "state"
    env = {"STATE_DIR": str(state), "PRIVACY_KEY": KEY}
    held = "select email from raw_cursor.team_members order by 1"
    suppress(state, KEY, Subject(emails=["ada@corp.example"]).identifiers())
    assert bench.load("cursor", env=env).code == 0
    assert "ada@corp.example" not in repr(bench.rows(held))
    assert withdraw(state, KEY, " Ada@Corp.example") > 0
    assert withdraw(state, KEY, "ada@corp.example") == 0
    assert bench.load("cursor", env=env).code == 0
    assert ("ada@corp.example",) in bench.rows(held)


def test_what_a_killed_run_left_is_gone_with_the_next(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed loader used to leave people's addresses in the system's temporary folder for good."""
    system = tmp_path / "system"
    system.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(system))
    left = Path(bench.env["PIPELINES_DIR"]) / "spool" / "sheets" / "extract-left"
    left.mkdir(parents=True)
    (left / "people.parquet").write_bytes(b"ada@corp.example")
    assert bench.load("sheets").code == 0
    assert not left.exists()
    assert list(left.parent.iterdir()) == []
    assert [path.name for path in system.iterdir() if path.name.startswith("extract")] == []
