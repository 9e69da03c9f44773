"""When nobody can tell who asked to be erased, nothing that could show a person is answered; the rest is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from privacy import jobs
from serving.api.tokens import EVERY_ORGANIZATION
from tests.integration.serving.test_user_data import ANNA, BOB, PEOPLE
from tests.service import Service
from warehouse.snapshot import POINTER

PERSONAL = (
    "/analytics/marts/dim_people",
    "/analytics/marts/fct_ai_spend_daily",
    "/analytics/marts/quality.dq_results",
    "/analytics/marts/mart_savings__user_days",
)
NO_PERSON = (
    "/analytics/savings/summary?organization_id=north",
    "/analytics/usage/metrics?organization_id=north",
    "/analytics/spend",
    "/analytics/marts",
    "/analytics/marts/mart_savings__daily",
)


@pytest.fixture
def people(service: Service) -> Service:
    service.change(*(one for one in PEOPLE if "fct_ai_spend_daily" not in one))
    service.look()
    return service


@pytest.fixture
def admin(people: Service) -> Iterator[httpx.Client]:
    with people.client(EVERY_ORGANIZATION, role="admin") as client:
        yield client


@pytest.fixture
def officer(people: Service) -> Iterator[httpx.Client]:
    with people.client(EVERY_ORGANIZATION, role="privacy_officer") as client:
        yield client


def _half_a_line(folder: Path) -> None:
    path = folder / jobs.LINES
    path.write_text(path.read_text()[:30])


def _a_status_nobody_knows(folder: Path) -> None:
    path = folder / jobs.LINES
    path.write_text(path.read_text().replace('"pending"', '"over"'))


def _a_file_that_is_a_folder(folder: Path) -> None:
    path = folder / jobs.LINES
    path.unlink()
    path.mkdir()


def _a_file_that_leads_nowhere(folder: Path) -> None:
    path = folder / jobs.LINES
    path.unlink()
    path.symlink_to(path)


def _a_folder_that_is_a_file(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.write_text("")


def _a_folder_that_leads_nowhere(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(folder)


@pytest.mark.parametrize(
    "damage",
    [
        _half_a_line,
        _a_status_nobody_knows,
        _a_file_that_is_a_folder,
        _a_file_that_leads_nowhere,
        _a_folder_that_is_a_file,
        _a_folder_that_leads_nowhere,
    ],
)
@pytest.mark.parametrize("is_new", [False, True], ids=["started before", "started after"])
def test_nothing_that_could_show_a_person_is_answered(
    people: Service,
    admin: httpx.Client,
    officer: httpx.Client,
    damage: Callable[[Path], None],
    is_new: bool,
) -> None:
    state = people.settings.state_dir
    folder = state / jobs.FOLDER
    job = jobs.request(state, [BOB], requested_by="test")
    content = (folder / jobs.LINES).read_text()
    if not is_new:
        people.look()
        assert all(admin.get(address).status_code == 200 for address in PERSONAL)
    damage(folder)
    people.look()
    for address in PERSONAL:
        answer = admin.get(address)
        assert (answer.status_code, answer.json()["status"]) == (503, 503), address
        assert answer.headers["content-type"] == "application/problem+json"
        assert BOB not in answer.text
    for answer in (
        officer.get("/user/data/export", params={"subject": ANNA}),
        officer.delete("/user/data", params={"subject": ANNA}),
        officer.get(f"/user/data/erasures/{job.job_id}"),
    ):
        assert answer.status_code == 503, answer.request.url
        assert "@" not in answer.text
    assert [admin.get(address).status_code for address in NO_PERSON] == [200] * len(NO_PERSON)
    ready = httpx.get(f"{people.url}/readyz")
    assert (ready.status_code, ready.json()["erasures"].split(":")[0]) == (503, "cannot be read")

    for path in (folder, folder / jobs.LINES):
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.name != jobs.FOLDER and path.is_dir():
            path.rmdir()
    folder.mkdir(exist_ok=True)
    (folder / jobs.LINES).write_text(content)
    people.look()
    for address in PERSONAL:
        answer = admin.get(address)
        assert answer.status_code == 200
        assert BOB not in answer.text
    assert httpx.get(f"{people.url}/readyz").status_code == 200


def test_a_refusal_comes_before_it(people: Service) -> None:
    folder = people.settings.state_dir / jobs.FOLDER
    folder.write_text("")
    people.look()
    with people.client("north") as viewer:
        assert viewer.get(PERSONAL[0]).status_code == 403
        assert viewer.get("/user/data/export", params={"subject": ANNA}).status_code == 403


def test_a_mask_that_cannot_be_put_on_shows_nobody(people: Service) -> None:
    """The snapshot cannot be opened again, so the view from before the request is all there is."""
    pointer = people.settings.publish_dir / POINTER
    content = pointer.read_text()
    jobs.request(people.settings.state_dir, [BOB], requested_by="test")
    pointer.write_text("{")
    people.look()
    with people.client(EVERY_ORGANIZATION, role="admin") as admin:
        assert admin.get(PERSONAL[0]).status_code == 503
        assert admin.get(NO_PERSON[0]).status_code == 200
        pointer.write_text(content)
        people.look()
        answer = admin.get(PERSONAL[0])
        assert answer.status_code == 200
        assert BOB not in answer.text
        assert ANNA in answer.text


def test_who_was_known_stays_hidden_in_a_service_that_reads_on(people: Service) -> None:
    """A request for the person is on its way when the folder is lost: what is sent is masked as before."""
    state = people.settings.state_dir
    jobs.request(state, [BOB], requested_by="test")
    people.look()
    view = people.app.state.follower.current
    _a_folder_that_is_a_file(state / jobs.FOLDER)
    people.look()
    assert people.app.state.follower.current is view
    with view.cursor() as cursor:
        found = cursor.execute("select person_email from marts.dim_people").fetchall()
    assert BOB not in {email for (email,) in found}
