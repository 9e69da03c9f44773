"""Erasing a person: found everywhere, replaced everywhere, rebuilt, published, searched for again, certified.

The pseudonym is random and is written down nowhere but in the rows. A job that is killed stays pending, and the next run
does it again: what was replaced already is not found any more, and the rest is.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from persons.identifiers import Replacement, new_token
from persons.keys import load_key
from persons.suppression import read_suppression, suppress
from privacy import jobs
from privacy.audit import DONE, FAILED, AuditLog
from privacy.config import ROOT, Settings
from privacy.files import files_naming, forget_copies, forget_traces, rewrite_database
from privacy.jobs import Job
from privacy.ledgers import refresh_fingerprints
from privacy.masking import subject_of
from privacy.replacing import Touched, lookalikes, replace_everywhere, traces
from privacy.restored_people import request_returned
from privacy.subject import (
    AmbiguousSubjectError,
    Subject,
    UnusableSubjectError,
    find_subject,
    unknown_person,
)
from privacy.totals import Totals, differences, digest, headline, read_totals
from warehouse.connection import open_warehouse
from warehouse.snapshot import POINTER, SnapshotError, open_current

FORMAT = 1


class ErasureError(Exception):
    """The erasure is not complete; the message says which step is missing and names nobody."""


def run_programs(settings: Settings, *programs: str) -> None:
    """Run `build` or `publish` as `make run` does.

    Raises:
        ErasureError: One of them failed.
    """
    day = settings.as_of.astimezone(dt.UTC)
    env = {
        "DATA_ORIGIN": settings.data_origin,
        **os.environ,
        "AS_OF": f"{day:%Y-%m-%dT%H:%M:%SZ}",
    }
    commands = {
        "build": [sys.executable, "bin/build.py"],
        "publish": [sys.executable, "-m", "serving", "publish"],
        "focus": [sys.executable, "-m", "serving", "focus"],
    }
    for program in programs:
        if subprocess.run(commands[program], cwd=ROOT, env=env, check=False).returncode != 0:
            raise ErasureError(f"{program} failed (see above); the erasure stays pending")


@dataclass(frozen=True)
class Replaced:
    """A job whose person is replaced in the warehouse."""

    job: Job
    names: Replacement
    subject: Subject
    touched: list[Touched]


def erase_pending(
    settings: Settings,
    say: Callable[[str], None],
    run: Callable[..., None] = run_programs,
) -> int:
    """Do all erasures that wait, with one build for all; return how many.

    Raises:
        ErasureError: Some are not done, all others are; the message names the jobs.
    """
    request_returned(settings, say)
    waiting, unreadable = jobs.pending_and_unreadable(settings.state_dir)
    undone = list(map(str, unreadable))
    if waiting:
        say(f"{len(waiting)} erasures wait; the marts are brought up to date first")
        undone += _erase(settings, waiting, say, run)
    if undone:
        raise ErasureError("NOT everything is erased: " + "; ".join(undone))
    return len(waiting)


def _erase(
    settings: Settings, waiting: list[Job], say: Callable[[str], None], run: Callable[..., None]
) -> list[str]:
    """Erase whom can be erased; return what is wrong with the other jobs."""
    had_focus = settings.focus_dir.is_dir()
    run(settings, "build")
    with open_warehouse(settings, read_only=True) as warehouse:
        before = read_totals(warehouse)
    started = jobs.now()
    done: list[Replaced] = []
    undone: list[str] = []
    for job in waiting:
        try:
            done.append(replace_person(settings, job))
        except (AmbiguousSubjectError, UnusableSubjectError) as error:
            undone.append(f"{job.job_id}: {error}")
            _set_aside(settings, job, error)
        else:
            say(f"{job.job_id}: replaced in {len(done[-1].touched)} tables")
    if not done:
        return undone
    settings.build_marker.unlink(missing_ok=True)
    run(settings, "build", "publish")
    _forget_files(settings, [one.names for one in done])
    if had_focus:
        run(settings, "focus")
    with open_warehouse(settings, read_only=True) as warehouse:
        after = read_totals(warehouse)
    for one in done:
        certificate = _certify(settings, one, before, after, started)
        say(f"{one.job.job_id}: {certificate['verdict']}")
        if not _finish(settings, one.job, certificate):
            undone.append(
                f"{one.job.job_id}: incomplete: {certificate['scan']}, totals different in"
                f" {certificate['totals']['different'][:5]}; it stays pending"
            )
    return undone


def _set_aside(settings: Settings, job: Job, error: Exception) -> None:
    """Say in the job why nothing was done. What can never be done holds no identifier any longer."""
    _record(settings, job, FAILED)
    if isinstance(error, UnusableSubjectError):
        job = replace(job, status=jobs.FAILED, identifiers=(), shown_as="")
    else:
        job = replace(job, status=jobs.NEEDS_ATTENTION)
    jobs.save(settings.state_dir, replace(job, problem=str(error)))


def _record(settings: Settings, job: Job, result: str) -> None:
    log = AuditLog(settings.state_dir, load_key(settings.state_dir, settings.privacy_key))
    log.record(
        "privacy",
        "erase_data",
        subject=job.identifiers[0],
        organization=None,
        resource=f"erasures/{job.job_id}",
        result=result,
    )


def replace_person(settings: Settings, job: Job) -> Replaced:
    """Replace one person in the warehouse; from here on the suppression list knows the person.

    Raises:
        AmbiguousSubjectError: The identifiers lead to several people; nothing was changed.
        UnusableSubjectError: They lead to nobody and may be any word; nothing was changed.
    """
    with open_warehouse(settings) as warehouse:
        subject = find_subject(warehouse, *job.identifiers)
        if job.is_found and not subject:
            subject = subject_of(job)  # replaced by a run that was interrupted
        if subject:
            known = (*job.identifiers, *subject.emails, *subject.ids, *subject.names)
            job = replace(job, identifiers=tuple(dict.fromkeys(known)), is_found=True)
            jobs.save(settings.state_dir, job)
        names = subject.identifiers() or unknown_person(job.identifiers)
        suppress(settings.state_dir, settings.privacy_key, names)
        token = new_token()
        replacement = Replacement({token: names})
        with warehouse.transaction():
            touched = replace_everywhere(warehouse, replacement, token, subject.emails)
            refresh_fingerprints(
                warehouse,
                touched,
                token,
                read_suppression(settings.state_dir, settings.privacy_key),
            )
    return Replaced(job, replacement, subject, touched)


def _forget_files(settings: Settings, replacements: list[Replacement]) -> None:
    try:
        current = open_current(settings.publish_dir).snapshot_id
    except SnapshotError as error:
        raise ErasureError(f"{settings.publish_dir / POINTER}: no usable snapshot") from error
    if settings.warehouse == "duckdb":
        rewrite_database(settings.duckdb_path)
    forget_copies(settings, current)
    for replacement in replacements:
        forget_traces(settings, replacement)


def _certify(
    settings: Settings, done: Replaced, before: Totals, after: Totals, started: str
) -> dict[str, Any]:
    replacement, subject, touched = done.names, done.subject, done.touched
    with open_warehouse(settings, read_only=True) as warehouse:
        left, others = traces(warehouse, replacement), lookalikes(warehouse, replacement)
    files = files_naming(settings, replacement, others)
    changed = differences(before, after)
    return {
        "format": FORMAT,
        "verdict": "complete" if not (left or files or changed) else "incomplete",
        "started_at": started,
        "finished_at": jobs.now(),
        "n_identifiers": {
            "emails": len(subject.emails),
            "vendor_ids": len(subject.ids),
            "names": len(subject.names) + len(subject.shared_names),
        },
        "tables": {str(one.table): one.n_cells for one in touched},
        "scan": {"tables_naming_the_person": len(left), "files_naming_the_person": len(files)},
        "totals": {
            "equal": not changed,
            "n_compared": len(before),
            "before_sha256": digest(before),
            "after_sha256": digest(after),
            "headline_before": headline(before),
            "headline_after": headline(after),
            "different": changed,
        },
    }


def _finish(settings: Settings, job: Job, certificate: dict[str, Any]) -> bool:
    """Write down what became of a job; tell whether it is done."""
    is_done: bool = certificate["verdict"] == "complete"
    _record(settings, job, DONE if is_done else FAILED)
    job = replace(job, certificate=certificate, problem="")
    if is_done:
        job = replace(job, status=jobs.DONE, identifiers=(), shown_as="")
    else:
        job = replace(job, status=jobs.PENDING)
    jobs.save(settings.state_dir, job)
    return is_done
