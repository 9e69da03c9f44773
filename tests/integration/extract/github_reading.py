"""GitHub's readers against a stand-in, into a real spool: what they bring, without the load."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extract.config import Settings, read_settings
from extract.landing.coverage import COVERAGE
from extract.landing.errors import NotOfferedError, SourceError
from extract.landing.resource import Resource
from extract.landing.sink import Unit
from extract.landing.spool import Spool
from extract.sources import SOURCES
from extract.sources.github.tables import TABLES
from tests.worlds.github import TOKEN, Json, Site

AS_OF = "2026-06-30"


@dataclass
class Read:
    """What the readers brought."""

    rows: dict[str, list[Json]] = field(default_factory=dict)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    n_bad: int = 0

    def count(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.rows.items()}


def settings_for(site: Site, **more: str) -> Settings:
    return read_settings(
        {
            "GITHUB_API_URL": site.address,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORIES": "o/r",
            "GITHUB_ORGANIZATION": "o",
            "SINCE": "2026-06-01",
            "UNTIL": AS_OF,
            "AS_OF": AS_OF,
            "HTTP_BACKOFF_SECONDS": "0",
            **more,
        },
        sources=("github",),
    )


def read(site: Site, marks: Mapping[tuple[str, str], str] | None = None, **more: str) -> Read:
    """Read everything, as a run would that knows how far the one before it came."""
    settings, found = settings_for(site, **more), Read()
    found.marks = dict(marks or {})
    unit = Unit(settings.since, settings.until)
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        for resource in SOURCES["github"].resources(settings):
            _read(resource, spool, unit, found)
        for table in (one for one in TABLES if one is not COVERAGE):
            rows = spool.rows(table, ["current"], settings.as_of)
            found.rows[table.name] = [row for part in rows for row in part.to_pylist()]
        spool.close()
    return found


def _read(resource: Resource, spool: Spool, unit: Unit, found: Read) -> None:
    has_more = True
    while has_more:
        sink = spool.sink(unit)
        sink.marks = found.marks
        try:
            resource.read(unit, sink)
        except SourceError as error:
            sink.close(keep=False)
            if not isinstance(error, NotOfferedError):
                found.problems.append(f"{resource.name}: {error}")
            return
        sink.close(keep=True)
        has_more = sink.has_more
        found.problems += [f"{resource.name}: {text}" for text in sink.problems]
        found.marks |= {key: one.content_hash for key, one in sink.reached.items()}
        found.n_bad += sum(one.n_quarantined for one in sink.reached.values())


WHOLE = {
    "repositories": 1,
    "pull_requests": 5,
    "pull_request_commits": 5,
    "pull_request_reviews": 5,
    "pull_request_comments": 2,
    "issue_events": 1,
    "deployments": 2,
    "deployment_statuses": 4,
    "workflow_runs": 5,
    "releases": 1,
    "commits": 2,
    "team_members": 2,
}
