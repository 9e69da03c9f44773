"""Cents read as dollars: the alarm names every line of the bill on the day it happens."""

from datetime import timedelta
from pathlib import Path

from tests.e2e.chain import AS_OF, Chain

DAY = AS_OF - timedelta(days=3)
ALARM = (
    "select check_scope, observed_value, check_date from quality.dq_results"
    " where check_name = 'bill_unit_price' and check_status = 'fail'"
)


def _check(chain: Chain) -> list[tuple[str, object, object]]:
    chain.build(select=("dq_bill_unit_prices", "dq_findings", "dq_results"))
    return [(row[0], row[1], row[2]) for row in chain.rows(ALARM)]


def test_a_bill_a_hundred_times_too_high_is_named(small: Chain, tmp_path: Path) -> None:
    assert small.rows(ALARM) == []
    chain = small.copy(tmp_path)
    lines = chain.rows(
        "select coalesce(workspace_id, 'default'), model, token_type, sum(amount::decimal(38, 9))"
        " from raw_anthropic.cost_report where usage_date = ? and cost_type = 'tokens'"
        " group by all having sum(amount::decimal(38, 9)) > 0.1",
        DAY,
    )
    assert len(lines) > 5
    chain.change(
        "update raw_anthropic.cost_report set amount = (amount::decimal(38, 9) * 100)::varchar"
        f" where usage_date = date '{DAY}'"
    )
    found = _check(chain)
    assert {day for _, _, day in found} == {DAY}
    for workspace, model, token_type, _ in lines:
        assert [scope for scope, _, _ in found if scope.startswith(f"{workspace} {model} ")], (
            workspace,
            model,
            token_type,
        )
