"""People who were erased and are in the warehouse again, as after a backup of it was restored.

The list of keyed hashes still knows them, so nobody has to remember: each run reads the columns that name people, and
whoever is on the list gets an erasure like any other. While the list is empty nothing is looked at.
"""

from collections.abc import Callable

from persons.identifiers import ColumnKind
from persons.spots import MAY_HOLD
from persons.suppression import Suppression, read_suppression
from privacy import jobs
from privacy.columns import MAP
from privacy.config import Settings
from privacy.replacing import texts_of
from warehouse.connection import open_warehouse
from warehouse.engine import Warehouse

REQUESTED_BY = "suppression-list"


def request_returned(settings: Settings, say: Callable[[str], None]) -> None:
    """Ask for the erasure of everybody on the list whom the warehouse names."""
    suppression = read_suppression(settings.state_dir, settings.privacy_key)
    if not suppression or (settings.warehouse == "duckdb" and not settings.duckdb_path.exists()):
        return
    with open_warehouse(settings, read_only=True) as warehouse:
        found = _returned(warehouse, suppression)
    for identifiers in found.values():
        job = jobs.request(settings.state_dir, identifiers, requested_by=REQUESTED_BY)
        say(f"{job.job_id}: somebody who was erased is in the warehouse again")


def _returned(warehouse: Warehouse, suppression: Suppression) -> dict[str, list[str]]:
    """Return, by person on the list, the e-mails and ids under which the warehouse holds them."""
    found: dict[str, dict[str, None]] = {}
    for table in warehouse.tables():
        # A file's name leads to the rows that it brought.
        mapped = {
            name: one for name, one in MAP.of(table).items() if one.kind is not ColumnKind.FILE
        }
        for name, texts in texts_of(warehouse, table, mapped.values(), MAY_HOLD).items():
            one = mapped[name]
            for text in texts:
                for person, identifier in suppression.named_in(text, one.kind, one.namespace):
                    found.setdefault(person, {})[identifier] = None
    return {
        person: sorted(identifiers, key=_addresses_first) for person, identifiers in found.items()
    }


def _addresses_first(identifier: str) -> tuple[bool, str]:
    # An id may be one of several vendors, an address is one person's.
    return "@" not in identifier, identifier
