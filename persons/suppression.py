"""The list of people who must not come back, and what it does to data on its way in.

The list knows keyed hashes only: neither an identifier nor the pseudonym that stands in the warehouse. Data that names
somebody on it gets a fresh pseudonym; `carry_over` exchanges it for the one that the same data already has. While the
list is empty nothing is looked at.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from persons.identifiers import (
    Found,
    Identifier,
    Kind,
    Label,
    atoms,
    matches,
    new_token,
    replaced,
    tokens,
    with_tokens,
)
from persons.keys import Key, load_key, normalised
from persons.private_files import write_private

LIST_FILE = "suppression.json"
_CHECK = "this is the key of the list"


class SuppressionError(Exception):
    """The list cannot be used, and without it nothing may be loaded."""


@dataclass(frozen=True)
class _Entry:
    person: str
    label: Label
    size: int


@dataclass
class Suppression:
    """The list, as one run uses it."""

    key: Key | None = None
    entries: dict[str, _Entry] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Fresh pseudonyms' cores and those that stand in the warehouse for the same people."""
    _fresh: dict[str, str] = field(default_factory=dict)
    _seen: dict[tuple[str, bool], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def text(self, value: str, *, constant: bool = False) -> str:
        """Return a text with every suppressed identifier replaced.

        `constant` makes no difference between people: for names under which things are found again.
        """
        if not self.entries:
            return value
        seen = self._seen.get((value, constant))
        if seen is None:
            seen = replaced(value, self._sizes, self._lookup, constant=constant)
            if len(self._seen) < 200_000:
                self._seen[value, constant] = seen
        return seen

    def text_with_known_pseudonyms(self, value: str) -> str:
        """Return a text as `text` does, with the pseudonyms that the warehouse already has."""
        return with_tokens(self.text(value), self.known)

    def table(self, rows: pa.Table, only: Collection[str] | None = None) -> pa.Table:
        """Return rows with every suppressed identifier replaced, in all text columns or those named."""
        if not self.entries:
            return rows
        for index, column in enumerate(rows.schema):
            if not pa.types.is_string(column.type) or (
                only is not None and column.name not in only
            ):
                continue
            values = pc.unique(rows.column(index)).to_pylist()
            changed = {
                value: found
                for value in values
                if value is not None and (found := self.text(value)) != value
            }
            rows = _exchanged(rows, index, changed)
        return rows if only is not None else _named(rows)

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

    def named_in(self, value: str) -> Iterator[tuple[str, str]]:
        """Yield who of the list is named in a text by e-mail or vendor's id, and that identifier."""
        for start, end, (label, person) in matches(value, self._sizes, self._person):
            text = value[start:end].strip()
            if label.kind is Kind.ID or (label.kind is Kind.EMAIL and "@" in text):
                yield person, text

    @cached_property
    def _sizes(self) -> frozenset[int]:
        return frozenset(entry.size for entry in self.entries.values())

    def _entry(self, text: str) -> _Entry | None:
        assert self.key is not None  # noqa: S101 - a list with entries was read with its key
        return self.entries.get(self.key.digest("suppression", text))

    def _person(self, text: str) -> Found | None:
        entry = self._entry(text)
        return None if entry is None else (entry.label, entry.person)

    def _lookup(self, text: str) -> Found | None:
        entry = self._entry(text)
        if entry is None:
            return None
        if entry.person not in self._fresh:
            self._fresh[entry.person] = new_token()
        return entry.label, self._fresh[entry.person]


def _named(rows: pa.Table) -> pa.Table:
    """Give the name beside an erased person's address the same pseudonym, whoever else bears it."""
    names = rows.schema.names
    if not {"email", "name"} <= set(names):
        return rows
    found = [tokens(email or "") for email in rows.column("email").to_pylist()]
    if not any(found):
        return rows
    held = rows.column("name").to_pylist()
    wanted = [
        some[0] if some and name is not None else name
        for some, name in zip(found, held, strict=True)
    ]
    place = names.index("name")
    return rows.set_column(place, rows.schema.field(place), pa.array(wanted, pa.string()))


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


def suppress(state_dir: Path, given_key: str | None, identifiers: Iterable[Identifier]) -> int:
    """Put a person's identifiers on the list, for good; return how many are new."""
    current = read_suppression(state_dir, given_key)
    key = current.key or load_key(state_dir, given_key)
    wanted = {
        key.digest("suppression", one.compared): one
        for one in identifiers
        if one.label.kind is not Kind.HASH
    }
    known = {current.entries[mark].person for mark in wanted if mark in current.entries}
    person = min(known) if known else secrets.token_hex(8)
    entries = dict(current.entries)
    for mark, one in wanted.items():
        entries.setdefault(mark, _Entry(person, one.label, atoms(one.compared)))
    _write(state_dir, key, entries)
    return len(entries) - len(current.entries)


def withdraw(state_dir: Path, given_key: str | None, identifier: str) -> int:
    """Take the person whom an identifier names off the list; return how many entries that were."""
    current = read_suppression(state_dir, given_key)
    if current.key is None:
        return 0
    found = current.entries.get(current.key.digest("suppression", normalised(identifier)))
    kept = {
        mark: one
        for mark, one in current.entries.items()
        if found is None or one.person != found.person
    }
    if len(kept) < len(current.entries):
        _write(state_dir, current.key, kept)
    return len(current.entries) - len(kept)


def _write(state_dir: Path, key: Key, entries: dict[str, _Entry]) -> None:
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
