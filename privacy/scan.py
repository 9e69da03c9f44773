"""Whether anything still names an erased person: a search of its own, which shares nothing with what replaced them.

It reads every column of every type of every table through the engine, also those outside the map; every Parquet and DuckDB file;
what is inside gz, bz2, xz and zip; the bytes of the rest; names of files, tables and columns; and what killed runs left in the
system's temporary folder. Where the replacing reads a text in views and asks who is meant, this one flattens it as far as
it can (escapes, width, case, invisible characters, blanks around an at sign) around each at sign, and searches with
patterns made of the person's addresses. What it looked at is counted, for the certificate.
"""

from collections.abc import Collection, Iterable

from persons.identifiers import Identifier
from privacy.columns import MAP, PersonalMap
from privacy.config import Settings
from privacy.findings import Finding, Findings
from privacy.pattern import Pattern
from privacy.scan_files import left_in_temporary_folder, look_at_files
from privacy.scan_tables import held_beside, look_at_tables
from warehouse.duckdb import DuckDB
from warehouse.engine import Warehouse


def scan(
    settings: Settings,
    warehouse: Warehouse,
    identifiers: Iterable[Identifier],
    columns: PersonalMap = MAP,
    others: Collection[str] = (),
) -> Findings:
    """Search everything that a run leaves for what names a person.

    Args:
        settings: Where things are.
        warehouse: The tables.
        identifiers: What names the person.
        columns: Says in which columns short ids and names are.
        others: Addresses of other people; those in the tables are known without.
    """
    pattern = Pattern(identifiers, others)
    found = Findings()
    pattern.hold(held_beside(warehouse, pattern))
    look_at_tables(warehouse, pattern, columns, found)
    if isinstance(warehouse, DuckDB):
        words = warehouse.rows(
            "select type_name, cast(labels as varchar) from duckdb_types()"
            " where database_name = current_database() and labels is not null and not internal"
        )
        for name, labels in words:
            if pattern.count(f"{name} {labels}"):
                found.tables.append(Finding("the words of a type", 1))
    places = [*settings.file_places, *left_in_temporary_folder()]
    if settings.warehouse == "duckdb":
        path = settings.duckdb_path
        places += [path, path.with_name(f"{path.name}.wal")]
    look_at_files(places, pattern, found, opened=settings.duckdb_path)
    return found
