"""Where a person may be named: the map of columns in which an erasure may change something, and nothing else.

It covers every raw table, the loader's copies and ledgers of them (`persons.declared`), and the predecessor's tables with their
archives. Whatever else there is, dbt makes from these; what dbt only adds to (`append_only`) holds nobody, which a test asks.
A column outside the map is never changed: a plan that would stops, and the search afterwards says what stands there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from persons.declared import FREE, PersonalColumn, raw_columns
from persons.identifiers import OWN, ColumnKind
from warehouse.engine import JSON, NESTED, TEXT, Table

PREDECESSOR = {
    "email": ColumnKind.EMAIL,
    "user_email": ColumnKind.EMAIL,
    "user_id": ColumnKind.ID,
    "display_name": ColumnKind.NAME,
    "first_name": ColumnKind.NAME,
    "last_name": ColumnKind.NAME,
    "name": ColumnKind.NAME,
    "manager_email": ColumnKind.MENTION,
    "created_by": ColumnKind.MENTION,
    "updated_by": ColumnKind.MENTION,
    "purpose": ColumnKind.MENTION,
    "notes": ColumnKind.MENTION,
    "raw_response": ColumnKind.MENTION,
    "api_key_name": ColumnKind.LABEL,
}
"""Columns of the predecessor's tables and of their archives; a further text column is a label."""
_OURS = ("raw_", "staging", "intermediate", "marts", "metrics", "quality")


@dataclass(frozen=True)
class PersonalMap:
    """The map; `added` are further columns by schema, table and name, as a place of its own declares them."""

    added: dict[tuple[str, str], dict[str, ColumnKind]] = field(default_factory=dict)

    def of(self, table: Table) -> dict[str, PersonalColumn]:
        """Return the columns of a table in which people may be replaced, by name."""
        texts = table.of_kind(TEXT, JSON)
        if table.schema.startswith("raw_"):
            found = raw_columns(table.schema, table.name, texts)
        elif table.schema.startswith(_OURS):
            found = {}
        else:
            found = _predecessors(table, texts)
        for name, kind in self.added.get(table.place, {}).items():
            source = table.schema.removesuffix("_staging").removeprefix("raw_")
            found[name] = PersonalColumn(table.schema, table.name, name, kind, source)
        return {name: found[name] for name, _ in table.columns if name in found}

    def undeclared(self, table: Table) -> list[str]:
        """Return the columns of a table that can hold text in pieces and of which the map does not say what they hold."""
        known = self.of(table)
        return [name for name in table.of_kind(NESTED) if name not in known]


MAP = PersonalMap()


def own_columns(columns: Iterable[PersonalColumn]) -> list[PersonalColumn]:
    """Return those columns that say whose row it is."""
    return [one for one in columns if one.kind in OWN]


def _predecessors(table: Table, texts: list[str]) -> dict[str, PersonalColumn]:
    return {
        name: PersonalColumn(
            table.schema,
            table.name,
            name,
            PREDECESSOR.get(name, ColumnKind.LABEL),
            "predecessor",
            is_declared=name in PREDECESSOR,
        )
        for name in texts
        if name not in FREE
    }
