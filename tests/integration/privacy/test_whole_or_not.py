"""An erasure is whole or has not happened: whatever fails before the swap leaves everything as it was.

What is so when it has happened: `test_one_run.py`.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from persons.suppression import LIST_FILE
from privacy import jobs, steps
from privacy.config import Settings
from privacy.erasing import ErasureError
from privacy.jobs import Job, JobError
from privacy.journal import Journal, write_journal
from privacy.plan import Plan
from privacy.replacing import Touched
from privacy.steps import Person
from tests.integration.privacy.conftest import Company, change, run_programs
from warehouse.engine import Warehouse

ADA, BOB, EVE = (f"{name}@corp.example" for name in ("ada", "bob", "eve"))
NO_PEOPLE = {
    "a tenant": "org-01",
    "a day": "2024-01-01",
    "a month": "2026-06",
    "a number": "12345678",
    "a model": "claude-sonnet-4-5",
    "a dated model": "claude_3_5_sonnet_20241022",
    "a team": "search",
    "a department": "engineering",
    "a word": "platform",
    "half an address": "ada@",
    "a name": "ada king",
}


@pytest.fixture
def published(company: Company) -> Company:
    company.publish()
    return company


def test_what_is_no_person_fails_and_changes_nothing(published: Company) -> None:
    asked = {what: published.ask(text) for what, text in NO_PEOPLE.items()}
    before = published.state()
    with pytest.raises(ErasureError, match="NOT everything is erased"):
        published.erase()
    assert published.state() == before
    for what, job in asked.items():
        found = published.job(job)
        assert found.status == jobs.FAILED, what
        assert "Ask again with an e-mail" in found.problem
        assert (found.identifiers, found.given, found.shown_as) == ((), (), "")
    assert published.erase() == 0  # none is tried again


@pytest.mark.parametrize(
    "unknown", ["new.person@corp.example", "0b8d5e8a-7f8e-4d0c-9a51-2b9d2f6f7c11"]
)
def test_of_whom_nothing_is_held_is_done_once_raw_was_searched(
    published: Company, unknown: str
) -> None:
    job = published.ask(unknown)
    before = published.state()
    assert published.erase() == 1
    found = published.job(job)
    assert (found.status, found.detail) == (jobs.DONE, jobs.NOTHING_HELD)
    assert found.certificate["tables"] == {}
    assert found.certificate["looked_at"]["tables"] == len(published.content())
    assert found.certificate["looked_at"]["columns"] > 50
    assert found.certificate["looked_at"]["bytes"] > published.settings.duckdb_path.stat().st_size
    after = published.state()
    assert after.pop("list") != before.pop("list")  # suppressed for the future
    assert after == before


def _fails(program: str, times: int) -> Callable[..., None]:
    """Return what runs programs and fails when one of them runs for so many times."""
    seen: list[str] = []

    def run(settings: Settings, *programs: str) -> None:
        seen.extend(programs)
        if seen.count(program) == times and program in programs:
            raise ErasureError(f"{program} failed (see above)")
        run_programs(settings, *programs)

    return run


def _changes(*statements: str) -> Callable[..., None]:
    """Return a build that does something else once somebody is replaced."""

    def run(settings: Settings, *programs: str) -> None:
        run_programs(settings, *programs)
        if "build" in programs and (settings.state_dir / LIST_FILE).exists():
            change(settings, *statements)

    return run


WRONG: dict[str, tuple[Callable[..., None], str]] = {
    "the marts cannot be brought up to date": (_fails("build", 1), "build failed"),
    "the build fails without the person": (_fails("build", 2), "build fails without the person"),
    "the snapshot cannot be made": (_fails("publish", 1), "publish failed"),
    "a total changes": (
        _changes("delete from marts.dim_people where person_name like 'Ada%'"),
        "totals that differ: marts.dim_people",
    ),
    "the build brings the person back": (
        _changes(
            f"update marts.dim_people set person_name = 'x {EVE} y' where person_name like 'Ada%'"
        ),
        "1 tables naming the person",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_fails_before_the_swap_leaves_everything_as_it_was(
    published: Company, wrong: str
) -> None:
    run, reason = WRONG[wrong]
    job = published.ask(EVE)
    before = published.state()
    with pytest.raises(ErasureError, match=reason):
        published.erase(run)
    assert published.state() == before
    found = published.job(job)
    assert found.status == jobs.PENDING
    assert set(found.identifiers) >= {EVE, "eve.old@corp.example"}  # hidden from answers meanwhile
    if wrong == "the snapshot cannot be made":  # the one that came the furthest
        assert published.erase() == 1
        assert published.job(job).status == jobs.DONE


def test_one_that_is_incomplete_holds_up_no_other(published: Company) -> None:
    run, _ = WRONG["the build brings the person back"]
    bad, good = published.ask(EVE), published.ask(BOB)
    with pytest.raises(ErasureError) as caught:
        published.erase(run)
    assert bad.job_id in str(caught.value)
    assert good.job_id not in str(caught.value)
    assert published.job(bad).certificate["verdict"] == "incomplete"
    assert published.job(good).status == jobs.DONE
    assert published.emails() == {ADA, "erased", EVE}


def test_one_that_would_change_something_else_holds_up_no_other(
    published: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = steps.replace_person

    def refusing(
        working: Settings, warehouse: Warehouse, person: Person, plan: Plan
    ) -> list[Touched]:
        if BOB in person.subject.emails:
            raise steps.NotAsPlannedError("more would change than the person")
        return replaced(working, warehouse, person, plan)

    monkeypatch.setattr(steps, "replace_person", refusing)
    bad, good = published.ask(BOB), published.ask(EVE)
    with pytest.raises(ErasureError, match="more would change"):
        published.erase()
    assert published.emails() == {ADA, BOB, "erased"}
    assert [published.job(job).status for job in (bad, good)] == [jobs.PENDING, jobs.DONE]


def test_when_nobody_knows_who_is_to_blame_each_half_is_tried(published: Company) -> None:
    def run(settings: Settings, *programs: str) -> None:
        run_programs(settings, *programs)
        if "build" in programs:
            with_bob = f"select 1 from raw_sheets.people where email = '{BOB}'"
            change(settings, f"select case when not exists ({with_bob}) then error('no Bob') end")

    def failing(settings: Settings, *programs: str) -> None:
        try:
            run(settings, *programs)
        except Exception as error:
            raise ErasureError("build failed (see above)") from error

    asked = {email: published.ask(email) for email in (ADA, BOB, EVE)}
    with pytest.raises(ErasureError, match=asked[BOB].job_id):
        published.erase(failing)
    assert published.emails() == {"erased", BOB}
    assert {email: published.job(job).status for email, job in asked.items()} == {
        ADA: jobs.DONE,
        BOB: jobs.PENDING,
        EVE: jobs.DONE,
    }


def test_another_name_of_the_file_would_keep_the_person(published: Company) -> None:
    other = published.folder / "other.duckdb"
    other.hardlink_to(published.settings.duckdb_path)
    published.ask(EVE)
    with pytest.raises(ErasureError, match="hard link"):
        published.erase()


def test_an_original_that_changed_meanwhile_is_not_replaced(published: Company) -> None:
    def run(settings: Settings, *programs: str) -> None:
        run_programs(settings, *programs)
        os.utime(published.settings.duckdb_path)

    job = published.ask(EVE)
    before = published.state()
    with pytest.raises(ErasureError, match="was changed while the copy was worked on"):
        published.erase(run)
    assert published.state() == before
    assert published.job(job).status == jobs.PENDING


def test_two_programs_do_not_erase_at_once(published: Company) -> None:
    published.ask(EVE)
    with (
        jobs.only_run(published.settings.state_dir),
        pytest.raises(JobError, match="Another program"),
    ):
        published.erase()


def test_a_journal_of_another_warehouse_is_not_finished_here(published: Company) -> None:
    journal = Journal("/elsewhere/w.duckdb", "1:2", "{}", "x", had_focus=False)
    published.ask(EVE)
    write_journal(published.settings.state_dir, journal)
    with pytest.raises(ErasureError, match=r"/elsewhere/w\.duckdb is half finished"):
        published.erase()
    path = published.settings.state_dir / jobs.FOLDER / "swap.journal"
    path.write_text("{")
    with pytest.raises(ErasureError, match=r"swap\.journal cannot be read"):
        published.erase()
    path.unlink()
    assert published.erase() == 1


def test_without_a_warehouse_who_waits_goes_on_waiting(tmp_path: Path) -> None:
    company = Company(tmp_path)
    job: Job = company.ask(EVE)
    assert company.erase() == 0
    assert company.job(job).status == jobs.PENDING
