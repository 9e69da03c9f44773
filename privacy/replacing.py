"""A person's identifiers replaced in every text of the warehouse: raw, quarantine, ledgers, marts, archives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from persons.identifiers import Kind, Label, Replacement, pseudonym
from privacy.columns import NAMES_BESIDE, personal_columns
from warehouse.engine import JSON, TEXT, Table, Warehouse

VALUES_PER_STATEMENT = 200
_WORD = re.compile(r"[^\s\"'<>,;()\[\]{}]+")
_LONGEST = 200
_FOUND_AGAIN = frozenset({"partition_id"})


@dataclass(frozen=True)
class Touched:
    """A table in which something was replaced, and how many cells."""

    table: Table
    n_cells: int


def replace_everywhere(
    warehouse: Warehouse, replacement: Replacement, token: str, emails: list[str]
) -> list[Touched]:
    """Replace a person's identifiers in all tables; return those that changed."""
    files = {one.column for one in personal_columns() if one.kind == "file"} | _FOUND_AGAIN
    result = []
    for table in warehouse.tables():
        n_cells = _replace_names(warehouse, table, token, emails)
        for column, kind in _columns_with_traces(warehouse, table, replacement):
            n_cells += _replace_column(
                warehouse, table, column, kind, replacement, constant=column in files
            )
        if n_cells:
            result.append(Touched(table, n_cells))
    return result


def traces(warehouse: Warehouse, replacement: Replacement) -> list[Touched]:
    """Return the tables that still name the people, and how many different texts do."""
    result = []
    for table in warehouse.tables():
        n_texts = sum(
            len(list(_texts(warehouse, table, column, kind, replacement)))
            for column, kind in _columns_with_traces(warehouse, table, replacement)
        )
        if n_texts:
            result.append(Touched(table, n_texts))
    return result


def lookalikes(warehouse: Warehouse, replacement: Replacement) -> set[str]:
    """Return what holds an identifier as a part of somebody else's: `joanna@x.example` holds `anna@x.example`."""
    found: set[str] = set()
    for table in warehouse.tables():
        for column, kind in _columns_with_traces(warehouse, table, replacement):
            text = warehouse.as_text(column, kind)
            rows = warehouse.rows(
                f"select distinct {text} from {warehouse.name(*table.place)}"
                f" where {_matches(warehouse, column, kind)}",
                ["|".join(replacement.probes)],
            )
            for (value,) in rows:
                if not replacement.finds(str(value)):
                    found |= {str(value).lower(), *_WORD.findall(str(value).lower())}
    return {
        text
        for text in found
        if len(text) <= _LONGEST and any(plain in text for plain in replacement.plain)
    }


def _replace_names(warehouse: Warehouse, table: Table, token: str, emails: list[str]) -> int:
    """Replace names beside the person's e-mail, also those that somebody else bears too, and parts of them."""
    marks = ", ".join("?" for _ in emails)
    new = pseudonym(Label(Kind.NAME), token)
    texts, n_cells = table.of_kind(TEXT), 0
    for name in NAMES_BESIDE:
        if name in texts and "email" in texts and emails:
            where = f"where lower(trim(email)) in ({marks}) and {name} is not null"
            n_cells += warehouse.run(
                f"update {warehouse.name(*table.place)} set {name} = ? {where}", [new, *emails]
            )
    return n_cells


def _columns_with_traces(
    warehouse: Warehouse, table: Table, replacement: Replacement
) -> list[tuple[str, str]]:
    """Return the text columns that hold a part of an identifier, in one pass over the table."""
    kinds = [(name, kind) for name, kind in table.columns if kind in (TEXT, JSON)]
    if not kinds or not replacement.probes:
        return []
    probe = "|".join(replacement.probes)
    flags = [
        f"max(case when {_matches(warehouse, column, kind)} then 1 else 0 end)"
        for column, kind in kinds
    ]
    ((*found,),) = warehouse.rows(
        f"select {', '.join(flags)} from {warehouse.name(*table.place)}", [probe] * len(kinds)
    )
    return [pair for pair, flag in zip(kinds, found, strict=True) if flag]


def _matches(warehouse: Warehouse, column: str, kind: str) -> str:
    text = f"lower({warehouse.as_text(column, kind)})"
    return warehouse.dialect.contains.format(text=text, pattern="?")


def _texts(
    warehouse: Warehouse, table: Table, column: str, kind: str, replacement: Replacement
) -> Iterator[str]:
    """Yield the different texts of a column that name the people."""
    found = warehouse.rows(
        f"select distinct {warehouse.as_text(column, kind)} from {warehouse.name(*table.place)}"
        f" where {_matches(warehouse, column, kind)}",
        ["|".join(replacement.probes)],
    )
    for (text,) in found:
        if replacement.finds(str(text)):
            yield str(text)


def _replace_column(
    warehouse: Warehouse,
    table: Table,
    column: str,
    kind: str,
    replacement: Replacement,
    *,
    constant: bool,
) -> int:
    changed = {
        text: replacement.text(text, constant=constant)
        for text in _texts(warehouse, table, column, kind, replacement)
    }
    old, n_cells = list(changed), 0
    text = warehouse.as_text(column, kind)
    for start in range(0, len(old), VALUES_PER_STATEMENT):
        some = old[start : start + VALUES_PER_STATEMENT]
        # A bound value alone has no type to BigQuery.
        cases = " ".join("when ? then cast(? as string)" for _ in some)
        marks = ", ".join("?" for _ in some)
        new = warehouse.from_text(f"case {text} {cases} end", kind)
        n_cells += warehouse.run(
            f"update {warehouse.name(*table.place)} set {column} = {new} where {text} in ({marks})",
            [*(value for one in some for value in (one, changed[one])), *some],
        )
    return n_cells
