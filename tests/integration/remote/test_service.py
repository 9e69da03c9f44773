"""What a service without a disk keeps elsewhere, and what it takes over from runs and from a command line."""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from persons.keys import load_key
from privacy import exchange, jobs
from privacy.audit import AuditLog
from privacy.parts import logs
from privacy.tokens import TokenStore
from serving.config import Settings, read_settings
from serving.elsewhere import Following, tokens_held
from warehouse.remote import generations
from warehouse.remote.checkpoints import settle_with
from warehouse.remote.errors import OvertakenError
from warehouse.remote.held import SERVICE, file_of, holding, read_kept
from warehouse.remote.place import below
from warehouse.remote.tree import put_back

KEY = "k" * 32
NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


class Company:
    """A service and its runs; each container has a folder of its own."""

    def __init__(self, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.environ = {"PRIVACY_KEY": KEY, "STATE_WAIT_SECONDS": "1"}
        self.environ |= {"STATE_URL": f"{url}/state", "PUBLISH_URL": f"{url}/published"}

    def container(self, name: str) -> Settings:
        """Be in a container from here on."""
        here = self.folder / name
        places = {"STATE_DIR": "state", "PUBLISH_DIR": "published", "DUCKDB_PATH": "w.duckdb"}
        places |= {"PIPELINES_DIR": "dlt"}
        self.environ |= {variable: str(here / place) for variable, place in places.items()}
        for variable, value in self.environ.items():
            self.monkeypatch.setenv(variable, value)
        return read_settings(self.environ)

    def service(self, name: str) -> tuple[Settings, Following]:
        settings = self.container(name)
        following = Following(settings, read_kept(self.environ))
        following.begin()
        return settings, following

    def log(self, settings: Settings) -> AuditLog:
        return AuditLog(settings.state_dir, load_key(settings.state_dir, KEY))


def record(log: AuditLog, n: int) -> None:
    log.record(f"t{n}", "use_token", subject=None, organization="o", resource="/x")


@pytest.fixture
def company(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    yield Company(url, tmp_path, monkeypatch)
    settle_with(None)


@pytest.fixture
def beside_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    yield Company(str(tmp_path / "elsewhere"), tmp_path, monkeypatch)
    settle_with(None)


def test_what_was_acknowledged_is_there_when_the_container_is_gone(company: Company) -> None:
    """Many threads write lines; whoever serves next finds all of them, in one whole chain, and goes on with it."""
    settings, _ = company.service("one")
    log = company.log(settings)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record(log, n), range(24)))
    settings, following = company.service("two")
    log = company.log(settings)
    assert log.verify() == 24
    record(log, 24)
    assert log.verify() == 25
    with logs(company.container("run").state_dir) as parts:
        checked = [company.log(replace(settings, state_dir=one)).verify() for one in parts.values()]
    assert checked == [0, 25, 0]
    place = below(following._kept.place, SERVICE)  # type: ignore[arg-type]
    assert generations.newest_number(place) < 50


def test_whoever_begins_to_serve_takes_over(beside_a_folder: Company) -> None:
    """The one before, which Cloud Run still keeps for a while, can write nothing any more, and is told so."""
    before, first = beside_a_folder.service("before")
    record(beside_a_folder.log(before), 1)
    now, second = beside_a_folder.service("now")
    settle_with(first.settle)
    with pytest.raises(OvertakenError):
        record(beside_a_folder.log(before), 2)
    with pytest.raises(OvertakenError):
        jobs.request(before.state_dir, ["ada@acme.example"], requested_by="t")
    settle_with(second.settle)
    record(beside_a_folder.log(now), 3)
    lines = (now.state_dir / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["actor"] for line in lines] == ["t1", "t3"]


