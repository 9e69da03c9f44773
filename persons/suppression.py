"""The list of people who must not come back, and what it does to data on its way in.

The list knows keyed hashes only: neither an identifier nor the pseudonym that stands in the warehouse. Data that names
somebody on it gets a fresh pseudonym; `carry_over` exchanges it for the one that the same data already has. What is
looked for in which column is what an erasure looks for there (`persons.identifiers`); a column that is not marked personal
is searched for addresses. While the list is empty nothing is looked at. The officer can take a person off it again.
"""

import json
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from persons.declared import namespace_of, personal_columns, raw_columns
from persons.identifiers import (
    OWN,
    ColumnKind,
    Found,
    Identifier,
    Kind,
    Label,
    new_token,
    with_tokens,
)
from persons.keys import Key, load_key
from persons.matching import Matching, lookalikes
from persons.private_files import write_private
from persons.written import ADDRESS, HASH, SLUG
from persons.written import Key as LookedUp

LIST_FILE = "suppression.json"
_CHECK = "this is the key of the list"
_FORGOTTEN = frozenset({"local", "hash"})
"""Kinds of entries of earlier lists that named words of an address: they are not looked for any more."""
_KINDS = {
    ADDRESS: (Kind.EMAIL, Kind.OTHER),
    SLUG: (Kind.EMAIL, Kind.OTHER),
    HASH: (Kind.EMAIL,),
    "name": (Kind.NAME,),
    "id": (Kind.ID,),
    "key": (Kind.KEY,),
}
_OFTEN = 200_000


class SuppressionError(Exception):
    """The list cannot be used, and without it nothing may be loaded."""


@dataclass(frozen=True)
class _Entry:
    person: str
    label: Label
    size: int


