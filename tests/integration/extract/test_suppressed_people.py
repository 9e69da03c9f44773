"""Erased people and the loader: rows land, the people do not; and an erasure that was interrupted is finished."""

from pathlib import Path

import pytest

from persons.identifiers import tokens
from persons.suppression import suppress
from privacy import jobs
from privacy.config import read_settings
from privacy.erasing import replace_person
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
    suppress(state, KEY, Subject(emails=["ada@corp.example"], ids=["user_0001"]).identifiers())
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


def test_an_erasure_that_was_interrupted_still_knows_every_name(filled: Bench) -> None:
    settings = read_settings(filled.env)
    ((email,),) = filled.rows("select min(email) from raw_cursor.team_members")
    job = jobs.request(settings.state_dir, [email], requested_by="test")
    first = replace_person(settings, job)
    subject = first.subject
    assert subject.ids
    assert first.touched
    # Killed here: the warehouse does not name the person any more, only the job does.
    again = replace_person(settings, jobs.read(settings.state_dir, job.job_id))
    assert (set(again.subject.emails), set(again.subject.ids)) == (
        set(subject.emails),
        set(subject.ids),
    )
    assert again.touched == []
    assert all(again.names.finds(text) for text in [*subject.emails, *subject.ids])
