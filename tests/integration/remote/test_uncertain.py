"""Answers that never came, of requests that were done: nobody takes the own work for another's."""

from dataclasses import replace
from pathlib import Path

import pytest

from privacy import exchange, jobs
from serving.elsewhere import Following
from tests.integration.remote.test_generations import quiet, read, tree_of, write
from tests.integration.remote.test_service import Company, record
from warehouse.remote import generations, numbered
from warehouse.remote.checkpoints import settle_with
from warehouse.remote.errors import BusyError, OvertakenError, RemoteError
from warehouse.remote.held import SERVICE, holding, read_kept
from warehouse.remote.lease import Lease
from warehouse.remote.place import Folder, below, open_place
from warehouse.remote.tree import bring, put_back
from warehouse.settings import ConfigError


class Silent(Folder):
    """A place that does what it is asked, and of which one answer does not come."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.error: BaseException | None = None

    def create(self, name: str, content: bytes) -> bool:
        done = super().create(name, content)
        if self.error is not None and "/objects/" not in f"/{name}":
            error, self.error = self.error, None
            raise error
        return done


@pytest.mark.parametrize("error", [RemoteError("no answer"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("n_before", [0, 1])
def test_a_generation_whose_answer_did_not_come_is_the_own_one(
    tmp_path: Path, error: BaseException, n_before: int
) -> None:
    """What is put there next follows it; it is not refused as if somebody else had written."""
    place, one = Silent(tmp_path / "there"), tmp_path / "one"
    write(one, w=b"0", gone=b"x")
    for _ in range(n_before):
        put_back(tree_of(one, "x"), place)
    write(one, w=b"1", gone=None)
    place.error = error
    with pytest.raises(type(error)):
        put_back(tree_of(one, "x"), place)
    assert put_back(tree_of(one, "x"), place) is None, "all of it is there"
    write(one, w=b"2")
    head = put_back(tree_of(one, "x"), place)
    assert head is not None
    assert head.number == n_before + 2
    bring(tree_of(tmp_path / "two", "x"), place)
    assert read(tmp_path / "two") == read(one)


def test_after_an_answer_that_did_not_come_another_s_generation_is_another_s(
    tmp_path: Path,
) -> None:
    place, one, two = Silent(tmp_path / "there"), tmp_path / "one", tmp_path / "two"
    write(one, w=b"1")
    place.error = RemoteError("no answer")
    with pytest.raises(RemoteError):
        put_back(tree_of(one, "x"), place)
    bring(tree_of(two, "x"), place)
    write(two, w=b"2")
    put_back(tree_of(two, "x"), place)
    write(one, w=b"3")
    with pytest.raises(OvertakenError):
        put_back(tree_of(one, "x"), place)


def test_files_of_before_the_first_generation_are_not_thrown_away_for_an_answer_that_did_not_come(
    tmp_path: Path,
) -> None:
    """The first could not be put there, and another one's came: what is here is still nobody else's."""
    place, one, two = Folder(tmp_path / "there"), tmp_path / "one", tmp_path / "two"

    class Refusing(Folder):
        def create(self, name: str, content: bytes) -> bool:
            if name.startswith(generations.FOLDER):
                raise RemoteError("no answer")
            return super().create(name, content)

    write(one, w=b"years of work")
    with pytest.raises(RemoteError):
        put_back(tree_of(one, "x"), Refusing(tmp_path / "there"))
    write(two, w=b"theirs")
    put_back(tree_of(two, "x"), place)
    with pytest.raises(Exception, match="did not come from there"):
        bring(tree_of(one, "x"), place)
    assert read(one)["warehouse"] == b"years of work"


def _said_and_not_heard(lease: Lease, place: Silent) -> None:
    place.error = RemoteError("no answer")
    with pytest.raises(RemoteError):
        lease._say(lease._number)


def test_a_lock_that_was_said_without_an_answer_is_still_held_and_released(tmp_path: Path) -> None:
    place = Silent(tmp_path)
    one = Lease(place, what="run")
    one.take(0, quiet)
    _said_and_not_heard(one, place)
    assert one._say(one._number), "nobody else has it"
    with pytest.raises(BusyError):
        Lease(place, what="run").take(0, quiet)
    _said_and_not_heard(one, place)
    one.release()
    Lease(place, what="run").take(0, quiet)


def test_a_lock_is_taken_although_old_records_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Folder(tmp_path)
    first, second = Lease(place, what="run"), Lease(place, what="run")
    first.take(0, quiet)
    first.release()

    def refuse(*_: object) -> None:
        raise RemoteError("no answer")

    monkeypatch.setattr(Folder, "remove", refuse)
    second.take(0, quiet)
    second.check()
    second.release()


def test_a_full_disk_at_the_release_is_not_the_end_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Lease(Folder(tmp_path), what="run")
    one.take(0, quiet)

    def refuse(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "create", refuse)
    one.release()


def test_a_record_that_came_and_went_was_another_s(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the refusal to create it and the look at what it says."""
    place = open_place("STATE_URL", url)
    place.create("lock/00000001.json", b"another's")

    def gone(*_: object) -> bytes:
        raise FileNotFoundError

    monkeypatch.setattr(type(place), "read", gone)
    monkeypatch.setattr(Path, "read_bytes", gone)
    assert place.create("lock/00000001.json", b"mine") is False


