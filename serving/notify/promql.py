"""The part of PromQL that the rules over published figures are written in, over samples of one moment.

Numbers, selectors with `=` and `=~`, `sum` and `max` with `by`, `absent`, `time`, the four operations, comparisons that keep
what is true, `and on ()`, recorded figures by name. What needs more than one moment (`rate`, `increase`) is refused.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]
Vector = dict[Labels, float]
Value = Vector | float
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_:][\w:]*)|(?P<text>\"[^\"]*\")|(?P<sign>=~|[<>=!]=|[-+*/<>=(){},\[\]]))"
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
}


class UnsupportedError(Exception):
    """An expression needs what a moment cannot tell, or is written in a way that is not known here."""


@dataclass(frozen=True)
class Sample:
    """One figure."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass
class Moment:
    """What can be asked: samples by name, of an instant in seconds since 1970."""

    at: float
    samples: Iterable[Sample]
    recorded: Mapping[str, str] = field(default_factory=dict)
    """What recorded figures are worked out from."""
    _by_name: dict[str, list[Sample]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Sort the samples."""
        for sample in self.samples:
            self._by_name.setdefault(sample.name, []).append(sample)

    def ask(self, expression: str) -> Vector:
        """Return what an expression says; empty where it is not true.

        Raises:
            UnsupportedError: It needs more than a moment.
        """
        found = _Question(self, expression).answer()
        if isinstance(found, float):
            raise UnsupportedError(f"a number is no alert: {expression}")
        return found

    def select(self, name: str, matchers: Sequence[tuple[str, str, str]]) -> Vector:
        """Return the samples of a name, or what is recorded under it."""
        if name in self.recorded:
            found: Iterable[tuple[Labels, float]] = self.ask(self.recorded[name]).items()
        else:
            found = (
                (tuple(sorted(one.labels.items())), one.value)
                for one in self._by_name.get(name, [])
            )
        return {
            labels: value
            for labels, value in found
            if all(_matches(dict(labels), one) for one in matchers)
        }


def named(expression: str, recorded: Mapping[str, str]) -> set[str]:
    """Return the series that an expression rests on, but for those that it wants to be absent."""
    text = re.sub(r"absent\([^)]*\)", "", expression)
    found: set[str] = set()
    for name in re.findall(r"(?:\b|:)[a-z]+[_:]\w[\w:]*", re.sub(r'"[^"]*"', "", text)):
        found |= named(recorded[name], {}) if name in recorded else {name}
    return found


def _matches(labels: Mapping[str, str], matcher: tuple[str, str, str]) -> bool:
    label, sign, text = matcher
    held = labels.get(label, "")
    return held == text if sign == "=" else re.fullmatch(text, held) is not None


class _Question:
    def __init__(self, moment: Moment, expression: str) -> None:
        self._moment, self._text = moment, expression
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while expression[place:].strip():
            found = _TOKEN.match(expression, place)
            if found is None or found.lastgroup is None:
                raise UnsupportedError(f"not known here: {expression[place:]}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self._place = 0

    def answer(self) -> Value:
        found = self._together()
        if self._place < len(self._tokens):
            raise UnsupportedError(f"not known here: {self._text}")
        return found

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise UnsupportedError(f"it has no end: {self._text}")
        self._place += 1
        return self._tokens[self._place - 1]

    def _is(self, *texts: str) -> str | None:
        if self._place < len(self._tokens) and self._tokens[self._place][1] in texts:
            return self._next()[1]
        return None

    def _must(self, text: str) -> None:
        if self._is(text) is None:
            raise UnsupportedError(f"{text!r} was expected: {self._text}")

    def _together(self) -> Value:
        left = self._compared()
        while self._is("and"):
            for text in ("on", "(", ")"):
                self._must(text)
            right = self._compared()
            left = left if right else {}
        return left

    def _compared(self) -> Value:
        left = self._summed()
        while sign := self._is(*_COMPARE):
            right, is_so = self._summed(), _COMPARE[sign]
            if isinstance(left, float) or not isinstance(right, float):
                raise UnsupportedError(f"only figures are compared with numbers: {self._text}")
            left = {labels: value for labels, value in left.items() if is_so(value, right)}
        return left

    def _summed(self) -> Value:
        left = self._multiplied()
        while sign := self._is("+", "-"):
            left = _of_both(left, self._multiplied(), operator.add if sign == "+" else operator.sub)
        return left

    def _multiplied(self) -> Value:
        left = self._one()
        while sign := self._is("*", "/"):
            left = _of_both(left, self._one(), operator.mul if sign == "*" else _per)
        return left

    def _one(self) -> Value:
        if self._is("("):
            found = self._together()
            self._must(")")
            return found
        kind, text = self._next()
        if kind == "number":
            return float(text)
        if kind != "name":
            raise UnsupportedError(f"not known here: {self._text}")
        if text in ("sum", "max"):
            return self._aggregated(sum if text == "sum" else max)
        if text == "time":
            self._must("(")
            self._must(")")
            return self._moment.at
        if text == "absent":
            self._must("(")
            found = self._together()
            self._must(")")
            return {} if found else {(): 1.0}
        if self._is("("):
            raise UnsupportedError(f"{text}() needs more than a moment: {self._text}")
        found = self._moment.select(text, self._matchers())
        if self._is("["):
            raise UnsupportedError(f"a range is more than a moment: {self._text}")
        return found

    def _matchers(self) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        if not self._is("{"):
            return found
        while not self._is("}"):
            label, sign, text = self._next()[1], self._next()[1], self._next()[1]
            if sign not in ("=", "=~"):
                raise UnsupportedError(f"{sign} is not known here: {self._text}")
            found.append((label, sign, text.strip('"')))
            self._is(",")
        return found

    def _aggregated(self, of: Callable[[Iterable[float]], float]) -> Vector:
        kept: list[str] = []
        if self._is("by"):
            self._must("(")
            while not self._is(")"):
                kept.append(self._next()[1])
                self._is(",")
        self._must("(")
        found = self._together()
        self._must(")")
        if isinstance(found, float):
            raise UnsupportedError(f"a number has no parts: {self._text}")
        groups: dict[Labels, list[float]] = {}
        for labels, value in found.items():
            groups.setdefault(tuple(one for one in labels if one[0] in kept), []).append(value)
        return {labels: float(of(values)) for labels, values in groups.items()}


def _per(above: float, below: float) -> float:
    return above / below if below else math.nan


def _of_both(left: Value, right: Value, of: Callable[[float, float], float]) -> Value:
    if isinstance(left, float):
        if isinstance(right, float):
            return of(left, right)
        return {labels: of(left, value) for labels, value in right.items()}
    if isinstance(right, float):
        return {labels: of(value, right) for labels, value in left.items()}
    return {labels: of(value, right[labels]) for labels, value in left.items() if labels in right}
