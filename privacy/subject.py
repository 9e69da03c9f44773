"""Everything that names one person: found from one identifier, through the columns that say whose a row is, until nothing new turns up.

Whatever is given is looked up by exact match: an address as a mailbox, a vendor's id in its namespace. What is held by nobody
is somebody unknown if it is a whole address or a vendor's id that nobody has by chance; anything else may be a word, a number,
a model, a tenant, and is refused.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from persons.identifiers import (
    KEY_NAME,
    Identifier,
    Kind,
    Label,
    atoms,
    id_in,
    id_key,
    is_well_formed,
    spaced,
)
from persons.keys import normalised
from persons.written import ADDRESS, Key, address_key, bare, is_address
from privacy.columns import MAP, PersonalMap
from privacy.own_rows import OwnRows
from warehouse.engine import Warehouse

_NO_IDENTIFIER = (
    "what was given leads to nobody and may be any word: it is no e-mail and no vendor's id that is unique of itself"
    " (a UUID, user_01…, 21 digits), and no account has it. Ask again with an e-mail or an id of the person"
)
_SEVERAL_ACCOUNTS = "the id that was given is an account of several people at different vendors. Ask again with an e-mail of the person"
_SHORTEST_NAME = 6


class AmbiguousSubjectError(Exception):
    """The identifiers belong to several people; the message names none of them."""


class UnusableSubjectError(Exception):
    """What was given names nobody who is held, and cannot be looked for without harm to other texts."""


@dataclass
class Subject:
    """A person's identifiers, in the order in which they were found."""

    emails: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shared_names: list[str] = field(default_factory=list)
    """Names that somebody else bears too, or very short ones. One word alone is looked for nowhere."""
    namespaces: dict[str, set[str]] = field(default_factory=dict)
    """Where an id is the person's; an id that is unique of itself needs none."""
    spellings: dict[str, set[str]] = field(default_factory=dict)
    """How addresses are spelled where they are held."""
    keys: list[str] = field(default_factory=list)
    """Names of keys that carry the person's."""
    others: set[str] = field(default_factory=set)
    """Addresses that are other people's."""
    is_held: bool = True
    """Whether a row is the person's; nobody's may still be mentioned."""

    def identifiers(self) -> list[Identifier]:
        """Return what is looked for, with the order that pseudonyms follow."""
        result = [
            Identifier(
                Label(Kind.EMAIL, n), text, spellings=frozenset(self.spellings.get(text, ()))
            )
            for n, text in enumerate(self.emails)
        ]
        result += [
            Identifier(Label(Kind.ID, n), text, frozenset(self.namespaces.get(text, ())))
            for n, text in enumerate(self.ids)
        ]
        for number, names in enumerate((self.names, self.shared_names)):
            result += [Identifier(Label(Kind.NAME, number), text) for text in names]
        numbers = {
            email.partition("@")[0]: n for n, email in reversed(list(enumerate(self.emails)))
        }
        for text in self.keys:
            carried = KEY_NAME.match(text)
            number = numbers.get(carried[1], 0) if carried else 0
            result.append(Identifier(Label(Kind.KEY, number), text))
        return result

    def __bool__(self) -> bool:
        return self.is_held and bool(self.emails or self.ids)


def find_subject(
    warehouse: Warehouse, *given: str, columns: PersonalMap = MAP, own: OwnRows | None = None
) -> Subject:
    """Return everything that names the person whom an e-mail or a vendor's id names, or several of them.

    Of somebody whom no row is about, the subject holds what was given and is false.

    Args:
        warehouse: Where the person is looked for.
        given: What the person is looked for by.
        columns: Says whose a row is.
        own: The same warehouse's rows, where others were looked for before and nothing was changed since.

    Raises:
        AmbiguousSubjectError: The same identifier belongs to two people of the people sheet.
        UnusableSubjectError: It belongs to nobody, and may be any word.
    """
    own = own or OwnRows(warehouse, columns)
    search = _Search(own)
    search.start([text for text in map(normalised, given) if text])
    search.follow()
    subject = search.subject()
    if not subject.is_held:
        subject.emails, subject.ids = [], []
        for one in unknown_person(given):
            place = subject.emails if one.label.kind is Kind.EMAIL else subject.ids
            if one.label.kind is not Kind.NAME and one.text not in place:
                place.append(one.text)
    subject.keys = sorted(_carrying(own.key_names, subject))
    return subject


