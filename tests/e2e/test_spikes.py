"""Two days of exceptional spend, planted in the company, are named; without them no day is."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.chain import Chain, serve, truth_of
from tests.e2e.conftest import COMPANY
from tests.e2e.truth import ROW_USD, opened

FOUND = """
    select usage_date, budget_scope_value, usage_cost_usd, impact_usd
    from warehouse.marts.mart_finance__anomalies
    where is_anomaly and budget_scope = 'platform'
    order by usage_date
"""
PLANTED = """
    select usage_date, platform, sum(true_ledger.spend_usd)
    from true_spikes
    inner join true_ledger using (usage_date, platform)
    where cost_component <> 'seat'
    group by all
    order by usage_date
"""

WHAT_COSTS = ("cursor", "anthropic", "claude_ai", "sheets")


@pytest.mark.slow
def test_planted_spikes_are_found_with_their_impact(unloaded: Chain, tmp_path: Path) -> None:
    spiked = replace(COMPANY, spike=True)
    with serve(spiked) as server:
        unloaded.extract(server, *WHAT_COSTS)
    unloaded.build(select=("+mart_finance__anomalies",))
    with opened(unloaded.warehouse, truth_of(spiked, tmp_path / "truth")) as connection:
        found = connection.execute(FOUND).fetchall()
        planted = connection.execute(PLANTED).fetchall()
    assert len(planted) == 2
    assert [row[:2] for row in found] == [row[:2] for row in planted]
    for (*_, usage, impact), (*_, spent) in zip(found, planted, strict=True):
        assert abs(usage - spent) <= Decimal(ROW_USD)
        assert 100 < impact < usage


def test_without_them_no_day_is_named(company: Chain, tmp_path: Path) -> None:
    with opened(company.warehouse, tmp_path) as connection:
        assert connection.execute(FOUND).fetchall() == []
        judged = connection.execute(
            "select count(*) from warehouse.marts.mart_finance__anomalies"
            " where anomaly_status = 'normal'"
        ).fetchone()
    assert judged is not None
    assert judged[0] > 100
