"""Sums written out, one step after another, so that a pocket calculator comes to the same amount.

A step is terms joined by the four signs of such a calculator, calculated from left to right as it does, and what comes out.
A term is a number, and the step that it came out of, if it came out of one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

PLUS, MINUS, TIMES, OVER = "+", "-", "×", "÷"  # noqa: RUF001 - the keys of a calculator
NINE = Decimal("0.000000001")
_EXACT = Context(prec=100)


@dataclass(frozen=True)
class Term:
    """A number, and where it is from."""

    amount: Decimal
    from_step: int | None = None

    def __str__(self) -> str:
        """Return the number, and in brackets the step that it came out of."""
        step = "" if self.from_step is None else f" [{self.from_step}]"
        return f"{plain(self.amount)}{step}"


@dataclass(frozen=True)
class Step:
    """One line of a sum. `how` says what happens to decimals behind the ninth: cut off, rounded, or there are none."""

    number: int
    terms: tuple[Term, ...]
    operators: tuple[str, ...]
    result: Decimal
    how: str
    note: str

    @property
    def sum(self) -> str:
        """Return the terms as they are typed."""
        rest = (
            f" {sign} {term}" for sign, term in zip(self.operators, self.terms[1:], strict=True)
        )
        return f"{self.terms[0]}{''.join(rest)}"

    @property
    def comes_out(self) -> bool:
        """Say whether the terms come to the result."""
        found = self.terms[0].amount
        for sign, term in zip(self.operators, self.terms[1:], strict=True):
            found = _OPERATIONS[sign](found, term.amount)
        if self.how:
            rounding = ROUND_DOWN if self.how == "cut" else ROUND_HALF_UP
            found = found.quantize(NINE, rounding, _EXACT)
        return found == self.result

    def __str__(self) -> str:
        """Return the step as it is read."""
        how = {
            "cut": ", cut off after nine decimals",
            "rounded": ", rounded at nine decimals",
            "": "",
        }
        return f"[{self.number}] {self.sum} = {plain(self.result)}{how[self.how]}"

    def as_fields(self) -> dict[str, Any]:
        """Return the step for programs."""
        return {
            "step": self.number,
            "sum": self.sum,
            "result": plain(self.result),
            "rounding": self.how or None,
            "note": self.note,
        }


@dataclass
class Sheet:
    """The steps of one explanation, in order."""

    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        terms: Sequence[Term],
        operators: Iterable[str],
        result: Decimal,
        note: str,
        how: str = "",
    ) -> Term:
        """Write a step down and return what came out of it, for a later one."""
        number = len(self.steps) + 1
        self.steps.append(Step(number, tuple(terms), tuple(operators), result, how, note))
        return Term(result, number)

    def lines(self) -> Iterator[str]:
        """Return the steps as they are read, each with what it is about."""
        yield "THE SUM   from left to right; [n] is what came out of step n"
        for step in self.steps:
            yield f"  {step}"
            yield f"        {step.note}"

    def total(self, terms: Sequence[Term], result: Decimal, note: str) -> Term:
        """Add up, and take away what is below zero; one term alone, which is the result, needs no step."""
        if len(terms) == 1 and terms[0].amount == result and terms[0].from_step is not None:
            return terms[0]
        signs = [PLUS if term.amount >= 0 else MINUS for term in terms[1:]]
        rest = [Term(abs(term.amount), term.from_step) for term in terms[1:]]
        return self.add([*terms[:1], *rest], signs, result, note)

    def part(
        self, whole: Term, weight: int, weights: int, rounding: Decimal, result: Decimal, note: str
    ) -> Term:
        """Divide by weights: cut off after nine decimals, and what that leaves added to one of the parts."""
        exact = _OPERATIONS[OVER](whole.amount * weight, Decimal(weights))
        cut = result - rounding
        how = "" if exact == cut else "cut"
        terms = (whole, Term(Decimal(weight)), Term(Decimal(weights)))
        found = self.add(terms, (TIMES, OVER), cut, note, how)
        if not rounding:
            return found
        sign = PLUS if rounding > 0 else MINUS
        return self.add((found, Term(abs(rounding))), (sign,), result, "what cutting off has left")

    def product(
        self, terms: Sequence[Term], operators: Sequence[str], result: Decimal, note: str
    ) -> Term:
        """Multiply and divide from left to right, and round once at nine decimals."""
        found = terms[0].amount
        for sign, term in zip(operators, terms[1:], strict=True):
            found = _OPERATIONS[sign](found, term.amount)
        return self.add(terms, operators, result, note, "" if found == result else "rounded")


def plain(amount: Decimal) -> str:
    """Return a number without exponent, thousands' separators or zeros at its end."""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


_OPERATIONS = {
    PLUS: _EXACT.add,
    MINUS: _EXACT.subtract,
    TIMES: _EXACT.multiply,
    OVER: _EXACT.divide,
}
