"""People who were erased and are in the warehouse again, as after a backup of it was restored.

The list of keyed hashes still knows them, so nobody has to remember: each run reads the columns that name people, and
whoever is on the list gets an erasure like any other. While the list is empty nothing is looked at.
"""

from collections.abc import Callable

from persons.suppression import Suppression, read_suppression
from privacy import jobs
from privacy.columns import personal_columns
from privacy.config import Settings
from warehouse.connection import open_warehouse
from warehouse.engine import JSON, TEXT, Warehouse

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
    tables = {(table.schema, table.name): table for table in warehouse.tables()}
    for one in personal_columns():
        table = tables.get((one.schema, one.table))
        kind = dict(table.columns).get(one.column) if table else None
        if table is None or kind not in (TEXT, JSON) or one.kind == "file":
            continue  # a file's name leads to the rows that it brought
        text = warehouse.as_text(one.column, kind)
        # Others' ids are many and stand in columns of their own, too.
        where = f" where strpos({text}, '@') > 0" if one.kind == "mention" else ""
        for (value,) in warehouse.rows(
            f"select distinct {text} from {warehouse.name(*table.place)}{where}"
        ):
            for person, identifier in suppression.named_in(str(value or "")):
                found.setdefault(person, {})[identifier] = None
    return {person: list(identifiers) for person, identifiers in found.items()}
