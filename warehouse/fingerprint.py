"""What a table's rows add up to, in any order: one SQL for both engines.

A fingerprint outlives the engines' versions, because it is made of md5; what is kept for long is compared by it. A digest is
quicker, leaves out what it is told to, and is compared with another of the same run.
"""

from collections.abc import Collection, Sequence

from warehouse.engine import JSON, Fingerprint, Table, Value, Warehouse


def fingerprint(warehouse: Warehouse, schema: str, table: str) -> Fingerprint:
    """Return a table's row count, and a hash of its columns and rows that does not depend on their order."""
    types = warehouse.columns(schema, table)
    dialect = warehouse.dialect
    parts = [_as_text(warehouse, column, kind) for column, kind in types.items()]
    md5 = dialect.md5.format("concat(" + ", '|', ".join(parts) + ", '')")
    sums = ", ".join(
        f"coalesce(sum(cast(cast(concat('0x', substr(row_hash, {start}, 15)) as {dialect.integer}) as {dialect.wide})), 0)"
        for start in (1, 16)
    )
    ((n_rows, first, second),) = warehouse.rows(
        f"with hashed as (select {md5} as row_hash from {warehouse.name(schema, table)})"
        f" select count(*), {sums} from hashed"
    )
    shape = ",".join(f"{name}:{kind}" for name, kind in types.items())
    return Fingerprint(int(n_rows), f"{int(first):x}-{int(second):x}|{shape}")


def digest(
    warehouse: Warehouse,
    table: Table,
    without: Collection[str] = (),
    where: str = "true",
    values: Sequence[Value] = (),
    text: str | None = None,
) -> tuple[int, str]:
    """Return how many rows there are and what their cells add up to.

    Args:
        warehouse: Where the table is.
        table: The table.
        without: Columns that do not count.
        where: Which rows do.
        values: The condition's.
        text: SQL of what counts of a row, instead of its cells.
    """
    dialect = warehouse.dialect
    kept = [dialect.quoted(name) for name, _ in table.columns if name not in without]
    cells = dialect.digest.format(text or ", ".join(kept)) if text or kept else "0"
    ((n_rows, content),) = warehouse.rows(
        f"select count(*), coalesce(sum(cast({cells} as {dialect.wide})), 0)"
        f" from {warehouse.name(*table.place)} where {where}",
        values,
    )
    return int(n_rows), str(content)


def _as_text(warehouse: Warehouse, column: str, kind: str) -> str:
    dialect = warehouse.dialect
    quoted = dialect.quoted(column)
    text = (
        warehouse.as_text(quoted, JSON) if kind == "json" else f"cast({quoted} as {dialect.text})"
    )
    # The length keeps apart what would read the same when put together; NULL has none.
    return f"coalesce(concat(cast(length({text}) as {dialect.text}), ':', {text}), '')"
