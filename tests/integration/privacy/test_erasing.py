"""Several erasures at once: one that cannot be done holds up no other; and an erased person who is back is erased again."""

import datetime as dt
import json
import re
import shutil

import duckdb
import pytest

from extract.sources import TABLES
from persons.keys import load_key
from persons.person_ids import person_id
from persons.suppression import LIST_FILE, SuppressionError
from privacy import jobs
from privacy.audit import LOG_FILE, AuditLog
from privacy.erasing import ErasureError
from privacy.tokens import TokenStore
from tests.integration.privacy.conftest import Company
from tests.naming import names_somebody

ADA, BOB, EVE, OLD = (f"{name}@corp.example" for name in ("ada", "bob", "eve", "eve.old"))


def test_one_that_leads_to_two_people_holds_up_no_other(company: Company) -> None:
    """Nor does a word that names nobody, nor a request that somebody has damaged; each is done, or asked again, once it is right."""
    damaged = company.ask("zoe@corp.example")
    company.change(
        f"update raw_sheets.people set aliases = '{BOB}' where email = '{ADA}'",
    )
    ambiguous, possible, word = company.ask(ADA), company.ask(OLD), company.ask("cursor")
    path = company.settings.state_dir / jobs.FOLDER / jobs.LINES
    lines = path.read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines) if damaged.job_id in line)
    path.write_text(
        "\n".join([*lines[:number], lines[number][:40], *lines[number + 1 :], ""]), encoding="utf-8"
    )
    accounts = "select * from raw_cursor.team_members order by all"
    before = company.rows(accounts)
    with pytest.raises(ErasureError) as caught:
        company.erase()
    assert company.emails() == {ADA, BOB, "erased"}
    assert company.rows(accounts) == before  # Eve has none, and `cursor` is in each
    assert company.job(possible).status == jobs.DONE
    assert company.job(word).status == jobs.FAILED
    found = company.job(ambiguous)
    assert (found.status, found.identifiers) == (jobs.NEEDS_ATTENTION, (ADA,))
    assert "2 people of the people sheet" in found.problem
    log = (company.settings.state_dir / LOG_FILE).read_text(encoding="utf-8").splitlines()
    assert {line["resource"]: line["result"] for line in map(json.loads, log)} == {
        f"erasures/{ambiguous.job_id}": "failed",
        f"erasures/{word.job_id}": "failed",
        f"erasures/{possible.job_id}": "done",
    }
    message = str(caught.value)
    assert ambiguous.job_id in message
    assert word.job_id in message
    assert re.search(r"waiting\.jsonl, line \d, cannot be read", message)
    assert possible.job_id not in message
    for text in (message, found.problem, *company.said):
        assert "@" not in text.replace("@erased.invalid", "")
        assert not names_somebody("ada", text)
    # The sheet is set right, and the line removed.
    company.change(f"update raw_sheets.people set aliases = '' where email = '{ADA}'")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{one}\n" for one in lines if one.endswith("}")), encoding="utf-8")
    assert company.erase() == 1
    found = company.job(ambiguous)
    assert (found.status, found.problem, found.identifiers) == (jobs.DONE, "", ())
    assert company.emails() == {"erased", BOB}


