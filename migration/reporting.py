"""What a validation found, told to dbt: while both systems load side by side, data-quality results say each day where they differ."""

import datetime as dt
from collections.abc import Mapping

from migration.config import Settings
from migration.state import State
from warehouse.engine import Value, Warehouse

SCHEMA, TABLE = "quality", "migration_differences"
"""Made by dbt, and empty until a validation: so a model can read it whether or not there is a migration."""


def report_differences(
    warehouse: Warehouse,
    settings: Settings,
    state: State,
    run_number: int,
    passed: Mapping[str, bool],
) -> bool:
    """Add a row per table; return whether there is a table to add them to."""
    if warehouse.kind(SCHEMA, TABLE) != "table":
        return False
    number = _next(warehouse)
    rows = []
    for table, is_passed in passed.items():
        found = warehouse.rows(
            "select n_rows, is_explained, largest_difference, measure, usage_date"
            f" from {state.name('validation_results')} where run_number = {run_number} and table_name = '{table}'"
            " order by is_explained, largest_difference desc, measure, usage_date"
        )
        apart = [row for row in found if not row[1]]
        rows.append(
            {
                "validation_date": settings.day,
                "legacy_table_name": table,
                "n_compared_rows": sum(int(row[0]) for row in found),
                "n_different_rows": sum(int(row[0]) for row in apart),
                "largest_difference_value": apart[0][2] if apart else 0,
                "largest_difference_measure": apart[0][3] if apart else None,
                "largest_difference_date": apart[0][4] if apart else None,
                "is_passed": is_passed,
                "is_over": False,
                "validation_number": number,
            }
        )
    _add(warehouse, settings, rows)
    return True


def report_end(warehouse: Warehouse, settings: Settings) -> None:
    """Say that nothing is compared any more: the old tables are dropped, or the migration was taken back."""
    if warehouse.kind(SCHEMA, TABLE) != "table":
        return
    _add(
        warehouse,
        settings,
        [
            {
                "validation_date": settings.day,
                "legacy_table_name": "all",
                "is_passed": True,
                "is_over": True,
                "validation_number": _next(warehouse),
            }
        ],
    )


def _next(warehouse: Warehouse) -> int:
    name = warehouse.name(SCHEMA, TABLE)
    ((number,),) = warehouse.rows(f"select coalesce(max(validation_number), 0) + 1 from {name}")
    return int(number)


def _add(warehouse: Warehouse, settings: Settings, rows: list[dict[str, Value | dt.date]]) -> None:
    for (
        row
    ) in rows:  # one by one: a NULL has no type of its own where values stand in one statement
        warehouse.insert(
            SCHEMA, TABLE, [{name: value for name, value in row.items() if value is not None}]
        )
    settings.build_marker.unlink(missing_ok=True)  # the next build has something to say
