"""The published tables that an explanation is read from, and the SQL that reads them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
Key = tuple[Any, ...]
LEDGER = "marts.fct_ai_spend_daily"
PARTS = "marts.mart_finance__spend_parts"
LINES = "marts.mart_finance__spend_lines"
RECORDS = "marts.mart_finance__spend_records"
CANDIDATES = "marts.mart_finance__owner_candidates"
TASKS = "marts.fct_task_executions"
OF_THE_LEDGER = (LEDGER, PARTS, LINES, RECORDS, CANDIDATES)
OF_TASKS = (
    TASKS,
    "marts.fct_routing_decisions",
    "marts.mart_savings__rates",
    "marts.dim_provider_pricing",
)
OF_THE_WORKLIST = (
    LEDGER,
    PARTS,
    LINES,
    CANDIDATES,
    "marts.dim_api_keys",
    "marts.dim_workspaces",
)
_SQL = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parent / "queries").glob("*.sql")
}


class NothingFoundError(Exception):
    """There is no such row in what is published; the message says where was looked."""


def rows(cursor: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[Row]:
    """Run a query of ours."""
    return named(cursor.execute(_SQL[query], values))


def named(found: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the rows with their columns' names, without the position in the file that the service's views add."""
    names = [column[0] for column in found.description]
    kept = [(at, name) for at, name in enumerate(names) if name != "file_row_number"]
    return [{name: row[at] for at, name in kept} for row in found.fetchall()]


@dataclass(frozen=True)
class Origins:
    """Everything that is published about the origins of some rows of the ledger."""

    ledger: Mapping[Key, list[Row]]
    parts: Mapping[Key, list[Row]]
    lines: Mapping[Key, list[Row]]
    records: Mapping[Key, list[Row]]
    sharers: Mapping[Key, list[Row]]
    candidates: Mapping[Key, list[Row]]


def origins_of(cursor: duckdb.DuckDBPyConnection, spend_ids: Sequence[str]) -> Origins:
    """Read them, each table once, however many rows are asked for."""
    ids = list(spend_ids)
    parts = rows(cursor, "parts", spend_ids=ids)
    lines = rows(cursor, "lines", origin_ids=[part["origin_id"] for part in parts])
    papers = sorted({line["paper_id"] for line in lines if line["paper_id"] is not None})
    return Origins(
        ledger=_by(rows(cursor, "row", spend_ids=ids), "spend_id"),
        parts=_by(parts, "spend_id"),
        lines=_by(lines, "origin_id"),
        records=_by(rows(cursor, "records", paper_ids=papers), "paper_id"),
        sharers=_by(rows(cursor, "sharers", paper_ids=papers), "paper_id"),
        candidates=_by(rows(cursor, "candidates", spend_ids=ids), *_ACTOR),
    )


def source_of(part: Row) -> Key:
    """Return the key of the candidates for a part's owner."""
    return tuple(
        part[name]
        for name in ("usage_date", "vendor", "platform", "source_actor_type", "source_actor_id")
    )


_ACTOR = ("usage_date", "vendor", "platform", "actor_type", "actor_id")


def _by(found: list[Row], *names: str) -> Mapping[Key, list[Row]]:
    grouped: dict[Key, list[Row]] = defaultdict(list)
    for row in found:
        grouped[tuple(row[name] for name in names)].append(row)
    return grouped