def unknown_person(given: Iterable[str]) -> list[Identifier]:
    """Return the identifiers of somebody who is not held: the data may come later.

    Raises:
        UnusableSubjectError: None of them is an address or a vendor's id that nobody has by chance.
    """
    result = []
    for number, text in enumerate(map(normalised, given)):
        if is_address(bare(text)):
            result.append(Identifier(Label(Kind.EMAIL, number), bare(text)))
        elif is_well_formed(text):
            result.append(Identifier(Label(Kind.ID, number), text))
        elif number == 0:
            raise UnusableSubjectError(_NO_IDENTIFIER)
    if not result:
        raise UnusableSubjectError(_NO_IDENTIFIER)
    return result


class _Search:
    """Follows identifiers from row to row."""

    def __init__(self, own: OwnRows) -> None:
        self._own = own
        self._known: dict[Key, str] = {}
        self._spellings: dict[Key, set[str]] = {}
        self._names: dict[str, str] = {}
        self._people: set[str] = set()
        self._is_held = False

    def start(self, given: list[str]) -> None:
        """Begin with what was given; a short id is one only where it is held exactly."""
        for number, text in enumerate(given):
            if "@" in text:
                self._known.setdefault((ADDRESS, address_key(bare(text))), spelled(bare(text)))
                continue
            if is_well_formed(text):
                self._known.setdefault(id_in("", id_key(text)), id_key(text))
            elif number == 0:
                held = [
                    key
                    for key in self._own.by_key
                    if key[0] == "id" and key[1].rpartition("|")[2] == id_key(text)
                ]
                for key in held:
                    self._known.setdefault(key, id_key(text))
                if len(held) > 1:
                    self._refuse_different_people(held)

    def _refuse_different_people(self, held: list[Key]) -> None:
        """An id of several vendors is one person's only if each of them leads to the others."""
        for key in held:
            one = _Search(self._own)
            one._known[key] = key[1]
            one.follow()
            if not set(held) <= set(one._known):
                raise AmbiguousSubjectError(_SEVERAL_ACCOUNTS)

    def follow(self) -> None:
        """Collect until nothing new turns up."""
        waiting, seen = list(self._known), set(self._known)
        while waiting:
            key = waiting.pop(0)
            for held in (key, *self._own.tagged.get(key, ())):
                self._known.setdefault(held, held[1].rpartition("|")[2])
                for row in self._own.by_key.get(held, ()):
                    self._is_held = True
                    if row.person is not None:
                        self._people.add(row.person)
                    for name in row.names:
                        self._names.setdefault(spaced(name), name)
                    for found, written in row.keys:
                        self._spellings.setdefault(found, set()).add(written)
                        if found not in seen:
                            seen.add(found)
                            self._known.setdefault(found, written)
                            waiting.append(found)

    def subject(self) -> Subject:
        """Return the person.

        Raises:
            AmbiguousSubjectError: They are several people of the sheet.
        """
        if len(self._people) > 1:
            raise AmbiguousSubjectError(
                f"the identifiers lead to {len(self._people)} people of the people sheet, who share an alias or an"
                " account. Set that right in the sheet and run again: the run after loading it erases"
            )
        subject = Subject(is_held=self._is_held)
        for (kind, text), written in self._known.items():
            if kind == ADDRESS:
                spellings = self._spellings.get((kind, text), {written})
                subject.emails.append(min(map(spelled, spellings)))
                subject.spellings[subject.emails[-1]] = spellings
            else:
                namespace, _, found = text.rpartition("|")
                if found not in subject.ids:
                    subject.ids.append(found)
                if namespace:
                    subject.namespaces.setdefault(found, set()).add(namespace)
        subject.others = {
            text
            for row in self._own.rows
            for (kind, text), _ in row.keys
            if kind == ADDRESS and (kind, text) not in self._known
        }
        borne = {
            spaced(name)
            for row in self._own.rows
            if not any(key in self._known for key in row.all_keys)
            for name in row.names
        }
        for name, written in self._names.items():
            if atoms(name) < 2:
                continue  # it goes in the person's rows, where nobody asks what it is
            is_short = len(name) < _SHORTEST_NAME
            place = subject.shared_names if name in borne or is_short else subject.names
            place.append(" ".join(written.split()))
        return subject


def spelled(address: str) -> str:
    """Return an address in small letters, as its owner writes it: a plain hash is made of that."""
    return unicodedata.normalize("NFC", address.strip().lower())


def _carrying(names: Iterable[str], subject: Subject) -> set[str]:
    """Return the names of keys that carry what stands before the @ of the person's addresses, and of nobody else's."""
    locals_ = {email.partition("@")[0] for email in subject.emails}
    locals_ -= {email.partition("@")[0] for email in subject.others}
    return {name for name in names if (carried := KEY_NAME.match(name)) and carried[1] in locals_}
