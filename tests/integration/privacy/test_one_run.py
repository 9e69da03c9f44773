"""One run that erases several people, of whom each is a case of its own, and what is so meanwhile and afterwards.

Somebody of whom there is a note in raw data and nothing else; two people of one name, who are named in one cell; one of them asked
for by two identifiers, and once more when all is done. The warehouse's path is a link.
"""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from persons.identifiers import tokens
from privacy import jobs
from privacy.config import Settings
from privacy.copying import working_folder
from privacy.erasing import ErasureError
from privacy.jobs import Job
from tests.integration.privacy.conftest import Company, run_programs

ADA, BOB, EVE, OLD = (f"{name}@corp.example" for name in ("ada", "bob", "eve", "eve.old"))
GUEST = "guest@else.example"


@dataclass
class OneRun:
    """What was seen while people were erased and afterwards."""

    company: Company
    real: Path
    inode: int
    asked: dict[str, Job]
    problem: str = ""
    n_erased: int = 0
    tried: list[str] = field(default_factory=list)
    """What another program was told that wanted to write to the original."""
    places: set[Path] = field(default_factory=set)
    """Where programs wrote meanwhile."""
    elsewhere: list[Path] = field(default_factory=list)
    """What they left in the system's temporary folder."""

    def details(self, *people: str) -> list[str]:
        return [self.company.job(self.asked[one]).detail for one in people]

    def run(self, settings: Settings, *programs: str) -> None:
        run_programs(settings, *programs)
        code = f"import _duckdb as d; d.connect({str(self.company.settings.duckdb_path)!r})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.tried.append(done.stderr)
        self.places.add(Path(tempfile.gettempdir()))
        self.places.update(
            (settings.duckdb_path, settings.target_dir, settings.log_dir, settings.pipelines_dir)
        )


@pytest.fixture(scope="module")
def one(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> OneRun:
    folder = tmp_path_factory.mktemp("one-run")
    company = Company(folder / "company")
    real = folder / "elsewhere" / "warehouse.duckdb"
    for path in (company.folder, real.parent):
        path.mkdir()
    real.write_bytes(loaded.read_bytes())
    real.chmod(0o640)
    company.settings.duckdb_path.symlink_to(real)
    company.change(
        f"update raw_sheets.people set name = 'Eve Lund' where email = '{BOB}'",
        "update raw_cursor.team_members set unknown_fields ="
        f""" '{{"of": "{EVE}, {BOB}", "by": "{GUEST}"}}' where email = '{ADA}'""",
    )
    company.publish()
    company.change(
        'create view seen as select person_name from "warehouse"."marts"."dim_people"'
        " where person_name not like 'erased-%' order by 1"
    )
    # What DuckDB left of a program that was killed.
    spilled = real.with_name("warehouse.duckdb.tmp")
    spilled.mkdir()
    (spilled / "duckdb_temp_storage-0.tmp").write_text(EVE, encoding="utf-8")
    asked = {given: company.ask(given) for given in (GUEST, EVE, OLD, BOB)}
    made = OneRun(company, real, real.stat().st_ino, asked)
    temporary = tmp_path_factory.mktemp("system")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(temporary))
        try:
            made.n_erased = company.erase(made.run)
        except ErasureError as error:
            made.problem = str(error)
        if tempfile.gettempdir() != str(temporary):
            made.problem += "; the system's temporary folder is another one"
    made.elsewhere = list(temporary.iterdir())
    return made


def test_all_are_done(one: OneRun) -> None:
    assert one.problem == ""
    assert one.n_erased == len(one.asked)
    assert one.company.emails() == {ADA, "erased"}


def test_somebody_who_is_in_raw_alone_is_not_passed_over(one: OneRun) -> None:
    """No account, no row of the sheet, not in the snapshot: one note of an unknown field."""
    assert one.details(GUEST) == [jobs.ERASED]
    assert one.company.job(one.asked[GUEST]).certificate["tables"] == {"raw_cursor.team_members": 1}
    assert b"guest@else" not in one.real.read_bytes()


def test_two_people_of_one_name_in_one_run_are_both_erased(one: OneRun) -> None:
    assert one.asked[EVE].job_id != one.asked[BOB].job_id
    assert one.details(EVE, BOB) == [jobs.ERASED, jobs.ERASED]
    names = one.company.rows(
        "select distinct email, name from raw_sheets.people where email like 'erased-%'"
    )
    assert len(names) == 2
    for email, name in names:
        assert tokens(email) == tokens(name)
    assert len({token for _, name in names for token in tokens(name)}) == 2  # each has its own
    assert "lund" not in one.company.served()


def test_two_people_of_one_cell_are_both_erased_in_one_run(one: OneRun) -> None:
    """What is planned for the second is another thing once the first is replaced in the same cell."""
    assert one.details(GUEST, EVE, BOB) == [jobs.ERASED] * 3
    ((left,),) = one.company.rows(
        f"select unknown_fields from raw_cursor.team_members where email = '{ADA}'"
    )
    assert len(set(re.findall("erased-[0-9a-f]{16}", left))) == 3
    assert "corp" not in left
    assert "else" not in left


def test_the_same_person_by_two_identifiers_is_two_jobs_and_one_pseudonym(one: OneRun) -> None:
    assert one.asked[EVE].job_id != one.asked[OLD].job_id
    assert one.details(EVE, OLD) == [jobs.ERASED, jobs.ERASED]
    found = one.company.rows("select email, aliases from raw_sheets.people where email like 'e%'")
    assert len(found) == 2  # hers and Bob's
    assert all(len(set(tokens(f"{email} {aliases}"))) == 1 for email, aliases in found)


def test_a_link_stays_a_link_and_what_it_led_to_is_gone(one: OneRun) -> None:
    assert one.problem == ""
    assert one.company.settings.duckdb_path.is_symlink()
    assert one.real.stat().st_ino != one.inode
    assert one.real.stat().st_mode & 0o777 == 0o640
    assert b"eve@corp" not in one.real.read_bytes()
    assert list(one.real.parent.iterdir()) == [one.real]
    assert one.company.rows("select person_name from seen") == [("Ada",)]


def test_nobody_writes_to_the_original_meanwhile(one: OneRun) -> None:
    assert one.tried
    assert all("Conflicting lock" in text for text in one.tried)


def test_everything_temporary_lies_in_the_working_folder(one: OneRun) -> None:
    folder = working_folder(one.company.settings)
    assert one.places
    assert [place for place in one.places if not place.is_relative_to(folder)] == []
    assert one.elsewhere == []
    assert not folder.exists()


def test_who_was_erased_is_nobody_the_second_time(one: OneRun) -> None:
    before = one.company.content()
    again = one.company.ask(EVE)
    assert one.company.erase() == 1
    found = one.company.job(again)
    assert (found.detail, found.certificate["verdict"]) == (jobs.NOTHING_HELD, "complete")
    assert one.company.content() == before
