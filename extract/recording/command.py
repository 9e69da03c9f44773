"""`python -m extract record`: write one event that a CI job knows of.

python -m extract record test-run --junit 'reports/*.xml' --test-type unit --environment staging
python -m extract record deployment --deployment-environment production --status success
"""

import argparse
import datetime as dt
import glob
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from extract.landing.contracts import Column, Kind, Table
from extract.places import place_of_files
from extract.recording import github_actions
from extract.recording.contract import DEPLOYMENTS, INCIDENTS, RULE_COMPLIANCE, TEST_RUNS
from extract.recording.event import EventError, Value, event, fields_of
from extract.recording.junit import ReportError, read_reports
from extract.recording.place import PlaceError, file_name, put
from warehouse.exit_codes import Exit
from warehouse.settings import ConfigError, read_environment, read_place_of_run

KINDS = {
    "deployment": DEPLOYMENTS,
    "test-run": TEST_RUNS,
    "rule-compliance": RULE_COMPLIANCE,
    "incident": INCIDENTS,
}
COUNTS = ("total_tests", "passed_tests", "failed_tests", "skipped_tests", "execution_seconds")
"""What reports say instead of flags."""
DESCRIPTION = """\
Write one event that a CI job knows of, as one JSON line in a file of its own, into the folder of DEV_EVENTS_URL or --out.

What is wrong is refused, with field, value and remedy, and nothing is written. Any number of jobs may record at once. In GitHub Actions
repository, commit, branch, pull request and run are known without being said. It needs none of the other settings.
"""
EPILOG = """\
exit code (docs/exit-codes.md):
  0  the event is written; its place is the last word of the line that says so
  1  the place could not be written: try again
  7  a flag, a report or a setting is wrong; nothing was written
"""
_FORMS = {
    Kind.BOOL: "true|false",
    Kind.INT: "N",
    Kind.NUMERIC: "N",
    Kind.TIMESTAMP: "INSTANT",
}
HELP = {
    "event_id": "which event it is; a later recording of the same replaces it (default: made from what is recorded)",
    "deployment_id": "default in GitHub Actions: run, attempt, service and target",
    "service": "what was deployed, tested or out of order (default: the repository's name, but for incidents)",
    "repository_name": "owner/name (default: GITHUB_REPOSITORY)",
    "environment": "where the pipeline or the test ran (default: ENVIRONMENT, else local)",
    "deployment_environment": "where the software was deployed, or is out of order",
    "status": "how it ended; a rollback says with --rolls-back-deployment-id what it takes back",
    "deployed_at": "default: now",
    "commit_sha": "default: GITHUB_SHA",
    "branch": "default: GITHUB_HEAD_REF, or GITHUB_REF_NAME of a branch",
    "pr_number": "default: that of GITHUB_REF",
    "deployed_by": "login of who did it; personal, so only if you need it",
    "rolls_back_deployment_id": "the deployment that is taken back",
    "fixes_deployment_id": "the deployment that this one repairs",
    "is_unplanned": "whether it is a hotfix",
    "run_id": "default in GitHub Actions: run and attempt",
    "ran_at": "when the tests began (default: what the reports say, else now)",
    "total_tests": "instead of --junit",
    "passed_tests": "instead of --junit",
    "failed_tests": "instead of --junit; an error is a failure",
    "skipped_tests": "instead of --junit",
    "execution_seconds": "instead of --junit: the time of all tests together",
    "test_type": "what kind of tests they are",
    "occurred_at": "default: now",
    "rule_name": "which rule was looked at",
    "rule_category": "what kind of rule it is",
    "compliance_status": "what was found",
    "context_type": "what was looked at (default in GitHub Actions: the pull request, else the commit)",
    "context_id": "which one (default: its number, or the commit)",
    "documentation_first": "whether documentation came before code; only where that was looked at",
    "incident_id": "which incident; recorded again when it is over, with --resolved-at",
    "opened_at": "since when",
    "resolved_at": "until when",
    "caused_by_deployment_id": "the deployment that is known to have caused it",
}


def build_parser() -> argparse.ArgumentParser:
    """Describe the arguments: a flag for each field of the contract."""
    parser = argparse.ArgumentParser(
        prog="python -m extract record",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True, help=", ".join(KINDS))
    for kind, table in KINDS.items():
        one = kinds.add_parser(
            kind, allow_abbrev=False, epilog=EPILOG, formatter_class=parser.formatter_class
        )
        for column in fields_of(table):
            one.add_argument(flag(column.name), metavar=_form(column), help=HELP[column.name])
        if table is TEST_RUNS:
            one.add_argument(
                "--junit",
                action="extend",
                nargs="+",
                metavar="FILE",
                help="JUnit XML reports, or patterns of their names; several are one run",
            )
        one.add_argument(
            "--out",
            metavar="FOLDER",
            help="folder, or address of a bucket's (default: DEV_EVENTS_URL)",
        )
    return parser


def flag(name: str) -> str:
    """Return the flag of a column."""
    return f"--{name.replace('_', '-')}"


