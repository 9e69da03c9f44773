"""Which raw columns hold personal data: `meta.pii` of the columns in the sources' YAML.

email, id, name, aliases   names the person the row is about
mention                    may name anybody: a manager, a key's name, free text
file                       a file's name, under which a partition is found again
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from privacy.config import ROOT

SOURCES = ROOT / "dbt_project" / "models" / "staging"
PREDECESSOR = {"email": "email", "user_email": "email", "display_name": "name"}
"""Columns of the predecessor's tables and of their archives that name the person a row is about."""
NAMES_BESIDE = ("name", "display_name", "first_name", "last_name")
"""Columns that hold a name, or a part of one, of whom the row's address belongs to."""
OWN = ("email", "id", "name", "aliases")
KINDS = (*OWN, "mention", "file")


@dataclass(frozen=True)
class PersonalColumn:
    """A raw column that holds personal data."""

    schema: str
    table: str
    column: str
    kind: str


@cache
def personal_columns(folder: Path = SOURCES) -> tuple[PersonalColumn, ...]:
    """Return every raw column with `meta.pii`."""
    return tuple(_read(folder))


def _read(folder: Path) -> Iterator[PersonalColumn]:
    for path in sorted(folder.glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                for column in table["columns"]:
                    kind = column.get("config", {}).get("meta", {}).get("pii")
                    if kind is not None:
                        yield PersonalColumn(
                            f"raw_{source['name']}", table["name"], column["name"], kind
                        )


def own_columns() -> dict[tuple[str, str], dict[str, str]]:
    """Return, by raw table, the columns that name the person a row is about, with their kinds."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in personal_columns():
        if one.kind in OWN:
            found.setdefault((one.schema, one.table), {})[one.column] = one.kind
    return found


def predecessor_columns(schema: str, columns: list[str]) -> dict[str, str]:
    """Return the same of a table outside of the project's own layers: legacy tables, and their archives."""
    if schema.startswith(("raw_", "staging", "intermediate", "marts", "metrics", "quality")):
        return {}
    found = {name: kind for name, kind in PREDECESSOR.items() if name in columns}
    return found if "email" in found.values() else {}
