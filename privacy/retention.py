"""Task rows are kept for 90 days, or as long as their organisation says; what was added up from them stays.

The tab `task_retention` of the sheet says how long. Rows are deleted by statement, not by the expiry of a partition: a
partition holds all organisations' rows. The marts follow with the build: task rows and user days go, the aggregates
`mart_savings__daily` and its histogram keep days whose task rows are gone (`int_savings__retention`).
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from persons.folding import is_invisible
from persons.keys import load_key
from privacy.audit import DONE, AuditLog
from privacy.config import RETENTION_DAYS, Settings
from privacy.files import forget_copies, rewrite_database
from warehouse.connection import open_warehouse
from warehouse.engine import Table, Warehouse
from warehouse.snapshot import open_current

# The instant by which a row is as old as its task; tasks go first, because a decision may stay for one.
TASK_TABLES = {
    "task_executions": "start_time",
    "routing_decisions": "created_at",
}
_SCHEMA = "raw_orchestrator"
# As the macro strict_count reads a cell.
_COUNT = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Deleted:
    """What was deleted of a table."""

    table: str
    n_rows: int


def retention_days(warehouse: Warehouse) -> dict[str, int]:
    """Return how many days each organisation keeps its tasks; the longest if it says several."""
    found: dict[str, int] = {}
    for table in warehouse.tables():
        if (table.schema, table.name) != ("raw_sheets", "task_retention"):
            continue
        rows = warehouse.rows(
            f"select organization_id, retention_days from {warehouse.name(*table.place)}"
        )
        for organization, text in rows:
            name, days = (_identity_text(str(cell or "")) for cell in (organization, text))
            # What cannot be read is a finding of dq_unreadable_sheet_cells and keeps the default.
            if name and _COUNT.fullmatch(days):
                found[name] = max(int(days), found.get(name, 0))
    return found


def _identity_text(cell: str) -> str:
    """Return what stands in a cell, as the macro of this name."""
    return " ".join("".join(letter for letter in cell if not is_invisible(letter)).split())


def delete_expired(warehouse: Warehouse, today: dt.date) -> list[Deleted]:
    """Delete the task rows that are older than their organisation keeps them."""
    stated = retention_days(warehouse)
    held = {table.name: table for table in warehouse.tables() if table.schema == _SCHEMA}
    return [
        Deleted(str(held[name]), _delete(warehouse, held, name, stated, today))
        for name in TASK_TABLES
        if name in held
    ]


def _delete(
    warehouse: Warehouse, held: dict[str, Table], name: str, stated: dict[str, int], today: dt.date
) -> int:
    table, day = warehouse.name(*held[name].place), f"cast({TASK_TABLES[name]} as date)"
    n_rows = 0
    for organization, days in sorted(stated.items()):
        n_rows += warehouse.run(
            f"delete from {table} where organization_id = ? and {day} < ?",
            [organization, _first_day_kept(today, days)],
        )
    marks = ", ".join("?" for _ in stated)
    others = f"coalesce(organization_id, '') not in ({marks}) and " if stated else ""
    return n_rows + warehouse.run(
        f"delete from {table} where {others}{day} < ?{_without_task(warehouse, held, name)}",
        [*sorted(stated), _first_day_kept(today, RETENTION_DAYS)],
    )


def _without_task(warehouse: Warehouse, held: dict[str, Table], name: str) -> str:
    """Return the condition that leaves a decision that names no organisation with the task it is for."""
    if name != "routing_decisions" or "task_executions" not in held:
        return ""
    kept = f"select routing_decision_id from {warehouse.name(*held['task_executions'].place)}"
    return (
        " and (organization_id is not null or routing_decision_id not in"
        f" ({kept} where routing_decision_id is not null))"
    )


def _first_day_kept(today: dt.date, days: int) -> dt.date:
    return today - dt.timedelta(days=min(days, 36_500))


def record_deleted(settings: Settings, tables: Iterable[str]) -> None:
    """Add a line to the audit log for each table of which rows were deleted."""
    log = AuditLog(settings.state_dir, load_key(settings.state_dir, settings.privacy_key))
    for table in tables:
        log.record(
            "privacy",
            "delete_expired",
            subject=None,
            organization=None,
            resource=table,
            result=DONE,
        )


def apply_retention(
    settings: Settings, say: Callable[[str], None], run: Callable[..., None]
) -> int:
    """Delete what has expired, rebuild, publish, and remove older copies; return the deleted rows.

    FOCUS files are made again where there were any: whoever reads them must not find them gone.
    """
    had_focus = settings.focus_dir.is_dir()
    with open_warehouse(settings) as warehouse:
        deleted = delete_expired(warehouse, settings.as_of.date())
    n_rows = sum(one.n_rows for one in deleted)
    for one in deleted:
        say(f"{one.table}: {one.n_rows:,} rows deleted")
    if not n_rows:
        return 0
    record_deleted(settings, (one.table for one in deleted))
    settings.build_marker.unlink(missing_ok=True)
    run(settings, "build", "publish")
    if settings.warehouse == "duckdb":
        rewrite_database(settings.duckdb_path)
    forget_copies(settings, open_current(settings.publish_dir).snapshot_id)
    if had_focus:
        run(settings, "focus")
    return n_rows
