"""What names a person, where it may stand in data, and what stands in its place.

An identifier has a kind, and a vendor's id the namespace in which it is unique: `17` of Cursor is nobody at Google. What
kind of column a cell stands in says what is looked for in it (`Replacement.cell`):

email      the whole value; in a value that is no plain address also an address anywhere in it
aliases    its parts
id         the whole value in its own namespace; an address anywhere in it
name       the whole value, whatever it is, in rows that are the person's; in others an address anywhere
mention    an address anywhere, however it is written (`persons.written`), a vendor's id and a key's name where they stand
           alone; the person's full name in rows that are the person's, or right before the address
mention_id as id, of somebody whom the row is not about
label      a thing's name, by which rows are joined: an address anywhere, a key's whole name
file       as label, with one word for everybody, because files are found again by their names

Never a word of an address, never what stands before its `@` alone.
"""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from persons.folding import ATOM, fold
from persons.written import (
    ADDRESS,
    SLUG,
    Key,
    address_key,
    keys_of,
    slug,
)

PSEUDONYM = "erased-[0-9a-f]{16}"
_TOKEN = re.compile(PSEUDONYM)
CONSTANT = "erased"
ANYWHERE = "*"
"""The namespace of ids of which nobody knows whose they are, in tables where nobody says whose stand in a column."""
DOMAIN = "erased.invalid"
KEY_NAME = re.compile(r"^claude_code_key_([a-z0-9._+-]+)_[a-z0-9]+$")
"""A key that Claude Code made: its name carries what stands before the @ (seed `attribution_rules`)."""
_WELL_FORMED = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{21}|[a-z]{2,12}_(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{16,}"
    r"|(?=(?:\D*\d){4})(?=(?:[^a-z]*[a-z]){4})[0-9a-z]{18,}"
)


class Kind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    ID = "id"  # an account's or user's id at a vendor
    NAME = "name"
    KEY = "key"  # a key's whole name that carries the person's
    OTHER = "other"  # somebody else's address, that holds the person's as a part


class ColumnKind(StrEnum):
    """What a column holds; see the module's text."""

    EMAIL = "email"
    ALIASES = "aliases"
    ID = "id"
    NAME = "name"
    MENTION = "mention"
    MENTION_ID = "mention_id"
    LABEL = "label"
    FILE = "file"


OWN = frozenset({ColumnKind.EMAIL, ColumnKind.ID, ColumnKind.ALIASES})
"""What says whose row it is."""


@dataclass(frozen=True)
class Label:
    """An identifier without its text: the second e-mail, say."""

    kind: Kind
    number: int = 0


@dataclass(frozen=True)
class Identifier:
    """A text that names the person; an id in its namespaces, or in any if none is given."""

    label: Label
    text: str
    namespaces: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    """How else an address is spelled where it is held: plain hashes of it are made of that."""

    def looked_up_by(self) -> set[Key]:
        """Return the keys under which the identifier is found."""
        if self.label.kind is Kind.EMAIL:
            return set(keys_of(self.text, self.spellings))
        if self.label.kind is Kind.OTHER:
            return {(ADDRESS, address_key(self.text)), (SLUG, slug(self.text))}
        if self.label.kind is Kind.ID:
            text = id_key(self.text)
            if is_well_formed(text):
                return {id_in("", text)}
            return {id_in(one, text) for one in self.namespaces}
        if self.label.kind is Kind.NAME:
            return {(BY_NAME, spaced(self.text))} if spaced(self.text) else set()
        return {(BY_KEY, fold(self.text))}


Found = tuple[Label, str]
"""What an identifier is and the token of whom it names."""
BY_ID, BY_NAME, BY_KEY = "id", "name", "key"


def new_token() -> str:
    """Return a random pseudonym's core; nothing leads from it back to a person."""
    return f"erased-{secrets.token_hex(8)}"


@lru_cache(maxsize=65_536)
def spaced(text: str) -> str:
    """Return a name's words, whatever stands between them."""
    return " ".join(ATOM.findall(fold(text)))


def id_key(text: str) -> str:
    """Return an id as ids are compared."""
    return fold(text)


def id_in(namespace: str, text: str) -> Key:
    """Return what an id is looked up by in a namespace, or anywhere if it is unique of itself."""
    return (BY_ID, f"{'' if is_well_formed(text) else namespace}|{text}")


@lru_cache(maxsize=65_536)
def is_well_formed(text: str) -> bool:
    """Tell whether a text is a vendor's id of itself, which nobody has by chance: a UUID, `user_01…`, 21 digits."""
    return _WELL_FORMED.fullmatch(text.strip().lower()) is not None


def pseudonym(label: Label, token: str) -> str:
    """Return what stands in an identifier's place. Those of one person belong together as before."""
    # A name's number says only whether others bear it.
    which = f".{label.number}" if label.number and label.kind is not Kind.NAME else ""
    if label.kind is Kind.EMAIL:
        return f"{token}{which}@{DOMAIN}"
    if label.kind is Kind.ID:
        return f"{token}.id{which}"
    return f"{token}{which}"


def tokens(text: str) -> list[str]:
    """Return the pseudonyms' cores in a text, in order."""
    return _TOKEN.findall(text)


def without_tokens(text: str) -> str:
    """Return a text in which all erased people look alike."""
    return _TOKEN.sub(CONSTANT, text)


def with_tokens(text: str, known: dict[str, str]) -> str:
    """Return a text with some pseudonyms' cores exchanged."""
    return _TOKEN.sub(lambda match: known.get(match[0], match[0]), text)


def atoms(text: str) -> int:
    """Return of how many runs of letters and digits a text consists."""
    return len(ATOM.findall(text))
