"""What rows say whose they are: their addresses and ids, and what the person is called. Read once for all who are looked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from persons.identifiers import (
    DOMAIN,
    OWN,
    ColumnKind,
    atoms,
    id_in,
    id_key,
    is_well_formed,
    spaced,
)
from persons.written import ADDRESS, Key, address_key, bare, is_address, mailboxes, occurrences
from privacy.columns import MAP, PersonalMap
from warehouse.engine import TEXT, Table, Warehouse

PEOPLE = ("raw_sheets", "people")
_SPLIT = re.compile(r"[;,|\s]+")


@dataclass(frozen=True)
class Row:
    """What the cells of a row say whose it is, and what the person is called."""

    keys: tuple[tuple[Key, str], ...]
    """With the text as it is written."""
    within: tuple[Key, ...]
    """Addresses of which one stands in a cell beside other things; which, is not said."""
    names: tuple[str, ...]
    person: str | None
    """The address of a person of the people sheet."""

    @property
    def all_keys(self) -> Iterator[Key]:
        """What the row is found by."""
        yield from (key for key, _ in self.keys)
        yield from self.within


class OwnRows:
    """The rows of a warehouse that say whose they are, as they were when somebody first asked."""

    def __init__(self, warehouse: Warehouse, columns: PersonalMap = MAP) -> None:
        """Read nothing yet; what is read is read once."""
        self._warehouse, self._columns = warehouse, columns

    @cached_property
    def rows(self) -> list[Row]:
        """Return them, each once."""
        return list(_own_rows(self._warehouse, self._columns))

    @cached_property
    def by_key(self) -> dict[Key, list[Row]]:
        """Return them by what they are found by."""
        found: dict[Key, list[Row]] = {}
        for row in self.rows:
            for key in row.all_keys:
                found.setdefault(key, []).append(row)
        return found

    @cached_property
    def tagged(self) -> dict[Key, list[Key]]:
        """Return the tags under which mailboxes stand; one that the people sheet lists is an address of its own."""
        listed = {
            key
            for row in self.rows
            if row.person is not None
            for key in row.all_keys
            if key[0] == ADDRESS
        }
        found: dict[Key, list[Key]] = {}
        for key in self.by_key:
            _, *base = (
                mailboxes(*key[1].rsplit("@", 1)) if key[0] == ADDRESS and "@" in key[1] else [key]
            )
            for mailbox in base:
                if key not in listed:
                    found.setdefault(mailbox, []).append(key)
        return found

    @cached_property
    def key_names(self) -> list[str]:
        """Return the names of keys that carry somebody's, as Claude Code makes them."""
        return sorted(set(_key_names(self._warehouse, self._columns)))


def _own_rows(warehouse: Warehouse, columns: PersonalMap) -> Iterator[Row]:
    """Yield what the rows of all tables say whose they are, each once."""
    seen: set[Row] = set()
    known: dict[tuple[str, ColumnKind, str], _Cell] = {}
    for table in warehouse.tables():
        mapped = {
            name: one
            for name, one in columns.of(table).items()
            if one.kind in OWN or one.kind is ColumnKind.NAME
        }
        if not any(one.kind in OWN for one in mapped.values()):
            continue
        kinds = dict(table.columns)
        listed = ", ".join(
            warehouse.as_text(warehouse.dialect.quoted(name), kinds[name]) for name in mapped
        )
        for cells in warehouse.rows(
            f"select distinct {listed} from {warehouse.name(*table.place)}"
        ):
            row = _row(
                table,
                [
                    (str(cell), one.kind, one.namespace)
                    for cell, one in zip(cells, mapped.values(), strict=True)
                    if cell
                ],
                known,
            )
            if (row.keys or row.within) and row not in seen:
                seen.add(row)
                yield row


@dataclass(frozen=True)
class _Cell:
    """What a cell says: the same ones stand in many tables."""

    keys: tuple[tuple[Key, str], ...] = ()
    within: tuple[Key, ...] = ()
    name: str | None = None


def _row(
    table: Table,
    cells: list[tuple[str, ColumnKind, str]],
    known: dict[tuple[str, ColumnKind, str], _Cell],
) -> Row:
    keys: dict[Key, str] = {}
    within: dict[Key, None] = {}
    names: list[str] = []
    for asked in cells:
        cell = known.get(asked)
        if cell is None:
            cell = known[asked] = _cell(*asked)
        for key, written in cell.keys:
            keys.setdefault(key, written)
        within |= dict.fromkeys(cell.within)
        if cell.name is not None:
            names.append(cell.name)
    addresses = [text for one, text in keys if one == ADDRESS]
    person = addresses[0] if addresses and table.place == PEOPLE else None
    return Row(tuple(keys.items()), tuple(within), tuple(names), person)


def _cell(text: str, kind: ColumnKind, namespace: str) -> _Cell:
    if kind is ColumnKind.NAME:
        is_name = spaced(text) and not text.startswith("erased-")
        return _Cell(name=text) if is_name else _Cell()
    keys: list[tuple[Key, str]] = []
    within: list[Key] = []
    for part in _SPLIT.split(text) if kind is ColumnKind.ALIASES else (text,):
        key = _key(part, kind, namespace)
        if key is not None:
            keys.append((key, bare(part) if key[0] == ADDRESS else id_key(part)))
        elif not is_address(bare(part)):
            within += _wrapped(part)
    return _Cell(tuple(keys), tuple(within))


def _key(text: str, kind: ColumnKind, namespace: str) -> Key | None:
    """Return what a cell as a whole says whose the row is."""
    inner = bare(text)
    if is_address(inner):
        key = address_key(inner)
        return None if key.endswith(f"@{DOMAIN}") else (ADDRESS, key)
    if not atoms(text) or text.startswith("erased-") or "@" in text:
        return None
    if kind is ColumnKind.ID:
        return id_in(namespace, id_key(text))
    return id_in("", id_key(text)) if is_well_formed(text) else None


def _wrapped(text: str) -> list[Key]:
    """Return what the one address in a cell may be; nothing where there are several, who are several people."""
    found: list[Key] = []

    def whatever(key: Key) -> bool | None:
        if key[0] == ADDRESS and is_address(key[1]) and not key[1].endswith(f"@{DOMAIN}"):
            found.append(key)
        return None

    occurrences(text, whatever)
    return found if text.count("@") < 2 else []


def _key_names(warehouse: Warehouse, columns: PersonalMap) -> Iterator[str]:
    for table in warehouse.tables():
        for name, one in columns.of(table).items():
            kind = dict(table.columns)[name]
            if one.kind is ColumnKind.LABEL and one.is_declared and kind == TEXT:
                column = warehouse.dialect.quoted(name)
                found = warehouse.rows(
                    f"select distinct {column} from {warehouse.name(*table.place)}"
                    f" where strpos(lower({column}), ?) > 0",
                    ["claude_code_key_"],
                )
                yield from (str(text).lower() for (text,) in found)
