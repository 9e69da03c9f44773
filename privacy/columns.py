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
