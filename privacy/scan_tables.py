"""The search of tables: every column of every type, through the engine, and names of tables and columns."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
    for table in warehouse.tables():
        found.looked.n_tables += 1
        found.looked.n_columns += len(table.columns)
        names = [f"{table.schema}.{table.name}", *(name for name, _ in table.columns)]
        if table.of_kind(NESTED):  # words of an enumeration, names of fields
            names += warehouse.columns(*table.place).values()
        n_found = sum(map(pattern.count, names))
        if n_found:
            found.tables.append(Finding("the name of a table or a column", n_found))
        for column, n_cells in _in_table(warehouse, table, pattern, columns):
            found.tables.append(Finding(f"{table}.{column}", n_cells))


def _in_table(
    warehouse: Warehouse, table: Table, pattern: Pattern, columns: PersonalMap
) -> Iterator[tuple[str, int]]:
    """Yield the columns of a table that name the person, with the number of different texts that do."""
    relation, quote = warehouse.name(*table.place), warehouse.dialect.quoted
    texts = {
        name: warehouse.dialect.any_text.format(quote(name))
        for name, kind in table.columns
        # A number that adds up names nobody, unless somebody's id is all digits.
        if kind != COUNTED or any(text.isdigit() for text in pattern.unique)
    }
    yield from in_relation(warehouse.rows, relation, texts, warehouse.dialect, pattern)
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
    probe, names = pattern.sql, list(texts)
    if not names or not probe:
        return

    def hits(some: list[str], limit: str = "") -> Sequence[tuple[Any, ...]]:
        cells = dialect.cells(relation, [texts[name] for name in some])
        matches = dialect.contains.format(text="cell", pattern="?")
        return rows(f"select distinct number, cell from {cells} where {matches}{limit}", [probe])

    found = hits(names, f" limit {_AT_ONCE + 1}")
    whole = [found] if len(found) <= _AT_ONCE else (hits([name]) for name in names)
    for number, some in enumerate(whole):
        n_found = Counter(number + at for at, cell in some if pattern.count(str(cell)))
        yield from ((names[at], n_cells) for at, n_cells in sorted(n_found.items()))
