"""A log's past does not change: entries that are held stay, also when the source no longer sends them.

An export that was deleted, a vendor that keeps half a year, a permission that was narrowed: none of them
says that what was once in the log never happened.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from extract.landing.contracts import Table
from extract.landing.ledger import Ledger, Reader
from extract.landing.sink import Partition
from extract.landing.spool import Spool

Keys = dict[str, set[tuple[Any, ...]]]


def keep_held(
    raw: Reader, spool: Spool, table: Table, ledger: Ledger, now: Mapping[str, Partition]
) -> dict[str, int]:
    """Add to the spool what the warehouse holds of changed days and the source no longer sends.

    The ledger decides only which days changed; what the table holds counts even if a killed load wrote it.

    Returns:
        How many entries were added, by day.
    """
    changed = [
        name
        for name, partition in now.items()
        if (entry := ledger.get((table.name, name))) is None
        or entry.content_hash != partition.content_hash
    ]
    if not changed:
        return {}
    held: Keys = defaultdict(set)
    for day, *key in _select(raw, table, changed, table.log_key):
        held[str(day)].add(tuple(key))
    gone: Keys = {
        name: missing for name, keys in held.items() if (missing := keys - spool.keys(table, name))
    }
    if gone:
        spool.adopt(table, _rows(raw, table, gone))
    return {name: len(keys) for name, keys in gone.items()}


def _select(
    raw: Reader, table: Table, days: Sequence[str], columns: Sequence[str]
) -> Sequence[Sequence[Any]]:
    wanted = ", ".join(f"cast('{day}' as date)" for day in days)
    sql = f"""
        select {table.partition}, {", ".join(columns)}
        from {{0}}
        where {table.partition} in ({wanted})
    """
    return raw.rows(sql, table.name)


def _rows(raw: Reader, table: Table, gone: Keys) -> pa.Table:
    schema = table.spool_schema
    places = [schema.names.index(column) for column in table.log_key]
    seen: Keys = defaultdict(set)
    rows = []
    for day, *row in _select(raw, table, list(gone), schema.names):
        key = tuple(row[place] for place in places)
        if key in gone[str(day)] and key not in seen[str(day)]:
            seen[str(day)].add(key)
            rows.append(dict(zip(schema.names, row, strict=True)))
    return pa.Table.from_pylist(rows, schema)
