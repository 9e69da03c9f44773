"""What an erasure will change, said before anything is written; and the writing, which cannot go beyond it.

A plan is made by reading only. It names tables, columns, rows and samples in which the person is already a pseudonym and
nobody else's address is left. It stops by itself where it would touch what cannot be a person: a column outside the map or of
no text, a date, a number, a known model, platform, provider, team or tenant. `apply` compares every cell that was not planned
before and after, by its own reading; a difference is an error, and whoever holds the transaction rolls it back.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from persons.folding import fold
from persons.identifiers import ColumnKind, new_token, tokens
from persons.matching import Replacement
from persons.written import is_address, without_addresses
from privacy.columns import MAP, PersonalMap
from privacy.replacing import Change, Touched, apply_changes, changes, condition
from privacy.subject import Subject
from warehouse.engine import JSON, NESTED, TEXT, Table, Warehouse
from warehouse.fingerprint import digest

SAMPLES = 3
HIDDEN = "[address]"
_LONGEST_SAMPLE = 160
_MOST_TEXTS = 2_000
_NUMBER = re.compile(r"[+-]?[\d.,\s]+(?:e[+-]?\d+)?%?")
_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[t ].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_WORDS_OF_THE_DOMAIN = frozenset(
    "model most_used_model organization_id platform provider team department cost_centre workspace_id".split()  # noqa: SIM905
)
"""Raw columns whose values name no person."""
_IDS = (ColumnKind.ID, ColumnKind.MENTION_ID)


class PlanError(Exception):
    """The plan would touch what is no person's, or did; nothing may stay changed. Names nobody."""


@dataclass(frozen=True)
class PlannedColumn:
    """What is to be changed in one column."""

    table: str
    column: str
    kind: str
    n_rows: int
    n_texts: int
    samples: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as the certificate has it, without samples."""
        return {
            "kind": self.kind,
            "n_rows": self.n_rows,
            "n_texts": self.n_texts,
        }


@dataclass(frozen=True)
class Plan:
    """What an erasure will change."""

    token: str
    columns: tuple[PlannedColumn, ...] = ()
    changes: tuple[Change, ...] = field(default=(), repr=False)
    replacement: Replacement = field(default_factory=lambda: Replacement({}), repr=False)

    def __len__(self) -> int:
        """Return how many tables it would touch."""
        return len({one.table for one in self.columns})

    def meets(self, other: "Plan") -> bool:
        """Tell whether another plan changes a cell that this one was made of; if not, one follows the other as it is."""
        cells = {(one.table.place, one.column.column): set[str]() for one in self.changes}
        for one in self.changes:
            cells[one.table.place, one.column.column] |= one.texts.keys()
            for name, texts in one.owners:
                cells.setdefault((one.table.place, name), set()).update(texts)
        return any(
            not cells.get((one.table.place, one.column.column), set()).isdisjoint(one.texts)
            for one in other.changes
        )

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Return it as the certificate has it: by table and column."""
        result: dict[str, dict[str, Any]] = {}
        for one in self.columns:
            result.setdefault(one.table, {})[one.column] = one.as_json()
        return result

    def lines(self) -> Iterator[str]:
        """Yield the plan for a person to read: the person is a pseudonym in it."""
        for one in self.columns:
            yield (
                f"{one.table}.{one.column} ({one.kind}): {one.n_rows} rows, {one.n_texts} different texts"
            )
            yield from (f"    {sample}" for sample in one.samples)


def make_plan(
    warehouse: Warehouse, subject: Subject, token: str | None = None, columns: PersonalMap = MAP
) -> Plan:
    """Return what is to be changed to erase a person; reads only.

    Raises:
        PlanError: It would touch what is no person's.
    """
    token = token or new_token()
    replacement = Replacement({token: subject.identifiers()}, subject.others)
    found = list(changes(warehouse, replacement, columns))
    words = _words_of_the_domain(warehouse) if found else frozenset()
    for one in found:
        _check(one, columns, words)
    return Plan(
        token,
        tuple(_planned(warehouse, one) for one in found),
        tuple(found),
        replacement,
    )


def apply(warehouse: Warehouse, plan: Plan) -> list[Touched]:
    """Do what a plan says, in one transaction where the engine has them; return the tables that changed.

    Raises:
        PlanError: Something else than planned became another one; nothing stays changed where there are transactions.
    """
    nested: dict[tuple[str, str], list[str]] = {}
    for one in plan.changes:
        if one.engine_kind == NESTED:
            nested.setdefault(one.table.place, []).append(one.column.column)
    for place, names in nested.items():
        warehouse.free_words(place, names)
    with warehouse.transaction():
        before = _outside(warehouse, plan)
        touched = apply_changes(warehouse, list(plan.changes))
        _compare(plan, touched, before, _outside(warehouse, plan))
    return touched


