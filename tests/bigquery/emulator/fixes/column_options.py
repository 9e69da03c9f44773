"""Fix `column-options`: CREATE TABLE with `OPTIONS (…)` after a column that may be NULL.

The emulator asks every constraint of a column for its kind, and fails on options, which are none.
"""

from typing import Any

from bqemulator.jobs import ddl_result
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Replace the emulator's question."""
    ddl_result._has_not_null_constraint = is_required


def is_required(column: Any) -> bool:
    """Say whether a column is declared NOT NULL."""
    kinds = [constraint.args.get("kind") for constraint in column.args.get("constraints") or ()]
    if any(isinstance(kind, exp.Properties) for kind in kinds):
        used("column-options")
    return any(isinstance(kind, exp.NotNullColumnConstraint) for kind in kinds)
