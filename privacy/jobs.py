"""Erasures that were asked for, from the request to the certificate: one file each in STATE_DIR/erasures.

While a job waits, its file holds the identifier that was given, because nothing can be erased that cannot be found.
Afterwards the file is the certificate and holds none. Each request is a job of its own, with a person of its own; only
the very same identifier asked for again while it waits is the same job.

pending           nobody has tried yet, or a run was interrupted
needs_attention   refused until somebody repairs what `problem` names; every run tries again
failed            can never be done as asked; `problem` says how to ask instead, and the identifiers are gone
done              the certificate says so; `detail` says whether anything was held
"""

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from persons.identifiers import atoms, new_token
from persons.keys import normalised
from persons.private_files import write_private

FOLDER = "erasures"
PENDING, NEEDS_ATTENTION, FAILED, DONE = "pending", "needs_attention", "failed", "done"
WAITING = frozenset({PENDING, NEEDS_ATTENTION})
ERASED, NOTHING_HELD = "erased", "nothing_held"
"""What `done` means: somebody was replaced; or everything was searched and named nobody of this identifier."""
LOCK = ".lock"
_JOB = re.compile(r"[0-9a-f]{32}\Z")


class JobError(Exception):
    """There is no such job, or what is asked for cannot be done."""


class UnreadableJobError(JobError):
    """A job's file or their folder cannot be read; the message says which and repeats nothing of it."""


@dataclass(frozen=True)
class Job:
    """One erasure."""

    job_id: str
    status: str
    requested_at: str
    requested_by: str
    identifiers: tuple[str, ...] = ()
    """What was given, then what is known besides and hidden from answers; empty once the job is done."""
    given: tuple[str, ...] = ()
    """What was asked for, by which alone the person is found; in files of before, `identifiers` says it too."""
    found: dict[str, Any] = field(default_factory=dict)
    """What names the person in the warehouse, once it was searched and named them; as `steps.py` notes it."""
    shown_as: str = ""
    """The pseudonym's core in API answers until the next publication; another one than in the warehouse."""
    certificate: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Why it is not done, and what to do; names nobody."""
    detail: str = ""
    """Of a job that is done: `erased` or `nothing_held`."""

    def closed(self, status: str, **more: Any) -> "Job":  # noqa: ANN401 - any of the fields
        """Return the job as it is kept when nothing is left to do: without anything that names the person."""
        return replace(self, status=status, identifiers=(), given=(), found={}, shown_as="", **more)

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the identifiers by which the person is found."""
        return self.given or self.identifiers


def request(state_dir: Path, given: Iterable[str], *, requested_by: str) -> Job:
    """Ask for an erasure; the same identifier asked for twice while the first waits is one job."""
    return Register(state_dir).request(given, requested_by=requested_by)


class Register:
    """The jobs as one process knows them: a file is read when it is new or has changed, and not again.

    So what a request costs, and what a look costs, does not grow with the requests that wait.
    """

    def __init__(self, state_dir: Path) -> None:
        """Read nothing yet."""
        self._state_dir = state_dir
        self._seen: dict[str, tuple[object, ...]] = {}
        self._waiting: dict[str, Job] = {}
        self._one_at_a_time = threading.RLock()

    def look(self) -> tuple[Job, ...]:
        """Return the jobs that wait, in order of their request.

        Raises:
            UnreadableJobError: A file cannot be read, so nobody can tell who waits.
        """
        with self._one_at_a_time:
            found = {str(name): one for name, *one in signature(self._state_dir)}
            wrong: UnreadableJobError | None = None
            for name in self._seen.keys() - found.keys():
                del self._seen[name]
                self._waiting.pop(name, None)
            for name, at in found.items():
                if self._seen.get(name) == tuple(at) or not _JOB.match(name[: -len(".json")]):
                    continue
                try:
                    self._take(name, read(self._state_dir, name[: -len(".json")]))
                except UnreadableJobError as error:
                    self._seen.pop(
                        name, None
                    )  # whoever was known stays known, and it is tried again
                    wrong = wrong or error
                except JobError:  # it is gone again
                    continue
                else:
                    self._seen[name] = tuple(at)
            if wrong is not None:
                raise wrong
            return tuple(sorted(self._waiting.values(), key=_age))

    def request(self, given: Iterable[str], *, known: Iterable[str] = (), requested_by: str) -> Job:
        """Ask for an erasure; the same identifier asked for twice while the first waits is one job.

        Args:
            given: What the person was asked for by.
            known: What else names the person in what is published: hidden at once, but nobody is found by it.
            requested_by: Who asks: a token or a program.
        """
        wanted = _usable(given)
        if not wanted:
            raise JobError(
                "An erasure needs an identifier: an e-mail or an id with letters or digits."
            )
        with self._one_at_a_time, _alone(self._state_dir):
            for job in self.look():
                if set(job.given) & set(wanted):
                    return job
            names = tuple(dict.fromkeys((*wanted, *_usable(known))))
            job = Job(
                *(secrets.token_hex(16), PENDING, now(), requested_by, names),
                given=wanted,
                shown_as=new_token(),
            )
            save(self._state_dir, job)
            return job

    def _take(self, name: str, job: Job) -> None:
        if job.status in WAITING:
            self._waiting[name] = job
        else:
            self._waiting.pop(name, None)


