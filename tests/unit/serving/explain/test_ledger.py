"""Explanations of rows whose sums were worked out on paper."""

from decimal import Decimal

import pytest

from serving.explain import ledger
from serving.explain.explanation import Explanation
from serving.explain.reading import NothingFoundError
from tests.e2e.calculator import typed_in
from tests.unit.serving.explain.published import Row, published

TABLES = (
    "mart_finance__spend_parts",
    "mart_finance__spend_lines",
    "mart_finance__spend_records",
    "mart_finance__owner_candidates",
)
DAY = "2026-06-10"
ROW: Row = {
    "spend_id": "s1", "usage_date": DAY, "vendor": "anthropic", "platform": "claude_api", "model": "m",
    "cost_component": "input", "actor_type": "api_key", "actor_id": "key_1", "spend_basis": "allocated",
    "spend_method": "token_share", "attribution_method": "api_key_mapping", "attribution_confidence": "0.9",
    "person_email": "ada@one.example", "is_provisional": False, "pipeline_run_id": "run", "input_version": "v1",
    "loaded_at": "2026-06-11 05:00:00+00",
}  # fmt: skip
PART: Row = {
    "spend_id": "s1", "origin_id": "o1", "usage_date": DAY, "vendor": "anthropic", "platform": "claude_api",
    "source_actor_type": "api_key", "source_actor_id": "key_1", "used_actor_type": "api_key", "used_actor_id": "key_1",
    "workspace_key": "default", "rounding_usd": "0", "is_speaking_for_row": True,
}  # fmt: skip
LINE: Row = {
    "origin_id": "o1",
    "paper_id": "p1",
    "model": "m",
    "cost_component": "input",
    "rounding_usd": "0",
    "is_weighed_by_value": False,
}
RECORD: Row = {
    "paper_id": "p1",
    "usage_date": DAY,
    "source_name": "anthropic",
    "resource_name": "cost_report",
    "usd_per_unit": "1",
    "currency": "USD",
    "load_id": "17",
}
CANDIDATE: Row = {
    "usage_date": DAY, "vendor": "anthropic", "platform": "claude_api", "actor_type": "api_key", "actor_id": "key_1",
    "is_mapping_conflict": False,
}  # fmt: skip


def explained(
    amount: str,
    *,
    lines: list[Row],
    records: list[Row],
    parts: list[Row] | None = None,
    candidates: list[Row] | None = None,
    others: list[Row] | None = None,
    **row: object,
) -> Explanation:
    """Explain one row of the ledger; parts of rows of others share its papers."""
    own = parts or [{"spend_usd": amount, "origin_usd": amount}]
    made = published(
        fct_ai_spend_daily=[{**ROW, "spend_usd": amount, **row}],
        mart_finance__spend_parts=[{**PART, **one} for one in (*own, *(others or []))],
        mart_finance__spend_lines=[{**LINE, **one} for one in lines],
        mart_finance__spend_records=[{**RECORD, **one} for one in records],
        mart_finance__owner_candidates=[{**CANDIDATE, **one} for one in candidates or []],
    )
    (found,) = ledger.explain(made, ["s1"])
    assert typed_in("\n".join(found.lines())) == Decimal(amount)
    assert found.comes_out
    return found


def sums(found: Explanation) -> list[str]:
    return [str(step) for step in found.sheet.steps]


