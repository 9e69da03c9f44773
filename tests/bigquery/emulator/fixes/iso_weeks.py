"""Fix `iso-week`: DATE_TRUNC(day, ISOWEEK) is the Monday of the week, as a date.

The emulator hands ISOWEEK on to its engine, which calls the same thing WEEK and answers an instant.
"""

from typing import Any

from bqemulator.jobs import executor
from bqemulator.sql.rules import register
from bqemulator.sql.rules._base import TranslationRule
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Add the rule to the emulator's translation, also where it has been set up already."""
    register(IsoWeek)
    executor._translator._rules.insert(0, IsoWeek())


class IsoWeek(TranslationRule):  # type: ignore[misc]
    """`DATE_TRUNC('ISOWEEK', day)` as `CAST(DATE_TRUNC('WEEK', day) AS DATE)`."""

    name = "TEST_ISO_WEEK"

    def applies_to(self, node: Any) -> bool:
        """Match a truncation to the ISO week."""
        if not isinstance(node, exp.DateTrunc | exp.TimestampTrunc):
            return False
        unit = node.args.get("unit")
        return unit is not None and unit.name.upper() == "ISOWEEK"

    def rewrite(self, node: Any) -> Any:
        """Truncate to the engine's week, which is ISO's."""
        used("iso-week")
        truncated = exp.func("DATE_TRUNC", exp.Literal.string("week"), node.this.copy())
        return exp.cast(truncated, "DATE", dialect="duckdb")
