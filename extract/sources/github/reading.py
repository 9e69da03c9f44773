"""What the readers share: repositories looked up once, marks, and lists that are read from the newest down.

A mark says from which day a list is known and up to which instant: `2026-09-02..2026-12-01T08:15:00Z`. It is a row of
`loaded_partitions`, so it counts only when the rows before it are loaded. Lists come newest first, because only so can one
that moves while it is read be read without a gap: what moves up pushes others to the next page, where they come twice.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from extract.client.http import ApiError
from extract.config import Settings
from extract.landing.contracts import Table
from extract.landing.errors import SourceError
from extract.landing.sink import Sink, Unit
from extract.sources.github.api import GitHub
from extract.sources.github.rows import Row, value_of

LOOK_BACK = dt.timedelta(days=30)
"""How long a run may be run again and a deployment gets statuses, of which no list of GitHub tells."""
CALLS_PER_PART, CALLS_PER_STAGE = 500, 100
"""So many calls for single things, and what they brought is loaded, or staged by a backfill, which costs less."""


@dataclass(frozen=True)
class Repository:
    """One of GITHUB_REPOSITORIES, as GitHub names it now."""

    repository_id: str
    name: str
    default_branch: str

    @property
    def path(self) -> str:
        """Where its lists are: by its number, which a new name does not change."""
        return f"/repositories/{self.repository_id}"

    @property
    def columns(self) -> Row:
        """What its rows say of it."""
        return {"repository_id": self.repository_id, "repository_name": self.name}


class Repositories:
    """Looks each repository up once; one that cannot be read is nobody's but its own loss."""

    def __init__(self, api: GitHub, names: tuple[str, ...]) -> None:
        """Ask nothing yet."""
        self._api, self._names = api, names
        self.answers: list[Row] = []
        self._found: list[Repository] | None = None
        self._lost: dict[str, str] = {}

    def found(self) -> list[Repository]:
        """Return those that can be read."""
        if self._found is None:
            found: dict[str, Repository] = {}
            for name in self._names:
                try:
                    one = self._look_up(name)
                except SourceError as error:
                    self._lost[name] = str(error)
                else:
                    # One that is named twice, by its old name and its new one, is read once.
                    found.setdefault(one.repository_id, one)
            self._found = list(found.values())
        return self._found

    def _look_up(self, name: str) -> Repository:
        body = self._api.one(f"/repos/{name}")
        number, full_name = body.get("id"), body.get("full_name")
        if type(number) is not int or not isinstance(full_name, str):
            raise SourceError(f"GitHub: the answer about {name} has no 'id' or no 'full_name'")
        if body not in self.answers:
            self.answers.append(body)
        return Repository(str(number), full_name, str(body.get("default_branch") or "main"))

    def complain(self, sink: Sink) -> None:
        """Say which could not be read."""
        for name, why in self._lost.items():
            sink.complain(f"{name}: {why}")


@dataclass(frozen=True)
class Mark:
    """From which day a list is known, and up to which instant."""

    since: dt.date
    until: str

    def __str__(self) -> str:
        """Write it as it stands in the ledger."""
        return f"{self.since}..{self.until}"


def is_known(sink: Sink, table: Table, part: str, since: dt.date) -> bool:
    """Tell whether a list is known since a day; one without a beginning is read whole, so that it is."""
    mark = sink.mark(table, part)
    before, _, until = (mark or "").partition("..")
    return mark is not None and (not until or dt.date.fromisoformat(before) <= since)


class List:
    """One list of one repository: how far down it has to be read, and the mark when it is read."""

    def __init__(self, settings: Settings, sink: Sink, table: Table, part: str) -> None:
        """Read the mark."""
        self._table, self._part, self._as_of = table, part, settings.as_of
        before, _, until = (sink.mark(table, part) or "").partition("..")
        known = dt.date.fromisoformat(before) if until else None
        since = settings.since.isoformat() + "T00:00:00Z"
        is_known = known is not None and known <= settings.since
        self.floor = max(since, until) if is_known else since
        self.recent = (settings.as_of - LOOK_BACK).strftime("%Y-%m-%dT00:00:00Z")
        self.floor_with_look_back = max(since, min(self.floor, self.recent))
        self._since = min(known or settings.since, settings.since)
        self._until = max(self.floor, until)

    def reach(self, sink: Sink, newest: str) -> None:
        """Note that the list is read down to its floor."""
        until = max(newest, self._until)
        sink.reach(self._table, self._part, str(Mark(self._since, until)))
        sink.cover(self._table, self._part, self._since, _instant(until) or self._as_of)


def _instant(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def down_to(pages: Iterator[Row], field: str, floor: str) -> Iterator[list[Any]]:
    """Yield the items of a list from the newest on, of each page those at or above the floor; end below it."""
    for page in pages:
        items = page["rows"]
        yield [item for item in items if not _is_below(item, field, floor)]
        if items and _is_below(items[-1], field, floor):
            return


def _is_below(item: object, field: str, floor: str) -> bool:
    instant = value_of(item, field)
    return isinstance(instant, str) and instant < floor


class At:
    """Where the rows go now: each part of a long reading has a sink of its own."""

    sink: Sink

    @property
    def n_calls(self) -> int:
        """How many calls for single things are made before what they brought is kept."""
        return CALLS_PER_STAGE if self.sink.is_backfill else CALLS_PER_PART


class InParts:
    """Makes a reader of a generator: wherever it yields, what was read so far is loaded."""

    def __init__(self, steps: Callable[[At], Iterator[None]]) -> None:
        """Begin when the loader asks."""
        self._steps, self._at = steps, At()
        self._running: Iterator[None] | None = None

    def __call__(self, _: Unit, sink: Sink) -> None:
        """Read one part."""
        self._at.sink = sink
        if self._running is None:
            self._running = self._steps(self._at)
        try:
            next(self._running)
        except StopIteration:
            self._running = None
        except BaseException:
            self._running = None
            raise
        else:
            sink.more()


Reader = Callable[[Repository, At], Iterator[None]]


def each(repositories: Repositories, table: Table, since: dt.date, read: Reader) -> InParts:
    """Read every repository; one that fails is named, and its mark stays where it is.

    A backfill leaves out those whose list, the table's, is known since the wanted day.
    """

    def steps(at: At) -> Iterator[None]:
        for repository in repositories.found():
            if at.sink.is_backfill and is_known(at.sink, table, repository.repository_id, since):
                continue
            at.sink.part = repository.repository_id
            try:
                yield from read(repository, at)
            except SourceError as error:
                at.sink.complain(f"{repository.name}: {error}")
            if at.sink.is_backfill:
                yield

    return InParts(steps)


def is_gone(error: ApiError) -> bool:
    """Tell whether something that a list named is no longer there."""
    return error.status in (404, 410)
