"""Publish the marts, say what they mean, serve them.

    python -m serving publish     export the marts as a new snapshot and make it the current one
    python -m serving focus       write the published ledger as FOCUS 1.2 files, one set per content
    python -m serving summary     what it cost, what is wrong, where to look; --tables: everything that was loaded and found;
                                  --findings: each finding in full
    python -m serving api         serve the published snapshot over HTTP (docs/api.md)
    python -m serving explain ID  say how an amount of the ledger came to be (docs/explain.md)
    python -m serving spot-check N --seed S   the whole arithmetic of N amounts, for a pocket calculator
    python -m serving worklist    whose money it is that nobody knows, the dearest first, with rows for the sheets
    python -m serving site        write a copy of the boards that can be sent (docs/boards.md)
    python -m serving report      write the executive report of a month as PDF, CSV and JSON (docs/reports.md)
    python -m serving notify      tell by mail, Slack or webhook what alarms (docs/monitoring.md); --report: mail the report
    python -m serving tokens …    create, list or revoke the tokens that the API asks for

Settings come from the environment (`docs/configuration.md`). Exit codes: docs/exit-codes.md.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

from persons.keys import KeyProblemError, load_key
from privacy.audit import AuditError
from privacy.jobs import UnreadableJobError
from serving import explain_commands as explaining
from serving import report_commands, site_commands
from serving.api import token_commands
from serving.api.tokens import TokenStoreError
from serving.config import Settings, read_settings
from serving.every_finding import every_finding
from serving.explain.reading import NothingFoundError
from serving.focus.export import FocusError, export
from serving.notify.arguments import add_arguments as add_notify_arguments
from serving.notify.memory import MemoryProblemError
from serving.publish import PublishError, publish
from serving.report.report import NoReportError
from serving.short_summary import in_short
from serving.summary import has_failures, summarise
from warehouse.command import begin
from warehouse.engine import WarehouseError
from warehouse.exit_codes import Exit
from warehouse.logs import stdout_is_log, step, under_way
from warehouse.settings import ConfigError
from warehouse.snapshot import SnapshotError, open_current


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m serving",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("publish", "focus", "api"):
        commands.add_parser(name)
    summary = commands.add_parser("summary")
    summary.add_argument(
        "--tables",
        action="store_true",
        help="every table, vendor and check, not only what is wrong",
    )
    summary.add_argument(
        "--findings",
        nargs="?",
        const="",
        metavar="CHECK",
        help="all findings in full, or those of a check",
    )
    token_commands.add_arguments(commands.add_parser("tokens"))
    site_commands.add_arguments(commands.add_parser("site"))
    explaining.add_explain_arguments(commands.add_parser("explain"))
    explaining.add_spot_check_arguments(commands.add_parser("spot-check"))
    explaining.add_worklist_arguments(commands.add_parser("worklist"))
    report_commands.add_arguments(commands.add_parser("report"))
    add_notify_arguments(commands.add_parser("notify"))
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
    except ConfigError as error:
        print(f"serving: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    try:
        if chosen.command in _WITH_ARGUMENTS:
            return _WITH_ARGUMENTS[chosen.command](settings, chosen)
        return _COMMANDS[chosen.command](settings)
    except ConfigError as error:  # in a file that a setting names
        print(f"serving: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    except PublishError as error:
        print(f"serving: {error}", file=sys.stderr)
        return Exit.NOT_PUBLISHED
    except (
        AuditError,
        FocusError,
        MemoryProblemError,
        KeyProblemError,
        NoReportError,
        NothingFoundError,
        SnapshotError,
        TokenStoreError,
        UnreadableJobError,
        WarehouseError,
    ) as error:
        print(f"serving: {error}", file=sys.stderr)
        return Exit.FAILED


def _publish(settings: Settings) -> int:
    stdout_is_log()
    began = time.monotonic()
    try:
        done = publish(settings, only_tested=True, progress=partial(under_way, sys.stdout))
    except PublishError:
        under_way(sys.stdout, "")
        step("publish", outcome="failed", seconds=time.monotonic() - began)
        raise
    under_way(sys.stdout, "")
    step(
        "publish",
        outcome="ok",
        rows=done.n_rows,
        n_bytes=done.n_bytes,
        seconds=time.monotonic() - began,
        tables=done.n_tables,
        is_new=done.is_new,
    )
    place = settings.publish_dir / done.snapshot_id
    if done.is_new:
        print(f"publish: {done.n_tables} tables, {done.n_rows:,} rows in {place}")
    else:
        print(f"publish: nothing changed; {place} stays current")
    if settings.publish_dir.stat().st_mode & 0o007:
        folder = settings.publish_dir
        print(f"publish: everybody on this machine can read {folder}: chmod -R o= {folder}")
    return Exit.WELL


def _focus(settings: Settings) -> int:
    key = load_key(settings.state_dir, settings.privacy_key)
    exported = export(open_current(settings.publish_dir), settings.focus_dir, key)
    change = "new" if exported.is_new else "unchanged"
    print(f"focus: {len(exported.files)} files in {exported.folder}, {change}")
    return Exit.WELL


def _summary(settings: Settings, chosen: argparse.Namespace) -> int:
    if chosen.findings is None and not chosen.tables:
        stdout_is_log()  # as a run's last step; details are an answer for whoever asks
    snapshot = open_current(settings.publish_dir)
    if chosen.findings is not None:
        lines = every_finding(snapshot, chosen.findings)
    else:
        lines = summarise(snapshot) if chosen.tables else in_short(snapshot)
    print("\n".join(lines))
    return Exit.FINDINGS if has_failures(snapshot) else Exit.WELL


def _notify(settings: Settings, chosen: argparse.Namespace) -> int:
    # As it is with the service.
    from serving import notify_commands

    return notify_commands.run(settings, chosen)


def _api(settings: Settings) -> int:
    # The web framework takes a second to load, which only this command needs.
    from serving.server import serve

    stdout_is_log()
    serve(settings)
    return Exit.WELL


_COMMANDS: dict[str, Callable[[Settings], int]] = {
    "publish": _publish,
    "focus": _focus,
    "api": _api,
}
_WITH_ARGUMENTS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "summary": _summary,
    "tokens": token_commands.run,
    "site": site_commands.run,
    "explain": explaining.explain,
    "spot-check": explaining.spot_check,
    "worklist": explaining.worklist,
    "report": report_commands.run,
    "notify": _notify,
}


if __name__ == "__main__":
    begin("serving", main)
