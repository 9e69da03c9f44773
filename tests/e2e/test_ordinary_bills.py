"""A gate that ordinary data can close: blocked requests, credits, free days, a bill in part, another currency, a model that a
record of the Claude Code report names twice stop nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.e2e.chain import AS_OF, Chain

BILL, USAGE = "raw_anthropic.cost_report", "raw_anthropic.usage_report_messages"
REPORT = "raw_anthropic.usage_report_claude_code_models"
# The 7th day before AS_OF is a Saturday, with a few lines; the others are working days.
BLOCKED, CREDITED, REFUNDED, FREE, IN_EUROS = (AS_OF - timedelta(days=n) for n in (5, 10, 7, 8, 9))
MODEL_OF = "model = (select max(model) from {0} where usage_date = date '{1}')"


@pytest.fixture(scope="module")
def ordinary(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Chain, date]:
    """Change the raw bill of five days, take half of the newest one away, build with all tests of the data."""
    chain = small.copy(tmp_path_factory.mktemp("ordinary"), only_loaded=True)
    newest = chain.rows(f"select max(usage_date) from {BILL}")[0][0]
    assert newest >= AS_OF - timedelta(days=3)
    chain.change(
        # Usage that is never billed, worth a hundred times all that is.
        f"delete from {BILL} where usage_date = date '{BLOCKED}' and {MODEL_OF.format(USAGE, BLOCKED)}",
        f"update {USAGE} set uncached_input_tokens = 900000000"
        f" where usage_date = date '{BLOCKED}' and {MODEL_OF.format(USAGE, BLOCKED)}",
        f"update {BILL} set amount = '-' || amount"
        f" where usage_date = date '{CREDITED}' and {MODEL_OF.format(BILL, CREDITED)}",
        f"update {BILL} set amount = '-' || amount where usage_date = date '{REFUNDED}'",
        f"update {BILL} set amount = '0' where usage_date = date '{FREE}'",
        f"update {BILL} set currency = 'EUR'"
        f" where usage_date = date '{IN_EUROS}' and {MODEL_OF.format(BILL, IN_EUROS)}",
        # One model twice in one record.
        f"insert into {REPORT} select * from {REPORT} where usage_date = date '{BLOCKED}' limit 1",
        # One model twice in one record.
        f"insert into {REPORT} select * from {REPORT} where usage_date = date '{BLOCKED}' limit 1",
        # Of a model that is billed on other days.
        f"delete from {BILL} where usage_date = date '{newest}' and {MODEL_OF.format(BILL, newest)}",
    )
    chain.build(tested=True)
    return chain, newest


def _ledger(chain: Chain, day: date, where: str = "true") -> Decimal:
    (row,) = chain.rows(
        "select coalesce(sum(spend_usd), 0) from marts.fct_ai_spend_daily where vendor = 'anthropic'"
        f" and cost_component <> 'seat' and platform <> 'claude_ai' and usage_date = ? and {where}"
        " and spend_method <> 'enterprise_user_cost_report'",
        day,
    )
    return Decimal(row[0])


def _bill(chain: Chain, day: date, where: str = "true") -> Decimal:
    (row,) = chain.rows(
        f"select coalesce(sum(cast(amount as decimal(38, 9))), 0) / 100 from {BILL}"
        f" where usage_date = ? and {where}",
        day,
    )
    return Decimal(str(row[0])).quantize(Decimal("1e-9"))


def _near(one: Decimal, other: Decimal) -> bool:
    """Tell whether two sums differ by no more than the billionths of their parts."""
    return abs(one - other) < Decimal("1e-6")


def test_a_line_is_credited(ordinary: tuple[Chain, date]) -> None:
    chain, _ = ordinary
    assert _bill(chain, CREDITED, "amount like '-%'") < 0


@pytest.mark.parametrize("day", [BLOCKED, CREDITED, REFUNDED, FREE])
def test_the_day_costs_what_the_bill_says(ordinary: tuple[Chain, date], day: date) -> None:
    chain, _ = ordinary
    assert _near(_ledger(chain, day), _bill(chain, day))
    assert _ledger(chain, day, "spend_basis = 'estimated'") == 0


def test_a_day_of_refunds_is_negative_and_a_free_one_nothing(ordinary: tuple[Chain, date]) -> None:
    chain, _ = ordinary
    assert _ledger(chain, REFUNDED) < 0
    assert _ledger(chain, FREE) == 0


def test_no_unit_is_doubted(ordinary: tuple[Chain, date]) -> None:
    chain, newest = ordinary
    days: Sequence[date] = (BLOCKED, CREDITED, REFUNDED, FREE, newest)
    assert (
        chain.rows(
            "select check_date, finding from quality.dq_results where check_name = 'bill_scale'"
            " and check_status = 'fail'"
        )
        == []
    )
    doubted = {
        day
        for (day,) in chain.rows(
            "select check_date from quality.dq_results where check_name = 'bill_unit_price'"
            " and check_status = 'fail'"
        )
    }
    assert doubted & set(days) == set()


def test_what_the_newest_bill_lacks_is_estimated_and_says_so(ordinary: tuple[Chain, date]) -> None:
    chain, newest = ordinary
    # The model that was taken out of the bill; another one is blocked every day and never billed.
    ((model,),) = chain.rows(
        "select model from marts.fct_ai_spend_daily where vendor = 'anthropic' and usage_date = ?"
        " and spend_basis = 'estimated' group by model",
        newest,
    )
    (listed,) = chain.rows(
        "select sum(list_value_usd) from intermediate.int_spend__priced_usage where usage_date = ?"
        " and model = ? and coalesce(service_tier, 'standard') <> 'priority'"
        " and cost_component <> 'web_search'",
        newest,
        model,
    )
    estimated = _ledger(chain, newest, "spend_basis = 'estimated'")
    assert estimated > 0
    assert _near(estimated, Decimal(listed[0]))
    assert _near(_ledger(chain, newest, "spend_basis <> 'estimated'"), _bill(chain, newest))


def test_money_in_another_currency_is_kept_out_and_named(ordinary: tuple[Chain, date]) -> None:
    chain, _ = ordinary
    euros = _bill(chain, IN_EUROS, "currency = 'EUR'")
    assert euros > 0
    assert _near(_ledger(chain, IN_EUROS), _bill(chain, IN_EUROS, "currency = 'USD'"))
    ((scope, value, day),) = chain.rows(
        "select check_scope, observed_value, check_date from quality.dq_results"
        " where check_name = 'money_without_rate' and check_status = 'fail'"
    )
    assert (scope, day) == ("cost report of Anthropic in EUR", IN_EUROS)
    assert _near(Decimal(value), euros)