@dataclass
class Suppression(Matching):
    """The list, as one run uses it."""

    key: Key | None = None
    entries: dict[str, _Entry] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Fresh pseudonyms' cores and those that stand in the warehouse for the same people."""
    source: str = ""
    """Whose data is looked at; ids are unique in its namespace."""
    _fresh: dict[str, str] = field(default_factory=dict)
    _seen: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def of_source(self, source: str) -> "Suppression":
        """Return the same list, with the pseudonyms of this run, for the data of one source."""
        return replace(self, source=source)

    @cached_property
    def slug_sizes(self) -> frozenset[int]:  # type: ignore[override]
        """How many words the addresses on the list have."""
        return frozenset(
            one.size for one in self.entries.values() if one.label.kind in _KINDS[SLUG] and one.size
        )

    @cached_property
    def name_sizes(self) -> frozenset[int]:  # type: ignore[override]
        """How many words the names on the list have."""
        return frozenset(one.size for one in self.entries.values() if one.label.kind is Kind.NAME)

    def look(self, key: LookedUp) -> Found | None:  # noqa: D102 - as `Matching` says
        entry = self._entry(key)
        if entry is None:
            return None
        if entry.person not in self._fresh:
            self._fresh[entry.person] = new_token()
        return entry.label, self._fresh[entry.person]

    def cell(self, text: str, kind: str, namespace: str = "", owner: str | None = None) -> str:
        """Return a cell as the people may be seen in it; see `Matching.cell`."""
        if not self.entries:
            return text
        asked = (text, kind, namespace, owner or "")
        seen = self._seen.get(asked)
        if seen is None:
            seen = super().cell(text, kind, namespace, owner)
            if len(self._seen) < _OFTEN:
                self._seen[asked] = seen
        return seen

    def text_with_known_pseudonyms(self, text: str, kind: str) -> str:
        """Return a cell as `cell` does, with the pseudonyms that the warehouse already has."""
        return with_tokens(self.cell(text, kind, namespace_of(self.source)), self.known)

    def kinds(self, table: str, texts: Iterable[str]) -> dict[str, ColumnKind]:
        """Return what each text column of a table of this source holds; of one that says nothing an address is looked for."""
        listed = list(texts)
        found = raw_columns(f"raw_{self.source}", table, listed)
        return {name: found[name].kind if name in found else ColumnKind.LABEL for name in listed}

    def table(self, name: str, rows: pa.Table) -> pa.Table:
        """Return rows of one of the source's tables with every suppressed identifier replaced."""
        if not self.entries:
            return rows
        texts = [one.name for one in rows.schema if pa.types.is_string(one.type)]
        kinds = self.kinds(name, texts)
        owners = self._owners(rows, kinds)
        for column, kind in kinds.items():
            index = rows.schema.get_field_index(column)
            values = pc.unique(rows.column(index)).to_pylist()
            rows = _exchanged(rows, index, self._changed(values, kind))
            if owners is not None and kind in (ColumnKind.NAME, ColumnKind.MENTION):
                rows = self._in_own_rows(rows, index, kind, owners)
        return rows

    def _changed(self, values: Iterable[str | None], kind: ColumnKind) -> dict[str, str]:
        return {
            value: found
            for value in values
            if value and (found := self.cell(value, kind, namespace_of(self.source))) != value
        }

    def _owners(self, rows: pa.Table, kinds: Mapping[str, ColumnKind]) -> list[str | None] | None:
        """Return the token of the person whose row each is; None when there is none of anybody on the list."""
        found: list[str | None] | None = None
        for column, kind in kinds.items():
            if kind not in OWN:
                continue
            held = rows.column(column)
            whose = {
                value: token
                for value in pc.unique(held).to_pylist()
                if value
                and (token := self.owner([(value, kind, namespace_of(self.source))])) is not None
            }
            if whose:
                found = found or [None] * rows.num_rows
                for number, value in enumerate(held.to_pylist()):
                    found[number] = found[number] or whose.get(value or "")
        return found

    def _in_own_rows(
        self, rows: pa.Table, index: int, kind: ColumnKind, owners: list[str | None]
    ) -> pa.Table:
        """Replace the person's name in the person's rows, whoever else bears it."""
        wanted = [
            value
            if owner is None or not value
            else self.cell(value, kind, namespace_of(self.source), owner)
            for value, owner in zip(rows.column(index).to_pylist(), owners, strict=True)
        ]
        return rows.set_column(index, rows.schema.field(index), pa.array(wanted, pa.string()))

    def with_known_pseudonyms(self, rows: pa.Table) -> pa.Table:
        """Return rows in which people have the pseudonym that the warehouse already has for them."""
        if not self.known:
            return rows
        for index, column in enumerate(rows.schema):
            if pa.types.is_string(column.type):
                marked = pc.filter(
                    rows.column(index),
                    pc.fill_null(pc.match_substring(rows.column(index), "erased-"), False),
                )
                changed = {
                    value: with_tokens(value, self.known) for value in pc.unique(marked).to_pylist()
                }
                rows = _exchanged(rows, index, changed)
        return rows

    def named_in(self, text: str, kind: str, namespace: str) -> Iterator[tuple[str, str]]:
        """Yield who of the list is named in a cell by an address or a vendor's id, and that identifier."""
        for hit in self.found(text, kind, namespace):
            label, token = hit.found
            person = next(one for one, fresh in self._fresh.items() if fresh == token)
            if hit.key[0] == ADDRESS:
                yield person, hit.key[1]
            elif label.kind is Kind.ID:
                yield person, hit.key[1].rpartition("|")[2]

    def _entry(self, key: LookedUp) -> _Entry | None:
        assert self.key is not None  # noqa: S101 - a list with entries was read with its key
        kind, text = key
        forms = _written(kind, text)
        if not text.isascii():  # earlier lists were made of composed letters
            forms = (*forms, *(unicodedata.normalize("NFC", one) for one in forms))
        for written in forms:
            entry = self.entries.get(self.key.digest("suppression", written))
            if entry is not None and entry.label.kind in _KINDS[kind]:
                return entry
        return None


def _written(kind: str, text: str) -> tuple[str, ...]:
    """Return what is hashed of something that is looked up; ids of earlier lists have no namespace."""
    if kind == "id":
        return f"id|{text}", text.rpartition("|")[2]
    return (f"key|{text}",) if kind == "key" else (text,)


def _exchanged(rows: pa.Table, index: int, changed: dict[str, str]) -> pa.Table:
    if not changed:
        return rows
    old, new = list(changed), list(changed.values())
    column = rows.column(index)
    place = pc.index_in(column, pa.array(old, pa.string()))
    taken = pc.take(pa.array(new, pa.string()), place)
    return rows.set_column(index, rows.schema.field(index), pc.coalesce(taken, column))


