"""The loader's ledgers after an erasure: what is delivered again unchanged must be known as unchanged.

A partition's fingerprint is made from content in which erased people all look alike (`extract.landing.spool`), both by the loader
when it reads the vendor's data again, and here from the rows that are held.

What waits is erased before anything is loaded, so after an upgrade a table may lack columns that its contract has by now.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from extract.landing.contracts import Mode
from extract.landing.contracts import Table as Contract
from extract.landing.sink import CURRENT, Partition
from extract.landing.spool import Spool
from extract.sources import TABLES
from persons.person_ids import person_id
from persons.suppression import Suppression
from privacy.replacing import Touched
from warehouse.engine import Table, Warehouse


def refresh_fingerprints(
    warehouse: Warehouse, touched: Iterable[Touched], token: str, suppression: Suppression
) -> int:
    """Set the fingerprints of the partitions that name the erased person; return how many."""
    contracts = {
        (f"raw_{source}", contract.name): contract
        for source, tables in TABLES.items()
        for contract in tables
    }
    n_partitions = 0
    for one in touched:
        contract = contracts.get((one.table.schema, one.table.name))
        if contract is not None and contract.mode is Mode.KEY:
            _note_the_change(warehouse, one.table, contract, token)
        elif contract is not None:
            source = suppression.of_source(one.table.schema.removeprefix("raw_"))
            n_partitions += _refresh(warehouse, one.table, contract, token, source)
    return n_partitions


def _note_the_change(warehouse: Warehouse, table: Table, contract: Contract, token: str) -> None:
    """Say that rows were written now: days of tasks are computed anew when one of their tasks is, whatever is in it."""
    naming, values = _naming(table, contract, token)
    warehouse.run(
        f"update {warehouse.name(*table.place)} set _loaded_at = current_timestamp where {naming}",
        values,
    )


def _naming(table: Table, contract: Contract, token: str) -> tuple[str, list[str]]:
    """Return the condition of rows that name the person, and its values."""
    texts = [
        one.name
        for one in contract.spool_schema
        if pa.types.is_string(one.type) and table.has(one.name)
    ]
    return " or ".join(f"strpos({name}, ?) > 0" for name in texts), [token] * len(texts)


def _refresh(
    warehouse: Warehouse, table: Table, contract: Contract, token: str, suppression: Suppression
) -> int:
    ledger = Table(table.schema, "loaded_partitions", ())
    with tempfile.TemporaryDirectory(prefix="privacy-") as folder:
        spool = Spool(Path(folder), suppression, suppression.key)
        try:
            spool.adopt(contract, _rows(warehouse, table, contract, token))
            found = spool.partitions(contract)
            if contract.mode is Mode.SCD2:
                _refresh_row_hashes(warehouse, table, contract, spool)
        finally:
            spool.close()
    _refresh_person_ids(warehouse, table, contract, token, suppression)
    for name, partition in found.items():
        _set(warehouse, ledger, contract, name, partition)
    return len(found)


def _rows(warehouse: Warehouse, table: Table, contract: Contract, token: str) -> pa.Table:
    """Return the whole partitions that name the person."""
    names = ", ".join(filter(table.has, contract.spool_schema.names))
    source = warehouse.name(*table.place)
    naming, values = _naming(table, contract, token)
    if contract.mode is Mode.SCD2:
        where, values = "_dlt_valid_to is null", []
    elif contract.partition is None or contract.mode is Mode.TAB:
        where, values = "true", []
    else:
        theirs = f"select {contract.partition} from {source} where {naming}"
        where = f"{contract.partition} in ({theirs})"
    return _whole(warehouse.arrow(f"select {names} from {source} where {where}", values), contract)


def _whole(rows: pa.Table, contract: Contract) -> pa.Table:
    """Return rows with all columns of their contract; those that the table has not yet are NULL, as the loader will fill them."""
    for one in contract.spool_schema:
        if one.name not in rows.schema.names:
            rows = rows.append_column(one, pa.nulls(rows.num_rows, one.type))
    return rows.select(contract.spool_schema.names)


def _refresh_row_hashes(
    warehouse: Warehouse, table: Table, contract: Contract, spool: Spool
) -> None:
    """Give each version of a directory's row the hash that the loader would give it."""
    names = ", ".join(filter(table.has, contract.spool_schema.names))
    held = warehouse.arrow(f"select {names}, row_hash from {warehouse.name(*table.place)}")
    fresh = spool.row_hashes(_whole(held, contract).cast(contract.spool_schema))
    old = held.column("row_hash").to_pylist()
    for before, after in zip(old, fresh, strict=True):
        if before != after:
            warehouse.run(
                f"update {warehouse.name(*table.place)} set row_hash = ? where row_hash = ?",
                [after, before],
            )


def _refresh_person_ids(
    warehouse: Warehouse, table: Table, contract: Contract, token: str, suppression: Suppression
) -> None:
    """Make the erased person's ids anew, from the pseudonyms: those of before were made from addresses."""
    place = warehouse.name(*table.place)
    for column, source in contract.keyed.items():
        if not table.has(column):
            continue  # whoever adds it fills it
        assert suppression.key is not None  # noqa: S101 - the person was put on its list before
        for (address,) in warehouse.rows(
            f"select distinct {source} from {place} where strpos({source}, ?) > 0", [token]
        ):
            warehouse.run(
                f"update {place} set {column} = ? where {source} = ?",
                [person_id(suppression.key, str(address)), str(address)],
            )


def _set(
    warehouse: Warehouse, ledger: Table, contract: Contract, name: str, partition: Partition
) -> None:
    where = "where resource_name = ? and partition_id = ?"
    key = [contract.name, CURRENT if contract.mode in (Mode.SCD2, Mode.TAB) else name]
    rows = warehouse.rows(f"select content_hash from {warehouse.name(*ledger.place)} {where}", key)
    for (before,) in rows:
        # What stands after the mark is the quarantine's part, whose payloads hold no identifier.
        _, mark, bad = str(before).partition("!")
        warehouse.run(
            f"update {warehouse.name(*ledger.place)} set content_hash = ? {where}",
            [f"{partition.content_hash}{mark}{bad}", *key],
        )
