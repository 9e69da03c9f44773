"""Claude Code use that two reports have: no token in no fact and none in two, each dollar under who used it.

A million uncached input tokens of claude-opus-5 are billed 5 dollars, in one workspace of Claude Code. Every day is a case
of its own, worked out by hand.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.chain import Chain
from tests.e2e.handmade import (
    bill,
    closed_load,
    code,
    loaded_day,
    mapping,
    messages,
    person,
    version,
)

MODEL, MILLION = "claude-opus-5", 1_000_000
ADA, COUNTESS, BOB = "ada@corp.example", "countess@corp.example", "bob@corp.example"
CREATED, TWO_ADDRESSES, BOTH_WAYS, MORE_THAN_REPORTED, AGREEING, SUBSCRIBED = (
    date(2026, 11, day) for day in (2, 3, 4, 5, 6, 9)
)
MODELS = (
    "+fact_claude_daily_usage",
    "+fct_claude_model_daily_usage",
    "+mart_finance__focus_cost_and_usage",
)
CLAIMS = (
    "assert_every_token_is_in_one_fact_row",
    "assert_anthropic_ledger_is_bill_plus_estimates",
    "assert_focus_parts_belong_to_their_ledger_row",
    "assert_focus_quantities_are_the_metered_usage",
)


def _rows() -> Iterator[str]:
    yield closed_load("anthropic")
    yield version("workspaces", id="wrkspc_cc", name="Claude Code")
    yield version("users", id="user_ada", email=ADA)
    yield version("api_keys", id="key_ci", name="ci-bot", created_by_id="user_ada")
    yield version("api_keys", id="key_made", name="laptop", created_by_id="user_ada")
    yield version("api_keys", id="key_ada", name="terminal")
    yield person(2, ADA, COUNTESS)
    yield person(3, BOB)
    yield mapping(2, ADA, key="key_ada")
    for day, used, reported in CASES:
        yield from (
            loaded_day("anthropic", name, day)
            for name in ("usage_report_messages", "cost_report", "usage_report_claude_code")
        )
        for key, millions in used.items():
            yield messages(day, MODEL, millions * MILLION, api_key_id=key)
        yield bill(day, MODEL, sum(used.values()) * 500)
        for email, millions in reported.items():
            customer = "subscription" if day == SUBSCRIBED else "api"
            yield from code(day, email, MODEL, millions * MILLION, customer)


CASES: list[tuple[date, dict[str | None, int], dict[str, int]]] = [
    (CREATED, {"key_ci": 10, None: 1}, {ADA: 1}),
    (TWO_ADDRESSES, {"key_ada": 4, None: 2}, {ADA: 3, COUNTESS: 1, BOB: 2}),
    (BOTH_WAYS, {"key_ada": 1, None: 3}, {ADA: 2, BOB: 2}),
    (MORE_THAN_REPORTED, {"key_ada": 10}, {ADA: 4}),
    (AGREEING, {"key_made": 1, "key_ci": 10}, {ADA: 1}),
    (SUBSCRIBED, {"key_ada": 2}, {ADA: 7}),
]
"""Day, millions of tokens by key or nobody, millions that the Claude Code report has of whom."""
EXPECTED = [
    ("who made a CI key has not used its tokens", CREATED, {"key_ci": (10, 50), ADA: (1, 5)}),
    (
        "two addresses of one person take nobody else's money",
        TWO_ADDRESSES,
        {ADA: (3, 15), COUNTESS: (1, 5), BOB: (2, 10)},
    ),
    ("somebody with and without a key", BOTH_WAYS, {ADA: (2, 10), BOB: (2, 10)}),
    ("what the report lacks stays", MORE_THAN_REPORTED, {ADA: (4, 20), "key_ada": (6, 30)}),
    ("of two keys one agrees", AGREEING, {ADA: (1, 5), "key_ci": (10, 50)}),
    ("a seat covers no key", SUBSCRIBED, {ADA: (7, None), "key_ada": (2, 10)}),
]


@pytest.fixture(scope="module")
def built(chain: Chain, empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("covered")
    shutil.copy(empty_warehouse, folder / "warehouse.duckdb")
    made = replace(chain, folder=folder)
    made.change("set TimeZone = 'UTC'", *_rows())
    made.build(select=(*MODELS, *CLAIMS), tested=True)
    return made


@pytest.mark.parametrize(("name", "day", "expected"), EXPECTED, ids=lambda value: str(value))
def test_no_token_in_no_fact_and_none_in_two(
    built: Chain, name: str, day: date, expected: dict[str, tuple[int, int | None]]
) -> None:
    found = built.rows(
        "select actor_id, uncached_input_tokens, total_cost_usd"
        " from marts.fact_claude_daily_usage where usage_date = ?",
        day,
    )
    assert {actor: (tokens, usd) for actor, tokens, usd in found} == {
        actor: (millions * MILLION, None if usd is None else Decimal(usd))
        for actor, (millions, usd) in expected.items()
    }, name


def test_what_two_reports_divide_has_no_quantity_and_stops_nothing(built: Chain) -> None:
    """Four of the key's ten million tokens are Ada's by the report, 20 USD; what stays with the key, 30 USD, has no meter of its own."""
    found = built.rows(
        "select billed_cost, quantity_basis, consumed_quantity"
        " from marts.mart_finance__focus_cost_and_usage where usage_date = ? order by billed_cost",
        MORE_THAN_REPORTED,
    )
    assert found == [
        (Decimal(20), "shared_by_use", None),
        (Decimal(30), "shared_by_use", None),
    ]