def test_a_line_of_the_bill_is_split() -> None:
    """10 cents by 1 and 2 units: 0.033333333 and, with what cutting off leaves, 0.066666667."""
    other: Row = {
        "spend_id": "s2",
        "origin_id": "o2",
        "used_actor_id": "key_2",
        "spend_usd": "0.033333333",
        "origin_usd": "0.033333333",
    }
    shared: Row = {"spend_method": "token_share", "stated_usd": "0.1", "paper_weight": 3}
    found = explained(
        "0.066666667",
        lines=[
            {**shared, "line_usd": "0.066666667", "line_weight": 2, "rounding_usd": "0.000000001"},
            {**shared, "origin_id": "o2", "line_usd": "0.033333333", "line_weight": 1},
        ],
        records=[
            {
                "stated_amount_text": "10",
                "record_usd": "0.1",
                "record_text": "M Usage - Input Tokens",
            }
        ],
        others=[other],
    )
    assert sums(found) == [
        "[1] 10 ÷ 100 = 0.1",
        "[2] 2 + 1 = 3",
        "[3] 0.1 [1] × 2 ÷ 3 = 0.066666666, cut off after nine decimals",
        "[4] 0.066666666 [3] + 0.000000001 = 0.066666667",
    ]
    text = "\n".join(found.lines())
    assert 'anthropic.cost_report "M Usage - Input Tokens": 10 cents USD, load 17' in text
    assert "shared by key_1 2; key_2 1" in text


def test_a_credit_of_two_records_and_tokens_of_somebody_else() -> None:
    """-3 and +1 cents are -2; of 3 tokens 2 are counted here: -0.013333333 and -0.000000001."""
    found = explained(
        "-0.013333334",
        parts=[{"spend_usd": "-0.013333334", "origin_usd": "-0.02", "counted_tokens": 2, "origin_tokens": 3, "rounding_usd": "-0.000000001", "counted_by": "owner"}],
        lines=[{"spend_method": "no_matching_usage", "line_usd": "-0.02", "stated_usd": "-0.02"}],
        records=[{"stated_amount_text": "-3", "record_usd": "-0.03"}, {"stated_amount_text": "1", "record_usd": "0.01"}],
    )  # fmt: skip
    assert sums(found) == [
        "[1] 1 ÷ 100 = 0.01",
        "[2] -3 ÷ 100 = -0.03",
        "[3] 0.01 [1] - 0.03 [2] = -0.02",
        "[4] -0.02 [3] × 2 ÷ 3 = -0.013333333, cut off after nine decimals",
        "[5] -0.013333333 [4] - 0.000000001 = -0.013333334",
    ]


def test_euros_and_more_decimals_than_are_kept() -> None:
    """12.3456789015 cents are kept as 12.345678902, 0.123456789 euros, at 1.2 dollars 0.148148147."""
    found = explained(
        "0.148148147",
        lines=[{"spend_method": "vendor_actor_cost", "line_usd": "0.148148147", "stated_usd": "0.148148147"}],
        records=[{"stated_amount_text": "12.3456789015", "record_usd": "0.148148147", "usd_per_unit": "1.2", "currency": "EUR"}],
    )  # fmt: skip
    assert sums(found) == [
        "[1] 12.3456789015 × 1 = 12.345678902, rounded at nine decimals",
        "[2] 12.345678902 [1] ÷ 100 = 0.123456789, rounded at nine decimals",
        "[3] 0.123456789 [2] × 1.2 = 0.148148147, rounded at nine decimals",
    ]


def test_use_at_list_price_in_a_region() -> None:
    """1,001 units at 3 dollars per million, and a tenth more."""
    price: Row = {"list_price_usd_per_million_units": "3", "geo_multiplier": "1.1", "price_id": "x", "priced_model": "m", "valid_from_date": "2026-01-01", "valid_to_date": "2026-07-01", "inference_geo": "us"}  # fmt: skip
    found = explained(
        "0.0033033",
        lines=[{**price, "spend_method": "usage_at_list_price", "line_usd": "0.0033033", "n_units": 1001, "paper_id": None}],
        records=[],
    )  # fmt: skip
    assert sums(found) == [
        "[1] 1001 × 3 ÷ 1000000 = 0.003003",
        "[2] 0.003003 [1] × 1.1 = 0.0033033",
    ]
    assert "price 3 USD per million, m, from 2026-01-01 until 2026-07-01" in "\n".join(
        found.lines()
    )