def read_suppression(state_dir: Path, given_key: str | None) -> Suppression:
    """Read the list; none yet is an empty one.

    Raises:
        SuppressionError: The list is damaged, or the key is not its key.
    """
    path = state_dir / LIST_FILE
    if not path.exists():
        return Suppression()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = {
            str(one["hmac"]): _Entry(
                str(one["person"]), Label(Kind(one["kind"]), int(one["number"])), int(one["size"])
            )
            for one in content["entries"]
            if one["kind"] not in _FORGOTTEN
        }
        check = content["key_check"]
    except (ValueError, KeyError, TypeError) as error:
        raise SuppressionError(
            f"{path} is damaged: restore it before anything is loaded."
        ) from error
    if not entries:
        return Suppression()
    key = load_key(state_dir, given_key)
    if check != key.digest("check", _CHECK):
        raise SuppressionError(
            f"PRIVACY_KEY is not the key of {path}: with another one erased people would come back."
        )
    return Suppression(key, entries)


def suppress(
    state_dir: Path,
    given_key: str | None,
    identifiers: Iterable[Identifier],
    others: Collection[str] = (),
) -> int:
    """Put a person's identifiers on the list; return how many are new.

    Args:
        state_dir: Where the list is.
        given_key: PRIVACY_KEY, if it is set.
        identifiers: What names the person.
        others: Addresses that other people hold: those that hold one of the person's as a part are noted as theirs.
    """
    current = read_suppression(state_dir, given_key)
    key = current.key or load_key(state_dir, given_key)
    listed = list(identifiers)
    wanted = _entries_of(key, listed)
    known = {current.entries[mark].person for mark in wanted if mark in current.entries}
    person = min(known) if known else secrets.token_hex(8)
    entries = dict(current.entries)
    protected = _entries_of(key, lookalikes(listed, others))
    for mark, (label, size) in {**protected, **wanted}.items():
        # Who was somebody else then may ask for an erasure now.
        if mark not in entries or entries[mark].label.kind is Kind.OTHER:
            entries[mark] = _Entry(person, label, size)
    _write(state_dir, key, entries)
    return sum(
        mark not in current.entries or current.entries[mark].label.kind is Kind.OTHER
        for mark in wanted
    )


def withdraw(state_dir: Path, given_key: str | None, identifier: str) -> int:
    """Take the person whom an identifier names off the list, whole; return how many entries that were.

    The next delivery lands the person again. What is erased stays erased.
    """
    current = read_suppression(state_dir, given_key)
    if current.key is None:
        return 0
    asked = Label(Kind.EMAIL) if "@" in identifier else Label(Kind.ID)
    marks = set(_entries_of(current.key, [Identifier(asked, identifier)]))
    if asked.kind is Kind.ID:
        # Whoever withdraws need not know in which namespace an id is one.
        marks |= set(
            _entries_of(
                current.key,
                [Identifier(asked, identifier, frozenset(_namespaces()))],
            )
        )
    people = {
        current.entries[mark].person
        for mark in marks
        if mark in current.entries and current.entries[mark].label.kind is not Kind.OTHER
    }
    kept = {mark: one for mark, one in current.entries.items() if one.person not in people}
    if len(kept) < len(current.entries):
        _write(state_dir, current.key, kept)
    return len(current.entries) - len(kept)


def _namespaces() -> Iterator[str]:
    yield "predecessor"
    for one in personal_columns():
        yield one.namespace


def _entries_of(key: Key, identifiers: Iterable[Identifier]) -> dict[str, tuple[Label, int]]:
    result: dict[str, tuple[Label, int]] = {}
    for one in identifiers:
        for kind, text in sorted(one.looked_up_by()):
            size = len(text.split(" ")) if kind in (SLUG, "name") else 0
            mark = key.digest("suppression", _written(kind, text)[0])
            result.setdefault(mark, (one.label, size))
    return result


def _write(state_dir: Path, key: Key, entries: Mapping[str, _Entry]) -> None:
    content = {
        "key_check": key.digest("check", _CHECK),
        "entries": [
            {
                "hmac": mark,
                "person": entry.person,
                "kind": entry.label.kind.value,
                "number": entry.label.number,
                "size": entry.size,
            }
            for mark, entry in sorted(entries.items())
        ],
    }
    write_private(state_dir / LIST_FILE, json.dumps(content, indent=1) + "\n")
