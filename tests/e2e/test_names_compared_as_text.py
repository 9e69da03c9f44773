"""Names that two hands write: of models, keys, workspaces, people. Every day is a case of its own, worked out by hand.

A million uncached input tokens are billed 5 dollars, in one workspace of Claude Code.
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

MILLION = 1_000_000
ADA, BOB, CYD = (f"{name}@corp.example" for name in ("ada", "bob", "cyd"))
SUFFIX, EDITION, CLOUD, BILLED_OTHERWISE = (date(2026, 11, day) for day in (2, 3, 4, 5))
BEFORE, AFTER = date(2026, 11, 9), date(2026, 11, 16)
"""Until the 12th the first key is ci-bot; the loader sees the new names on the 18th."""
SEEN_AGAIN = "2026-11-18 05:00:00+00"
SPELLINGS = {
    SUFFIX: ("claude-opus-4-8", "claude-opus-4-8[1m]", "claude-opus-4-8"),
    EDITION: ("claude-haiku-4-5-20251001", "claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    CLOUD: ("claude-opus-4-8", "us.anthropic.claude-opus-4-8-20260205-v1:0", "claude-opus-4-8"),
    BILLED_OTHERWISE: ("claude-opus-4-8", "claude-opus-4.8", "claude-opus-4-8-20260205"),
}
"""The model as messages report, Claude Code report and bill spell it."""
MODELS = ("+fact_claude_daily_usage", "+fct_claude_model_daily_usage", "+dq_alias_conflicts")
CLAIMS = (
    "assert_every_token_is_in_one_fact_row",
    "assert_anthropic_ledger_is_bill_plus_estimates",
)


def _rows() -> Iterator[str]:
    yield closed_load("anthropic")
    yield version("workspaces", id="wrkspc_cc", name="Claude Code", ended=SEEN_AGAIN)
    yield version("workspaces", id="wrkspc_cc", name="Coding", begun=SEEN_AGAIN)
    for name in ("ada", "bob", "cyd"):
        yield version("users", id=f"user_{name}", email=f"{name}@corp.example")
    yield version("api_keys", id="key_1", name="ci-bot", created_by_id="user_cyd", ended=SEEN_AGAIN)
    yield version(
        "api_keys", id="key_1", name="ci-bot-old", created_by_id="user_cyd", begun=SEEN_AGAIN
    )
    yield version("api_keys", id="key_2", name="ci-bot", created_by_id="user_bob", begun=SEEN_AGAIN)
    yield person(2, f"\ufeff{ADA}\n", "team@corp.example\na.l@corp.example")
    yield person(3, BOB, "team@corp.example")
    yield person(4, CYD)
    yield mapping(2, ADA, name="ci-bot\u200b", ended="2026-11-12")
    yield mapping(3, BOB, name="\u00a0ci-bot", begun="2026-11-12")
    for day in (*SPELLINGS, BEFORE, AFTER):
        for name in ("usage_report_messages", "cost_report", "usage_report_claude_code"):
            yield loaded_day("anthropic", name, day)
    for day, (used, reported, billed) in SPELLINGS.items():
        yield messages(day, used, 4 * MILLION)
        yield from code(day, ADA, reported, MILLION)
        yield from code(day, BOB, reported, 3 * MILLION)
        yield bill(day, billed, 2_000)
    opus = "claude-opus-4-8"
    yield messages(BEFORE, opus, MILLION, api_key_id="key_1")
    yield bill(BEFORE, opus, 500)
    yield messages(AFTER, opus, MILLION, api_key_id="key_1")
    yield messages(AFTER, opus, MILLION, api_key_id="key_2")
    yield from code(AFTER, "team@corp.example", opus, MILLION, "subscription")
    yield from code(AFTER, "a.l@corp.example", opus, MILLION, "subscription")
    yield bill(AFTER, opus, 1_000)


@pytest.fixture(scope="module")
def built(chain: Chain, empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("names")
    shutil.copy(empty_warehouse, folder / "warehouse.duckdb")
    made = replace(chain, folder=folder)
    made.change("set TimeZone = 'UTC'", *_rows())
    made.build(select=(*MODELS, *CLAIMS), tested=True)
    return made


@pytest.mark.parametrize("day", SPELLINGS, ids=("suffix", "edition", "cloud", "bill"))
def test_one_model_in_three_spellings_is_counted_once(built: Chain, day: date) -> None:
    """Ada has used one million tokens of four, bob three: 5 and 15 dollars, one row each."""
    found = built.rows(
        "select actor_id, uncached_input_tokens, total_cost_usd"
        " from marts.fct_claude_model_daily_usage where usage_date = ? order by actor_id",
        day,
    )
    assert found == [(ADA, MILLION, Decimal(5)), (BOB, 3 * MILLION, Decimal(15))]


def test_a_name_that_moved_takes_nothing_along(built: Chain) -> None:
    """key_2 is bob's by the sheet (0.90), key_1 has no mapping any more: cyd made it (0.60)."""
    found = built.rows(
        "select usage_date, actor_id, owner_email, attribution_confidence"
        " from intermediate.int_attribution__chosen where actor_type = 'api_key' order by all"
    )
    assert found == [
        (BEFORE, "key_1", ADA, Decimal("0.9")),
        (AFTER, "key_1", CYD, Decimal("0.6")),
        (AFTER, "key_2", BOB, Decimal("0.9")),
    ]


def test_a_renamed_workspace_stays_what_it_was(built: Chain) -> None:
    assert built.rows("select distinct platform from marts.fct_ai_spend_daily") == [
        ("claude_code",)
    ]


def test_an_alias_of_two_people_is_nobodys_and_named(built: Chain) -> None:
    people = dict(
        built.rows(
            "select actor_id, person_id from marts.fact_claude_daily_usage"
            " where usage_date = ? and actor_type = 'person'",
            AFTER,
        )
    )
    assert people["team@corp.example"] is None
    assert people["a.l@corp.example"] is not None
    findings = built.rows(
        "select alias_email, first_person_email, last_person_email, owner_email"
        " from quality.dq_alias_conflicts"
    )
    assert findings == [("team@corp.example", ADA, BOB, None)]
