"""Erasures that are asked for in one place and done in another: the service writes its part of the state, runs write theirs.

A run takes over who asked the service; the service takes over what the run has done. Nothing is ever taken back: a closed job stays
closed, so it does not matter in which order, or how often, one learns of the other.
"""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from privacy import jobs
from privacy.jobs import Job, JobError

WAITING_FILE = f"{jobs.FOLDER}/{jobs.LINES}"
CLOSED_FOLDER = f"{jobs.FOLDER}/{jobs.CLOSED}/"


def take_waiting(state_dir: Path, lines: bytes, *, knows_better: bool) -> int:
    """Take over jobs that wait elsewhere; return how many are new here.

    Args:
        state_dir: Where the jobs are that are known here.
        lines: `waiting.jsonl` of the other part.
        knows_better: The other part is the run's, so what it says of how a job stands counts.
    """
    known = {job.job_id: job for job in jobs.pending_and_unreadable(state_dir)[0]}
    n_new = 0
    for job in _readable(lines.splitlines(), jobs.WAITING):
        mine = known.get(job.job_id)
        if mine is None:
            if not (state_dir / CLOSED_FOLDER / f"{job.job_id}.json").exists():
                jobs.save(state_dir, job)
                n_new += 1
        elif knows_better and (mine.status, mine.problem) != (job.status, job.problem):
            jobs.save(state_dir, replace(mine, status=job.status, problem=job.problem))
    return n_new


def take_closed(state_dir: Path, closed: Mapping[str, bytes]) -> None:
    """Take over jobs that were closed elsewhere: whoever waited for them here waits no more."""
    for job in _readable(closed.values(), {jobs.DONE, jobs.FAILED}):
        jobs.save(state_dir, job)


def closed_here(state_dir: Path) -> set[str]:
    """Return the names of the files of jobs that are closed here."""
    folder = state_dir / CLOSED_FOLDER
    return {path.name for path in folder.glob("*.json")} if folder.is_dir() else set()


def _readable(texts: Iterable[bytes], statuses: Collection[str]) -> list[Job]:
    """Return what can be read; what cannot is reported where it lies."""
    found = []
    for text in texts:
        with contextlib.suppress(JobError):
            found.append(jobs.parsed(text, "what another part says", statuses))
    return found
