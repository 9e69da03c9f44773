"""A person is taken out and does not come back: the loader, dbt, the publisher and the erasure on one warehouse."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from persons.keys import load_key
from persons.person_ids import person_id
from privacy import jobs
from privacy.audit import LOG_FILE, AuditLog
from privacy.config import Settings
from privacy.copying import working_folder
from privacy.erasing import erase_pending
from privacy.files import rewrite_database
from privacy.findings import Findings
from privacy.pattern import Pattern
from privacy.scan import scan
from privacy.subject import Subject, find_subject
from privacy.totals import read_totals
from sandbox.server.running import Running
from tests.e2e.chain import SMALL, Chain, serve
from tests.e2e.erasing import erase, privacy_settings, run
from warehouse.connection import open_warehouse


@dataclass(frozen=True)
class Erased:
    """A company in which one person was planted in every way and erased."""

    chain: Chain
    settings: Settings
    subject: Subject
    job_id: str
    n_files_before: int
    n_tables_before: int
    printed: list[str]

    @property
    def names(self) -> Pattern:
        return Pattern(self.subject.identifiers(), self.subject.others)


def search(settings: Settings, subject: Subject) -> Findings:
    with open_warehouse(settings, read_only=True) as warehouse:
        return scan(settings, warehouse, subject.identifiers(), others=subject.others)


def tables_of(found: Findings) -> set[str]:
    return {one.place.rpartition(".")[0] for one in found.tables}


def extract(chain: Chain, server: Running, *sources: str) -> str:
    return chain.extract(server, *sources).text


def plant_files(server: Running, person: str) -> None:
    """An export whose name carries the person, in capitals."""
    (report,) = server.export_dir.glob("**/spend_report_*.csv")
    shutil.copy(report, report.with_name(f"spend_report_{person.upper()}_x.csv"))


@pytest.fixture(scope="module")
def erased(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    chain = small.copy(tmp_path_factory.mktemp("erasure"))
    settings = privacy_settings(chain)
    # Somebody with aliases, an account at every vendor, and usage outside the window that is read again.
    ((person, alias),) = chain.rows(
        "select email, aliases from raw_sheets.people where aliases <> ''"
        ""
        " order by sheet_row limit 1"
    )
    with serve(SMALL) as server:
        plant_files(server, person)
        extract(chain, server, "claude_ai")
    chain.change(
        "update raw_cursor.usage_events set unknown_fields ="
        f""" '{{"note": "asked {person.title()}, see {alias.split(";")[0].strip().upper()}"}}'"""
        " where usage_date = (select min(usage_date) from raw_cursor.usage_events)",
        "insert into raw_cursor.quarantine (resource_name, partition_id, field, reason, payload,"
        " _loaded_at, _dlt_load_id) values ('usage_events', '2026-10-13', 'x', 'planted',"
        f""" '{{"of": "<{person.upper()}>"}}', now(), 'none')""",
    )
    run(chain, settings, "build", "publish")
    for place in (settings.target_dir, settings.log_dir, settings.focus_dir):
        place.mkdir(exist_ok=True)
        (place / "left.txt").write_text(f"failed for {person.title()} twice\n", encoding="utf-8")
    shutil.copytree(
        next(settings.publish_dir.glob("*/manifest.json")).parent, settings.publish_dir / "older"
    )
    with open_warehouse(settings, read_only=True) as warehouse:
        subject = find_subject(warehouse, person)
    before = search(settings, subject)
    n_tables, n_files = len(tables_of(before)), len(before.files)
    job = jobs.request(settings.state_dir, [alias.split(";")[0]], requested_by="test")
    printed: list[str] = []
    assert erase(chain, settings, printed.append) == 1
    return Erased(chain, settings, subject, job.job_id, n_files, n_tables, printed)


def test_the_scan_sees_what_was_planted(erased: Erased) -> None:
    assert len(erased.subject.emails) > 1
    assert erased.subject.names
    assert erased.n_tables_before > 20
    # The warehouse, a log, a build file, an export and two snapshots.
    assert erased.n_files_before > 10


def test_afterwards_nothing_names_the_person(erased: Erased) -> None:
    """As the search of the certificate says; all is searched once more when the vendors have delivered again."""
    assert not (erased.settings.publish_dir / "older").exists()
    places = (*erased.settings.file_places, erased.settings.state_dir)
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert files
    for path in (erased.chain.warehouse, *files):
        content = path.read_bytes().lower()
        assert not [path for email in erased.subject.emails if email.encode() in content]


@pytest.mark.proofs
def test_a_search_right_afterwards_finds_nothing(erased: Erased) -> None:
    assert search(erased.settings, erased.subject).places() == []


def test_the_certificate_says_so_and_names_nobody(erased: Erased) -> None:
    job = jobs.read(erased.settings.state_dir, erased.job_id)
    assert (job.status, job.detail, job.identifiers, job.given, job.found, job.shown_as) == (
        *(jobs.DONE, jobs.ERASED),
        *((), (), {}, ""),
    )
    found = job.certificate
    assert found["verdict"] == "complete"
    assert set(found["planned"]) <= set(found["tables"])
    assert found["looked_at"]["columns"] > 1_000
    assert found["scan"] == {
        "tables_naming_the_person": 0,
        "files_naming_the_person": 0,
        "places": [],
    }
    assert found["totals"]["equal"]
    assert found["totals"]["before_sha256"] == found["totals"]["after_sha256"]
    assert found["totals"]["n_compared"] > 300
    assert {"raw_cursor.quarantine", "raw_sheets.people", "raw_claude_ai.spend_reports"} <= set(
        found["tables"]
    )
    for path in erased.settings.state_dir.rglob("*"):
        if path.is_file():
            assert not erased.names.count(path.read_text(encoding="utf-8")), path.name
    assert not erased.names.count("\n".join(erased.printed))


def test_the_person_s_history_stays_one_person_s(erased: Erased) -> None:
    emails = erased.chain.rows(
        "select distinct person_email from marts.fct_ai_spend_daily"
        " where person_email like '%erased.invalid'"
    )
    assert len(emails) == 1
    assert erased.chain.rows(
        "select count(distinct team_name) from marts.dim_people where person_email = ?", *emails[0]
    ) == [(1,)]


def test_the_audit_log_is_whole_and_holds_the_erasure(erased: Erased) -> None:
    key = load_key(erased.settings.state_dir, None)
    assert AuditLog(erased.settings.state_dir, key).verify() == 1
    assert "erase_data" in (erased.settings.state_dir / LOG_FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(("claude_ai", "cursor", "sheets"), id="of each way of landing"),
        pytest.param((), id="all", marks=pytest.mark.proofs),
    ],
)
def test_unchanged_data_delivered_again_changes_nothing(
    erased: Erased, sources: tuple[str, ...]
) -> None:
    chain = erased.chain
    person = erased.subject.emails[0]
    held = "select * from raw_{}.loaded_partitions order by all"
    ledgers = ("cursor", "anthropic", "claude_ai", "gemini", "sheets")
    before = {source: chain.rows(held.format(source)) for source in ledgers}
    with serve(SMALL) as server:
        plant_files(server, person)
        extract(chain, server, *sources)
    assert {source: chain.rows(held.format(source)) for source in ledgers} == before
    assert search(erased.settings, erased.subject).places() == []


def test_the_id_of_before_is_nowhere_and_the_new_one_leads_nowhere(erased: Erased) -> None:
    key = load_key(erased.settings.state_dir, None)
    rows = erased.chain.rows(
        "select email, person_id from raw_sheets.people where email like 'erased-%'"
    )
    assert {made for _, made in rows} == {person_id(key, email) for email, _ in rows}
    before = {person_id(key, email) for email in erased.subject.emails}
    for table in ("raw_sheets.people", "marts.dim_people", "marts.fct_ai_spend_daily"):
        found = erased.chain.rows(f"select distinct person_id from {table}")
        assert not {made for (made,) in found} & before


def test_changed_data_delivered_again_does_not_bring_the_person_back(
    erased: Erased, tmp_path: Path
) -> None:
    chain = erased.chain.copy(tmp_path / "changed")
    shutil.copytree(erased.settings.state_dir, chain.folder / "state", dirs_exist_ok=True)
    held = chain.rows("select distinct email from raw_sheets.people where email like 'erased-%'")
    # The day before the last is there in another form, and the sheet has lost a row: all is written again.
    chain.change(
        "update raw_sheets.loaded_partitions set content_hash = 'other'",
        "update raw_cursor.loaded_partitions set content_hash = 'other'",
        "delete from raw_sheets.people where sheet_row = (select max(sheet_row) from raw_sheets.people)",
    )
    with serve(SMALL) as server:
        plant_files(server, erased.subject.emails[0])
        extract(chain, server, "sheets", "cursor")
    settings = privacy_settings(chain)
    with open_warehouse(settings, read_only=True) as warehouse:
        assert read_totals(warehouse)["raw_cursor.usage_events"]
    # The rows that are held told the loader which pseudonym is the right one.
    assert (
        chain.rows("select distinct email from raw_sheets.people where email like 'erased-%'")
        == held
    )
    assert chain.rows(
        "select count(distinct user_email) from raw_cursor.usage_events"
        " where user_email like 'erased-%'"
    ) <= [(len(erased.subject.emails),)]


def test_without_the_list_the_same_delivery_brings_the_person_back(
    erased: Erased, tmp_path: Path
) -> None:
    chain = erased.chain.copy(tmp_path / "without")
    theirs = "select count(*) from raw_cursor.team_members where lower(email) in (select unnest(?))"
    assert chain.rows(theirs, erased.subject.emails) == [(0,)]
    with serve(SMALL) as server:
        extract(chain, server, "cursor")
    assert chain.rows(theirs, erased.subject.emails) == [(1,)]


@pytest.mark.proofs
def test_erasing_twice_changes_nothing(erased: Erased, tmp_path: Path) -> None:
    chain = erased.chain.copy(tmp_path / "twice")
    shutil.copytree(erased.settings.state_dir, chain.folder / "state", dirs_exist_ok=True)
    shutil.copytree(erased.settings.publish_dir, chain.folder / "published")
    settings = privacy_settings(chain)
    tables = "select * from raw_sheets.people order by all"
    before = chain.rows(tables)
    job = jobs.request(settings.state_dir, [erased.subject.emails[0]], requested_by="test")
    assert erase_pending(settings, lambda _: None, lambda *_: None) == 1
    again = jobs.read(settings.state_dir, job.job_id)
    assert (again.detail, again.certificate["verdict"]) == (jobs.NOTHING_HELD, "complete")
    assert chain.rows(tables) == before


def test_nothing_of_the_work_is_left(erased: Erased) -> None:
    assert not working_folder(erased.settings).exists()
    assert not any(
        path.name.startswith(".") for path in erased.settings.publish_dir.iterdir() if path.is_dir()
    )


def test_duckdb_is_the_same_database_after_it_was_rewritten(small: Chain, tmp_path: Path) -> None:
    """Of a warehouse that dbt has built, with views over its tables and descriptions of their columns."""
    chain = small.copy(tmp_path / "rewritten")
    described = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where not internal order by all"
    )
    people = "select * from staging.stg_sheets__people order by all"
    before, held = chain.rows(described), chain.rows(people)
    rewrite_database(chain.warehouse)
    assert chain.rows(described) == before
    assert chain.rows(people) == held
    assert len(held) >= 10
    assert sum(comment is not None for *_, comment in before) > 1000
