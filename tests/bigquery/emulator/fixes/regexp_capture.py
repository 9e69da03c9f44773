"""Fix `regexp-capture`: REGEXP_EXTRACT answers the captured group also when the pattern is a column.

The emulator looks for a group in the text of the pattern, which it has only for a literal; otherwise it
answers the whole match. A pattern from a column has to have exactly one group here.
"""

from typing import Any

from bqemulator.jobs import executor
from bqemulator.sql.rules import register
from bqemulator.sql.rules._base import TranslationRule
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Add the rule to the emulator's translation, also where it has been set up already."""
    register(RegexpCapture)
    executor._translator._rules.insert(0, RegexpCapture())


class RegexpCapture(TranslationRule):  # type: ignore[misc]
    """`REGEXP_EXTRACT(text, column)` as `NULLIF(REGEXP_EXTRACT(text, column, 1), '')`."""

    name = "TEST_REGEXP_CAPTURE"

    def applies_to(self, node: Any) -> bool:
        """Match an extraction whose pattern is no literal and whose group is not given."""
        return (
            isinstance(node, exp.RegexpExtract)
            and not isinstance(node.expression, exp.Literal)
            and (node.args.get("group") is None or node.args["group"].name == "0")
        )

    def rewrite(self, node: Any) -> Any:
        """Ask for the first group; no match is NULL."""
        used("regexp-capture")
        captured = node.copy()
        captured.set("group", exp.Literal.number(1))
        return exp.func("NULLIF", captured, exp.Literal.string(""))
