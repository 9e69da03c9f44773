"""Fix `date-trunc`: DATE_TRUNC of a date is a date, and the ISO week's first day is its Monday.

The emulator's engine answers an instant, which the emulator corrects only where the operand is visibly
a date, and it calls WEEK what BigQuery calls ISOWEEK.
"""

from typing import Any

from bqemulator.jobs import executor
from bqemulator.sql.rules import register
from bqemulator.sql.rules._base import TranslationRule
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used

UNITS = {
    "ISOWEEK": "week",
    "MONTH": "month",
    "QUARTER": "quarter",
    "YEAR": "year",
    "ISOYEAR": "isoyear",
}
INSTANTS = (
    exp.DataType.Type.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPTZ,
    exp.DataType.Type.DATETIME,
)


def apply() -> None:
    """Add the rule to the emulator's translation, also where it has been set up already."""
    register(DateTrunc)
    executor._translator._rules.insert(0, DateTrunc())


class DateTrunc(TranslationRule):  # type: ignore[misc]
    """`DATE_TRUNC(unit, day)` as `CAST(DATE_TRUNC(unit, day) AS DATE)`."""

    name = "TEST_DATE_TRUNC"

    def applies_to(self, node: Any) -> bool:
        """Match a truncation to a month or the like of what is not known as an instant."""
        if not isinstance(node, exp.DateTrunc | exp.TimestampTrunc) or _unit(node) not in UNITS:
            return False
        operand = node.this.unnest()
        kind = operand.to if isinstance(operand, exp.Cast) else operand.type
        return kind is None or kind.this not in INSTANTS

    def rewrite(self, node: Any) -> Any:
        """Truncate and cast."""
        used("date-trunc")
        unit = exp.Literal.string(UNITS[_unit(node)])
        truncated = exp.func("DATE_TRUNC", unit, node.this.copy())
        return exp.cast(truncated, "DATE", dialect="duckdb")


def _unit(node: Any) -> str:
    unit = node.args.get("unit")
    return "" if unit is None else str(unit.name).upper()
