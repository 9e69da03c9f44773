"""Fixes `numeric-scale`, `numeric-product` and `numeric-division`: NUMERIC as BigQuery has it.

* CAST(x AS NUMERIC) keeps nine decimals; the emulator's engine would keep three. CAST(x AS BIGNUMERIC) would keep
  five; fifteen leave enough of the engine's 38 digits before the point for every price.
* NUMERIC times NUMERIC keeps nine as well; the engine adds the decimals of both.
* DIV(NUMERIC, NUMERIC) is a whole NUMERIC; the engine divides decimals as floating point numbers. The
  quotient is taken of whole 128-bit numbers, so both operands have to be whole, as they are here. Where the dividend is
  a product, so are its factors, and they are multiplied as such numbers too: BigQuery has 29 digits before the point for
  a product, a decimal of the engine, which keeps the decimals of both, only 20.
"""

from typing import Any

from bqemulator.jobs import executor
from bqemulator.sql.rules import register
from bqemulator.sql.rules._base import TranslationRule
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used

SCALED = {"DECIMAL(18, 3)": "DECIMAL(38, 9)", "DECIMAL(38, 5)": "DECIMAL(38, 15)"}
_OF_PRODUCT = "of a product"
"""Marks a cast that is written here and stands for its product: the tree is rewritten from its leaves."""


def apply() -> None:
    """Add the rules to the emulator's translation, also where it has been set up already."""
    for rule in (NumericScale, NumericProduct, NumericDivision):
        register(rule)
        executor._translator._rules.insert(0, rule())


class NumericScale(TranslationRule):  # type: ignore[misc]
    """The engine's default decimals as BigQuery's NUMERIC and BIGNUMERIC."""

    name = "TEST_NUMERIC_SCALE"

    def applies_to(self, node: Any) -> bool:
        """Match the types that the translation writes for those without parameters."""
        return isinstance(node, exp.DataType) and node.sql(dialect="duckdb") in SCALED

    def rewrite(self, node: Any) -> Any:
        """Keep nine decimals, or fifteen."""
        used("numeric-scale")
        return exp.DataType.build(SCALED[node.sql(dialect="duckdb")], dialect="duckdb")


class NumericProduct(TranslationRule):  # type: ignore[misc]
    """`a * b` of two decimals as `CAST(a * b AS DECIMAL(38, 9))`."""

    name = "TEST_NUMERIC_PRODUCT"

    def applies_to(self, node: Any) -> bool:
        """Match a product whose operands are both written or known as decimals."""
        return isinstance(node, exp.Mul) and _is_decimal(node.this) and _is_decimal(node.expression)

    def rewrite(self, node: Any) -> Any:
        """Keep nine decimals."""
        used("numeric-product")
        product = exp.cast(node.copy(), "DECIMAL(38, 9)", dialect="duckdb")
        product.meta[_OF_PRODUCT] = True
        return product


class NumericDivision(TranslationRule):  # type: ignore[misc]
    """`a * b // c` of decimals as `CAST(CAST(a AS HUGEINT) * CAST(b AS HUGEINT) // CAST(c AS HUGEINT) AS DECIMAL(38, 9))`."""

    name = "TEST_NUMERIC_DIVISION"

    def applies_to(self, node: Any) -> bool:
        """Match a whole division with an operand that is written or known as a decimal."""
        return isinstance(node, exp.IntDiv) and (
            _is_decimal(node.expression) or _is_decimal(node.this)
        )

    def rewrite(self, node: Any) -> Any:
        """Multiply and divide as whole numbers."""
        used("numeric-division")
        quotient = exp.IntDiv(this=_whole(node.this), expression=_whole(node.expression))
        return exp.cast(quotient, "DECIMAL(38, 9)", dialect="duckdb")


def _whole(operand: Any) -> Any:
    inner = operand.unnest()
    product = inner.this if inner.meta.get(_OF_PRODUCT) else inner
    if isinstance(product, exp.Mul):
        this, expression = (_whole_number(one) for one in (product.this, product.expression))
        return exp.paren(exp.Mul(this=this, expression=expression))
    return _whole_number(operand)


def _whole_number(operand: Any) -> Any:
    return exp.cast(operand.copy(), "HUGEINT", dialect="duckdb")


def _is_decimal(operand: Any) -> bool:
    inner = operand.unnest()
    kind = inner.to if isinstance(inner, exp.Cast) else inner.type
    return kind is not None and kind.this == exp.DataType.Type.DECIMAL
