"""The search of tables: every column of every type, through the engine, and names of tables and columns."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from persons.identifiers import ColumnKind
from privacy.columns import MAP, PersonalMap
from privacy.findings import Finding, Findings
from privacy.flattening import ENDINGS, LATIN, flat_of, words_of
from privacy.pattern import Pattern
from warehouse.engine import COUNTED, NESTED, Dialect, Table, Warehouse

_ADDRESS = re.compile(r"[\w.'+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_AT_ONCE = 100_000
"""How many different cells of a table are read at once."""
_CELLS_TOGETHER, _COLUMNS_TOGETHER = 500_000, 1_000
"""How many cells of how many columns are read in one pass, of several tables."""
_NAMES_OF_PEOPLE = re.compile(r"(person|user|member|display|owner|manager|first|last|full)_name$")


class _Rows(Protocol):
    def __call__(self, sql: str, values: Sequence[Any] = ()) -> Sequence[tuple[Any, ...]]: ...


def held_beside(warehouse: Warehouse, pattern: Pattern) -> Iterator[str]:
    """Yield addresses in the tables that are somebody's and hold the person's as a part."""
    if not pattern.addresses:
        return
    domains = sorted({text.rpartition("@")[2] for text in pattern.addresses})
    marks = " or ".join("strpos(lower({0}), ?) > 0" for _ in domains)
    for table in warehouse.tables():
        for name, one in MAP.of(table).items():
            if one.kind not in (ColumnKind.EMAIL, ColumnKind.ALIASES):
                continue
            column = warehouse.dialect.quoted(name)
            rows = warehouse.rows(
                f"select distinct {column} from {warehouse.name(*table.place)} where {marks.format(column)}",
                domains,
            )
            for (cell,) in rows:
                for part in re.split(r"[;,\s]+", str(cell)):
                    if _is_somebody(flat_of(part)):
                        yield part


def _is_somebody(text: str) -> bool:
    """Tell whether a cell as a whole is an address: no file's name, no address among letters of another script."""
    return (
        _ADDRESS.fullmatch(text) is not None
        and re.search(rf"\.(?:{ENDINGS})$", text) is None
        and not (re.search("[a-z]", text) and re.search(rf"[^\W\d_{LATIN}]", text))
    )


def look_at_tables(
    warehouse: Warehouse, pattern: Pattern, columns: PersonalMap, found: Findings
) -> None:
    """Search all tables; what is found and what was looked at is added."""
    tables = warehouse.tables()
    together = _together(warehouse, tables, pattern)
    for table in tables:
        found.looked.n_tables += 1
        found.looked.n_columns += len(table.columns)
        names = [f"{table.schema}.{table.name}", *(name for name, _ in table.columns)]
        if table.of_kind(NESTED):  # words of an enumeration, names of fields
            names += warehouse.columns(*table.place).values()
        n_found = sum(map(pattern.count, names))
        if n_found:
            found.tables.append(Finding("the name of a table or a column", n_found))
        for column, n_cells in _in_table(
            warehouse, table, pattern, columns, together.get(table.place)
        ):
            found.tables.append(Finding(f"{table}.{column}", n_cells))


def _together(
    warehouse: Warehouse, tables: Sequence[Table], pattern: Pattern
) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Return, of tables that are read in one pass with others, the columns that name the person: see `in_relation`.

    To understand the expression takes an engine longer than to read a small table.
    """
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for some in _small(tables, warehouse.sizes()) if pattern.sql else ():
        texts = [_texts(warehouse, table, pattern) for table in some]
        relations = [
            (warehouse.name(*table.place), list(listed.values()))
            for table, listed in zip(some, texts, strict=True)
        ]
        cells = warehouse.dialect.cells_of(relations)
        hits = warehouse.rows(*_hits("relation, number, cell", cells, warehouse.dialect, pattern))
        if len(hits) > _AT_ONCE:
            continue
        n_found = Counter((one, at) for one, at, cell in hits if pattern.count(str(cell)))
        found |= {table.place: [] for table in some}
        for (one, at), n_cells in sorted(n_found.items()):
            found[some[one].place].append((list(texts[one])[at], n_cells))
    return found


def _small(tables: Iterable[Table], sizes: Mapping[tuple[str, str], int]) -> Iterator[list[Table]]:
    """Yield tables that are read in one pass."""
    some, n_columns, n_cells = list[Table](), 0, 0
    for table in tables:
        # Of unknown size is a view, and every table on BigQuery.
        n_rows = sizes.get(table.place)
        if n_rows is None or all(kind == COUNTED for _, kind in table.columns):
            continue
        size = n_rows * len(table.columns)
        if size > _CELLS_TOGETHER:
            continue
        if some and (
            n_columns + len(table.columns) > _COLUMNS_TOGETHER or n_cells + size > _CELLS_TOGETHER
        ):
            yield some
            some, n_columns, n_cells = [], 0, 0
        some.append(table)
        n_columns, n_cells = n_columns + len(table.columns), n_cells + size
    if some:
        yield some


def _texts(warehouse: Warehouse, table: Table, pattern: Pattern) -> dict[str, str]:
    """Return SQL of the texts of a table's columns by their names."""
    return {
        name: warehouse.dialect.any_text.format(warehouse.dialect.quoted(name))
        for name, kind in table.columns
        # A number that adds up names nobody, unless somebody's id is all digits.
        if kind != COUNTED or any(text.isdigit() for text in pattern.unique)
    }


