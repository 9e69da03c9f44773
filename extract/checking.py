"""`python -m extract check`: one cheap question for each thing that a source reads, and nothing is written anywhere.

Of days the newest are asked for, of a list its first page, of files their names and first rows. Says what answers, what the
key may not do, and from when to when there are days; counts and days only, nobody's data.
"""

import datetime as dt
import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from extract.config import SOURCE_NAMES, Settings
from extract.landing.contracts import Mode, Table
from extract.landing.convert import convert
from extract.landing.deliveries import Delivery
from extract.landing.errors import NotOfferedError, SourceError
from extract.landing.redaction import error_summary
from extract.landing.resource import Resource
from extract.landing.sink import Sink, Unit
from extract.sources import SOURCES
from persons.suppression import Suppression
from warehouse.env_file import ROOT, read_env_file

NEWEST_DAYS = 3
BACKOFF_SECONDS = 0.5
"""A check does not wait for a rate limit to pass: that it is reached is an answer, too."""

OF_CELLS = "  cells are read by make run; what cannot be says python -m serving summary --findings"


class _Enough(BaseException):
    """The question is answered; no reader takes this for a failure of the vendor."""


@dataclass
class Answer:
    """What became of one question."""

    what: str
    verdict: str = "ok"
    is_lost: bool = False
    says: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """Return it in words."""
        return f"  {self.verdict:<11}  {self.what}" + (
            f": {'; '.join(self.says)}" if self.says else ""
        )


class Glance(Sink):
    """Counts the first page and ends the reading; keeps no row."""

    def __init__(self, unit: Unit, folder: Path) -> None:
        """Write nothing into the folder."""
        super().__init__(unit, folder, 0, Suppression())
        self.n_rows, self.n_kept_out = 0, 0
        self.days: set[dt.date] = set()

    def add(
        self, table: Table, rows: Sequence[object], constants: Mapping[str, object] | None = None
    ) -> set[int]:
        """Look at a page as the loader would, and ask for no other."""
        if not rows:
            return set()
        batch = convert(table, rows, constants)
        self.n_rows, self.n_kept_out = len(rows), len(batch.rejects)
        if table.mode is Mode.DAY and batch.table.num_rows:
            self.days = set(batch.table.column("usage_date").unique().to_pylist())
        raise _Enough

    def deliver(self, file: Delivery) -> None:
        """Count a file."""
        super().deliver(file)
        self.n_rows += 1


def check(settings: Settings) -> tuple[list[str], bool]:
    """Ask every source that is on; return lines, and whether something cannot be read."""
    quick = replace(
        settings, http_backoff_seconds=min(settings.http_backoff_seconds, BACKOFF_SECONDS)
    )
    lines: list[str] = []
    is_lost = False
    with tempfile.TemporaryDirectory(prefix="extract-check-") as folder:
        for source in settings.sources:
            lines.append(f"{source}:")
            for answer in _ask(quick, source, Path(folder)):
                is_lost |= answer.is_lost
                lines.append(settings.redact(answer.line))
            if source == "sheets":
                lines.append(OF_CELLS)
    off = [name for name in SOURCE_NAMES if name not in settings.sources]
    if off:
        lines.append(f"off: {', '.join(off)} (docs/configuration.md says what switches them on)")
    return lines, is_lost


def _ask(settings: Settings, source: str, folder: Path) -> Iterator[Answer]:
    try:
        resources = SOURCES[source].resources(settings)
    except SourceError as error:
        yield Answer(source, "FAILED", is_lost=True, says=[str(error)])
        return
    for resource in resources:
        yield _asked(settings, resource, folder)


def _asked(settings: Settings, resource: Resource, folder: Path) -> Answer:
    answer = Answer(resource.name)
    since = max(settings.since, resource.earliest or settings.since)
    newest = max(since, settings.until - dt.timedelta(days=NEWEST_DAYS))
    unit = Unit(newest, settings.until) if resource.by_day else Unit(settings.since, settings.until)
    if resource.by_day and newest >= settings.until:
        return Answer(
            resource.name, "no days", says=[f"the vendor's data begins on {resource.earliest}"]
        )
    glance = Glance(unit, folder)
    try:
        resource.read(unit, glance)
    except _Enough:
        pass
    except NotOfferedError as error:
        return Answer(resource.name, "not offered", says=[str(error)])
    except SourceError as error:
        return Answer(resource.name, "FAILED", is_lost=True, says=[str(error)])
    except Exception as error:
        return Answer(resource.name, "FAILED", is_lost=True, says=[error_summary(error)])
    if glance.problems:
        return Answer(resource.name, "FAILED", is_lost=True, says=glance.problems)
    answer.says += [*_days(glance, resource, since), *glance.warnings]
    if glance.n_kept_out:
        answer.says.append(f"{glance.n_kept_out} of {glance.n_rows} rows would be kept out")
    return answer


def _days(glance: Glance, resource: Resource, since: dt.date) -> Iterator[str]:
    if resource.delivered_to:
        yield f"{glance.n_rows} files in {resource.delivered_to}"
        return
    if not resource.by_day:
        yield "there are rows" if glance.n_rows else "answers; there is nothing"
        return
    asked = f"{glance.unit.since} to {glance.unit.until - dt.timedelta(days=1)}"
    if glance.days:
        yield f"rows of {min(glance.days)} to {max(glance.days)} on the first page"
    else:
        yield f"answers; nothing on {asked}"
    begins = ", where the vendor's data begins" if since == resource.earliest else ""
    yield f"a run would ask from {since}{begins}"


def unknown_names(env_file: Path) -> Iterator[str]:
    """Yield what in a settings file is probably a slip: a name that is no setting and looks like one."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    known = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)
    for name in read_env_file(env_file):
        if name not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
            if close:
                yield f"{env_file.name}: {name} is no setting; is {close[0]} meant?"
