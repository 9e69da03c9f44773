"""The id that a person has in every table, page and exported file: a keyed hash of the own address.

A plain hash of an address is undone by hashing the staff list. This one needs the key (`persons.keys`), which is not where
the ids are. It is made when a row of the people sheet lands, from the address that lands: an erased person's is made from
the random pseudonym and leads nowhere. Another key gives everybody another id, so a table's fingerprint says with which
key its ids were made.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from persons.keys import Key

LENGTH = 32
"""Characters: 128 bits."""
_MARK = "#"
_MARK_LENGTH = 8


def person_id(key: Key, address: str) -> str:
    """Return the id of whoever has an address, in any case and with any blanks around it."""
    return key.digest("person id", address.strip(" ").lower())[:LENGTH]


def with_person_ids(rows: pa.Table, keyed: Mapping[str, str], key: Key | None) -> pa.Table:
    """Return rows with the ids of the people whose addresses stand in them; NULL where no address stands.

    Args:
        rows: Rows as they land.
        keyed: The columns that are ids, and the columns that they are made from.
        key: The key; may be missing where nothing is keyed.
    """
    for name, source in keyed.items():
        addresses = rows.column(source)
        different = pc.unique(addresses)
        ids = [_id_or_none(_needed(key), address) for address in different.to_pylist()]
        taken = pc.take(pa.array(ids, pa.string()), pc.index_in(addresses, different))
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(place), taken)
    return rows


def marked(fingerprint: str, key: Key | None) -> str:
    """Return a table's fingerprint with a mark of the key that its ids are made with."""
    return f"{fingerprint}{_MARK}{_needed(key).digest('person id key', '')[:_MARK_LENGTH]}"


def mark(fingerprint: str) -> str:
    """Return the mark in a fingerprint; empty when its table had no ids or no rows."""
    return fingerprint.partition("!")[0].partition(_MARK)[2]


def _needed(key: Key | None) -> Key:
    if key is None:
        raise ValueError("the ids of people need a key")
    return key


def _id_or_none(key: Key, address: str | None) -> str | None:
    return person_id(key, address) if address is not None and address.strip(" ") else None
