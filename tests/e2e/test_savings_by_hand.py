"""Savings of tasks that were worked out by hand, with a pocket calculator: every way of charging, every rule, every pitfall.

Prices and tasks of an organisation of its own are put beside the invented company's raw tables, and savings are built.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.e2e.chain import Chain

DAY = "2026-11-10"
LOADED = "timestamptz '2026-11-20 05:00:00+00'"
PRICES = """
hand_tokens  | large | | per_token | uncached_input | | 0.000005   | 2026-01-01 |
hand_tokens  | large | | per_token | output         | | 0.000025   | 2026-01-01 |
hand_tokens  | large | | per_token | cache_read     | | 0.0000005  | 2026-01-01 |
hand_tokens  | large | | per_token | cache_write_5m | | 0.00000625 | 2026-01-01 |
hand_tokens  | large | | per_token | cache_write_1h | | 0.00001    | 2026-01-01 |
hand_tokens  | large | | per_token | uncached_input | batch | 0.0000025 | 2026-01-01 |
hand_sum     | | | per_token | | | 0.000000005 | 2026-01-01 | 2026-11-10
hand_sum     | | | per_token | | | 0.000004 | 2026-11-10 | 2026-11-11
hand_sum     | | | per_token | | | 0.000009 | 2026-11-11 |
hand_request | | | per_request | | | 0.04 | 2026-01-01 |
hand_request | | bug_fix | per_request | | | 0.01 | 2026-01-01 |
hand_unit    | | | per_compute_unit | | | 0.0005 | 2026-01-01 |
hand_flat    | | | per_request | | | 0 | 2026-01-01 |
hand_base    | | | per_token | | | 0.00001 | 2026-01-01 |
"""


@dataclass(frozen=True)
class Case:
    """A task and what it must come to; None is unknown, or for savings does not apply."""

    name: str
    values: str
    """Columns of the raw row."""
    actual: str | None
    baseline: str | None
    savings: str | None
    overhead: str | None = "0"


TOKENS = "provider='hand_tokens' model='large'"
CASES = (
    # 1000 x 5 + 200 x 25 + 5000 x 0.5 + 300 x 6.25 + 100 x 10 = 15375 millionths; 6600 x 10 = 66000.
    Case(
        "cached tokens are charged once, as what they are",
        f"{TOKENS} uncached_input_tokens=1000 output_tokens=200 cache_read_tokens=5000"
        " cache_write_5m_tokens=300 cache_write_1h_tokens=100 tokens_used=6600",
        *("0.015375", "0.066", "0.050625"),
    ),
    Case(
        "an hour's write costs an hour's price",
        f"{TOKENS} cache_write_1h_tokens=1000",
        *("0.01", "0.01", "0"),
    ),
    Case(
        "cached tokens are charged at all",
        f"{TOKENS} cache_read_tokens=1000000",
        *("0.5", "10", "9.5"),
    ),
    Case(
        "a tier has its price, the other classes the general one",
        f"{TOKENS} service_tier='batch' uncached_input_tokens=1000 output_tokens=1000",
        *("0.0275", "0.02", "-0.0075"),
    ),
    Case(
        "more tokens than the classes hold are neither free nor guessed",
        f"{TOKENS} uncached_input_tokens=1000 tokens_used=1019",
        *(None, "0.01019", None),
    ),
    Case("cache state unknown", f"{TOKENS} tokens_used=1000", *(None, "0.01", None)),
    Case(
        "a model without a price",
        "provider='hand_tokens' model='small' uncached_input_tokens=1",
        *(None, "0.00001", None),
    ),
    Case(
        "the price of the first day",
        "provider='hand_sum' tokens_used=1000",
        "0.004",
        "0.01",
        "0.006",
    ),
    Case(
        "a price below a billionth of a dollar keeps its digits",
        "provider='hand_sum' tokens_used=3 start_time='2026-11-09 23:59:59.999999'",
        *("0.000000015", "0.00003", "0.000029985"),
    ),
    Case(
        "the last microsecond of a price",
        "provider='hand_sum' tokens_used=1000 start_time='2026-11-10 23:59:59.999999'",
        *("0.004", "0.01", "0.006"),
    ),
    Case(
        "the first moment of the next price",
        "provider='hand_sum' tokens_used=1000 start_time='2026-11-11 00:00:00'",
        *("0.009", "0.01", "0.001"),
    ),
    Case("a request", "provider='hand_request' tokens_used=1000", "0.04", "0.01", "-0.03"),
    Case(
        "a request of a task type with a price of its own",
        "provider='hand_request' task_type='bug_fix' tokens_used=1000",
        *("0.01", "0.01", "0"),
    ),
    Case(
        "compute units",
        "provider='hand_unit' compute_units=12.5 tokens_used=1000",
        "0.00625",
        "0.01",
        "0.00375",
    ),
    Case("compute units not stated", "provider='hand_unit' tokens_used=1000", None, "0.01", None),
    Case(
        "a flat fee's marginal cost is 0",
        "provider='hand_flat' tokens_used=1000",
        "0",
        "0.01",
        "0.01",
    ),
    Case("units not stated for the baseline", "provider='hand_request'", "0.04", None, None),
    Case("on the baseline itself", "provider='hand_base' tokens_used=1000", "0.01", "0.01", "0"),
    Case("nobody has a price", "provider='hand_nobody' tokens_used=1000", None, "0.01", None),
    Case("zero tokens are zero dollars", "provider='hand_sum' tokens_used=0", "0", "0", "0"),
    Case(
        "a failed task is overhead",
        "provider='hand_sum' tokens_used=2000 success=false",
        *("0.008", "0.02", None, "0.008"),
    ),
    Case(
        "its retry counts the baseline",
        "provider='hand_sum' tokens_used=1000 retry_of_task_id='a failed task is overhead'"
        " start_time='2026-11-10 13:00:00'",
        *("0.004", "0.01", "0.006"),
    ),
    Case(
        "a retry of what had succeeded is overhead whole",
        "provider='hand_sum' tokens_used=1000 retry_of_task_id='its retry counts the baseline'"
        " start_time='2026-11-10 14:00:00'",
        *("0.004", "0.01", None, "0.004"),
    ),
    Case(
        "a failed task without a price",
        "provider='hand_nobody' tokens_used=1000 success=false",
        *(None, "0.01", None, None),
    ),
)


def _price_rows() -> list[str]:
    names = "provider, model, task_type, pricing_model, token_class, service_tier, cost_per_unit"
    rows = []
    for number, line in enumerate(PRICES.strip().splitlines()):
        cells = [f"'{cell.strip()}'" if cell.strip() else "null" for cell in line.split("|")]
        rows.append(
            f"insert into raw_orchestrator.provider_pricing (pricing_id, {names}, effective_date,"
            " end_date, currency, price_source, created_at, _loaded_at, _dlt_load_id) values"
            f" ('hand-{number}', {', '.join(cells)}, 'USD', 'contract', {LOADED}, {LOADED}, 'hand')"
        )
    return rows


def _task_row(case: Case) -> str:
    given = {"success": "true", "start_time": f"'{DAY} 12:00:00'", "task_type": "'refactor'"}
    given |= dict(re.findall(r"(\w+)=('[^']*'|\S+)", case.values))
    names = ", ".join(given)
    return (
        f"insert into raw_orchestrator.task_executions (task_id, organization_id, user_id, {names},"
        f" _loaded_at, _dlt_load_id) values ('{case.name.replace(chr(39), chr(39) * 2)}', 'by-hand',"
        f" 'user', {', '.join(given.values())}, {LOADED}, 'hand')"
    )


@pytest.fixture(scope="module")
def built(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    chain = small.copy(tmp_path_factory.mktemp("by-hand"))
    chain.change(
        "set TimeZone = 'UTC'",
        *_price_rows(),
        "insert into raw_sheets.baseline_policies (sheet_tab, sheet_row, organization_id, valid_from,"
        " valid_to, provider, model, approved_by, _loaded_at, _dlt_load_id) values ('baseline_policies',"
        f" 999, 'by-hand', '2026-01-01', '', 'hand_base', '', 'Ada', {LOADED}, 'hand')",
        *(_task_row(case) for case in CASES),
    )
    chain.build_savings(run_id="by-hand")
    return chain


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_task_by_hand(built: Chain, case: Case) -> None:
    found = built.rows(
        "select actual_cost_usd, baseline_cost_usd, savings_usd, overhead_cost_usd"
        " from marts.fct_task_executions where organization_id = 'by-hand' and task_id = ?",
        case.name,
    )
    expected = (case.actual, case.baseline, case.savings, case.overhead)
    assert found == [tuple(None if text is None else Decimal(text) for text in expected)]


def test_days_add_up_to_the_organisation(built: Chain) -> None:
    """Sum of days = month = organisation, to the last digit, and equal to the column above."""
    gross = sum((Decimal(case.savings) for case in CASES if case.savings), Decimal(0))
    overhead = sum((Decimal(case.overhead) for case in CASES if case.overhead), Decimal(0))
    baseline = sum(
        (Decimal(case.baseline) for case in CASES if case.savings and case.baseline), Decimal(0)
    )
    sums = (
        "select sum(gross_savings_usd), sum(net_savings_usd), sum(baseline_cost_usd)"
        " from marts.mart_savings__{} where organization_id = 'by-hand'"
    )
    expected = [(gross, gross - overhead, baseline)]
    assert built.rows(sums.format("daily")) == expected
    for period_type in ("daily", "weekly", "monthly"):
        of_type = sums.format("periods") + f" and period_type = '{period_type}'"
        assert built.rows(of_type) == expected
    month = built.rows(
        "select savings_percentage from marts.mart_savings__periods"
        " where organization_id = 'by-hand' and period_type = 'monthly'"
    )
    # A ratio of sums, cut off at the ninth decimal.
    assert abs(month[0][0] - 100 * gross / baseline) < Decimal("0.000000001")


def test_all_prices_unknown_is_no_savings(built: Chain) -> None:
    unpriced = built.rows(
        "select actual_cost_usd, gross_savings_usd, net_savings_usd, n_compared_tasks"
        " from marts.mart_savings__daily"
        " where organization_id = 'by-hand' and provider = 'hand_nobody'"
    )
    assert unpriced == [(None, None, None, 0)]


def test_overhead_without_a_price_is_counted_and_not_free(built: Chain) -> None:
    """Two failures, one of which nobody can price, and one success done again."""
    for table, condition in (("daily", ""), ("periods", " and period_type = 'monthly'")):
        assert built.rows(
            "select sum(n_overhead_tasks), sum(n_priced_overhead_tasks), sum(overhead_cost_usd)"
            f" from marts.mart_savings__{table} where organization_id = 'by-hand'{condition}"
        ) == [(3, 2, Decimal("0.012"))]
