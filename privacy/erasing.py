"""Erasing people: on a copy of the warehouse, which is put in the original's place when all is proved, or not at all.

    find        who waits, in the original; who cannot be a person fails, of whom nothing is held is done
    copy        everything else happens on the copy: delete expired task rows, bring the marts up to date, add up, replace,
                build, write anew, add up again, publish beside the current snapshot, search all that
    journal     what remains to be done is written down
    swap        the copy is put in the original's place: before this moment nothing has changed, after it nothing goes back
    finish      the list of erased people, the pointer to the new snapshot, the removal of old copies, one more search

Answers hide a person from the request until the job is done, so what is served is the old snapshot with the person
hidden, or the new one. A run that was killed before the swap has left a copy, which the next removes and begins anew; one
that was killed after it is finished by the next.

Several jobs share a copy and a build, not the verdict: when something is wrong, whom it is about is left out and the
others begin anew; when nobody knows whom it is about, each half does.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from persons.suppression import LIST_FILE, suppress
from privacy import jobs, steps
from privacy.audit import FAILED
from privacy.certificates import certificate, is_complete, what_is_wrong
from privacy.config import ROOT, Settings
from privacy.copying import (
    Copy,
    CopyError,
    Seen,
    copy_of,
    discard,
    temporary_files_in,
    working_folder,
)
from privacy.files import RewriteError
from privacy.findings import Findings
from privacy.finishing import FinishError, close, end_access, fail, finish, record
from privacy.jobs import ERASED, NOTHING_HELD, Job
from privacy.journal import Journal, JournalError, read_journal, remove_journal, write_journal
from privacy.own_rows import OwnRows
from privacy.plan import Plan, PlanError
from privacy.replacing import Touched
from privacy.restored_people import request_returned
from privacy.retention import delete_expired
from privacy.steps import Person
from privacy.subject import AmbiguousSubjectError, UnusableSubjectError
from privacy.totals import Totals, differences, read_totals
from warehouse.connection import open_warehouse
from warehouse.engine import Warehouse
from warehouse.remote.checkpoints import checkpoint
from warehouse.snapshot import open_current

Say = Callable[[str], None]
Run = Callable[..., None]


class ErasureError(Exception):
    """The erasure is not complete; the message says which step is missing and names nobody."""


class _NotTogetherError(Exception):
    """These jobs cannot be done in one go; the original is as it was."""

    def __init__(self, reason: str, guilty: dict[str, dict[str, Any] | None] | None = None) -> None:
        super().__init__(reason)
        self.guilty = guilty or {}
        """The jobs because of which, with their certificates if there are any; none where nobody knows."""


def run_programs(settings: Settings, *programs: str) -> None:
    """Run `build`, `publish` or `focus` as `make run` does, on what the settings lead to.

    Raises:
        ErasureError: One of them failed.
    """
    day = settings.as_of.astimezone(dt.UTC)
    env = {
        "DATA_ORIGIN": settings.data_origin,
        **os.environ,
        "AS_OF": f"{day:%Y-%m-%dT%H:%M:%SZ}",
        "DUCKDB_PATH": str(settings.duckdb_path),
        "DATASET_PREFIX": settings.dataset_prefix,
        "LEGACY_SCHEMA": settings.legacy_schema,
        "PIPELINES_DIR": str(settings.pipelines_dir),
        "PUBLISH_DIR": str(settings.publish_dir),
        "FOCUS_DIR": str(settings.focus_dir),
        "DBT_TARGET_PATH": str(settings.target_dir),
        "DBT_LOG_PATH": str(settings.log_dir),
        **({"TMPDIR": str(settings.working_dir / "tmp")} if settings.working_dir else {}),
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
class Waiting:
    """A job whose person is found, with what was planned when the original was looked at."""

    job: Job
    person: Person
    plan: Plan


def erase_pending(settings: Settings, say: Say, run: Run = run_programs) -> int:
    """Do all erasures that wait; return how many.

    Raises:
        ErasureError: Some are not done, all others are; the message names the jobs.
    """
    try:
        with jobs.only_run(settings.state_dir):
            undone = recover(settings, say, run)
            if settings.warehouse == "duckdb" and not settings.duckdb_path.exists():
                say(
                    f"{settings.duckdb_path} does not exist yet: who waits is looked for after the first load"
                )
                return 0
            request_returned(settings, say)
            waiting, unreadable = jobs.pending_and_unreadable(settings.state_dir)
            undone += map(str, unreadable)
            if waiting:
                say(f"{len(waiting)} erasures wait")
                undone += _erase(settings, waiting, say, run)
    except (CopyError, FinishError, JournalError, RewriteError) as error:
        raise ErasureError(str(error)) from error
    except OSError as error:
        raise ErasureError(f"{type(error).__name__}: {error.strerror}; run again") from error
    if undone:
        raise ErasureError("NOT everything is erased: " + "; ".join(undone))
    return len(waiting)


def recover(settings: Settings, say: Say, run: Run) -> list[str]:
    """Finish what an earlier run had put in place, or remove what it has left; return what is wrong with which job."""
    journal = read_journal(settings.state_dir)
    if journal is not None:
        copy = copy_of(settings)
        if journal.place != copy.place:
            raise ErasureError(
                f"an erasure of {journal.place} is half finished, and this warehouse is another one: erase there first"
            )
        if copy.go_forward(journal.mark):
            say("an earlier run was interrupted after the swap; it is finished now")
            return finish(settings, journal, say, run)
        remove_journal(settings.state_dir)
    if working_folder(settings).exists():
        say("an earlier run was interrupted before the swap; its copy is removed")
    discard(settings)
    return []


def _erase(settings: Settings, waiting: list[Job], say: Say, run: Run) -> list[str]:
    """Erase whom can be erased; return what is wrong with the other jobs."""
    started, seen = jobs.now(), copy_of(settings).identity()
    undone: list[str] = []
    held: list[Waiting] = []
    working = working_folder(settings)
    with temporary_files_in(working), open_warehouse(settings, read_only=True) as warehouse:
        nothing: list[tuple[Waiting, Findings]] = []
        own = OwnRows(warehouse)
        for job in waiting:
            try:
                person = _person(warehouse, job, own)
                plan = steps.make_plan(warehouse, person)
            except (AmbiguousSubjectError, PlanError, UnusableSubjectError) as error:
                undone.append(f"{job.job_id}: {error}")
                _set_aside(settings, job, error)
                continue
            found = Waiting(_noted(settings, job, person), person, plan)
            for line in plan.lines():
                say(f"{job.job_id}: plan: {line}")
            if not plan:
                steps.forget(settings, person)
                findings = steps.look(settings, warehouse, person)
                if not findings:
                    nothing.append((found, findings))
                    continue
            held.append(found)
    discard(settings)
    for one, findings in nothing:
        suppress(settings.state_dir, settings.privacy_key, one.person.identifiers)
        end_access(settings, one.person, say)
        detail = ERASED if one.person.is_held else NOTHING_HELD
        made = certificate(one.person, detail=detail, started=started, findings=findings)
        undone += close(settings, one.job, made, say)
    return undone + (_together(settings, held, started, seen, say, run) if held else [])


def _person(warehouse: Warehouse, job: Job, own: OwnRows) -> Person:
    """Return whom a job is about; what an earlier run has found counts where nothing is found any more."""
    try:
        person = steps.find_person(warehouse, job.asked, own)
    except UnusableSubjectError:
        if not job.found:
            raise
        return steps.known_person(job.found)
    return steps.known_person(job.found) if job.found and not person.is_held else person


def _noted(settings: Settings, job: Job, person: Person) -> Job:
    """Write down what names somebody who is held: answers hide all of it from now on."""
    if not person.is_held:
        return job
    found = steps.noted(person)
    names = tuple(dict.fromkeys((*job.identifiers, *found["identifiers"])))
    job = replace(job, found=found, identifiers=names)
    jobs.save(settings.state_dir, job)
    return job


def _set_aside(settings: Settings, job: Job, error: Exception) -> None:
    """Say in the job why nothing was done. What can never be done holds no identifier any longer."""
    record(settings, job, FAILED)
    is_no_person = isinstance(error, PlanError) and "@" not in job.asked[0]
    if isinstance(error, UnusableSubjectError) or is_no_person:
        job = job.closed(jobs.FAILED, problem=str(error))
    else:
        job = replace(job, status=jobs.NEEDS_ATTENTION, problem=str(error))
    jobs.save(settings.state_dir, job)


def _together(
    settings: Settings, held: list[Waiting], started: str, seen: Seen | None, say: Say, run: Run
) -> list[str]:
    """Erase people with one build for all; those with whom that does not work are left out, or tried by halves."""
    try:
        journal = _on_a_copy(settings, held, started, seen, say, run)
    except _NotTogetherError as error:
        if error.guilty:
            undone = []
            for one in held:
                if one.job.job_id in error.guilty:
                    made = error.guilty[one.job.job_id]
                    undone += (
                        close(settings, one.job, made, say)
                        if made
                        else fail(settings, one.job, str(error))
                    )
            parts = [[one for one in held if one.job.job_id not in error.guilty]]
        elif len(held) == 1:
            return fail(settings, held[0].job, str(error))
        else:
            say(f"{error}; each half of the {len(held)} erasures is tried for itself")
            undone, parts = [], [held[: len(held) // 2], held[len(held) // 2 :]]
        for part in filter(None, parts):
            undone += _together(settings, part, started, None, say, run)
        return undone
    people = {one.job.job_id: one.person for one in held}
    return finish(settings, journal, say, run, people)


def _on_a_copy(
    settings: Settings, held: list[Waiting], started: str, seen: Seen | None, say: Say, run: Run
) -> Journal:
    """Do everything on a copy and put it in place; return what remains to be done.

    Raises:
        _NotTogetherError: Something is wrong with some of the jobs; the original is as it was.
        ErasureError: It does not work for any; the original is as it was.
    """
    copy, journal = copy_of(settings), None
    try:
        copy.make(seen)
        with temporary_files_in(working_folder(settings)):
            # Where a schema has another name on the copy, the plan of the original leads nowhere.
            is_as_planned = seen is not None and settings.warehouse == "duckdb"
            journal = _worked_out(settings, copy, held, started, say, run, is_as_planned)
        write_journal(settings.state_dir, journal)
        if settings.warehouse == "bigquery":
            # From here on the warehouse can be the copy; without a disk the journal has to be elsewhere before.
            checkpoint()
        copy.put_in_place()
    finally:
        copy.release()
        if journal is None or not copy.is_in_place(journal.mark):
            remove_journal(settings.state_dir)
            discard(settings)
    say("the copy is in the warehouse's place")
    return journal


def _worked_out(
    settings: Settings,
    copy: Copy,
    held: list[Waiting],
    started: str,
    say: Say,
    run: Run,
    is_as_planned: bool,
) -> Journal:
    """Work on the copy until it can be put in place; a copy of what the plans were made of is changed as they say."""
    expired = _retained(copy.settings, say)
    plans = [one.plan for one in held] if is_as_planned and not expired else []
    run(copy.settings, "build")
    with open_warehouse(copy.settings, read_only=True) as warehouse:
        before = read_totals(warehouse)
    replaced = {
        one.job.job_id: _replaced(copy.settings, one, plans[: number + 1], say)
        for number, one in enumerate(held)
    }
    copy.settings.build_marker.unlink(missing_ok=True)
    try:
        run(copy.settings, "build")
    except ErasureError as error:
        raise _NotTogetherError(f"build fails without the person: {error}") from error
    copy.write_anew()
    with open_warehouse(copy.settings, read_only=True) as warehouse:
        after = read_totals(warehouse)
    run(copy.settings, "publish")
    made = {
        one.job.job_id: _certified(
            copy.settings, one, replaced[one.job.job_id], started, before, after
        )
        for one in held
    }
    if differences(before, after):
        (some, *_) = made.values()
        if len(held) > 1:
            raise _NotTogetherError(what_is_wrong(some))
    guilty = {job_id: one for job_id, one in made.items() if not is_complete(one)}
    if guilty:
        raise _NotTogetherError("incomplete", dict(guilty))
    return Journal(
        place=copy.place,
        mark=copy.mark,
        suppression=(copy.settings.state_dir / LIST_FILE).read_text(encoding="utf-8"),
        snapshot_id=open_current(copy.settings.publish_dir).snapshot_id,
        had_focus=settings.focus_dir.is_dir(),
        certificates=made,
        expired=expired,
    )


def _retained(working: Settings, say: Say) -> list[str]:
    """Delete task rows that are older than they are kept; return their tables.

    Replaced, they would look like tasks that came after their day had expired, whose figures are not computed again.
    """
    with open_warehouse(working) as warehouse:
        deleted = delete_expired(warehouse, working.as_of.date())
    for one in deleted:
        if one.n_rows:
            working.build_marker.unlink(missing_ok=True)
            say(f"{one.table}: {one.n_rows:,} rows are older than they are kept; they go first")
    return [one.table for one in deleted if one.n_rows]


def _replaced(
    working: Settings, one: Waiting, plans: list[Plan], say: Say
) -> tuple[Plan, list[Touched]]:
    """Replace one person; `plans` are those of who was replaced before, and theirs, if they were made of the same rows."""
    with open_warehouse(working) as warehouse:
        is_theirs = plans and not any(one.plan.meets(other) for other in plans[:-1])
        plan = one.plan if is_theirs else steps.make_plan(warehouse, one.person)
        try:
            touched = steps.replace_person(working, warehouse, one.person, plan)
        except steps.NotAsPlannedError as error:
            raise _NotTogetherError(str(error), {one.job.job_id: None}) from error
    say(f"{one.job.job_id}: replaced in {len(touched)} tables of the copy")
    return plan, touched


def _certified(
    working: Settings,
    one: Waiting,
    replaced: tuple[Plan, list[Touched]],
    started: str,
    before: Totals,
    after: Totals,
) -> dict[str, Any]:
    steps.forget(working, one.person)
    with open_warehouse(working, read_only=True) as warehouse:
        findings = steps.look(working, warehouse, one.person)
    plan, touched = replaced
    return certificate(
        one.person,
        detail=ERASED if one.person.is_held or touched else NOTHING_HELD,
        started=started,
        findings=findings,
        plan=plan,
        touched=touched,
        totals=(before, after),
    )
