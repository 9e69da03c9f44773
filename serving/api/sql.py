"""The API's SQL, one file per question in `queries/`; everything that was sent is a bound parameter."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
_SQL = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parent / "queries").glob("*.sql")
}


def rows(
    cursor: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, Any],
    **parts: str,
) -> list[Row]:
    """Run a query; `parts` are pieces of SQL of ours that stand in its braces."""
    sql = _SQL[query]
    found = cursor.execute(sql.format(**parts) if parts else sql, dict(parameters))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
