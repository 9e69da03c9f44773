"""What names a person, how it is found in any text, and what stands in its place.

An identifier is found wherever its letters and digits stand alone, in any case: as a whole value, in JSON, in a file's
name, in a sentence. It is not found inside another person's address: `anna@x.example` is not part of
`joanna@x.example` or `maria.anna@x.example`.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from persons.keys import normalised

_ATOM = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"\s*[^\s@\"'<>]+@[^\s@\"'<>]+\Z")
_FILE = re.compile(r"\.(csv|jsonl?|ndjson|parquet|txt|log|xlsx?|zip|gz)\s*\Z", re.IGNORECASE)
PSEUDONYM = "erased-[0-9a-f]{16}"
_TOKEN = re.compile(PSEUDONYM)
CONSTANT = "erased"
SHORTEST_IN_BYTES = 8
DOMAIN = "erased.invalid"


class Kind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    ID = "id"  # an account's or user's id at a vendor
    NAME = "name"
    LOCAL = "local"  # what stands before the @, as in the name of a key
    HASH = "hash"  # a plain hash of one of the others, which the staff list would reverse


@dataclass(frozen=True)
class Label:
    """An identifier without its text: the second e-mail, say."""

    kind: Kind
    number: int = 0


@dataclass(frozen=True)
class Identifier:
    """A text that names the person."""

    label: Label
    text: str

    @property
    def compared(self) -> str:
        """The text as it is compared."""
        return spaced(self.text) if self.label.kind is Kind.NAME else normalised(self.text)


Found = tuple[Label, str]
"""What an identifier is and the token of whom it names."""
Lookup = Callable[[str], Found | None]


def new_token() -> str:
    """Return a random pseudonym's core; nothing leads from it back to a person."""
    return f"erased-{secrets.token_hex(8)}"


def spaced(text: str) -> str:
    """Return a name's words, whatever stands between them."""
    return " ".join(_ATOM.findall(text.casefold()))


def pseudonym(label: Label, token: str) -> str:
    """Return what stands in an identifier's place. Those of one person belong together as before."""
    which = f".{label.number}" if label.number else ""
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
    return len(_ATOM.findall(text))


def matches(text: str, sizes: frozenset[int], lookup: Lookup) -> Iterator[tuple[int, int, Found]]:
    """Yield where identifiers stand in a text; the longest first, never overlapping.

    Args:
        text: Any text.
        sizes: The numbers of atoms that identifiers have.
        lookup: Says what a normalised text names, if anybody.
    """
    whole = lookup(normalised(text)) or lookup(spaced(text))
    if whole is not None:
        yield 0, len(text), whole
        return
    if _ADDRESS.match(text) and not _FILE.search(text):
        return  # somebody else's address
    places = [match.span() for match in _ATOM.finditer(text)]
    taken: list[tuple[int, int]] = []
    for size in sorted(sizes, reverse=True):
        for first in range(len(places) - size + 1):
            start, end = places[first][0], places[first + size - 1][1]
            if any(start < until and since < end for since, until in taken):
                continue
            part = text[start:end]
            found = lookup(normalised(part)) or lookup(spaced(part))
            if found is not None and _stands_alone(text, start, end, found[0].kind):
                taken.append((start, end))
                yield start, end, found


def _stands_alone(text: str, start: int, end: int, kind: Kind) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if kind is Kind.EMAIL:
        return before not in (".", "+")
    return before != "@" and after != "@" and not (kind is Kind.LOCAL and before in (".", "+"))


def replaced(text: str, sizes: frozenset[int], lookup: Lookup, *, constant: bool = False) -> str:
    """Return a text with every identifier replaced; `constant` for names that must not vary."""
    result, position = [], 0
    for start, end, (label, token) in sorted(matches(text, sizes, lookup), key=_start):
        result += [text[position:start], CONSTANT if constant else pseudonym(label, token)]
        position = end
    return "".join([*result, text[position:]])


def _start(match: tuple[int, int, Found]) -> int:
    return match[0]


class Replacement:
    """Known identifiers of some people, and what replaces them."""

    def __init__(self, people: dict[str, list[Identifier]]) -> None:
        """Take the identifiers by the token of their person."""
        self._known: dict[str, Found] = {}
        for token, identifiers in people.items():
            for identifier in identifiers:
                # Without a letter or digit it is found everywhere and nowhere.
                if atoms(identifier.compared):
                    self._known.setdefault(identifier.compared, (identifier.label, token))
        self.sizes = frozenset(map(atoms, self._known))
        self.text = partial(replaced, sizes=self.sizes, lookup=self._known.get)

    @property
    def probes(self) -> list[str]:
        """Regular expressions of which one matches every lower-case text that holds an identifier."""
        found = {r"[\W_]+".join(_ATOM.findall(known)) for known in self._known}
        # Folding the case writes one letter as two, which lower-casing in SQL does not.
        return sorted(probe.replace("ss", "(?:ss|ß)") for probe in found)

    @property
    def plain(self) -> list[str]:
        """The identifiers that are long enough to be looked for in bytes that are no text."""
        return sorted(text for text in self._known if len(text) >= SHORTEST_IN_BYTES)

    def finds(self, text: str) -> bool:
        """Tell whether a text names one of the people."""
        return next(matches(text, self.sizes, self._known.get), None) is not None
