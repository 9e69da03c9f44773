"""One spelling for each value and each type, so that two engines' rows can be compared as text."""

import datetime as dt
import decimal
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

DUCKDB_TYPES = {
    "BIGINT": "INT64",
    "INTEGER": "INT64",
    "SMALLINT": "INT64",
    "TINYINT": "INT64",
    "VARCHAR": "STRING",
    "BOOLEAN": "BOOL",
    "DOUBLE": "FLOAT64",
    "FLOAT": "FLOAT64",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
    "BLOB": "BYTES",
    "JSON": "JSON",
    "TIME": "TIME",
}
MAXIMUM_SCALE = 9


def duckdb_type(text: str) -> str:
    """Return BigQuery's name of a DuckDB type, or DuckDB's own where BigQuery has no such type."""
    decimals = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", text.replace(" ", ""))
    if decimals:
        return "NUMERIC" if int(decimals[1]) <= MAXIMUM_SCALE else text
    return DUCKDB_TYPES.get(text, text)


def canonical(value: Any) -> Any:
    """Return a value's one spelling: instants in UTC, decimals without trailing zeros."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, decimal.Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else f"~{value:.11e}"
    if isinstance(value, dt.datetime):
        instant = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return instant.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [canonical(element) for element in value]
    if isinstance(value, dict):
        return {key: canonical(element) for key, element in value.items()}
    raise TypeError(f"no spelling for {type(value).__name__}")


def canonical_rows(rows: Iterable[Sequence[Any]], keep: Sequence[int]) -> Counter[str]:
    """Return how often each row occurs, as text; only the columns to keep count."""
    return Counter(json.dumps([canonical(row[index]) for index in keep]) for row in rows)


def differences(
    left: Iterable[Sequence[Any]],
    right: Iterable[Sequence[Any]],
    names: Sequence[str],
    ignored: Iterable[str] = (),
) -> list[str]:
    """Return what differs between two sets of rows, in words; nothing when they are the same."""
    skipped = set(ignored)
    keep = [index for index, name in enumerate(names) if name not in skipped]
    left_rows, right_rows = list(left), list(right)
    mine, theirs = canonical_rows(left_rows, keep), canonical_rows(right_rows, keep)
    if mine == theirs:
        return []
    words = [f"{len(left_rows)} rows against {len(right_rows)}"]
    for index in keep:
        ours = canonical_rows(left_rows, [index])
        others = canonical_rows(right_rows, [index])
        if ours != others:
            missing, extra = sorted(ours - others)[:3], sorted(others - ours)[:3]
            words.append(f"{names[index]}: {' '.join(missing)} against {' '.join(extra)}"[:300])
    if len(words) == 1:
        words.append("the same values in other rows")
    return words
