"""What an erasure does for one person: find, plan, replace, look again. `erasing.py` says when, and on which copy.

The one place where the flow of an erasure meets what names a person and where it may be replaced.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persons.identifiers import Identifier, Kind, Replacement, new_token
from persons.suppression import read_suppression, suppress
from privacy.config import Settings
from privacy.files import files_naming, forget_traces, places_of
from privacy.ledgers import refresh_fingerprints
from privacy.masking import subject_of
from privacy.replacing import Touched, lookalikes, replace_everywhere, traces
from privacy.subject import Subject, UnusableSubjectError, find_subject, unknown_person
from warehouse.engine import JSON, TEXT, Warehouse

_EMAIL = re.compile(r"[^\s@]*[^\W_][^\s@]*@[^\s@]*[^\W_][^\s@]*\.[^\s@]*[^\W\d_]{2,}\Z")
_VENDOR_ID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"  # a UUID
    r"|[a-z]+_(?=[a-z0-9]*[0-9])[a-z0-9]{14,}\Z"  # user_01Abc…: a kind, then many letters and digits
    r"|[0-9]{21}\Z"  # Google's
)
NOBODY = (
    "what was given names nobody who is held, and is neither an e-mail nor an id as vendors give them to people: it may be"
    " a tenant, a date, a number, a model, a team or any other word. Nothing was changed. Ask again with an e-mail or an"
    " id of the person"
)


class NotAsPlannedError(Exception):
    """Something else would change than was planned; nothing of it is kept. The message names nobody."""


@dataclass(frozen=True)
class Person:
    """Whom a job is about."""

    subject: Subject
    identifiers: tuple[Identifier, ...]
    token: str
    is_held: bool

    @property
    def names(self) -> Replacement:
        """Return what knows the person's identifiers, and the pseudonym."""
        return Replacement({self.token: list(self.identifiers)})


@dataclass(frozen=True)
class Planned:
    """A table in which something would be replaced, and how many different texts."""

    table: str
    n_texts: int


@dataclass(frozen=True)
class Findings:
    """Where somebody is still named, and what was looked at."""

    tables: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    n_tables: int = 0
    n_columns: int = 0
    n_files: int = 0
    n_bytes: int = 0

    def __bool__(self) -> bool:
        return bool(self.tables or self.files)


def find_person(warehouse: Warehouse, given: Iterable[str]) -> Person:
    """Return whom the given identifiers name; somebody who is not held has the given ones only.

    Raises:
        AmbiguousSubjectError: They lead to several people.
        UnusableSubjectError: They lead to nobody and cannot be those of a person.
    """
    asked = tuple(given)
    subject = find_subject(warehouse, *asked)
    if subject:
        return Person(subject, tuple(subject.identifiers()), new_token(), is_held=True)
    for text in asked:
        if not (_EMAIL.match(text) or _VENDOR_ID.match(text)):
            raise UnusableSubjectError(NOBODY)
    return Person(subject, tuple(unknown_person(asked)), new_token(), is_held=False)


def noted(person: Person) -> dict[str, Any]:
    """Return what a later run has to know of somebody who is held, as JSON has it."""
    subject = person.subject
    return {"identifiers": [*subject.emails, *subject.ids, *subject.names]}


def known_person(noted: Mapping[str, Any]) -> Person:
    """Return somebody whom an erasure has found, and perhaps replaced already."""
    subject = subject_of(map(str, noted["identifiers"]))
    # What stands before the @ may be somebody else's too, which only the search for the person could tell.
    names = (one for one in subject.identifiers() if one.label.kind is not Kind.LOCAL)
    return Person(subject, tuple(names), new_token(), is_held=True)


def make_plan(warehouse: Warehouse, person: Person) -> list[Planned]:
    """Return what would be replaced; nothing is written."""
    return [Planned(str(one.table), one.n_cells) for one in traces(warehouse, person.names)]


def told(plan: Iterable[Planned]) -> Iterator[str]:
    """Yield the plan's lines; they name nobody."""
    for one in plan:
        yield f"{one.table}: {one.n_texts} different texts"


def replace_person(settings: Settings, warehouse: Warehouse, person: Person) -> list[Touched]:
    """Replace the person, in one transaction where the engine has them; from here on the settings' list knows them.

    Raises:
        NotAsPlannedError: That would change something else; the copy is of no use any more.
    """
    suppress(settings.state_dir, settings.privacy_key, person.identifiers)
    with warehouse.transaction():
        touched = replace_everywhere(warehouse, person.names, person.token, person.subject.emails)
        refresh_fingerprints(
            warehouse,
            touched,
            person.token,
            read_suppression(settings.state_dir, settings.privacy_key),
        )
    return touched


def look(settings: Settings, warehouse: Warehouse, person: Person) -> Findings:
    """Search every table and file for the person."""
    tables = warehouse.tables()
    left = traces(warehouse, person.names)
    named = files_naming(settings, person.names, lookalikes(warehouse, person.names))
    sizes = [path.stat().st_size for path in places_of(settings)]
    return Findings(
        tables=tuple(str(one.table) for one in left),
        files=tuple(named),
        n_tables=len(tables),
        n_columns=sum(len(one.of_kind(TEXT, JSON)) for one in tables),
        n_files=len(sizes),
        n_bytes=sum(sizes),
    )


def forget(settings: Settings, person: Person) -> int:
    """Remove logs and build files that name the person; return how many."""
    return forget_traces(settings, person.names)
