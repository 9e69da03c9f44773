"""A pocket calculator of the tests' own: it types in what an explanation prints, and knows nothing of how that was made."""

import re
from decimal import Decimal
from fractions import Fraction
from math import floor

import duckdb

from serving.explain import ledger, tasks
from tests.e2e.chain import Chain

_STEP = re.compile(
    r"^  \[(\d+)\] (.+) = (-?[\d.]+)(, cut off after nine decimals|, rounded at nine decimals)?$"
)
_TERM = re.compile(r"(?:^| ([-+×÷]) )(-?[\d.]+)(?: \[(\d+)\])?")
_RESULT = re.compile(r"^  = (-?[\d.]+) USD$")


def typed_in(text: str) -> Decimal:
    """Return what the printed sum comes to; whatever does not come out raises."""
    results: dict[str, str] = {}
    used: set[str] = set()
    final = None
    for line in text.splitlines():
        if found := _STEP.match(line):
            number, terms, result, how = found.groups()
            assert _typed(terms, results, used, how) == Fraction(result), line
            results[number] = result
        elif found := _RESULT.match(line):
            final = found[1]
    assert results, "nothing to type in"
    last = max(results, key=int)
    assert results[last] == final, "the last step is the amount"
    # What came out of a step and goes nowhere is money that is lost; weights of others are looked at only.
    idle = [
        number
        for number in results.keys() - used - {last}
        if f"[{number}] " in text and "of all who share it" not in _note(text, number)
    ]
    assert idle == [], idle
    return Decimal(final)


def _note(text: str, number: str) -> str:
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"  [{number}] "))
    return lines[at + 1]


def _typed(terms: str, results: dict[str, str], used: set[str], how: str | None) -> Fraction:
    value = Fraction(0)
    assert "".join(found[0] for found in _TERM.finditer(terms)) == terms, f"not read: {terms}"
    for sign, number, step in _TERM.findall(terms):
        if step:
            used.add(step)
            # A number that says where it is from is that very number.
            assert results[step] == number or results[step] == f"-{number}", (terms, step)
        term = Fraction(number)
        if sign == "÷":
            value /= term
        elif sign == "×":
            value *= term
        else:
            value += -term if sign == "-" else term
    if how:
        billionths = value * 10**9
        whole = int(billionths) if "cut" in how else floor(abs(billionths) + Fraction(1, 2))
        value = Fraction(whole if value > 0 or "cut" in how else -whole, 10**9)
    return value


def explained_methods(chain: Chain) -> set[str]:
    """Type in the explanation of every row of the ledger and return the ways in which their money is known."""
    with duckdb.connect(str(chain.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        amounts = dict(
            connection.execute(
                "select spend_id, spend_usd from marts.fct_ai_spend_daily"
            ).fetchall()
        )
        methods = set()
        for one in ledger.explain(connection.cursor(), sorted(amounts)):
            text = "\n".join(one.lines())
            assert typed_in(text) == amounts[one.key], text
            assert one.comes_out, text
            methods |= {line["spend_method"] for part in one.parts for line in part["lines"]}
    return methods


def explained_tasks(chain: Chain) -> int:
    """Type in the explanation of every task that has a cost and return how many they are."""
    with duckdb.connect(str(chain.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        amounts = dict(
            connection.execute(
                "select task_id, coalesce(savings_usd, actual_cost_usd, baseline_cost_usd)"
                " from marts.fct_task_executions"
            ).fetchall()
        )
        found = tasks.explain(connection.cursor(), sorted(amounts))
    n_known = 0
    for one in found:
        text = "\n".join(one.lines())
        assert one.comes_out, text
        if amounts[one.key] is not None:
            assert typed_in(text) == amounts[one.key], text
            n_known += 1
    return n_known
