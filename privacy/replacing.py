"""What a plan says, done: the cells of the map in which a person stands, and nothing beside them.

Each cell is looked at as its column's kind wants it (`persons.identifiers`). Names go in rows that are the person's. Tables are
compared before and after by sums of hashes over all cells that were not meant, independent of the plan.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from persons.declared import PersonalColumn
from persons.identifiers import ColumnKind
from persons.matching import Replacement
from privacy.columns import MAP, PersonalMap
from warehouse.engine import NESTED, Table, Warehouse

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_AT_ONCE = 100_000
"""How many different cells of a table are read at once."""
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
    for name, cells in texts_of(warehouse, table, mapped.values(), probe).items():
        one, texts = mapped[name], dict[str, str]()
        for text in cells:
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
    theirs = [one for one in mapped.values() if one.kind in _ROWS_OF_THEIRS]
    for name, cells in texts_of(warehouse, table, theirs, probe, whose).items():
        one, anywhere, texts = mapped[name], replaced.get(name, {}), dict[str, str]()
        for text in cells:
            cell = replacement.cell(text, one.kind, one.namespace, token)
            instead = _as_read(cell, kinds[name])
            if instead not in (text, anywhere.get(text)):
                texts[text] = instead
        if texts:
            yield Change(table, one, kinds[name], texts, whose)


def texts_of(
    warehouse: Warehouse,
    table: Table,
    columns: Iterable[PersonalColumn],
    probe: str,
    owners: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> dict[str, list[str]]:
    """Return the different texts of some columns of a table, in order; of one that is not declared those that `probe` matches.

    Args:
        warehouse: Where the table is.
        table: Whose columns they are.
        columns: What they hold.
        probe: A regular expression that matches whatever can hold an address.
        owners: By which cells a row is the person's; of other rows nothing is read then.
    """
    listed = list(columns)
    found: dict[str, list[str]] = {one.column: [] for one in listed}
    if listed:
        rows = _cells(warehouse, table, listed, probe, owners, f" limit {_AT_ONCE + 1}")
        if len(rows) > _AT_ONCE:
            parts = [(one, _cells(warehouse, table, [one], probe, owners)) for one in listed]
            rows = [(listed.index(one), text) for one, some in parts for _, text in some]
        for number, text in rows:
            found[listed[number].column].append(str(text))
    return {name: sorted(texts) for name, texts in found.items() if texts}


def _cells(
    warehouse: Warehouse,
    table: Table,
    columns: list[PersonalColumn],
    probe: str,
    owners: tuple[tuple[str, tuple[str, ...]], ...],
    limit: str = "",
) -> Sequence[tuple[int, str]]:
    kinds, dialect = dict(table.columns), warehouse.dialect
    where, values = condition(warehouse, table, owners)
    texts = [warehouse.as_text(dialect.quoted(one.column), kinds[one.column]) for one in columns]
    declared = [str(number) for number, one in enumerate(columns) if one.is_declared]
    wanted = [f"number in ({', '.join(declared)})"] if declared else []
    if len(declared) < len(columns):
        wanted.append(dialect.contains.format(text="cell", pattern="?"))
        values = [*values, probe]
    return warehouse.rows(
        f"select distinct number, cell from {dialect.cells(warehouse.name(*table.place), texts, where)}"
        f" where cell <> '' and ({' or '.join(wanted)}){limit}",
        values,
    )


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