def _form(column: Column) -> str:
    words = column.one_of or (_FORMS.get(column.kind, "TEXT"),)
    return "|".join(words)


class _WrongError(Exception):
    """What was asked for cannot be recorded; the message says what to do."""


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Record one event and return the exit code."""
    given = vars(build_parser().parse_args(arguments))
    env = read_environment(environ)
    now = now or dt.datetime.now(dt.UTC)
    table = KINDS[given["kind"]]
    try:
        address = place_of_files("--out", given["out"], must_exist=False) or place_of_files(
            "DEV_EVENTS_URL", env.get("DEV_EVENTS_URL"), must_exist=False
        )
        if address is None:
            raise _WrongError("DEV_EVENTS_URL or --out must say where events are recorded.")
        row = _event(table, given, env, now)
        name = file_name(given["kind"], str(row["recorded_at"]), str(row["event_id"]))
        place = put(address, table.name, name, json.dumps(row, ensure_ascii=False) + "\n")
    except (_WrongError, ReportError, ConfigError) as error:
        sys.stderr.write(f"extract record: {error} Nothing was written.\n")
        return Exit.SETTING_WRONG
    except PlaceError as error:
        sys.stderr.write(f"extract record: {error}\n")
        return Exit.FAILED
    sys.stdout.write(f"recorded {given['kind']} {row['event_id']}{_counted(row)}: {place}\n")
    return Exit.WELL


def _event(
    table: Table, given: Mapping[str, object], env: Mapping[str, str], now: dt.datetime
) -> dict[str, Value]:
    names = [column.name for column in fields_of(table)]
    typed = {name: text for name in names if (text := str(given[name] or "").strip())}
    said = {**_defaults(table, typed, env), **typed}
    if table is TEST_RUNS:
        said |= _reported(typed, given["junit"], now)
    said = {name: said[name] for name in names if name in said}
    try:
        return event(table, said, now=now, occasion=github_actions.run_of(env))
    except EventError as error:
        raise _WrongError(_refusal(table, error, said)) from None


def _defaults(table: Table, typed: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """Return what is not said and known all the same."""
    found = {**github_actions.known(env), "environment": read_place_of_run(env)}
    if table is INCIDENTS:
        # Whoever watches a service is often not in its repository.
        found.pop("service", None)
    said = {**found, **typed}
    if table is DEPLOYMENTS and "run_id" in said:
        # A run may deploy several things to several places. What is no code is told of its own field.
        parts = [said.get(name, "") for name in ("run_id", "service", "deployment_environment")]
        found["deployment_id"] = re.sub(r"[^A-Za-z0-9_.:/-]", "_", "-".join(filter(None, parts)))
    if table is RULE_COMPLIANCE:
        kind = said.get("context_type") or ("pr" if "pr_number" in said else "commit")
        of_kind = {"pr": said.get("pr_number"), "commit": said.get("commit_sha")}.get(kind)
        if of_kind:
            found |= {"context_type": kind, "context_id": of_kind}
    return found


def _reported(typed: Mapping[str, str], junit: object, now: dt.datetime) -> dict[str, str]:
    """Return what reports say of a run of tests."""
    counted = [flag(name) for name in COUNTS if name in typed]
    if not junit:
        return {}
    if counted:
        raise _WrongError(f"{counted[0]}: --junit says it already: keep one of the two.")
    report = read_reports(_files(junit if isinstance(junit, list) else []))
    found = {
        "total_tests": str(report.total),
        "passed_tests": str(report.passed),
        "failed_tests": str(report.failed),
        "skipped_tests": str(report.skipped),
    }
    if report.seconds is not None:
        found["execution_seconds"] = f"{report.seconds:f}"
    # A report without a zone may be of a machine whose clock is ahead of UTC.
    if report.started_at is not None and report.started_at <= now and "ran_at" not in typed:
        found["ran_at"] = report.started_at.isoformat()
    return found


def _files(patterns: Sequence[str]) -> list[Path]:
    """Return the reports, each once.

    Raises:
        ReportError: Nothing is there under a name or a pattern.
    """
    found: dict[Path, Path] = {}
    for pattern in patterns:
        # A name is a name, whatever signs it has.
        names = [pattern] if Path(pattern).exists() else _matching(pattern)
        files = [Path(name) for name in names if Path(name).is_file()]
        if not files:
            raise ReportError(
                f"--junit: no file is called {pattern!r}: did the tests write a report?"
            )
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _matching(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - pathlib's takes no absolute pattern


def _refusal(table: Table, error: EventError, said: Mapping[str, str]) -> str:
    """Return field, value and remedy."""
    column = next((c for c in table.columns if c.name == error.field), None)
    if error.field in said or column is None:
        shown = said.get(error.field, "")
        return f"{flag(error.field)}: {shown[:80]!r}: {error}."
    return f"{flag(error.field)}: {error}; say {flag(error.field)} {_form(column)}."


def _counted(row: Mapping[str, Value]) -> str:
    if "total_tests" not in row:
        return ""
    return f" ({row['total_tests']} tests, {row['failed_tests']} failed, {row.get('skipped_tests', 0)} skipped)"
