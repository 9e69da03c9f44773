"""Identifiers found and replaced in cells, by the kind of their column: see `persons.identifiers`."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from persons.folding import ATOM, fold
from persons.identifiers import (
    BY_ID,
    BY_KEY,
    BY_NAME,
    CONSTANT,
    KEY_NAME,
    OWN,
    ColumnKind,
    Found,
    Identifier,
    Kind,
    Label,
    atoms,
    id_in,
    id_key,
    is_well_formed,
    pseudonym,
    spaced,
    tokens,
)
from persons.spots import around, probe_of, spots_of
from persons.written import (
    ADDRESS,
    SLUG,
    Key,
    Occurrence,
    address_key,
    bare,
    is_address,
    longest,
    mailboxes,
    occurrences,
    slug,
)

_SPLIT = re.compile(r"[;,|\s]+")
_ID_WORD = re.compile(r"[0-9A-Za-z_-]{18,}")
_BEFORE_ADDRESS = re.compile(r"[\"'\\]*\s*[<(\[]\s*(?:mailto:)?", re.IGNORECASE)
_SHORTEST_NAME = 6
_LONG = 4_000


class Matching:
    """Finds and replaces identifiers in cells; who is known is asked of `look`, which answers Found or None."""

    slug_sizes: frozenset[int] = frozenset()
    name_sizes: frozenset[int] = frozenset()
    spots: re.Pattern[str] | None = None
    """Where in a long text the people may stand; None where nobody can say."""

    def look(self, key: Key) -> Found | None:
        """Return what a key is and whose, if it is known."""
        raise NotImplementedError

    def cell(self, text: str, kind: str, namespace: str = "", owner: str | None = None) -> str:
        """Return a cell of a column of some kind with the people's identifiers replaced.

        Args:
            text: What stands in it.
            kind: What the column holds.
            namespace: Where its ids are unique.
            owner: The token of the person whose row it is, if it is one of theirs.
        """
        found = self.found(text, kind, namespace, owner)
        return written_over(text, found, constant=kind == ColumnKind.FILE) if found else text

    def owner(self, cells: Iterable[tuple[str, str, str]]) -> str | None:
        """Return the token of the person whose row it is, by its own addresses and ids: text, kind, namespace."""
        for text, kind, namespace in cells:
            if kind in OWN:
                for hit in self.found(text, kind, namespace):
                    # A cell that names several people says not whose name stands beside it.
                    if kind == ColumnKind.ALIASES or text.count("@") < 2:
                        return hit.found[1]
        return None

    def found(
        self, text: str, kind: str, namespace: str = "", owner: str | None = None
    ) -> list[Occurrence[Found]]:
        """Return where the people's identifiers stand in a cell; see `cell`."""
        if len(text) <= _LONG or self.spots is None:
            return self._found(text, kind, namespace, owner)
        return [
            replace(hit, start=since + hit.start, end=since + hit.end)
            for since, until in around(text, self.spots)
            for hit in self._found(text[since:until], ColumnKind.MENTION, namespace, owner)
        ]

    def _found(
        self, text: str, kind: str, namespace: str, owner: str | None
    ) -> list[Occurrence[Found]]:
        if kind == ColumnKind.EMAIL and is_address(bare(text)):
            return self._address(text)
        if kind == ColumnKind.ALIASES:
            return [hit for hit in self._aliases(text) if hit is not None]
        if kind in (ColumnKind.ID, ColumnKind.MENTION_ID):
            key = id_in(namespace, id_key(text))
            hit = self.look(key)
            if hit is not None:
                return [_whole(text, hit, key)]
        if kind == ColumnKind.NAME and owner is not None and atoms(text) and not tokens(text):
            return [_whole(text, (Label(Kind.NAME), owner), (BY_NAME, spaced(text)))]
        hits = self._anywhere(text)
        if kind in (ColumnKind.MENTION, ColumnKind.LABEL, ColumnKind.FILE):
            hits += self._keys(text)
        if kind in (ColumnKind.MENTION, ColumnKind.FILE):
            hits += self._ids(text)
        if kind == ColumnKind.MENTION and (owner is not None or hits):
            hits += [
                hit
                for hit in self._names(text)
                if hit.found[1] == owner or _is_before(text, hit, hits)
            ]
        return longest(hits) if hits else hits

    def finds(self, text: str) -> bool:
        """Tell whether a text names one of the people: by an address anywhere, or as a whole by an id or a name."""
        whole = (
            self._by_any_id(text)
            or (atoms(text) > 1 and self.look((BY_NAME, spaced(text))))
            or self.look((BY_KEY, fold(text)))
        )
        return bool(whole) or bool(self.found(text, ColumnKind.MENTION))

    def text(self, value: str, *, constant: bool = False) -> str:
        """Return a text that stands in no column with the people's addresses, unique ids and keys' names replaced."""
        return self.cell(value, ColumnKind.FILE if constant else ColumnKind.MENTION)

    def name(self, text: str) -> str | None:
        """Return what is shown instead of a cell that is a person's name of several words, and nothing else."""
        hit = self.look((BY_NAME, spaced(text))) if atoms(text) > 1 else None
        return pseudonym(*hit) if hit else None

    def _by_any_id(self, text: str) -> Found | None:
        return self.look(id_in("", id_key(text)))

    def _address(self, text: str) -> list[Occurrence[Found]]:
        inner = bare(text)
        local, _, domain = address_key(inner).partition("@")
        for key in mailboxes(local, domain):
            hit = self.look(key)
            if hit is not None:
                start = text.find(inner)
                is_alone = text.strip() == inner
                place = (0, len(text)) if is_alone else (start, start + len(inner))
                return [] if hit[0].kind is Kind.OTHER else [Occurrence(*place, hit, key)]
        return []

    def _aliases(self, text: str) -> Iterable[Occurrence[Found] | None]:
        at = 0
        for part in _SPLIT.split(text):
            start = text.index(part, at)
            at = start + len(part)
            if not part:
                continue
            hits = self._address(part) if is_address(bare(part)) else self._anywhere(part)
            for hit in hits:
                yield replace(hit, start=start + hit.start, end=start + hit.end)
            if not hits and (hit_id := self._by_any_id(part)):
                yield Occurrence(start, at, hit_id, id_in("", id_key(part)))

    def _anywhere(self, text: str) -> list[Occurrence[Found]]:
        return list(filter(_is_theirs, occurrences(text, self.look, self.slug_sizes)))

    def _keys(self, text: str) -> list[Occurrence[Found]]:
        if "claude_code_key_" not in text.lower():
            return []
        hits = []
        for match in re.finditer(
            r"claude_code_key_[A-Za-z0-9._+-]+_[A-Za-z0-9]+", text, re.IGNORECASE
        ):
            key = (BY_KEY, match[0].lower())
            hit = self.look(key)
            carried = KEY_NAME.match(match[0].lower())
            if hit is not None and carried is not None:
                start, end = carried.span(1)
                hits.append(Occurrence(match.start() + start, match.start() + end, hit, key))
        return hits

    def _ids(self, text: str) -> list[Occurrence[Found]]:
        hits = []
        for match in _ID_WORD.finditer(text):
            word = match[0].lower()
            if is_well_formed(word) and (hit := self.look(id_in("", word))):
                hits.append(Occurrence(match.start(), match.end(), hit, id_in("", word)))
        return hits

    def _names(self, text: str) -> list[Occurrence[Found]]:
        """Return where full names stand, their words with blanks between them and nothing joined to them."""
        if not self.name_sizes:
            return []
        places = [match.span() for match in ATOM.finditer(text)]
        hits = []
        for size in self.name_sizes:
            for first in range(len(places) - size + 1):
                words = places[first : first + size]
                start, end = words[0][0], words[-1][1]
                gaps = [text[one[1] : two[0]] for one, two in pairwise(words)]
                # A name of several atoms may have marks of its own: O'Brien, Anne-Marie.
                if not any(gap.isspace() for gap in gaps) or _is_joined(text, start, end):
                    continue
                key = (BY_NAME, spaced(text[start:end]))
                hit = self.look(key)
                if hit is not None and len(key[1]) >= _SHORTEST_NAME:
                    hits.append(Occurrence(start, end, hit, key))
        return hits


