"""The tables of a source that is off, empty."""

from extract.config import Credentials, Settings, dataset_name, pipeline
from extract.landing.contracts import Table
from extract.landing.load import are_there, ensure_tables
from extract.landing.person_ids import give_person_ids
from persons.keys import Key


def create_empty(
    settings: Settings,
    source: str,
    tables: tuple[Table, ...],
    credentials: Credentials | None = None,
    key: Key | None = None,
) -> None:
    """Create the empty tables of a source that is off, so that the dbt project always builds."""
    keyed = key is not None and any(table.keyed for table in tables)
    if not keyed and are_there(credentials, dataset_name(settings, source), tables):
        return
    opened = pipeline(settings, source, credentials)
    ensure_tables(opened, tables)
    if key is not None:
        give_person_ids(opened, tables, key)
