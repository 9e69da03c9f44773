"""Erasures that were asked for, from the request to the certificate: one file each in STATE_DIR/erasures.

While a job waits, its file holds the identifier that was given, because nothing can be erased that cannot be found.
Afterwards the file is the certificate and holds none.
"""

import datetime as dt
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from privacy.identifiers import Identifier, Kind, Label, new_token
from privacy.keys import normalised
from privacy.suppression import write_private

FOLDER = "erasures"
PENDING, DONE = "pending", "done"
_JOB = re.compile(r"[0-9a-f]{32}\Z")


class JobError(Exception):
    """There is no such job, or what is asked for cannot be done."""


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

    def known(self) -> list[Identifier]:
        """Return the identifiers that are known already."""
        return [
            Identifier(Label(Kind.EMAIL if "@" in text else Kind.ID, number), text)
            for number, text in enumerate(self.identifiers)
        ]


def request(state_dir: Path, identifiers: list[str], *, requested_by: str) -> Job:
    """Ask for an erasure; the same person asked for twice while the first waits is one job."""
    wanted = tuple(dict.fromkeys(normalised(text) for text in identifiers if normalised(text)))
    if not wanted:
        raise JobError("An erasure needs an identifier.")
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
        JobError: There is none with this id.
    """
    path = state_dir / FOLDER / f"{job_id}.json"
    if not _JOB.match(job_id) or not path.exists():
        raise JobError("There is no erasure with this id.")
    content = json.loads(path.read_text(encoding="utf-8"))
    return Job(**{**content, "identifiers": tuple(content["identifiers"])})


def all_jobs(state_dir: Path) -> Iterator[Job]:
    """Yield all jobs in order of their request."""
    found = [read(state_dir, path.stem) for path in (state_dir / FOLDER).glob("*.json")]
    yield from sorted(found, key=lambda job: (job.requested_at, job.job_id))


def pending(state_dir: Path) -> list[Job]:
    """Return the jobs that wait."""
    return [job for job in all_jobs(state_dir) if job.status == PENDING]


def now() -> str:
    """Return the time as the certificates write it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
