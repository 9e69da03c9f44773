"""The export of everything in the warehouse: raw tables too, which the service cannot read."""

from collections.abc import Iterator
from typing import Any

from persons.matching import Replacement
from privacy.columns import MAP
from privacy.exporting import Section, about, written
from privacy.subject import find_subject
from warehouse.engine import JSON, TEXT, Table, Warehouse


def export_subject(warehouse: Warehouse, given: str) -> Iterator[bytes]:
    """Yield the document about a person; of an unknown one it has the same tables, without rows.

    Raises:
        AmbiguousSubjectError: The identifier leads to several people.
        UnusableSubjectError: It leads to nobody and may be any word.
    """
    subject = find_subject(warehouse, given)
    who = Replacement({"erased-0000000000000000": subject.identifiers()}, subject.others)
    tables = ((_section(table), _rows(warehouse, table, who)) for table in _held(warehouse))
    yield from written({"scope": "warehouse: raw tables, marts and checks"}, tables)


def _held(warehouse: Warehouse) -> list[Table]:
    """Return the tables that hold something of their own, and text."""
    return [
        table
        for table in warehouse.tables()
        if (table.schema.startswith("raw_") or table.schema in ("marts", "metrics", "quality"))
        and not table.schema.endswith("_staging")
        and not table.name.startswith("_dlt")
        and table.of_kind(TEXT, JSON)
    ]


def _section(table: Table) -> Section:
    return Section(str(table), tuple(name for name, _ in table.columns))


def _rows(warehouse: Warehouse, table: Table, who: Replacement) -> Iterator[dict[str, Any]]:
    quoted = warehouse.dialect.quoted
    texts = {
        name: warehouse.as_text(quoted(name), kind)
        for name, kind in table.columns
        if kind in (TEXT, JSON)
    }
    mapped = MAP.of(table)
    conditions, values = [], []
    for name, text in texts.items():
        # What a person may be written as, or as a whole an id, whatever it looks like.
        conditions.append(warehouse.dialect.contains.format(text=f"lower({text})", pattern="?"))
        values.append("|".join((*who.probes, who.probe)))
        if name in mapped and mapped[name].namespace and who.short_ids(mapped[name].namespace):
            ids = who.short_ids(mapped[name].namespace)
            conditions.append(f"lower(trim({text})) in ({', '.join('?' for _ in ids)})")
            values += ids
    names = [name for name, _ in table.columns]
    shown = ", ".join(
        f"{texts[name]} as {quoted(name)}" if kind == JSON else quoted(name)
        for name, kind in table.columns
    )
    rows = warehouse.rows(
        f"select {shown} from {warehouse.name(*table.place)} where {' or '.join(conditions)}",
        values,
    )
    found = (about(dict(zip(names, row, strict=True)), list(texts), who, mapped) for row in rows)
    yield from sorted((row for row in found if row is not None), key=repr)
