"""Every measure of the facts and every cent of the ledger, against what really happened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.bill import bill_differences, totals, true_bill_differences
from tests.e2e.chain import Chain
from tests.e2e.labels import score
from tests.e2e.truth import PAIRS, Pair, differences


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.file)
def test_equal_by_day_platform_and_actor(company: Chain, pair: Pair) -> None:
    assert differences(company.warehouse, company.folder / "truth", pairs=(pair,)) == []


_CURSOR, _CLAUDE = "marts.fact_cursor_daily_usage", "marts.fact_claude_daily_usage"
_MODELS, _LEDGER = "marts.fct_claude_model_daily_usage", "marts.fct_ai_spend_daily"
MUTATIONS = {
    "one token": (
        _MODELS,
        f"update {_MODELS} set output_tokens = output_tokens + 1 where claude_model_daily_usage_id ="
        f" (select min(claude_model_daily_usage_id) from {_MODELS} where output_tokens > 0)",
    ),
    "two millionths of a dollar": (
        _LEDGER,
        f"update {_LEDGER} set spend_usd = spend_usd + 0.000002"
        f" where spend_id = (select min(spend_id) from {_LEDGER})",
    ),
    "another basis": (
        _LEDGER,
        f"update {_LEDGER} set spend_basis = 'billed' where spend_id ="
        f" (select min(spend_id) from {_LEDGER} where spend_basis = 'allocated')",
    ),
    "NULL for 0": (
        _CURSOR,
        f"update {_CURSOR} set n_accepts = null where cursor_daily_usage_id ="
        f" (select min(cursor_daily_usage_id) from {_CURSOR} where n_accepts = 0)",
    ),
    "0 for NULL": (
        _CLAUDE,
        f"update {_CLAUDE} set n_sessions = 0 where claude_daily_usage_id ="
        f" (select min(claude_daily_usage_id) from {_CLAUDE} where n_sessions is null)",
    ),
    "a row less": (
        _CLAUDE,
        f"delete from {_CLAUDE} where claude_daily_usage_id ="
        f" (select min(claude_daily_usage_id) from {_CLAUDE})",
    ),
    "a row twice": (_CURSOR, f"insert into {_CURSOR} select * from {_CURSOR} limit 1"),
}


def test_the_comparison_can_fail(company: Chain, tmp_path: Path) -> None:
    """Every change to one row of a copy is found in its own table, and nothing else is."""
    truth = company.folder / "truth"
    copy = company.copy(tmp_path)
    for name, (table, change) in MUTATIONS.items():
        pair = next(pair for pair in PAIRS if pair.table == table)
        copy.change(f"create or replace table kept as select * from {table}", change)
        # A row on another basis is another row: one that is missing, and one that nobody expects.
        n_lines = 2 if name == "another basis" else 1
        assert len(differences(copy.warehouse, truth, pairs=(pair,))) == n_lines, name
        copy.change(f"delete from {table}", f"insert into {table} select * from kept")
        assert differences(copy.warehouse, truth, pairs=(pair,)) == [], name


def test_the_bill_of_a_day_is_attributed_plus_unattributed(company: Chain) -> None:
    truth = company.folder / "truth"
    assert bill_differences(company.warehouse, truth) == []
    assert true_bill_differences(company.warehouse, truth) == []
    assert set(totals(company.warehouse)) == {
        ("anthropic", "allocated"),
        ("anthropic", "billed"),
        ("anthropic", "estimated"),
        ("anthropic", "seat"),
        ("cursor", "billed"),
        ("cursor", "seat"),
        ("google", "seat"),
    }


def test_a_cent_too_much_on_the_bill_is_seen(company: Chain, tmp_path: Path) -> None:
    copy = company.copy(tmp_path)
    copy.change(
        "update marts.fct_ai_spend_daily set spend_usd = spend_usd + 0.000000001"
        " where spend_id = (select min(spend_id) from marts.fct_ai_spend_daily"
        " where spend_basis = 'allocated')"
    )
    assert len(bill_differences(copy.warehouse, company.folder / "truth")) == 1


def test_platform_and_owner_are_right(
    company: Chain, record_property: Callable[[str, object], None]
) -> None:
    found = score(company.warehouse, company.folder / "truth")
    record_property("score", str(found))
    assert found.n_rows > 5_000, found
    assert found.platform_accuracy >= 0.99, found
    assert found.attribution_precision >= 0.95, found
    assert found.attribution_recall >= 0.95, found
