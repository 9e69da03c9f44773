"""Whether anything still names an erased person: a search of its own, which shares nothing with what replaced them.

It reads every column of every type of every table through the engine, also those outside the map; every Parquet and DuckDB file;
what is inside gz, bz2, xz and zip; the bytes of the rest; names of files, tables and columns; and what killed runs left in the
system's temporary folder. Where the replacing reads a text in views and asks who is meant, this one flattens it as far as
it can (escapes, width, case, invisible characters, blanks around an at sign) around each at sign, and searches with
patterns made of the person's addresses. What it looked at is counted, for the certificate.

Within a run a person is searched for several times. What was read is known by its identity (device, inode, size, time): the very same
file is not read twice for the same person, and counts as looked at each time.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from persons.identifiers import Identifier
from privacy.columns import MAP, PersonalMap
from privacy.config import Settings
from privacy.findings import Finding, Findings
from privacy.pattern import Pattern
from privacy.scan_files import (
    Identity,
    Known,
    files_with,
    identity_of,
    left_in_temporary_folder,
    look_at_files,
)
from privacy.scan_tables import held_beside, look_at_tables
from warehouse.duckdb import DuckDB
from warehouse.engine import Warehouse


class Search:
    """Searches for one person."""

    def __init__(
        self,
        identifiers: Iterable[Identifier],
        columns: PersonalMap = MAP,
        others: Collection[str] = (),
    ) -> None:
        """Look at nothing yet.

        Args:
            identifiers: What names the person.
            columns: Says in which columns short ids and names are.
            others: Addresses of other people; those in the tables are known without.
        """
        self._identifiers, self._columns, self._others = list(identifiers), columns, others
        self._tables: dict[Identity, Findings] = {}
        self._files: Known = {}

    @cached_property
    def _pattern(self) -> Pattern:
        return Pattern(self._identifiers, self._others)

    def everything(self, settings: Settings, warehouse: Warehouse) -> Findings:
        """Search everything that a run leaves for what names the person."""
        found = self._in_tables(settings, warehouse)
        places = [*settings.file_places, *left_in_temporary_folder()]
        if settings.warehouse == "duckdb":
            places += _of_the_warehouse(settings)
        look_at_files(places, self._pattern, found, opened=settings.duckdb_path, known=self._files)
        return found

    def files(self, places: Iterable[Path]) -> Iterator[Path]:
        """Yield the files of some places that name the person."""
        yield from (path for path, _ in files_with(places, self._pattern, known=self._files))

    def _in_tables(self, settings: Settings, warehouse: Warehouse) -> Findings:
        found = Findings()
        if not isinstance(warehouse, DuckDB):
            self._look_at_tables(warehouse, found)
            return found
        at = tuple(identity_of(path) for path in _of_the_warehouse(settings))
        if at not in self._tables:
            read = Findings()
            self._look_at_tables(warehouse, read)
            self._look_at_types(warehouse, read)
            self._tables[at] = read
        found.tables += self._tables[at].tables
        found.looked.add(self._tables[at].looked)
        return found

    def _look_at_tables(self, warehouse: Warehouse, found: Findings) -> None:
        if self._pattern.hold(held_beside(warehouse, self._pattern)):
            self._files.clear()  # what was found may be somebody else's
        look_at_tables(warehouse, self._pattern, self._columns, found)

    def _look_at_types(self, warehouse: DuckDB, found: Findings) -> None:
        words = warehouse.rows(
            "select type_name, cast(labels as varchar) from duckdb_types()"
            " where database_name = current_database() and labels is not null and not internal"
        )
        for name, labels in words:
            if self._pattern.count(f"{name} {labels}"):
                found.tables.append(Finding("the words of a type", 1))


def _of_the_warehouse(settings: Settings) -> list[Path]:
    path = settings.duckdb_path
    return [path, path.with_name(f"{path.name}.wal")]


def scan(
    settings: Settings,
    warehouse: Warehouse,
    identifiers: Iterable[Identifier],
    columns: PersonalMap = MAP,
    others: Collection[str] = (),
) -> Findings:
    """Search everything once; see `Search`."""
    return Search(identifiers, columns, others).everything(settings, warehouse)
