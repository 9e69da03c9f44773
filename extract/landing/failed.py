"""The record of a run of a source that came to nothing: without it the run would look as if it had never begun."""

import datetime as dt

from extract.config import Credentials, Settings, pipeline
from extract.landing.load import ensure_tables, run_record, write_runs
from extract.landing.progress import Outcome, TableResult
from extract.landing.resource import Source


def record_failure(
    settings: Settings,
    source: Source,
    outcome: Outcome,
    text: str,
    credentials: Credentials | None = None,
) -> None:
    """Write the rows of `extract_runs`; where it failed before it knew its tables, one for each that the source has."""
    if not outcome.results:
        now = dt.datetime.now(dt.UTC)
        outcome.results = [
            TableResult(
                source.name, table.name, None, None, started_at=now, status="failed", error=text
            )
            for table in source.tables
        ]
    opened = pipeline(settings, source.name, credentials)
    ensure_tables(opened, source.tables)
    write_runs(opened, run_record(outcome.results, settings.run_id))
