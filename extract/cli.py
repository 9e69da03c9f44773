"""The command line: choose sources and window, run them one after the other, say how it went."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from extract.config import SOURCE_NAMES, Credentials, Settings, read_settings, warehouse
from extract.landing.backfill import BackfillRun
from extract.landing.empty import create_empty
from extract.landing.errors import SourceError
from extract.landing.failed import record_failure
from extract.landing.progress import Outcome, Progress, TableResult, report, report_in_short
from extract.landing.redaction import error_summary
from extract.landing.run import SourceRun
from extract.sources import SOURCES, TABLES
from persons.keys import Key, KeyProblemError, load_key
from persons.suppression import Suppression, SuppressionError, read_suppression
from warehouse.env_file import settings_file
from warehouse.exit_codes import Exit
from warehouse.logs import stdout_is_log
from warehouse.machine import refusal
from warehouse.settings import ConfigError

CHECK = "check"
BACKFILL = "backfill"
DESCRIPTION = """\
Load vendor data into the raw tables of the warehouse.

Without a source, every source loads whose credential is set, or those that SOURCES lists:

  cursor     CURSOR_API_KEY
  anthropic  ANTHROPIC_ADMIN_KEY
  claude_ai  CLAUDE_ANALYTICS_KEY (Enterprise Analytics) or CLAUDE_AI_EXPORT_DIR (exported files), or both
  gemini     GOOGLE_REPORTS_CUSTOMER, with GOOGLE_REPORTS_SUBJECT
  github     GITHUB_REPOSITORIES, with GITHUB_TOKEN
  dev_events DEV_EVENTS_URL
  sheets     SHEETS_SPREADSHEET_ID or SHEETS_CSV_DIR
  orchestrator TASK_EVENTS_URL

The tables of the other sources are created empty. Days of [SINCE, UNTIL) are read unless already loaded; the last 30 days before UNTIL
are always read again, because vendors revise them, and only days whose content changed are written. `--again` reads the others, too.

`python -m extract record` writes an event that a CI job knows of (`python -m extract record --help`).

`python -m extract backfill --since 2026-01-01` loads history that lies before what is there: it is read into a temporary place, checked
and merged in one step, or not at all. Killed or interrupted it goes on where it was when it is run again with the same --since.

`python -m extract check` loads nothing: it asks each vendor one cheap question for each thing that is read and says what works,
what the key may not do, and which days are there.
"""
EPILOG = """\
exit code (docs/exit-codes.md):
  0  everything asked for is loaded
  4  rows went to the quarantine; everything else is loaded
  5  a source or a resource failed; everything else is loaded
  7  a setting is missing or wrong; nothing was touched

