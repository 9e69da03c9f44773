"""What a run would fetch, without a request and without touching the warehouse."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from extract.config import Settings, pipeline, warehouse
from extract.landing.ledger import Ledger, read_ledger, reader
from extract.landing.plan import days_out_of_reach, days_to_read, packages
from extract.sources import SOURCES


def describe(settings: Settings) -> Iterator[str]:
    """Yield a line per resource: the days that would be read, or the present state."""
    for source in settings.sources:
        ledger = _ledger(settings, source)
        for resource in SOURCES[source].resources(settings):
            if resource.delivered_to:
                yield f"{source}: the files of {resource.delivered_to} that are new or changed"
                continue
            if not resource.by_day:
                yield f"{source}.{resource.name}: its present state"
                continue
            days = days_to_read(resource, ledger, settings)
            spans = ", ".join(f"{unit.since} to {unit.until}" for unit in packages(days))
            yield f"{source}.{resource.name}: {len(days)} days ({spans}, end exclusive)"
            lost = days_out_of_reach(resource, ledger, since=settings.since, until=settings.until)
            if lost:
                yield (
                    f"{source}.{resource.name}: {len(lost)} days from {lost[0]} cannot be fetched: "
                    f"the vendor's data begins on {resource.earliest}"
                )


def _ledger(settings: Settings, source: str) -> Ledger:
    """Read the ledger through a working folder that is thrown away; none yet is an empty one."""
    if settings.warehouse == "duckdb" and not settings.duckdb_path.is_file():
        return {}
    with tempfile.TemporaryDirectory(prefix="extract-dry-") as folder:
        scratch = replace(settings, pipelines_dir=Path(folder))
        with warehouse(scratch, read_only=True) as credentials:
            try:
                found = pipeline(scratch, source, credentials)
                with reader(found) as raw:
                    return read_ledger(
                        raw,
                        SOURCES[source].tables,
                        since=settings.since,
                        until=settings.as_of.date(),
                    )
            except Exception:
                return {}