def _compare(
    plan: Plan,
    touched: Iterable[Touched],
    before: dict[str, tuple[int, str]],
    after: dict[str, tuple[int, str]],
) -> None:
    wrong = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    if wrong:
        raise PlanError(
            f"more than was planned changed in {', '.join(wrong[:5])}: nothing of it may stay"
        )
    planned: dict[str, int] = {}
    for one in plan.columns:
        planned[one.table] = planned.get(one.table, 0) + one.n_rows
    for found in touched:
        if found.n_cells > planned[str(found.table)]:
            raise PlanError(f"more cells than planned changed in {found.table}")


def _check(one: Change, columns: PersonalMap, words: frozenset[str]) -> None:
    place = f"{one.table}.{one.column.column}"
    if one.column.column not in columns.of(one.table):
        raise PlanError(f"{place} is not in the map of columns that may name a person")
    if one.engine_kind not in (TEXT, JSON, NESTED):
        raise PlanError(f"{place} holds no text")
    for text in one.texts:
        what = _no_person(text, one.column.kind, words)
        if what is not None:
            raise PlanError(
                f"{place}: a value that would be replaced is {what}, and no person's for certain"
            )


def _no_person(text: str, kind: ColumnKind, words: frozenset[str]) -> str | None:
    """Say what a cell is that names no person; None where it may."""
    written = fold(text)
    if kind is ColumnKind.NAME:
        return None  # in a row that is the person's, whatever the person is called
    if _DATE.fullmatch(written):
        return "a date"
    if _NUMBER.fullmatch(written):
        # An id of digits is replaced where it stands as a whole in a column of its vendor's ids.
        return None if kind in _IDS else "a number"
    if written in words and not is_address(written):
        return "a model, a platform, a team or a tenant"
    return None


def _words_of_the_domain(warehouse: Warehouse) -> frozenset[str]:
    found: set[str] = set()
    for table in warehouse.tables():
        if not table.schema.startswith("raw_") or table.schema.endswith("_staging"):
            continue
        names = [name for name in table.of_kind(TEXT) if name in _WORDS_OF_THE_DOMAIN]
        if names:
            columns = [warehouse.dialect.quoted(name) for name in names]
            cells = warehouse.dialect.cells(warehouse.name(*table.place), columns)
            rows = warehouse.rows(f"select distinct cell from {cells} where cell is not null")
            found |= {fold(str(text)) for (text,) in rows}
    return frozenset(found - {""})


def _planned(warehouse: Warehouse, one: Change) -> PlannedColumn:
    text = warehouse.as_text(warehouse.dialect.quoted(one.column.column), one.engine_kind)
    where, values = condition(warehouse, one.table, one.owners)
    texts, n_rows = list(one.texts), 0
    for start in range(0, len(texts), _MOST_TEXTS):
        some = texts[start : start + _MOST_TEXTS]
        marks = ", ".join("?" for _ in some)
        ((n_some,),) = warehouse.rows(
            f"select count(*) from {warehouse.name(*one.table.place)} where {text} in ({marks}) and {where}",
            [*some, *values],
        )
        n_rows += int(n_some)
    samples = dict.fromkeys(map(_sample, list(one.texts.values())[: 4 * SAMPLES]))
    return PlannedColumn(
        str(one.table),
        one.column.column,
        one.column.kind.value,
        n_rows,
        len(texts),
        tuple(samples)[:SAMPLES],
    )


def _sample(text: str) -> str:
    """Return a text as it will be, without the addresses of others."""
    shown = without_addresses(text, HIDDEN, keeps=lambda found: bool(tokens(found)))
    at = max(0, shown.find("erased") - _LONGEST_SAMPLE // 2)
    return shown[at : at + _LONGEST_SAMPLE]


def _outside(warehouse: Warehouse, plan: Plan) -> dict[str, tuple[int, str]]:
    """Return, by table, what all cells add up to that the plan leaves alone, also those in its columns."""
    by_table: dict[tuple[str, str], dict[str, list[Change]]] = {}
    for one in plan.changes:
        by_table.setdefault(one.table.place, {}).setdefault(one.column.column, []).append(one)
    result = {}
    for table in warehouse.tables():
        planned = by_table.get(table.place, {})
        result[str(table)] = digest(warehouse, table, list(planned))
        for column, some in planned.items():
            texts = {text for one in some for pair in one.texts.items() for text in pair}
            if len(texts) <= _MOST_TEXTS:
                result[f"{table}.{column}"] = _beside(
                    warehouse, table, column, some[0].engine_kind, texts
                )
    return result


def _beside(
    warehouse: Warehouse, table: Table, column: str, kind: str, texts: Iterable[str]
) -> tuple[int, str]:
    listed = sorted(texts)
    text = warehouse.as_text(warehouse.dialect.quoted(column), kind)
    where = f"coalesce({text} not in ({', '.join('?' for _ in listed)}), true)"
    return digest(warehouse, table, (), where, listed, text)
