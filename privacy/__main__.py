"""Personal data: shown, erased, limited in time.

    python -m privacy request --subject …   ask for an erasure; `-` reads the identifier from standard input
    python -m privacy plan --subject …      what an erasure would replace, without writing anything
    python -m privacy erase                 do all erasures that wait, on a copy: replace, rebuild, search, swap, certify
    python -m privacy withdraw --subject …  take somebody off the list of erased people: the next delivery lands them again
    python -m privacy export --subject …    everything held on a person, raw tables included, as JSON
    python -m privacy retention             delete task rows that are older than their organisation keeps them
    python -m privacy status                erasures and their certificates, and whether the audit log is whole
    python -m privacy log [--days 30] [--subject …]
                                            the audit log to read: who did what, tokens with what they are for

Settings come from the environment (`docs/configuration.md`), rules from `docs/privacy.md`, exit codes
from `docs/exit-codes.md`.
"""

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path

from persons.keys import KeyProblemError, load_key, normalised
from persons.suppression import SuppressionError, withdraw
from privacy import jobs, steps
from privacy.audit import AuditError, AuditLog, Checked
from privacy.audit_reading import shown
from privacy.config import Settings, read_settings
from privacy.erasing import ErasureError, erase_pending, run_programs
from privacy.exchange import WAITING_FILE, take_waiting
from privacy.files import RewriteError
from privacy.jobs import JobError
from privacy.journal import JournalError, read_journal
from privacy.parts import logs
from privacy.plan import PlanError
from privacy.retention import apply_retention
from privacy.subject import AmbiguousSubjectError, UnusableSubjectError
from privacy.tokens import Token, TokenStore, TokenStoreError
from privacy.warehouse_export import export_subject
from warehouse.command import begin
from warehouse.connection import open_warehouse
from warehouse.engine import WarehouseError
from warehouse.exit_codes import Exit
from warehouse.logs import stdout_is_log
from warehouse.settings import ConfigError

OF_A_SUBJECT = ("request", "plan", "export", "withdraw")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m privacy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=[*OF_A_SUBJECT, "erase", "retention", "status", "log"])
    parser.add_argument("--subject", help="an e-mail or a vendor's id of the person; - reads it")
    parser.add_argument("--days", type=int, help="of log: the newest days alone")
    options = parser.parse_args(arguments)
    if options.command in ("erase", "retention"):
        stdout_is_log()  # the other commands answer whoever asks, about somebody
    if options.command in OF_A_SUBJECT and not options.subject:
        parser.error(f"{options.command} needs --subject")
    try:
        settings = read_settings()
    except ConfigError as error:
        print(f"privacy: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    subject = sys.stdin.readline() if options.subject == "-" else options.subject
    try:
        return _run(settings, options.command, subject or "", options.days)
    except (
        AmbiguousSubjectError,
        AuditError,
        ErasureError,
        JobError,
        JournalError,
        KeyProblemError,
        PlanError,
        RewriteError,
        SuppressionError,
        UnusableSubjectError,
        WarehouseError,
    ) as error:
        print(f"privacy: {error}", file=sys.stderr)
        return Exit.FAILED


def _run(settings: Settings, command: str, subject: str, days: int | None) -> int:
    if command == "request":
        job = jobs.Register(settings.state_dir).request(
            [subject], known=_known(settings, subject), requested_by=f"uid-{os.getuid()}"
        )
        _audit(settings).record(
            job.requested_by, "delete_data", subject=subject, organization=None, resource="cli"
        )
        print(
            f"privacy: erasure {job.job_id} waits; make erase does it now, make run with the next run"
        )
    elif command == "erase":
        _take_requests(settings)
        if not erase_pending(settings, _say, run_programs):
            print("privacy: no erasure waits")
    elif command == "plan":
        _asked(settings, "plan_erasure", subject)
        _plan(settings, subject)
    elif command == "withdraw":
        _asked(settings, "withdraw_suppression", subject)
        _withdraw(settings, subject)
    elif command == "export":
        _asked(settings, "export_data", subject)
        with open_warehouse(settings, read_only=True) as warehouse:
            for piece in export_subject(warehouse, subject):
                sys.stdout.buffer.write(piece)
    elif command == "retention":
        n_rows = apply_retention(settings, _say, run_programs)
        print(f"privacy: {n_rows:,} task rows were older than they are kept")
    elif command == "status":
        for job in jobs.all_jobs(settings.state_dir):
            detail = f": {job.detail}" if job.detail else ""
            print(f"{job.job_id}  {job.status}{detail}  requested {job.requested_at}")
            if job.problem:
                print(f"  {job.problem}")
            if job.certificate:
                print(json.dumps(job.certificate, indent=2))
        with logs(settings.state_dir) as parts:
            for part, folder in parts.items():
                _say_of(_audit(settings, folder).checked(), part)
    elif command == "log":
        _show_log(settings, subject, days)
    return 0


def _show_log(settings: Settings, subject: str, days: int | None) -> None:
    """Print the lines, then whether they are what was written: a log that was changed can still be read."""
    since = None if days is None else dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)
    tokens = _tokens(settings)
    with logs(settings.state_dir) as parts:
        for part, folder in parts.items():
            log = _audit(settings, folder)
            whose = log.pseudonym(subject) if subject else None
            for line in shown(folder, tokens, since=since, whose=whose):
                print(line)
            _say_of(log.checked(), part)


