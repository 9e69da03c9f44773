"""Personal data: shown, erased, limited in time.

    python -m privacy request --subject …   ask for an erasure; `-` reads the identifier from standard input
    python -m privacy erase                 do all erasures that wait: replace, rebuild, publish, search, certify
    python -m privacy export --subject …    everything held on a person, raw tables included, as JSON
    python -m privacy retention             delete task rows that are older than their organisation keeps them
    python -m privacy status                erasures and their certificates, and whether the audit log is whole

Settings come from the environment (`docs/configuration.md`), rules from `docs/privacy.md`. Exit code: 0 done, 1 failed,
2 a setting is wrong.
"""

import argparse
import json
import os
import sys

from persons.keys import KeyProblemError, load_key
from persons.suppression import SuppressionError
from privacy import jobs
from privacy.audit import AuditError, AuditLog
from privacy.config import Settings, read_settings
from privacy.erasing import ErasureError, erase_pending, run_programs
from privacy.jobs import JobError
from privacy.retention import apply_retention
from privacy.subject import AmbiguousSubjectError
from privacy.warehouse_export import export_subject
from warehouse.connection import open_warehouse
from warehouse.engine import WarehouseError
from warehouse.settings import ConfigError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m privacy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=["request", "erase", "export", "retention", "status"])
    parser.add_argument("--subject", help="an e-mail or a vendor's id of the person; - reads it")
    options = parser.parse_args(arguments)
    if options.command in ("request", "export") and not options.subject:
        parser.error(f"{options.command} needs --subject")
    try:
        settings = read_settings()
    except ConfigError as error:
        print(f"privacy: {error}", file=sys.stderr)
        return 2
    subject = sys.stdin.readline() if options.subject == "-" else options.subject
    try:
        return _run(settings, options.command, subject or "")
    except (
        AmbiguousSubjectError,
        AuditError,
        ErasureError,
        JobError,
        KeyProblemError,
        SuppressionError,
        WarehouseError,
    ) as error:
        print(f"privacy: {error}", file=sys.stderr)
        return 1


def _run(settings: Settings, command: str, subject: str) -> int:
    if command == "request":
        job = jobs.request(settings.state_dir, [subject], requested_by=f"uid-{os.getuid()}")
        _audit(settings).record(
            job.requested_by, "delete_data", subject=subject, organization=None, resource="cli"
        )
        print(
            f"privacy: erasure {job.job_id} waits; make erase does it now, make run with the next run"
        )
    elif command == "erase":
        if not erase_pending(settings, _say):
            print("privacy: no erasure waits")
    elif command == "export":
        actor = f"uid-{os.getuid()}"
        _audit(settings).record(
            actor, "export_data", subject=subject, organization=None, resource="cli"
        )
        with open_warehouse(settings, read_only=True) as warehouse:
            for piece in export_subject(warehouse, subject):
                sys.stdout.buffer.write(piece)
    elif command == "retention":
        n_rows = apply_retention(settings, _say, run_programs)
        print(f"privacy: {n_rows:,} task rows were older than they are kept")
    elif command == "status":
        for job in jobs.all_jobs(settings.state_dir):
            print(f"{job.job_id}  {job.status}  requested {job.requested_at}")
            if job.problem:
                print(f"  {job.problem}")
            if job.certificate:
                print(json.dumps(job.certificate, indent=2))
        print(f"audit log: {_audit(settings).verify()} lines, whole")
    return 0


def _say(line: str) -> None:
    print(f"privacy: {line}", flush=True)


def _audit(settings: Settings) -> AuditLog:
    return AuditLog(settings.state_dir, load_key(settings.state_dir, settings.privacy_key))


if __name__ == "__main__":
    sys.exit(main())