def test_a_restored_warehouse_is_erased_again_without_being_asked(company: Company) -> None:
    """But not without the key; and whoever is erased has no token that is valid, if the store can be read."""
    settings = company.settings
    store, key = TokenStore(settings.state_dir), load_key(settings.state_dir, None)
    gone = "gone@corp.example"
    made = {
        who: store.create(
            "person", [], at=dt.datetime.now(dt.UTC), days=1, person_id=person_id(key, who)
        )[0].token_id
        for who in (ADA, BOB, EVE, gone)
    }
    backup = company.folder / "backup.duckdb"
    shutil.copy(settings.duckdb_path, backup)
    # By another address of hers, and by one that nobody holds.
    company.ask(OLD), company.ask(BOB), company.ask(gone)
    assert company.erase() == 3
    assert {who: store.is_still_valid(made[who]) for who in made} == {
        ADA: True, BOB: False, EVE: False, gone: False,
    }  # fmt: skip
    assert company.erase() == 0  # nobody is back
    assert not [line for line in company.said if "could not be revoked" in line]
    shutil.copy(backup, settings.duckdb_path)
    assert company.emails() == {ADA, BOB, EVE}
    (settings.state_dir / "tokens.json").write_text("{")
    assert company.erase() == 2
    assert [line for line in company.said if "could not be revoked" in line]
    assert company.emails() == {ADA, "erased"}
    assert company.rows("select count(*) from raw_sheets.people where aliases like '%@corp%'") == [
        (0,)
    ]
    again = [
        job for job in jobs.all_jobs(settings.state_dir) if job.requested_by == "suppression-list"
    ]
    assert [(job.status, job.certificate["verdict"]) for job in again] == [
        (jobs.DONE, "complete")
    ] * 2
    assert AuditLog(settings.state_dir, load_key(settings.state_dir, None)).verify() == 5
    for path in settings.state_dir.rglob("*.json*"):
        assert "@corp" not in path.read_text()
    path = settings.state_dir / LIST_FILE
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "key_check": "of another key"}))
    with pytest.raises(SuppressionError, match="not the key"):
        company.erase()


def test_after_an_upgrade_a_table_lacks_columns_that_its_contract_has(company: Company) -> None:
    """The loader adds them, and what waits is erased before it. Somebody whose address ends with the person's is no trace."""
    company.change(
        "alter table raw_cursor.team_members drop column role",
        "alter table raw_sheets.people drop column person_id",
        "alter table raw_sheets.people drop column cost_centre",
        f"update raw_sheets.people set email = 'jo{BOB}', name = 'Jobob Holm' where email = '{EVE}'",
    )
    job = company.ask(BOB)
    assert company.erase() == 1
    assert company.job(job).certificate["verdict"] == "complete"
    assert company.emails() == {ADA, "erased", f"jo{BOB}"}


def _tasks(company: Company) -> None:
    """Plant three tasks; of an organisation that keeps its tasks for longer one is as old as another's that has expired."""
    (contract,) = (table for table in TABLES["orchestrator"] if table.name == "task_executions")
    with duckdb.connect(str(company.settings.duckdb_path)) as connection:
        connection.register("of_the_contract", contract.spool_schema.empty_table())
        for statement in (
            "create schema raw_orchestrator",
            "create table raw_orchestrator.task_executions as select *, now() as _loaded_at from of_the_contract",
            "insert into raw_orchestrator.task_executions by name select * from (values"
            " ('old', 'u-ada', 'org-01', timestamptz '2026-03-01 12:00:00Z'), ('new', 'u-ada', 'org-01', timestamptz '2026-06-01 12:00:00Z'),"
            " ('other', 'u-bob', 'org-02', timestamptz '2026-03-01 12:00:00Z')) as t (task_id, user_id, organization_id, start_time)",
            "create table raw_sheets.task_retention as select 'org-02' as organization_id, '400' as retention_days",
        ):
            connection.execute(statement)


def test_tasks_that_are_older_than_they_are_kept_go_first(company: Company) -> None:
    _tasks(company)
    job, other = company.ask("u-ada"), company.ask(BOB)
    assert company.erase() == 2
    assert [company.job(one).certificate["verdict"] for one in (job, other)] == ["complete"] * 2
    tasks = company.rows(
        "select task_id, left(user_id, 7) from raw_orchestrator.task_executions order by all"
    )
    assert tasks == [("new", "erased-"), ("other", "u-bob")]
    log = (company.settings.state_dir / LOG_FILE).read_text()
    assert log.count('"delete_expired"') == 1
    assert any("1 rows are older than they are kept" in line for line in company.said)
