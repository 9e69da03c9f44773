"""Everything that names one person: found from one identifier, through all raw tables, until nothing new turns up."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from persons.identifiers import Identifier, Kind, Label, atoms, spaced
from persons.keys import normalised
from privacy.columns import own_columns, predecessor_columns
from warehouse.engine import TEXT, Table, Warehouse

_EMAIL = re.compile(r"[^\s@]*[^\W_][^\s@]*@[^\s@]*[^\W_][^\s@]*\Z")
_NO_IDENTIFIER = (
    "what was given leads to nobody and may be any word: it is no e-mail, and too short or without digits for a"
    " vendor's id. Ask again with an e-mail or an id of the person"
)
_SHORTEST_LOCAL = 6
_SHORTEST_ID = 6
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
    """Names that somebody else bears too: replaced in the person's own rows only."""
    shared_locals: set[str] = field(default_factory=set)
    """What stands before the @ in somebody else's address too: it names nobody for certain."""

    def identifiers(self) -> list[Identifier]:
        """Return what is looked for, with the order that pseudonyms follow."""
        result = []
        for kind, texts in (
            (Kind.EMAIL, self.emails),
            (Kind.ID, self.ids),
            (Kind.NAME, self.names),
        ):
            result += [Identifier(Label(kind, n), text) for n, text in enumerate(texts)]
        for number, email in enumerate(self.emails):
            local = email.partition("@")[0]
            result.append(Identifier(Label(Kind.EMAIL, number), spaced(email)))
            if len(local) >= _SHORTEST_LOCAL and local not in self.shared_locals:
                result.append(Identifier(Label(Kind.LOCAL, number), local))
        for text in [*self.emails, *self.ids]:
            for name in ("md5", "sha1", "sha256"):
                digest = hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
                result.append(Identifier(Label(Kind.HASH), digest))
        return result

    def __bool__(self) -> bool:
        return bool(self.emails or self.ids)


def find_subject(warehouse: Warehouse, *given: str) -> Subject:
    """Return everything that names the person whom an e-mail or a vendor's id names, or several of them.

    Raises:
        AmbiguousSubjectError: The same identifier belongs to two people of the people sheet.
    """
    subject = Subject()
    for text in map(normalised, given):
        if _leads_somewhere(text):
            _add(subject, text)
    if not subject:
        return subject
    tables = _own_tables(warehouse)
    everywhere = [*tables, *_predecessor_tables(warehouse)]
    asked, known = len(subject.emails) + len(subject.ids), 0
    while known != len(subject.emails) + len(subject.ids):
        known = len(subject.emails) + len(subject.ids)
        for table, columns in everywhere:
            _look(warehouse, table, columns, subject)
    if not subject.names and known == asked and not _is_held(warehouse, everywhere, subject):
        return Subject()
    _refuse_two_people(warehouse, tables, subject)
    _set_shared_names_apart(warehouse, tables, subject)
    _set_shared_locals_apart(warehouse, tables, subject)
    return subject


def unknown_person(given: Iterable[str]) -> list[Identifier]:
    """Return the identifiers of somebody who is not held: the data may come later.

    Raises:
        UnusableSubjectError: One of them could be any word, and would be replaced wherever it stands.
    """
    result = []
    for number, text in enumerate(map(normalised, given)):
        kind = Kind.EMAIL if "@" in text else Kind.NAME if " " in text else Kind.ID
        if (kind is Kind.EMAIL and not _EMAIL.match(text)) or (
            kind is Kind.ID and _is_any_word(text)
        ):
            raise UnusableSubjectError(_NO_IDENTIFIER)
        result.append(Identifier(Label(kind, number), text))
    if all(one.label.kind is Kind.NAME for one in result):
        raise UnusableSubjectError(_NO_IDENTIFIER)
    return result


def _leads_somewhere(text: str) -> bool:
    """Tell whether an identifier can be looked up; names are found beside an address or an id only."""
    return " " not in text and (len(text) >= _SHORTEST_ID or "@" in text)


def _is_any_word(text: str) -> bool:
    return len(text) < _SHORTEST_ID or not any(map(str.isdigit, text))


def _own_tables(warehouse: Warehouse) -> list[tuple[Table, dict[str, str]]]:
    kinds = own_columns()
    return [
        (table, found)
        for table in warehouse.tables()
        if (found := kinds.get((table.schema, table.name)))
    ]


def _predecessor_tables(warehouse: Warehouse) -> list[tuple[Table, dict[str, str]]]:
    return [
        (table, found)
        for table in warehouse.tables()
        if (found := predecessor_columns(table.schema, table.of_kind(TEXT)))
    ]


def _add(subject: Subject, text: str) -> None:
    place = subject.emails if "@" in text else subject.ids
    if text and text not in place:
        place.append(text)