def _in_table(
    warehouse: Warehouse,
    table: Table,
    pattern: Pattern,
    columns: PersonalMap,
    known: list[tuple[str, int]] | None,
) -> Iterator[tuple[str, int]]:
    """Yield the columns of a table that name the person, with the number of different texts that do; some may be known."""
    relation, texts = warehouse.name(*table.place), _texts(warehouse, table, pattern)
    if known is None:
        known = list(in_relation(warehouse.rows, relation, texts, warehouse.dialect, pattern))
    yield from known
    mapped = columns.of(table)
    for name, one in mapped.items():
        is_id = one.kind in (ColumnKind.ID, ColumnKind.MENTION_ID)
        if (is_id and pattern.short_ids) or (one.kind is ColumnKind.NAME and pattern.names):
            cells = (
                warehouse.rows(f"select distinct {texts[name]} from {relation}")
                if name in texts
                else ()
            )
            n_found = sum(
                pattern.is_short_id(one.namespace, str(cell))
                if is_id
                else words_of(str(cell)) in pattern.names
                for (cell,) in cells
            )
            if n_found:
                yield name, n_found
    if pattern.names and not table.schema.startswith("raw_"):
        for name in texts:
            if _NAMES_OF_PEOPLE.search(name) and name not in mapped:
                cells = warehouse.rows(f"select distinct {texts[name]} from {relation}")
                n_found = sum(words_of(str(cell)) in pattern.names for (cell,) in cells)
                if n_found:
                    yield name, n_found


def in_relation(
    rows: _Rows, relation: str, texts: dict[str, str], dialect: Dialect, pattern: Pattern
) -> Iterator[tuple[str, int]]:
    """Yield the columns of a relation that name the person: in one pass, or one by one where there is much to read."""
    names = list(texts)
    if not names or not pattern.sql:
        return

    def hits(some: list[str], limit: str = "") -> Sequence[tuple[Any, ...]]:
        cells = dialect.cells(relation, [texts[name] for name in some])
        sql, values = _hits("distinct number, cell", cells, dialect, pattern)
        return rows(f"{sql}{limit}", values)

    found = hits(names, f" limit {_AT_ONCE + 1}")
    whole = [found] if len(found) <= _AT_ONCE else (hits([name]) for name in names)
    for number, some in enumerate(whole):
        n_found = Counter(number + at for at, cell in some if pattern.count(str(cell)))
        yield from ((names[at], n_cells) for at, n_cells in sorted(n_found.items()))


def _hits(what: str, cells: str, dialect: Dialect, pattern: Pattern) -> tuple[str, list[str]]:
    """Return SQL of the cells in which something may be found, and its values.

    Keys of rows, of which there is one in each, are left out where they are no digest of the person and no at sign is in what
    they are the hexadecimal form of.
    """
    matches = dialect.contains.format(text="cell", pattern="?")
    listed = ", ".join("?" for _ in pattern.keys)
    is_theirs = f" or cell in ({listed})" if listed else ""
    return (
        f"select {what} from {cells} where {matches} and (length(cell) <> 32"
        f" or translate(cell, '0123456789abcdef', '') <> '' or strpos(cell, '40') > 0{is_theirs})",
        [pattern.sql, *pattern.keys],
    )
