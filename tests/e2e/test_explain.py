"""Every amount of the ledger is written out so that a pocket calculator comes to its last digit."""

from decimal import Decimal

import pytest

from serving.explain import words
from serving.explain.figures import BOARDS
from tests.e2e.calculator import explained_methods, explained_tasks, typed_in
from tests.e2e.chain import Chain

WRITTEN = """  [1] 6.6085 ÷ 100 = 0.066085
        cents of the bill
  [2] 29223 + 22893 + 753 = 52869
        units of all who share it
  [3] 0.066085 [1] × 29223 ÷ 52869 = 0.036528059, cut off after nine decimals
        units of its own, of all
  = 0.036528059 USD"""


def test_the_calculator_is_one() -> None:
    """0.066085 × 29,223 ÷ 52,869 = 0.03652805907…"""
    assert typed_in(WRITTEN) == Decimal("0.036528059")


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("= 0.066085\n", "= 0.066086\n"),
        ("0.066085 [1]", "0.066084 [1]"),
        ("29223 + 22893", "29223 + 22894"),
        ("× 29223", "× 29224"),
        ("= 0.036528059 USD", "= 0.036528058 USD"),
        (", cut off after nine decimals", ""),
        ("0.066085 [1]", "0.066085"),
    ],
)
def test_the_calculator_sees_what_does_not_come_out(said: str, instead: str) -> None:
    with pytest.raises(AssertionError):
        typed_in(WRITTEN.replace(said, instead))


def test_every_row_of_the_ledger_comes_out(small: Chain) -> None:
    """The other ways of knowing are typed in where they are tested: test_shapes.py, test_cursor_money.py."""
    assert explained_methods(small) == {
        "enterprise_user_cost_report",
        "event_charge",
        "monthly_fee_by_day",
        "no_matching_usage",
        "token_share",
        "usage_at_list_price",
    }


def test_every_task_comes_out(small: Chain) -> None:
    assert explained_tasks(small) > 1_000


def test_every_way_of_knowing_has_words(small: Chain) -> None:
    found = small.rows(
        "select distinct spend_method from marts.fct_ai_spend_daily union select distinct spend_method from marts.mart_finance__spend_lines"
    )
    assert {name for (name,) in found} <= words.METHODS.keys()


@pytest.mark.parametrize("mart", BOARDS)
def test_every_figure_is_its_rows_of_the_ledger(small: Chain, mart: str) -> None:
    board = BOARDS[mart]
    rows = (
        f"(select sum(ledger.spend_usd) from marts.fct_ai_spend_daily as ledger where {board.rows})"
    )
    n_known, n_wrong = small.rows(
        f"select count(figure.{board.figure}), count(*) filter (where coalesce(figure.{board.figure}, 0) <> coalesce({rows}, 0))"
        f" from {mart} as figure"
    )[0]
    assert n_known > 0
    assert n_wrong == 0
