"""Names that marts and their columns had before, from `renamed.yml`: the API answers them one release longer."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_FILE = Path(__file__).with_suffix(".yml")
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Renamed:
    """What was called otherwise until `since`; who asks by that name is answered until `gone_in`."""

    since: dt.date
    gone_in: str
    """The release that answers the names of before no longer."""
    marts: Mapping[str, str]
    """Name before, with schema, to the name now."""
    columns: Mapping[str, Mapping[str, str]]
    """By the mart's name now: name before to the name now."""

    def tables(self, found: Collection[str]) -> dict[str, str]:
        """Return tables that were found, and their names now.

        What a renaming left behind beside its successor is not among them: no build brings it up to date any more.
        """
        return {
            table: self.marts.get(table, table)
            for table in found
            if self.marts.get(table) not in found
        }

    def columns_of(self, mart: str) -> Mapping[str, str]:
        """Return the names that columns of a mart had before, and the names that they have now."""
        return self.columns.get(mart, _NONE)


def read_renamed(file: Path = _FILE) -> Renamed:
    """Read the file."""
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Renamed(
        since=content["since"],
        gone_in=str(content["gone_in"]),
        marts=content["marts"],
        columns=content["columns"],
    )


RENAMED = read_renamed()
