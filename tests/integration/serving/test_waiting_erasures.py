"""What answers cost does not grow with the people who wait to be erased: counted, not timed."""

import asyncio
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from persons.identifiers import new_token
from privacy import jobs, masking
from privacy.masking import mask_of
from serving.api.snapshots import Follower
from serving.api.tokens import EVERY_ORGANIZATION
from serving.api.view import View
from serving.config import Settings
from tests.integration.serving.test_user_data import ANNA, BOB, PEOPLE
from tests.service import Service
from warehouse.snapshot import open_current

MANY = 1_000
ROWS = (
    "create or replace table marts.fct_ai_spend_daily as select"
    f" case range % 3 when 0 then 'p' || (range % {MANY + 7}) || '@x.example' when 1 then '{BOB}' end as person_email,"
    " md5('row' || range) as spend_id, range as n_requests from range(9000)"
)


def _waiting(n_people: int) -> list[jobs.Job]:
    return [
        jobs.Job(
            *(f"{n:032x}", jobs.PENDING, "2026-06-01T00:00:00+00:00", "test"),
            identifiers=(email, f"person {n}", f"user_01{n:08}"),
            given=(email,),
            shown_as=new_token(),
        )
        for n in range(n_people)
        for email in [f"p{n}@x.example"]
    ]


def _write(state_dir: Path, waiting: list[jobs.Job], closed: list[jobs.Job] | None = None) -> None:
    folder = state_dir / jobs.FOLDER
    (folder / jobs.CLOSED).mkdir(parents=True, exist_ok=True)
    for job in closed or ():
        (folder / jobs.CLOSED / f"{job.job_id}.json").write_text(json.dumps(asdict(job)))
    # In one step, as jobs are written: the service looks on its own, too.
    (folder / "new").write_text("".join(f"{json.dumps(asdict(job))}\n" for job in waiting))
    (folder / "new").rename(folder / jobs.LINES)


