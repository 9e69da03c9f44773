"""An erased person's data delivered again keeps the pseudonym that stands in the warehouse.

Nothing maps the person to the pseudonym, so the rows themselves have to say it: a row that is delivered again is, but for
its pseudonym, the row that is held. One such row settles the pseudonym of all the person's data of the run.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import pyarrow as pa

from extract.landing.contracts import Mode, Table
from extract.landing.ledger import Reader
from extract.landing.spool import Spool
from persons.identifiers import tokens, without_tokens

# Where a row stands is not what it says.
_PLACES = {"sheet_row", "file_row"}


def carry_over(raw: Reader, spool: Spool, table: Table, partitions: Sequence[str]) -> None:
    """Note in the spool's suppression which fresh pseudonyms stand for which held ones."""
    names = [name for name in table.spool_schema.names if name not in _PLACES]
    delivered = [line for line in spool.lines(table, names) if tokens(line)]
    known = spool.suppression.known
    if all(token in known for line in delivered for token in tokens(line)):
        return
    held = _held(raw, spool, table, names, partitions)
    votes: Counter[tuple[str, str]] = Counter()
    for line in delivered:
        candidates = held.get(without_tokens(line), [])
        for candidate in candidates:
            # What fits one person only weighs more than all that fits several.
            weight = 1_000_000 if len(set(candidates)) == 1 else 1
            for fresh, old in zip(tokens(line), candidate, strict=True):
                votes[fresh, old] += weight
    taken = set(known.values())
    for (fresh, old), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if fresh not in known and old not in taken:
            known[fresh] = old
            taken.add(old)


def _held(
    raw: Reader, spool: Spool, table: Table, names: Sequence[str], partitions: Sequence[str]
) -> dict[str, list[tuple[str, ...]]]:
    """Return the pseudonyms of the held rows by what the rows say besides."""
    texts = [field.name for field in table.spool_schema if pa.types.is_string(field.type)]
    conditions = [" or ".join(f"{name} like '%erased-%'" for name in texts)]
    if table.mode is Mode.SCD2:
        conditions.append("_dlt_valid_to is null")
    elif table.mode in (Mode.DAY, Mode.FILE):
        wanted = ", ".join(f"'{name}'" for name in partitions)
        conditions.append(
            f"cast({table.partition} as {'date' if table.mode is Mode.DAY else 'string'}) in ({wanted})"
        )
    where = " and ".join(f"({condition})" for condition in conditions)
    columns = ", ".join(table.spool_schema.names)
    rows = raw.rows(f"select {columns} from {{0}} where {where}", table.name)
    found = pa.Table.from_pylist(
        [dict(zip(table.spool_schema.names, row, strict=True)) for row in rows], table.spool_schema
    )
    result: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in spool.lines(found, names):
        result[without_tokens(line)].append(tuple(tokens(line)))
    return result