def _usable(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(normalised, texts) if atoms(text)))


@contextlib.contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    """Hold the folder while a request is written, so that two at once for one person are one job."""
    folder = state_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / ".requests").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise _unreadable_folder(error) from None


@contextlib.contextmanager
def only_run(state_dir: Path) -> Iterator[None]:
    """Let one program at a time erase, or change the list of erased people.

    Raises:
        JobError: Another one does.
    """
    folder = state_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JobError(
                "Another program erases at this moment; try again when it has ended."
            ) from None
        yield


def save(state_dir: Path, job: Job) -> None:
    """Write a job's file, readable by its owner only."""
    path = state_dir / FOLDER / f"{job.job_id}.json"
    write_private(path, json.dumps(asdict(job), indent=1) + "\n")


def read(state_dir: Path, job_id: str) -> Job:
    """Return a job.

    Raises:
        JobError: There is none with this id, or its file cannot be read.
    """
    path = state_dir / FOLDER / f"{job_id}.json"
    missing = JobError("There is no erasure with this id.")
    if not _JOB.match(job_id):
        raise missing
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("is_found", False):  # as it was written before
            content.setdefault("found", {"identifiers": content["identifiers"]})
        texts = {name: tuple(map(str, content.get(name, ()))) for name in ("identifiers", "given")}
        job = Job(**{**content, **texts})
    except FileNotFoundError:
        raise missing from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        # The error's own words may hold a piece of the file.
        raise UnreadableJobError(
            f"{FOLDER}/{path.name} cannot be read ({type(error).__name__}): restore it from a backup"
            " of STATE_DIR, or remove it and ask for the erasure again."
        ) from None
    if job.status not in (*WAITING, FAILED, DONE):
        raise UnreadableJobError(f"{FOLDER}/{path.name} has a status that nobody knows.")
    return job


def job_ids(state_dir: Path) -> list[str]:
    """Return the ids of all jobs; of none when nobody ever asked for an erasure.

    Raises:
        UnreadableJobError: The folder cannot be read.
    """
    folder = state_dir / FOLDER
    try:
        # Not glob: a folder that may not be read has no files to it.
        names = [path.stem for path in folder.iterdir() if path.suffix == ".json"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable_folder(error) from None
    return sorted(name for name in names if _JOB.match(name))


def signature(state_dir: Path) -> tuple[tuple[object, ...], ...]:
    """Return what is another one when any job has changed, without reading the jobs.

    Raises:
        UnreadableJobError: The folder cannot be read.
    """
    folder = state_dir / FOLDER
    try:
        with os.scandir(folder) as found:
            seen = [(one.name, one.stat()) for one in found if one.name.endswith(".json")]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable_folder(error) from None
    return tuple(
        sorted((name, at.st_ino, at.st_mtime_ns, at.st_size, at.st_mode) for name, at in seen)
    )


def all_jobs(state_dir: Path) -> Iterator[Job]:
    """Yield all jobs in order of their request."""
    found = [read(state_dir, job_id) for job_id in job_ids(state_dir)]
    yield from sorted(found, key=_age)


def pending_and_unreadable(state_dir: Path) -> tuple[list[Job], list[UnreadableJobError]]:
    """Return the jobs that wait, and what is wrong with the files that cannot be read."""
    found: list[Job] = []
    wrong: list[UnreadableJobError] = []
    for job_id in job_ids(state_dir):
        try:
            found.append(read(state_dir, job_id))
        except UnreadableJobError as error:
            wrong.append(error)
    return sorted((job for job in found if job.status in WAITING), key=_age), wrong


def _unreadable_folder(error: OSError) -> UnreadableJobError:
    return UnreadableJobError(f"{FOLDER} cannot be read ({type(error).__name__}).")


def _age(job: Job) -> tuple[str, str]:
    return job.requested_at, job.job_id


def now() -> str:
    """Return the time as the certificates write it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