def test_an_erasure_asked_at_the_service_is_done_by_a_run_and_seen_as_done(
    beside_a_folder: Company,
) -> None:
    """And what was asked on a command line hides the person at the service, too."""
    service, following = beside_a_folder.service("service")
    job = jobs.request(service.state_dir, ["ada@acme.example"], requested_by="t")
    settle_with(None)

    run = beside_a_folder.container("run")
    with holding("privacy", beside_a_folder.environ):
        lines = file_of(beside_a_folder.environ, SERVICE, f"state/{exchange.WAITING_FILE}")
        assert lines is not None
        assert exchange.take_waiting(run.state_dir, lines, knows_better=False) == 1
        assert exchange.take_waiting(run.state_dir, lines, knows_better=False) == 0
        other = jobs.request(run.state_dir, ["bob@acme.example"], requested_by="uid-0")
        (mine,) = [one for one in jobs.all_jobs(run.state_dir) if one.job_id == job.job_id]
        jobs.save(run.state_dir, replace(mine, status=jobs.NEEDS_ATTENTION, problem="which one?"))
    following.look()
    seen = {one.job_id: one for one in jobs.all_jobs(service.state_dir)}
    assert set(seen) == {job.job_id, other.job_id}
    assert seen[job.job_id].problem == "which one?"

    run = beside_a_folder.container("next-run")
    with holding("privacy", beside_a_folder.environ):
        mine = jobs.read(run.state_dir, job.job_id)
        jobs.save(run.state_dir, mine.closed(jobs.DONE, detail=jobs.ERASED))
        assert exchange.take_waiting(run.state_dir, lines, knows_better=False) == 0
    settle_with(following.settle)
    following.look()
    done = jobs.read(service.state_dir, job.job_id)
    assert (done.status, done.identifiers) == (jobs.DONE, ())
    assert [one.job_id for one in jobs.Register(service.state_dir).look()] == [other.job_id]
    # Of the generations that named the person none is left.
    kept = read_kept(beside_a_folder.environ)
    assert kept.place is not None
    place = kept.place
    objects = [name for name in place.names("") if "/objects/" in name]
    assert {name.split("/")[0] for name in objects} == {"run", "service"}
    assert b"ada@acme.example" not in b"".join(map(place.read, objects))


def test_tokens_of_a_command_line_open_the_service_and_a_revoked_one_stays_so(
    beside_a_folder: Company,
) -> None:
    service, following = beside_a_folder.service("service")
    settle_with(None)
    operator = beside_a_folder.container("operator")
    with tokens_held(operator):
        made, _ = TokenStore(operator.state_dir).create("viewer", ["*"], at=NOW, days=1)
    following.look()
    assert list(TokenStore(service.state_dir).tokens()) == [made.token_id]
    settle_with(following.settle)
    assert TokenStore(service.state_dir).revoke(made.token_id, at=NOW)
    settle_with(None)
    as_it_was = (operator.state_dir / "tokens.json").read_bytes()
    TokenStore(service.state_dir).take_over(as_it_was)
    assert TokenStore(service.state_dir).tokens()[made.token_id].revoked_at is not None
    operator = beside_a_folder.container("operator-again")
    with tokens_held(operator):
        assert TokenStore(operator.state_dir).tokens()[made.token_id].revoked_at is not None
        TokenStore(operator.state_dir).create("admin", ["*"], at=NOW, days=1)
    following.look()
    tokens = TokenStore(service.state_dir).tokens()
    assert [token.revoked_at is None for token in tokens.values()] == [False, True]


def test_a_new_snapshot_is_followed_and_a_damaged_one_is_not(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    run = company.container("run")
    kept = read_kept(company.environ)
    assert kept.published is not None

    def publish(name: str) -> generations.Generation:
        (run.publish_dir / name).mkdir(parents=True)
        (run.publish_dir / name / "a.parquet").write_text(name, encoding="utf-8")
        (run.publish_dir / "current.json").write_text(name, encoding="utf-8")
        head = put_back(*kept.published)  # type: ignore[misc] # not None
        assert head is not None
        return head

    publish("one")
    settings, following = company.service("service")
    assert (settings.publish_dir / "current.json").read_text(encoding="utf-8") == "one"
    head = publish("two")
    (piece,) = head.files["published/two/a.parquet"].pieces
    kept.published[1].remove(f"objects/{piece}")
    kept.published[1].create(f"objects/{piece}", b"twe")
    with caplog.at_level(logging.WARNING):
        following.look()
        following.look()
    assert [record.message.count("is damaged") for record in caplog.records] == [1]
    assert (settings.publish_dir / "current.json").read_text(encoding="utf-8") == "one"
    assert (settings.publish_dir / "one" / "a.parquet").exists()
    publish("three")
    following.look()
    assert (settings.publish_dir / "current.json").read_text(encoding="utf-8") == "one"
    kept.published[1].remove(f"objects/{piece}")
    kept.published[1].create(f"objects/{piece}", b"two")
    following.look()
    assert (settings.publish_dir / "current.json").read_text(encoding="utf-8") == "three"