def test_two_mornings_and_a_month_s_invoice() -> None:
    sent: Row = {"source_name": "cursor", "resource_name": "spend"}
    grown = explained(
        "2.5",
        lines=[
            {"spend_method": "spend_snapshot_difference", "line_usd": "2.5", "stated_usd": "2.5"}
        ],
        records=[{**sent, "record_usd": "12.75"}, {**sent, "record_usd": "-10.25"}],
    )
    assert sums(grown) == ["[1] 12.75 - 10.25 = 2.5"]
    rated = explained(
        "3.333333333",
        lines=[{"spend_method": "invoice_effective_rate", "line_usd": "3.333333333", "stated_usd": "40", "line_weight": 10, "paper_weight": 120}],
        records=[{"source_name": "sheets", "resource_name": "invoices", "record_usd": "120"}, {"source_name": "sheets", "resource_name": "seats", "record_usd": "-80"}],
    )  # fmt: skip
    assert sums(rated) == [
        "[1] 120 - 80 = 40",
        "[2] 40 [1] × 10 ÷ 120 = 3.333333333, cut off after nine decimals",
    ]


def test_two_parts_and_why_one_owner_was_chosen() -> None:
    """The doubtful key speaks for the row; of each key every candidate is shown, the chosen one with its rule."""
    keys: list[Row] = [
        {"spend_usd": "1", "origin_usd": "1", "is_speaking_for_row": False},
        {
            "spend_usd": "2",
            "origin_usd": "2",
            "origin_id": "o2",
            "source_actor_id": "key_2",
            "used_actor_id": "key_2",
        },
    ]
    mapped: Row = {"owner_email": "ada@one.example", "attribution_method": "api_key_mapping", "attribution_confidence": "0.9", "evidence": "mapping sheet row 3", "rule_note": "The mapping sheet names the owner", "candidate_rank": 1}  # fmt: skip
    made: Row = {"owner_email": "bob@one.example", "attribution_method": "api_key_creator", "attribution_confidence": "0.6", "evidence": "creator of the key", "rule_note": "The Admin API names the creator"}  # fmt: skip
    found = explained(
        "3",
        parts=keys,
        lines=[
            {"spend_method": "vendor_actor_cost", "line_usd": "1", "stated_usd": "1"},
            {"spend_method": "vendor_actor_cost", "line_usd": "2", "stated_usd": "2", "origin_id": "o2", "paper_id": "p2"},
        ],
        records=[{"stated_amount_text": "100", "record_usd": "1"}, {"paper_id": "p2", "stated_amount_text": "200", "record_usd": "2"}],
        candidates=[mapped, {**made, "candidate_rank": 2}, {**made, "actor_id": "key_2", "candidate_rank": 1}],
    )  # fmt: skip
    text = "\n".join(found.lines())
    assert (
        "> 1. ada@one.example (api_key_mapping, 0.9): mapping sheet row 3\n       chosen, as the highest step of the ladder: The mapping sheet names the owner"
        in text
    )
    assert "    2. bob@one.example (api_key_creator, 0.6): creator of the key" in text
    assert "Here: key_2." in text
    assert sums(found)[-1] == "[3] 2 [1] + 1 [2] = 3"


def test_what_does_not_come_out_says_so() -> None:
    """A line that lost a cent: the sum is printed as published, and nobody is told that it is right."""
    made = published(
        fct_ai_spend_daily=[{**ROW, "spend_usd": "1"}],
        mart_finance__spend_parts=[{**PART, "spend_usd": "1", "origin_usd": "1"}],
        mart_finance__spend_lines=[{**LINE, "spend_method": "token_share", "line_usd": "0.99", "stated_usd": "0.99"}],
        mart_finance__spend_records=[{**RECORD, "stated_amount_text": "99", "record_usd": "0.99"}],
        mart_finance__owner_candidates=[],
    )  # fmt: skip
    (found,) = ledger.explain(made, ["s1"])
    assert not found.comes_out
    assert "  = 1 USD   DOES NOT COME OUT" in found.lines()
    assert found.as_fields()["comes_out"] is False


def test_a_row_that_is_not_there() -> None:
    made = published(None, **{name: [] for name in ("fct_ai_spend_daily", *TABLES)})
    with pytest.raises(NothingFoundError, match="no row of this spend_id"):
        ledger.explain(made, ["s1"])
