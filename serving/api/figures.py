"""Figures of a snapshot that monitoring wants to see; read once, when the snapshot is opened."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from serving.api.snapshot_series import Told, read_series
from serving.renamed import RENAMED
from warehouse.snapshot import Snapshot

SAVINGS = "marts.mart_savings__daily"
UNPRICED = {
    "quality.dq_usage_without_price": "sum(n_unpriced_units)",
    "marts.fct_task_executions": "sum(total_tokens) filter (where actual_cost_usd is null)",
}
"""Where usage without a price stands, and how much of it: of the vendors' reports and of routed tasks."""
PRICES = "provider_pricing"


@dataclass(frozen=True)
class Figures:
    """What `/metrics` says about a snapshot."""

    published_at: dt.datetime
    n_rows: dict[str, int]
    last_success_at: dict[tuple[str, str], dt.datetime]
    prices_changed_at: dict[str, dt.datetime]
    """By where prices come from: the orchestrator's feed or a sheet. Who edits the sheet does not hide a dead feed."""
    n_compared_tasks: int
    n_negative_savings_tasks: int
    n_unpriced_units: int
    organizations: frozenset[str]
    told: Told
    steps: dict[str, tuple[float, int, dt.datetime]]
    """Of the run that published: seconds, exit code and end of each step."""


def read_figures(
    cursor: duckdb.DuckDBPyConnection, sources: Iterable[Mapping[str, Any]], snapshot: Snapshot
) -> Figures:
    """Read them from a snapshot's tables and from what its pointer says about the sources."""
    tables = snapshot.manifest["tables"]
    compared, negative = 0, 0
    organizations: frozenset[str] = frozenset()
    if snapshot.has(SAVINGS):
        row = cursor.execute(
            "select coalesce(sum(n_compared_tasks), 0), coalesce(sum(n_negative_savings_tasks), 0)"
            f" from {SAVINGS}"
        ).fetchone()
        compared, negative = (int(row[0]), int(row[1])) if row else (0, 0)
        found = cursor.execute(f"select distinct organization_id from {SAVINGS}").fetchall()
        organizations = frozenset(str(name) for (name,) in found)
    unpriced = 0
    for table, amount in UNPRICED.items():
        if snapshot.has(table):
            row = cursor.execute(f"select coalesce({amount}, 0) from {table}").fetchone()
            unpriced += int(row[0]) if row else 0
    return Figures(
        published_at=_published_at(snapshot),
        n_rows={now: int(tables[name]["n_rows"]) for name, now in RENAMED.tables(tables).items()},
        last_success_at={
            (str(entry["source"]), str(entry["table"])): moment
            for entry in sources
            if (moment := _instant(entry.get("last_success_at")))
        },
        prices_changed_at={
            str(entry["source"]): moment
            for entry in sources
            if entry["table"] == PRICES and (moment := _instant(entry["changed_at"]))
        },
        n_compared_tasks=compared,
        n_negative_savings_tasks=negative,
        n_unpriced_units=unpriced,
        organizations=organizations,
        told=read_series(cursor, snapshot),
        steps={
            str(name): (float(entry["seconds"]), int(entry["exit_code"]), moment)
            for name, entry in dict(snapshot.pointer.get("steps") or {}).items()
            if (moment := _instant(entry.get("ended_at")))
        },
    )


def _published_at(snapshot: Snapshot) -> dt.datetime:
    checked = _instant(snapshot.pointer.get("checked_at"))
    return checked or dt.datetime.fromisoformat(str(snapshot.pointer["as_of"]))


def _instant(text: object) -> dt.datetime | None:
    if not text:
        return None
    # Engines write instants as `2026-06-03 04:00:00+00`.
    moment = dt.datetime.fromisoformat(str(text))
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
