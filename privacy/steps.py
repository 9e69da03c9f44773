"""What an erasure does for one person: find, plan, replace, look again. `erasing.py` says when, and on which copy.

The one place where the flow of an erasure meets what names a person and where it may be replaced.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from persons.identifiers import Identifier, new_token
from persons.keys import load_key
from persons.matching import lookalikes
from persons.suppression import read_suppression, suppress
from privacy.access import end_access
from privacy.config import Settings
from privacy.files import forget_traces
from privacy.findings import Findings
from privacy.ledgers import refresh_fingerprints
from privacy.masking import subject_of
from privacy.own_rows import OwnRows
from privacy.plan import Plan, PlanError, apply
from privacy.plan import make_plan as plan_of
from privacy.replacing import Touched
from privacy.scan import Search
from privacy.subject import Subject, find_subject
from privacy.tokens import TokenStore
from warehouse.engine import Warehouse


class NotAsPlannedError(Exception):
    """Something else would change than was planned; nothing of it is kept. The message names nobody."""


@dataclass(frozen=True)
class Person:
    """Whom a job is about."""

    subject: Subject
    token: str
    is_held: bool

    @property
    def identifiers(self) -> list[Identifier]:
        """Return what names the person."""
        return self.subject.identifiers()

    @cached_property
    def search(self) -> Search:
        """Return what searches for the person."""
        return Search(self.identifiers, others=self.subject.others)


def find_person(warehouse: Warehouse, given: Iterable[str], own: OwnRows | None = None) -> Person:
    """Return whom the given identifiers name; somebody who is not held has the given ones only.

    Raises:
        AmbiguousSubjectError: They lead to several people.
        UnusableSubjectError: They lead to nobody and cannot be those of a person.
    """
    subject = find_subject(warehouse, *given, own=own)
    return Person(subject, new_token(), is_held=bool(subject))


def noted(person: Person) -> dict[str, Any]:
    """Return what a later run has to know of somebody who is held, as JSON has it."""
    subject = person.subject
    others = [one.text for one in lookalikes(person.identifiers, subject.others)]
    return {
        "identifiers": [*subject.emails, *subject.ids, *subject.names],
        "emails": subject.emails,
        "ids": subject.ids,
        "names": subject.names,
        "shared_names": subject.shared_names,
        "namespaces": {text: sorted(found) for text, found in subject.namespaces.items()},
        "spellings": {text: sorted(found) for text, found in subject.spellings.items()},
        "keys": subject.keys,
        "others": others,
    }


def known_person(noted: Mapping[str, Any]) -> Person:
    """Return somebody whom an erasure has found, and perhaps replaced already."""
    if "emails" not in noted:
        return Person(subject_of(map(str, noted["identifiers"])), new_token(), is_held=True)
    subject = Subject(
        emails=list(noted["emails"]),
        ids=list(noted["ids"]),
        names=list(noted["names"]),
        shared_names=list(noted["shared_names"]),
        namespaces={text: set(found) for text, found in noted["namespaces"].items()},
        spellings={text: set(found) for text, found in noted["spellings"].items()},
        keys=list(noted["keys"]),
        others=set(noted["others"]),
    )
    return Person(subject, new_token(), is_held=True)


def make_plan(warehouse: Warehouse, person: Person) -> Plan:
    """Return what would be replaced; nothing is written.

    Raises:
        PlanError: That would not be the person's alone.
    """
    return plan_of(warehouse, person.subject, person.token)


def replace_person(
    settings: Settings, warehouse: Warehouse, person: Person, plan: Plan
) -> list[Touched]:
    """Replace the person as planned; from here on the settings' list knows them.

    Raises:
        NotAsPlannedError: More would have changed; the copy is of no use any more.
    """
    suppress(settings.state_dir, settings.privacy_key, person.identifiers, person.subject.others)
    with warehouse.transaction():
        try:
            touched = apply(warehouse, plan)
        except PlanError as error:
            raise NotAsPlannedError(str(error)) from error
        refresh_fingerprints(
            warehouse,
            touched,
            person.token,
            read_suppression(settings.state_dir, settings.privacy_key),
        )
    return touched


def look(settings: Settings, warehouse: Warehouse, person: Person) -> Findings:
    """Search every table and file for the person."""
    return person.search.everything(settings, warehouse)


def forget(settings: Settings, person: Person) -> int:
    """Remove logs and build files that name the person; return how many."""
    return forget_traces(settings, person.search)


def end_access_of(settings: Settings, person: Person) -> list[str]:
    """Revoke the tokens that were made for the person; return their ids."""
    key = load_key(settings.state_dir, settings.privacy_key)
    names = [*person.subject.emails, *person.subject.ids]
    return end_access(TokenStore(settings.state_dir), key, names, at=dt.datetime.now(dt.UTC))