def test_what_two_remove_at_once_and_what_is_none_of_ours_is_no_failure(tmp_path: Path) -> None:
    one = tmp_path / "one"

    class Beside(Folder):
        def read(self, name: str) -> bytes:
            # Only now it is an old one, which is looked at for the pieces that it names.
            if name == "generations/00000001.json" and generations.newest_number(self) == 3:
                self.remove(name)
            return super().read(name)

    place = Beside(tmp_path / "there")
    place.create("objects/README", b"whose is this")
    for n in range(3):
        write(one, w=b"%d" % n)
        put_back(tree_of(one, "x"), place)
    assert numbered.numbers(place, generations.FOLDER) == [2, 3]
    assert place.read("objects/README") == b"whose is this"
    assert len(place.names("objects")) == 3


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    return Company(str(tmp_path / "elsewhere"), tmp_path, monkeypatch)


def _next_answer_is_lost(following: Following) -> None:
    """Do what the service's own part is asked next, and lose the answer."""
    assert following._state is not None
    tree, _ = following._state
    root = following._kept.place._root  # type: ignore[union-attr]
    silent = Silent(root / SERVICE)
    silent.error = RemoteError("no answer")
    following._state = tree, silent


def test_a_service_goes_on_after_an_answer_that_did_not_come(company: Company) -> None:
    service, following = company.service("service")
    log = company.log(service)
    _next_answer_is_lost(following)
    with pytest.raises(RemoteError, match="no answer"):
        record(log, 1)
    record(log, 2)
    settle_with(None)
    again, _ = company.service("again")
    assert company.log(again).verify() == 2


def test_who_was_erased_is_forgotten_when_the_store_answers_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service knew of the erasure, and its generations of before could not be removed then."""
    service, following = company.service("service")
    job = jobs.request(service.state_dir, ["ada@acme.example"], requested_by="t")
    settle_with(None)
    run = company.container("run")
    with holding("privacy", company.environ):
        jobs.save(run.state_dir, replace(job).closed(jobs.DONE, detail=jobs.ERASED))

    def refuse(*_: object, **__: object) -> None:
        raise RemoteError("no answer")

    with monkeypatch.context() as broken:
        broken.setattr("serving.elsewhere.put_back", refuse)
        following.look()
    assert exchange.closed_here(service.state_dir), "it was taken over"
    following.look()
    place = following._kept.place
    assert place is not None
    own = below(place, SERVICE)
    held = b"".join(own.read(f"objects/{name}") for name in own.names("objects"))
    assert b"ada@acme.example" not in held


@pytest.mark.parametrize("below_it", ["run", "service/", "access"])
def test_what_is_published_does_not_lie_in_a_part_of_the_state(
    company: Company, below_it: str
) -> None:
    """Generations of both would be one row of numbers, and each would take the other's for a stranger's."""
    state = company.environ["STATE_URL"]
    with pytest.raises(ConfigError, match=r"PUBLISH_URL: .* a place of its own"):
        read_kept({**company.environ, "PUBLISH_URL": f"{state}/{below_it}"})
    assert read_kept({**company.environ, "PUBLISH_URL": f"{state}/published"}).published is not None
    assert read_kept({"PUBLISH_URL": "/run"}).published is not None, "there is no state elsewhere"