All settings are environment variables; .env.example lists them. An interrupted run is simply run
again: it finishes what was pending and reads what is missing.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m extract",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="source",
        help=f"one or more of: {', '.join(SOURCE_NAMES)}; `check` before them asks one cheap question instead of loading, `backfill` loads their history",
    )
    parser.add_argument("--since", help="first day, like 2026-06-01 (default: SINCE, 90 days)")
    parser.add_argument("--until", help="day after the last one (default: UNTIL, the day of AS_OF)")
    parser.add_argument(
        "--again",
        action="store_true",
        help="read every day from --since on, also those that are loaded and older than the last 30: a vendor has revised them, or their contract here has a new column",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be fetched; touch nothing"
    )
    parser.add_argument("--tables", action="store_true", help="at the end, a line for every table")
    parser.add_argument(
        "--accept-shrink",
        action="store_true",
        help="replace rows even if far fewer came back than are held, and drop from the logs "
        "(audit_log, activity_events) what is no longer sent",
    )
    parser.add_argument(
        "--accept-new-person-ids",
        action="store_true",
        help="give everybody in the people sheet another id, because the key was changed or is lost (docs/privacy.md)",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    stdout_is_log()
    options = build_parser().parse_args(arguments)
    is_check, is_backfill = (options.sources[:1] == [word] for word in (CHECK, BACKFILL))
    try:
        settings = read_settings(
            since=options.since,
            until=options.until,
            sources=tuple(options.sources[is_check or is_backfill :]),
        )
    except ConfigError as error:
        sys.stderr.write(f"extract: {error}\n")
        return Exit.SETTING_WRONG
    settings = replace(settings, reads_again=options.again)
    if not settings.sources:
        sys.stderr.write(
            "extract: no source is on. Set CURSOR_API_KEY, ANTHROPIC_ADMIN_KEY, "
            "CLAUDE_ANALYTICS_KEY, CLAUDE_AI_EXPORT_DIR, GOOGLE_REPORTS_CUSTOMER, "
            "GITHUB_REPOSITORIES, DEV_EVENTS_URL, SHEETS_SPREADSHEET_ID, SHEETS_CSV_DIR or TASK_EVENTS_URL, or try it with the sandbox: "
            "python -m sandbox exec -- python -m extract\n"
        )
        return Exit.SETTING_WRONG
    if is_check:
        return _check(settings)
    if options.dry_run:
        from extract.dry_run import describe

        for line in describe(settings):
            sys.stdout.write(line + "\n")
        return 0
    return run_all(
        settings,
        accept_shrink=options.accept_shrink,
        accept_new_person_ids=options.accept_new_person_ids,
        tables=options.tables,
        backfill=is_backfill,
    )


def _check(settings: Settings) -> int:
    from extract.checking import check, unknown_names

    file = settings_file(os.environ)
    for line in unknown_names(file) if file is not None else ():
        sys.stdout.write(f"! {line}\n")
    lines, is_lost = check(settings)
    sys.stdout.write("\n".join(lines) + "\n")
    return Exit.SOURCE_LOST if is_lost else Exit.WELL


def run_all(
    settings: Settings,
    *,
    accept_shrink: bool = False,
    accept_new_person_ids: bool = False,
    credentials: Credentials | None = None,
    create_others: bool = True,
    tables: bool = False,
    backfill: bool = False,
) -> int:
    """Load every source of the settings and create the tables of the others.

    Args:
        settings: What to load and where to.
        accept_shrink: Believe the vendor even if far fewer rows come back than are held.
        accept_new_person_ids: Let ids of people change, because the key did.
        credentials: Given to the destination instead of those that it finds itself.
        create_others: Create the empty tables of the sources that are off.
        tables: Say at the end what became of every table, not only of every source.
        backfill: Load history, through a temporary place where rows land by key.
    """
    progress = Progress()
    results: list[TableResult] = []
    problems: list[str] = []
    warnings: list[str] = []
    merged: list[str] = []
    is_lost = False
    try:
        suppression = read_suppression(settings.state_dir, settings.privacy_key)
        key = load_key(settings.state_dir, settings.privacy_key)
        with warehouse(settings) as opened:
            for source in SOURCE_NAMES if create_others else settings.sources:
                began = time.monotonic()
                outcome = _one(
                    settings,
                    source,
                    accept_shrink=accept_shrink,
                    accept_new_person_ids=accept_new_person_ids,
                    progress=progress,
                    credentials=credentials or opened,
                    suppression=suppression,
                    key=key,
                    kind=BackfillRun if backfill else SourceRun,
                )
                if source in settings.sources:
                    outcome.log(source, time.monotonic() - began)
                results.extend(outcome.results)
                problems.extend(outcome.problems)
                warnings.extend(outcome.warnings)
                merged.extend(outcome.merged)
                is_lost |= outcome.is_lost
    except (ConfigError, KeyProblemError, SuppressionError) as error:
        progress.line(f"extract: {error}")
        return Exit.SETTING_WRONG
    if results:
        (report if tables else report_in_short)(results)
    for text in merged:
        sys.stdout.write(f"backfill: {text}\n")
    for text in warnings:
        progress.line(f"warning: {text}")
    for text in dict.fromkeys(problems):
        progress.line(f"PROBLEM: {text}")
    if not problems:
        return Exit.WELL
    return Exit.SOURCE_LOST if is_lost else Exit.ROWS_KEPT_OUT


def _one(
    settings: Settings,
    source: str,
    *,
    accept_shrink: bool,
    accept_new_person_ids: bool,
    progress: Progress,
    credentials: Credentials | None,
    suppression: Suppression,
    key: Key,
    kind: type[SourceRun],
) -> Outcome:
    """Load one source; whatever happens to it must not stop the next one."""
    run: SourceRun | None = None
    try:
        if source not in settings.sources:
            create_empty(settings, source, TABLES[source], credentials, key)
            return Outcome()
        run = kind(
            settings,
            SOURCES[source],
            accept_shrink=accept_shrink,
            accept_new_person_ids=accept_new_person_ids,
            progress=progress,
            credentials=credentials,
            suppression=suppression,
            key=key,
        )
        return run.run()
    except Exception as error:
        if refusal(error) is not None:
            raise  # no other source could be written either
        words = (
            str(error) if isinstance(error, (SourceError, ConfigError)) else error_summary(error)
        )
        text = settings.redact(f"{source}: {words}")
        progress.line(f"{source}: failed")
        outcome = run.outcome if run else Outcome()
        for result in outcome.results:
            if result.status == "ok":
                result.status, result.error = "failed", text
        outcome.problems.append(text)
        outcome.is_lost = True
        # A warehouse that cannot take the record was the reason, and every other source will say so.
        with suppress(Exception):
            record_failure(settings, SOURCES[source], outcome, text, credentials)
        return outcome
