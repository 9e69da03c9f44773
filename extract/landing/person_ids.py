"""Ids of people in landed rows: given where a version before made none, and never changed by accident."""

from collections.abc import Iterable, Mapping

import dlt

from extract.landing.contracts import Table
from extract.landing.ledger import Ledger, reader
from extract.landing.sink import Partition
from persons.keys import Key
from persons.person_ids import mark, person_id

OTHER_KEY = (
    "{source}.{table}: not loaded, because the key of this run (PRIVACY_KEY, or privacy.key in STATE_DIR) is not the one that the"
    " ids of people in the warehouse were made with: everybody would get another id, and links to people would break. Bring the"
    " key back. If it is lost, or they shall change, run once: python -m extract {source} --accept-new-person-ids"
)


def give_person_ids(pipeline: dlt.Pipeline, tables: Iterable[Table], key: Key) -> None:
    """Give landed rows the ids that they lack."""
    for table in tables:
        for name, source in table.keyed.items():
            with reader(pipeline) as raw:
                lacking = raw.rows(
                    f"select distinct {source} from {{0}} where {name} is null and trim({source}) <> ''",
                    table.name,
                )
                for (address,) in lacking:
                    raw.change(
                        f"update {{0}} set {name} = %s where {name} is null and {source} = %s",
                        table.name,
                        person_id(key, address),
                        address,
                    )


def made_with_another_key(table: Table, now: Mapping[str, Partition], ledger: Ledger) -> bool:
    """Tell whether the warehouse's ids of a table's people were made with another key than those of this run."""
    if not table.keyed:
        return False
    return any(
        len({mark(entry.content_hash), mark(partition.content_hash)} - {""}) > 1
        for name, partition in now.items()
        if (entry := ledger.get((table.name, name)))
    )