def _is_joined(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (len(before) == 2 and before[1] in "-_./@" and before[0].isalnum()) or (
        len(after) == 2 and after[0] in "-_./@" and after[1].isalnum()
    )


def _is_before(text: str, name: Occurrence[Found], hits: Iterable[Occurrence[Found]]) -> bool:
    """Tell whether a name is that of an address right after it: Anna Berg <anna@x.example>."""
    return any(
        hit.found[1] == name.found[1]
        and hit.start >= name.end
        and _BEFORE_ADDRESS.fullmatch(text, name.end, hit.start) is not None
        for hit in hits
    )


def _whole(text: str, found: Found, key: Key) -> Occurrence[Found]:
    return Occurrence(0, len(text), found, key)


def _is_theirs(hit: Occurrence[Found]) -> bool:
    if hit.decoded is not None:
        return any(map(_is_theirs, hit.decoded.found))
    return hit.found[0].kind is not Kind.OTHER


def written_over(text: str, found: Iterable[Occurrence[Found]], *, constant: bool = False) -> str:
    """Return a text with what was found in it replaced; `constant` for names that must not vary."""
    result, position = [], 0
    for hit in found:
        if hit.decoded is not None:
            # Inside, everybody looks alike: a pseudonym that cannot be read there would make each delivery another one.
            theirs = filter(_is_theirs, hit.decoded.found)
            instead = hit.decoded.encode(written_over(hit.decoded.text, theirs, constant=True))
        else:
            instead = CONSTANT if constant else pseudonym(*hit.found)
        result += [text[position : hit.start], instead]
        position = hit.end
    return "".join([*result, text[position:]])


class Replacement(Matching):
    """Known identifiers of some people, and what replaces them."""

    def __init__(
        self, people: Mapping[str, Collection[Identifier]], others: Collection[str] = ()
    ) -> None:
        """Take the identifiers by the token of their person, and the addresses that other people hold."""
        self._known = keys_of_people(people)
        self.others = frozenset(others)
        self.identifiers = [one for identifiers in people.values() for one in identifiers]
        self._known |= {
            key: (Label(Kind.OTHER), "")
            for one in lookalikes(self.identifiers, others)
            for key in one.looked_up_by()
            if key not in self._known
        }
        self.slug_sizes = sizes_of(self._known, SLUG)
        self.name_sizes = sizes_of(self._known, BY_NAME)
        words = [
            r"[\W_]+".join(map(re.escape, ATOM.findall(text.rpartition("|")[2])))
            for kind, text in self._known
            if kind in (BY_NAME, BY_ID, BY_KEY)
        ]
        self.spots = spots_of(self._addresses(), words)

    def look(self, key: Key) -> Found | None:  # noqa: D102 - as `Matching` says
        return self._known.get(key)

    def short_ids(self, namespace: str) -> list[str]:
        """Return the ids of the people in a namespace that are unique in it only."""
        return sorted(
            id_key(one.text)
            for one in self.identifiers
            if one.label.kind is Kind.ID and namespace in one.namespaces
        )

    def is_named(self, text: str, kind: str, namespace: str = "") -> bool:
        """Tell whether a cell names the people by an address, an id or a key; a name alone is anybody's."""
        found = self.found(text, kind, namespace)
        return any(hit.found[0].kind is not Kind.NAME for hit in found)

    @cached_property
    def probe(self) -> str:
        """A regular expression, of RE2, for texts of columns of which nobody says that they name people."""
        return probe_of(self._addresses())

    def _addresses(self) -> Iterable[tuple[str, Iterable[str]]]:
        for one in self.identifiers:
            if one.label.kind is Kind.EMAIL:
                yield one.text, one.spellings

    @property
    def probes(self) -> list[str]:
        """Regular expressions of which one matches every lower-case text that holds an identifier as people write it."""
        found = set()
        for kind, text in self._known:
            words = ATOM.findall(text.rpartition("|")[2])
            gap = r"[\W_]+(?:40)?" if kind in (ADDRESS, SLUG) else r"[\W_]+"
            if words:
                # A tag may stand before the @. Folding the case writes one letter as two, which lower-casing does not.
                pattern = gap.join(words).replace("ss", "(?:ss|ß)")
                found.add(pattern)
                if kind == ADDRESS:
                    local, _, domain = text.partition("@")
                    found.add(
                        gap.join(ATOM.findall(local)) + r"\+[^@]*@" + gap.join(ATOM.findall(domain))
                    )
        return sorted(found)


def keys_of_people(people: Mapping[str, Collection[Identifier]]) -> dict[Key, Found]:
    """Return what people are found by, whose identifiers stand under their tokens; of two people the first decides."""
    found: dict[Key, Found] = {}
    for token, identifiers in people.items():
        for identifier in identifiers:
            for key in sorted(identifier.looked_up_by()):
                # Without a letter or digit it is found everywhere and nowhere.
                if atoms(key[1].rpartition("|")[2]):
                    found.setdefault(key, (identifier.label, token))
    return found


def sizes_of(keys: Iterable[Key], kind: str) -> frozenset[int]:
    """Return of how many words the keys of a kind are."""
    return frozenset(len(text.split(" ")) for found, text in keys if found == kind)


def _mailbox(key: str) -> str:
    *_, (_, mailbox) = mailboxes(*key.rsplit("@", 1)) if "@" in key else [("", key)]
    return mailbox


def lookalikes(identifiers: Iterable[Identifier], others: Collection[str]) -> list[Identifier]:
    """Return the addresses of others that hold one of the person's, or an id's, as a part: those are not the person's."""
    own = {address_key(one.text) for one in identifiers if one.label.kind is Kind.EMAIL}
    own |= {slug(text) for text in own}
    found = []
    for text in others:
        key = address_key(text)
        if key not in own and (
            _mailbox(key) in own or any(one in key or one in slug(key) for one in own)
        ):
            found.append(Identifier(Label(Kind.OTHER), text))
    return found
