"""A fingerprint that outlives the engines' versions: one SQL for both, over md5. What is kept for long is compared by it."""

from warehouse.engine import JSON, Fingerprint, Warehouse


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


def _as_text(warehouse: Warehouse, column: str, kind: str) -> str:
    dialect = warehouse.dialect
    quoted = f"{dialect.quote}{column}{dialect.quote}"
    text = (
        warehouse.as_text(quoted, JSON) if kind == "json" else f"cast({quoted} as {dialect.text})"
    )
    # The length keeps apart what would read the same when put together; NULL has none.
    return f"coalesce(concat(cast(length({text}) as {dialect.text}), ':', {text}), '')"
