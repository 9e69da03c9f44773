"""What a plan says, done: the cells of the map in which a person stands, and nothing beside them.

Each cell is looked at as its column's kind wants it (`persons.identifiers`). Names go in rows that are the person's. Tables are
compared before and after by sums of hashes over all cells that were not meant, independent of the plan.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from persons.declared import PersonalColumn
from persons.identifiers import ColumnKind
from persons.matching import Replacement
from privacy.columns import MAP, PersonalMap
from warehouse.engine import NESTED, Table, Warehouse

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_ROWS_OF_THEIRS = (ColumnKind.NAME, ColumnKind.MENTION)


@dataclass(frozen=True)
class Touched:
    """A table in which something was replaced, and how many cells."""

    table: Table
    n_cells: int


@dataclass(frozen=True)
class Change:
    """Texts of one column and what replaces them; in rows of theirs only where `owners` says by which cells a row is theirs."""

    table: Table
    column: PersonalColumn
    engine_kind: str
    texts: dict[str, str]
    owners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Own columns with their texts that name the person; a row is the person's by any of them."""


def changes(
    warehouse: Warehouse, replacement: Replacement, columns: PersonalMap = MAP
) -> Iterator[Change]:
    """Yield what is to be changed, table by table; reads only."""
    for table in warehouse.tables():
        mapped = columns.of(table)
        if mapped:
            yield from _of_table(warehouse, table, mapped, replacement)


def _of_table(
    warehouse: Warehouse,
    table: Table,
    mapped: dict[str, PersonalColumn],
    replacement: Replacement,
) -> Iterator[Change]:
    kinds, probe = dict(table.columns), replacement.probe
    owners: dict[str, tuple[str, ...]] = {}
    replaced: dict[str, dict[str, str]] = {}
    token: str | None = None
    for name, one in mapped.items():
        texts: dict[str, str] = {}
        for text in texts_of(warehouse, table, one, kinds[name], probe):
            instead = _as_read(replacement.cell(text, one.kind, one.namespace), kinds[name])
            if instead != text:
                texts[text] = instead
                if (found := replacement.owner([(text, one.kind, one.namespace)])) is not None:
                    token = found
                    owners[name] = (*owners.get(name, ()), text)
        if texts:
            replaced[name] = texts
            yield Change(table, one, kinds[name], texts)
    if token is None:
        return
    whose = tuple(owners.items())
    for name, one in mapped.items():
        if one.kind in _ROWS_OF_THEIRS:
            anywhere, texts = replaced.get(name, {}), {}
            for text in texts_of(warehouse, table, one, kinds[name], probe, whose):
                cell = replacement.cell(text, one.kind, one.namespace, token)
                instead = _as_read(cell, kinds[name])
                if instead not in (text, anywhere.get(text)):
                    texts[text] = instead
            if texts:
                yield Change(table, one, kinds[name], texts, whose)


def texts_of(
    warehouse: Warehouse,
    table: Table,
    column: PersonalColumn,
    kind: str,
    probe: str,
    owners: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> Iterator[str]:
    """Yield the different texts of a column, in order; of one that is not declared those that `probe` matches.

    Args:
        warehouse: Where the table is.
        table: Whose column it is.
        column: What it holds.
        kind: What it is to the engine.
        probe: A regular expression that matches whatever can hold an address.
        owners: By which cells a row is the person's; of other rows nothing is read then.
    """
    text = warehouse.as_text(warehouse.dialect.quoted(column.column), kind)
    where, values = condition(warehouse, table, owners)
    if not column.is_declared:
        where += " and " + warehouse.dialect.contains.format(text=text, pattern="?")
        values = [*values, probe]
    rows = warehouse.rows(
        f"select distinct {text} from {warehouse.name(*table.place)} where {where}", values
    )
    yield from sorted(str(found) for (found,) in rows if found is not None and found != "")


def _as_read(text: str, kind: str) -> str:
    """Return a nested value's JSON as the engine writes it: with as few escapes as can be."""
    if kind != NESTED:
        return text
    return _STRING.sub(lambda match: json.dumps(json.loads(match[0]), ensure_ascii=False), text)


def condition(
    warehouse: Warehouse, table: Table, owners: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[str, list[str]]:
    """Return the SQL of "a row of theirs", of any row if nobody is named, and its values."""
    if not owners:
        return "true", []
    kinds = dict(table.columns)
    parts: list[str] = []
    values: list[str] = []
    for name, texts in owners:
        text = warehouse.as_text(warehouse.dialect.quoted(name), kinds[name])
        parts.append(f"{text} in ({', '.join('?' for _ in texts)})")
        values += texts
    return f"({' or '.join(parts)})", values


def apply_changes(warehouse: Warehouse, planned: list[Change]) -> list[Touched]:
    """Write what was planned; return the tables that changed. What says whose a row is goes last."""
    cells: dict[tuple[str, str], int] = {}
    for one in sorted(planned, key=lambda one: not one.owners):
        where, values = condition(warehouse, one.table, one.owners)
        n_rows = warehouse.write_texts(
            one.table.place, (one.column.column, one.engine_kind), one.texts, where, values
        )
        cells[one.table.place] = cells.get(one.table.place, 0) + n_rows
    tables = {one.table.place: one.table for one in planned}
    return [Touched(tables[place], n_cells) for place, n_cells in sorted(cells.items()) if n_cells]


def traces(
    warehouse: Warehouse, replacement: Replacement, columns: PersonalMap = MAP
) -> list[Touched]:
    """Return the tables of the map that still name the people, and how many different texts do."""
    found: dict[tuple[str, str], Touched] = {}
    for one in changes(warehouse, replacement, columns):
        before = found.get(one.table.place)
        n_texts = len(one.texts) + (before.n_cells if before else 0)
        found[one.table.place] = Touched(one.table, n_texts)
    return list(found.values())
