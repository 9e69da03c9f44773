"""SIGKILL at any moment of an erasure: nothing has happened, or the next run finishes it; what is served is never half."""

import json
import shutil
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from persons.suppression import LIST_FILE
from privacy import jobs
from privacy.copying import STAGED, working_folder
from privacy.masking import mask_of
from privacy.totals import read_totals
from serving.api.view import View
from tests import warm
from tests.integration.privacy import killed
from tests.integration.privacy.conftest import Company
from warehouse.connection import open_warehouse
from warehouse.snapshot import open_current

EVE, BOB, OLD = (f"{name}@corp.example" for name in ("eve", "bob", "eve.old"))
ALL = 1_000_000


@pytest.fixture(scope="module")
def begin(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Two people wait; older snapshots, exports, load packages and logs are there."""
    company = Company(tmp_path_factory.mktemp("begin"))
    settings = company.settings
    shutil.copy(loaded, settings.duckdb_path)
    company.publish()
    company.change("create table marts.more as select 1 as n")
    company.publish()
    for folder in (
        settings.focus_dir,
        settings.pipelines_dir,
        settings.target_dir,
        settings.log_dir,
    ):
        folder.mkdir()
        (folder / "left.txt").write_text(f"of {EVE}\n", encoding="utf-8")
    register = jobs.Register(settings.state_dir)
    for given, known in ((OLD, [EVE, "eve lund"]), (BOB, ["bob holm"])):
        register.request([given], known=known, requested_by="test")
    return company


@pytest.fixture(scope="module")
def changes(
    programs: ForkServerContext, begin: Company, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """What an erasure that nobody kills changes, in order."""
    folder = tmp_path_factory.mktemp("whole") / "company"
    shutil.copytree(begin.folder, folder)
    return _erase_until(programs, folder, ALL)


def _erase_until(programs: ForkServerContext, folder: Path, n_changes: int) -> list[str]:
    """Erase in a process of its own until so many changes are made; return what was changed."""
    child = warm.start(
        programs,
        killed.erase,
        [str(folder), str(n_changes)],
        {},
        folder.parent / f"{folder.name}.log",
    )
    child.join(120)
    said = (folder.parent / f"{folder.name}.log").read_text(encoding="utf-8")
    assert child.exitcode in ((0,) if n_changes == ALL else (-signal.SIGKILL,)), said
    return (folder.parent / f"{folder.name}.{killed.LOG}").read_text(encoding="utf-8").splitlines()


def _totals(company: Company) -> dict[str, str]:
    with open_warehouse(company.settings, read_only=True) as warehouse:
        return read_totals(warehouse)


def _texts_of_answers(company: Company) -> str:
    """Return every text that the service would answer with at this moment."""
    snapshot = open_current(company.settings.publish_dir)
    snapshot.verify()
    waiting = jobs.Register(company.settings.state_dir).look()
    view = View(snapshot, mask_of(waiting))
    with view.cursor() as cursor:
        found = [cursor.execute(f"from {mart.relation}").fetchall() for mart in view.marts.values()]
    return repr(found).lower()


def _prove(
    programs: ForkServerContext, begin: Company, folder: Path, n_changes: int, *then: int
) -> str:
    """Kill, look, kill whatever finishes it after so many changes, run again, look; say where the first kill fell."""
    shutil.copytree(begin.folder, folder)
    company = Company(folder)
    content, totals = company.content(), _totals(company)
    current = open_current(company.settings.publish_dir).snapshot_id
    suppression = company.settings.state_dir / LIST_FILE

    _erase_until(programs, folder, n_changes)
    texts = _texts_of_answers(company)
    assert not any(name in texts for name in (EVE, BOB, OLD, "lund", "holm"))
    is_swapped = company.content() != content
    if is_swapped:
        assert company.emails() == {"ada@corp.example", "erased"}
    else:
        assert company.emails() == {"ada@corp.example", EVE, BOB}
        assert open_current(company.settings.publish_dir).snapshot_id == current
        assert not suppression.exists()

    for n_more in then:
        _erase_until(programs, folder, n_more)
    company.erase()
    assert company.emails() == {"ada@corp.example", "erased"}
    assert _totals(company) == totals
    done = list(jobs.all_jobs(company.settings.state_dir))
    assert [(job.status, job.detail) for job in done] == [(jobs.DONE, jobs.ERASED)] * 2
    assert all(job.certificate["verdict"] == "complete" for job in done)
    assert len(json.loads(suppression.read_text())["entries"]) >= 3
    assert not any(name in company.served() for name in (EVE, BOB, OLD, "lund", "holm"))
    for path in folder.rglob("*"):
        if path.is_file():
            assert not any(name.encode() in path.read_bytes().lower() for name in (EVE, BOB, OLD))
    assert not working_folder(company.settings).exists()
    assert not (company.settings.publish_dir / STAGED).exists()
    assert not (company.settings.state_dir / jobs.FOLDER / "swap.journal").exists()
    assert company.erase() == 0
    return "after the swap" if is_swapped else "before the swap"


def _swap(changes: list[str]) -> int:
    """Return the number of the change by which the copy takes the original's place."""
    return next(
        n
        for n, line in enumerate(changes)
        if line.startswith("os.rename") and line.endswith("company/warehouse.duckdb')")
    )


MOMENTS: dict[str, Callable[[list[str]], int]] = {
    "when the journal is written": _swap,
    "just after the swap": lambda changes: _swap(changes) + 1,
    "when half of the old copies are gone": lambda changes: (_swap(changes) + len(changes)) // 2,
}
BY_DAY = ("when the journal is written", "just after the swap")
KILLED_AGAIN = {"just after the swap": (8,)}
"""After how many changes the run that finishes it is killed, too, so that a third one has to."""


@pytest.mark.parametrize(
    "moment",
    [
        *BY_DAY,
        *(pytest.param(one, marks=pytest.mark.proofs) for one in MOMENTS if one not in BY_DAY),
    ],
)
def test_nothing_or_everything(
    programs: ForkServerContext, begin: Company, changes: list[str], tmp_path: Path, moment: str
) -> None:
    n_changes = MOMENTS[moment](changes)
    then = KILLED_AGAIN.get(moment, ())
    found = _prove(programs, begin, tmp_path / "company", n_changes, *then)
    assert found == ("after the swap" if n_changes > _swap(changes) else "before the swap")


@pytest.mark.proofs
def test_nothing_or_everything_at_twenty_moments(
    programs: ForkServerContext, begin: Company, changes: list[str], tmp_path: Path
) -> None:
    """Ten before the swap and ten after it, evenly spread over what is changed."""
    swap = _swap(changes)
    before = [n * swap // 10 for n in range(10)]
    after = [swap + 1 + n * (len(changes) - swap) // 10 for n in range(10)]
    for n_changes in (*before, *after):
        found = _prove(programs, begin, tmp_path / str(n_changes) / "company", n_changes)
        assert found == ("after the swap" if n_changes > swap else "before the swap")


def test_what_was_published_after_the_swap_stays_current(
    programs: ForkServerContext, begin: Company, changes: list[str], tmp_path: Path
) -> None:
    """Killed after the swap; then somebody built and published without the erasure's end."""
    folder = tmp_path / "company"
    shutil.copytree(begin.folder, folder)
    _erase_until(programs, folder, _swap(changes) + 1)
    company = Company(folder)
    company.change("create table marts.newer as select 1 as n")
    time.sleep(1.1)  # a snapshot's instant has whole seconds
    company.publish()
    current = open_current(company.settings.publish_dir).snapshot_id
    company.erase()
    assert open_current(company.settings.publish_dir).snapshot_id == current
    assert not any(name in company.served() for name in (EVE, BOB, OLD))