def _look(warehouse: Warehouse, table: Table, columns: dict[str, str], subject: Subject) -> None:
    texts = [*subject.emails, *subject.ids]
    conditions, values = [], []
    for column, kind in columns.items():
        if kind in ("email", "id"):
            marks = ", ".join("?" for _ in texts)
            conditions.append(f"lower(trim({column})) in ({marks})")
            values += texts
        elif kind == "aliases":
            for email in subject.emails:
                conditions.append(f"strpos(lower({column}), ?) > 0")
                values.append(email)
    if not conditions:
        return
    names = list(columns)
    found = warehouse.rows(
        f"select distinct {', '.join(names)} from {warehouse.name(*table.place)}"
        f" where {' or '.join(conditions)} order by {', '.join(names)}",
        values,
    )
    for row in found:
        cells = {name: str(cell) for name, cell in zip(names, row, strict=True) if cell is not None}
        if not _names_subject(cells, columns, set(texts)):
            continue  # somebody whose alias only contains the person's
        _take(cells, columns, subject)


def _names_subject(cells: dict[str, str], columns: dict[str, str], known: set[str]) -> bool:
    own = {
        text
        for name, cell in cells.items()
        for text in (_split(cell) if columns[name] == "aliases" else [normalised(cell)])
        if columns[name] != "name"
    }
    return bool(own & known)


def _take(cells: dict[str, str], columns: dict[str, str], subject: Subject) -> None:
    for name, cell in cells.items():
        kind = columns[name]
        if kind == "aliases":
            for text in _split(cell):
                _add(subject, text)
        elif kind == "email" or (kind == "id" and len(cell.strip()) >= _SHORTEST_ID):
            if "@" in cell or kind == "id":
                _add(subject, normalised(cell))
        elif kind == "name" and spaced(cell) and spaced(cell) not in map(spaced, subject.names):
            subject.names.append(" ".join(cell.split()))


def _split(aliases: str) -> list[str]:
    return [text for part in re.split("[;,]", aliases) if (text := normalised(part))]


def _is_held(
    warehouse: Warehouse, tables: Iterable[tuple[Table, dict[str, str]]], subject: Subject
) -> bool:
    texts = [*subject.emails, *subject.ids]
    marks = ", ".join("?" for _ in texts)
    return any(
        warehouse.rows(
            f"select 1 from {warehouse.name(*table.place)} where lower(trim({column})) in ({marks}) limit 1",
            texts,
        )
        for table, columns in tables
        for column, kind in columns.items()
        if kind in ("email", "id")
    )


def _refuse_two_people(
    warehouse: Warehouse, tables: Iterable[tuple[Table, dict[str, str]]], subject: Subject
) -> None:
    for table, _ in tables:
        if (table.schema, table.name) != ("raw_sheets", "people"):
            continue
        rows = warehouse.rows(
            f"select distinct lower(trim(email)) from {warehouse.name(*table.place)}"
        )
        people = {str(email) for (email,) in rows} & set(subject.emails)
        if len(people) > 1:
            raise AmbiguousSubjectError(
                f"the identifiers lead to {len(people)} people of the people sheet, who share an alias or an"
                " account. Set that right in the sheet and run again: the run after loading it erases"
            )


def _set_shared_names_apart(
    warehouse: Warehouse, tables: Iterable[tuple[Table, dict[str, str]]], subject: Subject
) -> None:
    own = set(subject.emails)
    for table, columns in tables:
        if not {"email", "name"} <= set(columns.values()):
            continue
        email = next(name for name, kind in columns.items() if kind == "email")
        name = next(column for column, kind in columns.items() if kind == "name")
        rows = warehouse.rows(
            f"select distinct lower(trim({email})), {name} from {warehouse.name(*table.place)}"
            f" where {email} is not null and {name} is not null"
        )
        others = {spaced(str(found)) for address, found in rows if str(address) not in own}
        for text in list(subject.names):
            # One word alone, or initials, would be found everywhere.
            is_short = atoms(text) < 2 or len(spaced(text)) < _SHORTEST_NAME
            if spaced(text) in others or is_short:
                subject.names.remove(text)
                subject.shared_names.append(text)


def _set_shared_locals_apart(
    warehouse: Warehouse, tables: Iterable[tuple[Table, dict[str, str]]], subject: Subject
) -> None:
    starts = sorted({f"{email.partition('@')[0]}@" for email in subject.emails})
    marks = " or ".join("strpos(lower(trim({0})), ?) = 1" for _ in starts)
    for table, columns in tables:
        for column, kind in columns.items():
            if kind == "email" and starts:
                found = warehouse.rows(
                    f"select distinct lower(trim({column})) from {warehouse.name(*table.place)}"
                    f" where {marks.format(column)}",
                    starts,
                )
                others = {str(email) for (email,) in found} - set(subject.emails)
                subject.shared_locals |= {email.partition("@")[0] for email in others}
