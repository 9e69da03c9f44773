"""Erasures that were asked for, from the request to the certificate: one file each in STATE_DIR/erasures.

While a job waits, its file holds the identifier that was given, because nothing can be erased that cannot be found.
Afterwards the file is the certificate and holds none.

pending           nobody has tried yet, or a run was interrupted
needs_attention   refused until somebody repairs what `problem` names; every run tries again
failed            can never be done as asked; `problem` says how to ask instead, and the identifiers are gone
done              the certificate says so
"""

import datetime as dt
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from persons.identifiers import atoms, new_token
from persons.keys import normalised
from persons.private_files import write_private

FOLDER = "erasures"
PENDING, NEEDS_ATTENTION, FAILED, DONE = "pending", "needs_attention", "failed", "done"
WAITING = frozenset({PENDING, NEEDS_ATTENTION})
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
    """What was given, and what is known besides; empty once the job is done."""
    is_found: bool = False
    """Whether the warehouse was searched: then the identifiers are all there are."""
    shown_as: str = ""
    """The pseudonym's core in API answers until the next publication; another one than in the warehouse."""
    certificate: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Why it is not done, and what to do; names nobody."""


def request(state_dir: Path, identifiers: list[str], *, requested_by: str) -> Job:
    """Ask for an erasure; the same person asked for twice while the first waits is one job."""
    wanted = tuple(dict.fromkeys(text for text in map(normalised, identifiers) if atoms(text)))
    if not wanted:
        raise JobError("An erasure needs an identifier: an e-mail or an id with letters or digits.")
    for job in pending(state_dir):
        if set(job.identifiers) & set(wanted):
            return job
    job = Job(secrets.token_hex(16), PENDING, now(), requested_by, wanted, shown_as=new_token())
    save(state_dir, job)
    return job


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
        job = Job(**{**content, "identifiers": tuple(map(str, content["identifiers"]))})
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


def pending(state_dir: Path) -> list[Job]:
    """Return the jobs that wait, also for somebody's attention: their people are hidden from answers.

    Raises:
        UnreadableJobError: A file cannot be read, so nobody can tell who is hidden.
    """
    found, wrong = pending_and_unreadable(state_dir)
    if wrong:
        raise wrong[0]
    return found


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