def _tokens(settings: Settings) -> dict[str, Token]:
    try:
        return TokenStore(settings.state_dir).tokens()
    except TokenStoreError as error:
        print(f"privacy: tokens have no names below: {error}", file=sys.stderr)
        return {}


def _say_of(log: Checked, part: str) -> None:
    print(f"audit log{' of ' if part else ''}{part}: {log.n_lines} lines, whole")
    if log.n_plain:
        print(
            f"  the first {log.n_plain} are from before the log had a key: their order alone is proven"
        )
    if log.n_of_other_keys:
        print(f"  {log.n_of_other_keys} are sealed with another key: only that one can prove them")
    if not log.is_end_known:
        print("  its end is not noted anywhere: whether lines are missing there, nobody can tell")


def _take_requests(settings: Settings) -> None:
    """Take over who asked the service, where it keeps its state elsewhere."""
    if not os.environ.get("STATE_URL", "").strip():
        return
    from warehouse.remote.held import SERVICE, file_of

    lines = file_of(os.environ, SERVICE, f"state/{WAITING_FILE}")
    if lines is not None:
        n_new = take_waiting(settings.state_dir, lines, knows_better=False)
        print(f"privacy: {n_new} erasures were asked for at the service")


def _known(settings: Settings, subject: str) -> list[str]:
    """Return what else names the person, to be hidden from answers at once; nothing where that cannot be told now."""
    try:
        with open_warehouse(settings, read_only=True) as warehouse:
            person = steps.find_person(warehouse, [normalised(subject)])
    except (AmbiguousSubjectError, UnusableSubjectError, WarehouseError):
        return []
    return list(steps.noted(person)["identifiers"])


def _plan(settings: Settings, subject: str) -> None:
    with open_warehouse(settings, read_only=True) as warehouse:
        person = steps.find_person(warehouse, [normalised(subject)])
        plan = steps.make_plan(warehouse, person)
        for line in plan.lines():
            print(f"privacy: plan: {line}")
    print(f"privacy: an erasure would touch {len(plan)} tables; nothing was written")


def _withdraw(settings: Settings, subject: str) -> None:
    with jobs.only_run(settings.state_dir):
        if read_journal(settings.state_dir) is not None:
            raise JobError("an erasure is half finished: run make erase first")
        n_entries = withdraw(settings.state_dir, settings.privacy_key, subject)
    if n_entries:
        print(
            f"privacy: {n_entries} entries are off the list; the next delivery lands the person again"
        )
    else:
        print("privacy: nobody of this identifier is on the list; nothing was changed")


def _asked(settings: Settings, action: str, subject: str) -> None:
    """Write to the audit log first; what cannot be written does not happen."""
    _audit(settings).record(
        f"uid-{os.getuid()}", action, subject=subject, organization=None, resource="cli"
    )


def _say(line: str) -> None:
    print(f"privacy: {line}", flush=True)


def _audit(settings: Settings, folder: Path | None = None) -> AuditLog:
    key = load_key(settings.state_dir, settings.privacy_key)
    return AuditLog(folder or settings.state_dir, key)


if __name__ == "__main__":
    begin("privacy", main)
