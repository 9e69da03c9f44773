"""The command line: choose sources and window, run them one after the other, say how it went."""

import argparse
import sys
from collections.abc import Sequence

from extract.config import SOURCE_NAMES, Credentials, Settings, read_settings, warehouse
from extract.landing.errors import SourceError
from extract.landing.progress import Outcome, Progress, TableResult, report
from extract.landing.redaction import error_summary
from extract.landing.run import SourceRun, create_empty
from extract.sources import SOURCES, TABLES
from persons.keys import Key, KeyProblemError, load_key
from persons.suppression import Suppression, SuppressionError, read_suppression
from warehouse.settings import ConfigError

DESCRIPTION = """\
Load vendor data into the raw tables of the warehouse.

Without a source, every source loads whose credential is set, or those that SOURCES lists:

  cursor     CURSOR_API_KEY
  anthropic  ANTHROPIC_ADMIN_KEY
  claude_ai  CLAUDE_ANALYTICS_KEY (Enterprise Analytics) or CLAUDE_AI_EXPORT_DIR (exported files), or both
  gemini     GOOGLE_REPORTS_CUSTOMER, with GOOGLE_REPORTS_SUBJECT
  sheets     SHEETS_SPREADSHEET_ID or SHEETS_CSV_DIR
  orchestrator TASK_EVENTS_URL

The tables of the other sources are created empty. Days of [SINCE, UNTIL) are read unless already loaded; the last 30 days before UNTIL
are always read again, because vendors revise them, and only days whose content changed are written.
"""
EPILOG = """\
exit code:
  0  everything asked for is loaded
  1  a source or a resource failed, or rows went to the quarantine; everything else is loaded
  2  a setting is missing or wrong; nothing was touched

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
        "sources", nargs="*", metavar="source", help=f"one or more of: {', '.join(SOURCE_NAMES)}"
    )
    parser.add_argument("--since", help="first day, like 2026-06-01 (default: SINCE, 90 days)")
    parser.add_argument("--until", help="day after the last one (default: UNTIL, the day of AS_OF)")
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be fetched; touch nothing"
    )
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
    options = build_parser().parse_args(arguments)
    try:
        settings = read_settings(
            since=options.since, until=options.until, sources=tuple(options.sources)
        )
    except ConfigError as error:
        sys.stderr.write(f"extract: {error}\n")
        return 2
    if not settings.sources:
        sys.stderr.write(
            "extract: no source is on. Set CURSOR_API_KEY, ANTHROPIC_ADMIN_KEY, "
            "CLAUDE_ANALYTICS_KEY, CLAUDE_AI_EXPORT_DIR, GOOGLE_REPORTS_CUSTOMER, "
            "SHEETS_SPREADSHEET_ID, SHEETS_CSV_DIR or TASK_EVENTS_URL, or try it with the sandbox: "
            "python -m sandbox exec -- python -m extract\n"
        )
        return 2
    if options.dry_run:
        from extract.dry_run import describe

        for line in describe(settings):
            sys.stdout.write(line + "\n")
        return 0
    return run_all(
        settings,
        accept_shrink=options.accept_shrink,
        accept_new_person_ids=options.accept_new_person_ids,
    )


def run_all(
    settings: Settings,
    *,
    accept_shrink: bool = False,
    accept_new_person_ids: bool = False,
    credentials: Credentials | None = None,
    create_others: bool = True,
) -> int:
    """Load every source of the settings and create the tables of the others.

    Args:
        settings: What to load and where to.
        accept_shrink: Believe the vendor even if far fewer rows come back than are held.
        accept_new_person_ids: Let ids of people change, because the key did.
        credentials: Given to the destination instead of those that it finds itself.
        create_others: Create the empty tables of the sources that are off.
    """
    progress = Progress()
    results: list[TableResult] = []
    problems: list[str] = []
    warnings: list[str] = []
    try:
        suppression = read_suppression(settings.state_dir, settings.privacy_key)
        key = load_key(settings.state_dir, settings.privacy_key)
        with warehouse(settings) as opened:
            for source in SOURCE_NAMES if create_others else settings.sources:
                outcome = _one(
                    settings,
                    source,
                    accept_shrink=accept_shrink,
                    accept_new_person_ids=accept_new_person_ids,
                    progress=progress,
                    credentials=credentials or opened,
                    suppression=suppression,
                    key=key,
                )
                results.extend(outcome.results)
                problems.extend(outcome.problems)
                warnings.extend(outcome.warnings)
    except (ConfigError, KeyProblemError, SuppressionError) as error:
        progress.line(f"extract: {error}")
        return 2
    if results:
        report(results)
    for text in warnings:
        progress.line(f"warning: {text}")
    for text in dict.fromkeys(problems):
        progress.line(f"PROBLEM: {text}")
    return 1 if problems else 0


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
) -> Outcome:
    """Load one source; whatever happens to it must not stop the next one."""
    run: SourceRun | None = None
    try:
        if source not in settings.sources:
            create_empty(settings, source, TABLES[source], credentials, key)
            return Outcome()
        run = SourceRun(
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
        return outcome
