"""What follows when the copy stands in the original's place; every step may be done again.

The list of erased people, what dbt noted of the build, the pointer to the new snapshot, the removal of what old runs have
left, one more search of everything, the certificates.
"""

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from persons.keys import load_key
from persons.private_files import write_private
from persons.suppression import LIST_FILE
from privacy import jobs, steps
from privacy.audit import DONE, FAILED, AuditLog
from privacy.certificates import is_complete, searched, what_is_wrong
from privacy.config import Settings
from privacy.copying import STAGED, discard, working_folder
from privacy.files import forget_copies
from privacy.jobs import Job
from privacy.journal import Journal, remove_journal
from privacy.retention import record_deleted
from privacy.steps import Person
from privacy.tokens import TokenStoreError
from warehouse.connection import open_warehouse
from warehouse.private import open_as_its_folder, replace_keeping_its_mode
from warehouse.snapshot import POINTER, SnapshotError, open_current, sync, write_pointer
from warehouse.views_file import write_views

OF_A_BUILD = ("manifest.json", "run_results.json")


class FinishError(Exception):
    """The copy is in place, and what should follow does not work now: the next run finishes it."""


def finish(
    settings: Settings,
    journal: Journal,
    say: Callable[[str], None],
    run: Callable[..., None],
    found: Mapping[str, Person] = MappingProxyType({}),
) -> list[str]:
    """Finish what a journal says; return what is wrong with which job.

    Args:
        settings: Where everything is.
        journal: What remains to be done.
        say: Takes what was done.
        run: Runs programs.
        found: The people by their jobs, where this run has found them and knows what it has searched.
    """
    write_private(settings.state_dir / LIST_FILE, journal.suppression)
    _note_the_build(settings)
    current = _publish(settings, journal)
    record_deleted(settings, journal.expired)
    # A job whose file somebody has removed meanwhile is nobody's any more.
    known = {job.job_id: job for job in jobs.pending_and_unreadable(settings.state_dir)[0]}
    waiting = [known[job_id] for job_id in journal.certificates if job_id in known]
    people = {
        job.job_id: found.get(job.job_id)
        or steps.known_person(job.found or {"identifiers": job.asked})
        for job in waiting
    }
    for person in people.values():
        steps.forget(settings, person)
        end_access(settings, person, say)
    forget_copies(settings, current)
    discard(settings)
    if journal.had_focus:
        run(settings, "focus")
    undone = []
    for job in waiting:
        with open_warehouse(settings, read_only=True) as warehouse:
            findings = steps.look(settings, warehouse, people[job.job_id])
        made = searched(journal.certificates[job.job_id], findings)
        undone += close(settings, job, made, say)
    remove_journal(settings.state_dir)
    return undone


def end_access(settings: Settings, person: Person, say: Callable[[str], None]) -> None:
    """Revoke the person's tokens; a store that cannot be read lets nobody in and holds up no erasure."""
    try:
        steps.end_access_of(settings, person)
    except (TokenStoreError, OSError) as error:
        say(f"tokens of whoever was erased could not be revoked: {error}")


def close(
    settings: Settings, job: Job, made: dict[str, Any], say: Callable[[str], None]
) -> list[str]:
    """Write down what became of a job; return what is wrong, if anything is."""
    say(f"{job.job_id}: {made['verdict']}: {made['detail']}")
    if is_complete(made):
        record(settings, job, DONE)
        job = job.closed(jobs.DONE, certificate=made, problem="", detail=made["detail"])
        jobs.save(settings.state_dir, job)
        return []
    return fail(settings, replace(job, certificate=made), f"incomplete: {what_is_wrong(made)}")


def fail(settings: Settings, job: Job, problem: str) -> list[str]:
    """Write down why a job is not done and stays pending; return that."""
    record(settings, job, FAILED)
    jobs.save(settings.state_dir, replace(job, status=jobs.PENDING, problem=problem))
    return [f"{job.job_id}: {problem}; it stays pending"]


def record(settings: Settings, job: Job, result: str) -> None:
    """Add a line to the audit log."""
    log = AuditLog(settings.state_dir, load_key(settings.state_dir, settings.privacy_key))
    log.record(
        "privacy",
        "erase_data",
        subject=job.asked[0],
        organization=None,
        resource=f"erasures/{job.job_id}",
        result=result,
    )


def _note_the_build(settings: Settings) -> None:
    """Have `make run` know that the new file was built, and publishing what it was made from."""
    folder = working_folder(settings)
    for made in folder.glob("new/*built"):
        replace_keeping_its_mode(settings.build_marker, made)
    for name in OF_A_BUILD:
        if (folder / "target" / name).exists() and settings.target_dir.is_dir():
            shutil.copyfile(folder / "target" / name, settings.target_dir / name)


def _publish(settings: Settings, journal: Journal) -> str:
    """Make the snapshot of the copy the current one, unless a newer one was published since; return its id."""
    settings.publish_dir.mkdir(parents=True, exist_ok=True)
    staged, target = settings.publish_dir / STAGED, settings.publish_dir / journal.snapshot_id
    with _only_publisher(settings.publish_dir):
        if (staged / POINTER).exists():
            pointer = json.loads((staged / POINTER).read_text(encoding="utf-8"))
            if not target.exists():
                open_as_its_folder(staged / journal.snapshot_id, settings.publish_dir)
                (staged / journal.snapshot_id).rename(target)
                sync(settings.publish_dir)
            if str(pointer["checked_at"]) >= _checked_at(settings.publish_dir):
                write_pointer(settings.publish_dir, pointer)
        try:
            current = open_current(settings.publish_dir)
        except SnapshotError as error:
            raise FinishError(f"{settings.publish_dir / POINTER}: no usable snapshot") from error
        write_views(settings.publish_dir, current)
        return current.snapshot_id


def _checked_at(publish_dir: Path) -> str:
    try:
        return str(open_current(publish_dir).pointer.get("checked_at", ""))
    except SnapshotError:
        return ""


@contextlib.contextmanager
def _only_publisher(publish_dir: Path) -> Iterator[None]:
    with (publish_dir / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FinishError(
                f"another program publishes to {publish_dir}; run again when it has ended"
            ) from None
        yield
