"""The export of everything in the warehouse: raw tables too, which the service cannot read."""

from collections.abc import Iterator
from typing import Any

from persons.identifiers import Identifier, Kind, Label, Replacement
from persons.keys import normalised
from privacy.exporting import Section, about, written
from privacy.subject import find_subject
from warehouse.engine import JSON, TEXT, Table, Warehouse


def export_subject(warehouse: Warehouse, given: str) -> Iterator[bytes]:
    """Yield the document about a person; of an unknown one it has the same tables, without rows."""
    identifiers = find_subject(warehouse, given).identifiers() or [
        Identifier(Label(Kind.EMAIL if "@" in given else Kind.ID), normalised(given))
    ]
    who = Replacement({"erased-0000000000000000": identifiers})
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
    texts = [(name, kind) for name, kind in table.columns if kind in (TEXT, JSON)]
    matches = " or ".join(
        warehouse.dialect.contains.format(
            text=f"lower({warehouse.as_text(name, kind)})", pattern="?"
        )
        for name, kind in texts
    )
    names = [name for name, _ in table.columns]
    shown = ", ".join(
        warehouse.as_text(name, kind) + f" as {name}" if kind == JSON else name
        for name, kind in table.columns
    )
    rows = warehouse.rows(
        f"select {shown} from {warehouse.name(*table.place)} where {matches}",
        ["|".join(who.probes)] * len(texts),
    )
    found = (
        about(dict(zip(names, row, strict=True)), [name for name, _ in texts], who) for row in rows
    )
    yield from sorted((row for row in found if row is not None), key=repr)