@pytest.fixture
def people(service: Service) -> Service:
    service.change(*PEOPLE, ROWS)
    return service


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return what tells which files of erasures were opened, listed or looked at since it was asked before."""
    done = list[str]()

    def counted(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def instead(path: object = ".", *values: object, **more: object) -> object:
            if jobs.FOLDER in str(path):
                done.append(f"{name} {Path(str(path)).name}")
            return call(path, *values, **more)

        return instead

    for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (os, "scandir"), (io, "open")):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))

    def so_far() -> list[str]:
        found = [*done]
        done.clear()
        return found

    return so_far


@pytest.fixture
def count_reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[int, int]]:
    """Return what tells how many jobs were read, and people worked out, since it was asked before."""
    n_done = [0, 0]

    def counted(place: int, call: Callable[..., object]) -> Callable[..., object]:
        def instead(*values: object) -> object:
            n_done[place] += 1
            return call(*values)

        return instead

    monkeypatch.setattr(jobs, "parsed", counted(0, jobs.parsed))
    monkeypatch.setattr(masking, "subject_of", counted(1, masking.subject_of))

    def so_far() -> tuple[int, int]:
        found = (n_done[0], n_done[1])
        n_done[:] = 0, 0
        return found

    return so_far


def test_what_waits_is_read_once(
    people: Service, count_reads: Callable[[], tuple[int, int]]
) -> None:
    people.look()
    count_reads()
    _write(people.settings.state_dir, _waiting(MANY))
    people.look()
    assert count_reads() == (MANY, MANY)
    people.look()
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as officer:
        asked = [officer.delete("/user/data", params={"subject": BOB}).json() for _ in range(3)]
    assert len({one["job_id"] for one in asked}) == 1
    assert count_reads() == (1, 1)
    with people.client(EVERY_ORGANIZATION, role="admin") as admin:
        text = admin.get("/analytics/marts/fct_ai_spend_daily", params={"limit": 10_000}).text
    assert count_reads() == (0, 0)
    assert BOB not in text
    assert {f"p{n}@x.example" for n in range(MANY + 7) if f'"p{n}@x.example"' in text} == {
        f"p{n}@x.example" for n in range(MANY, MANY + 7)
    }


def test_files_are_looked_at_as_often_whoever_waits_or_has_waited(
    settings: Settings, looked_at: Callable[[], list[str]]
) -> None:
    """The look of every second, a request, a restart: with nobody, a thousand who wait, a thousand who have waited."""
    state, found = settings.state_dir, []
    done = [job.closed(jobs.DONE, detail=jobs.ERASED) for job in _waiting(MANY)]
    waiting = [replace(job, job_id=f"{n:032x}") for n, job in enumerate(_waiting(MANY), start=MANY)]
    for some, others in (([], []), (waiting, []), ([], done), (waiting, done)):
        _write(state, some, others)
        looked_at()
        follower = Follower(settings.publish_dir, state)
        asyncio.run(follower.look())
        steps = [looked_at()]
        asyncio.run(follower.look())
        steps.append(looked_at())
        follower.erasures.request([BOB], requested_by="test")
        steps.append(looked_at())
        asyncio.run(follower.look())
        assert follower.current is not None
        assert len(follower.current.mask.people) == len(some) + 1
        steps.append(looked_at())
        found.append(steps)
    assert all(len(step) < 10 for step in found[0])
    assert found[1:] == found[:1] * 3


def _sql_length(settings: Settings, n_people: int) -> int:
    view = View(open_current(settings.publish_dir), mask_of(_waiting(n_people)))
    with view.cursor() as cursor:
        row = cursor.execute("select sum(length(sql)) from duckdb_views()").fetchone()
    assert row is not None
    return int(row[0])


def test_the_sql_is_as_long_for_a_thousand_as_for_one(people: Service) -> None:
    nobody, one, many = (_sql_length(people.settings, n) for n in (0, 1, MANY))
    assert nobody < one == many


def test_cells_are_read_once_per_snapshot(people: Service) -> None:
    snapshot = open_current(people.settings.publish_dir)
    first = View(snapshot, mask_of(_waiting(1)))
    read = first.cells.of
    again = View(snapshot, mask_of(_waiting(2)), cells=first.cells)
    assert again.cells.of is read
    assert View(snapshot).cells.of == {}  # nobody waits: nothing is read


def test_rows_stay_in_the_order_of_their_file(people: Service) -> None:
    sql = "select n_requests from marts.fct_ai_spend_daily where file_row_number >= 100"
    view = View(open_current(people.settings.publish_dir), mask_of(_waiting(MANY)))
    with view.cursor() as cursor:
        found = [n for (n,) in cursor.execute(sql).fetchall()]
        hidden = cursor.execute(
            "select count(*) from marts.fct_ai_spend_daily where person_email like 'erased-%'"
        ).fetchall()
    assert found == list(range(100, 9000))
    assert hidden[0][0] > 2_000


def test_a_row_s_key_is_no_person_unless_it_is_theirs(people: Service) -> None:
    """The md5 of an address names its person and is hidden; other keys are not looked at one by one."""
    people.change(
        "update marts.fct_ai_spend_daily set spend_id = md5('p7@x.example') where n_requests = 5"
    )
    view = View(open_current(people.settings.publish_dir), mask_of(_waiting(10)))
    assert view.cells.of["marts.fct_ai_spend_daily", "spend_id"] == ()
    with view.cursor() as cursor:
        found = cursor.execute(
            "select n_requests from marts.fct_ai_spend_daily where spend_id like 'erased-%'"
        ).fetchall()
    assert found == [(5,)]


def test_keys_of_hidden_rows_cannot_be_guessed_and_still_join(people: Service) -> None:
    """A key is a hash of who the row is about and what it says, so a list of staff would tell who is hidden in it."""
    people.change(
        "create table marts.charges as select spend_id, md5(spend_id || '|seat') as charge_id, n_requests, person_email"
        " from marts.fct_ai_spend_daily"
    )
    snapshot, waiting = open_current(people.settings.publish_dir), _waiting(10)

    def rows(mart: str, *some: jobs.Job) -> dict[int, tuple[str, ...]]:
        view = View(snapshot, mask_of(some))
        with view.cursor() as cursor:
            keys = "spend_id, charge_id" if mart == "charges" else "spend_id"
            found = cursor.execute(f"select n_requests, {keys} from marts.{mart}").fetchall()
        return {n: tuple(row) for n, *row in found}

    plain, shown = rows("charges"), rows("charges", *waiting)
    theirs = {n for n in range(9000) if n % 3 == 0 and n % (MANY + 7) < 10}
    assert len(theirs) > 20
    assert {n for n in plain if shown[n] != plain[n]} == theirs
    assert not {key for n in theirs for key in shown[n]} & {
        key for row in plain.values() for key in row
    }
    assert all(re.fullmatch("[0-9a-f]{32}", key) for n in theirs for key in shown[n])
    assert rows("fct_ai_spend_daily", *waiting) == {n: row[:1] for n, row in shown.items()}
    # What answers show is no part of the secret: who knows it all but the jobs' ids makes other keys.
    others = [replace(job, job_id=f"{n:032x}") for n, job in enumerate(waiting, start=100)]
    otherwise = rows("charges", *others)
    assert not {otherwise[n] for n in theirs} & {shown[n] for n in theirs}


def test_somebody_asked_for_by_another_identifier_is_a_job_of_its_own(tmp_path: Path) -> None:
    """A name, or an alias, that two people share is no reason to erase only one of them."""
    register = jobs.Register(tmp_path)
    first = register.request([ANNA], known=["anna berg", "team@x.example"], requested_by="test")
    second = register.request([BOB], known=["anna berg", "team@x.example"], requested_by="test")
    third = jobs.request(tmp_path, ["team@x.example"], requested_by="test")
    assert len({first.job_id, second.job_id, third.job_id}) == 3
    assert second.given == (BOB,)
    assert second.identifiers == (BOB, "anna berg", "team@x.example")
    assert jobs.request(tmp_path, [f"  {BOB.upper()} "], requested_by="test") == second
