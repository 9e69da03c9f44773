"""Every later statement of a day says what had changed, also when the day has lost all its tasks."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.e2e.chain import Chain

MOVED, POLICY, DELIVERED, BOTH = "2026-11-04", "2026-11-06", "2026-11-08", "2026-11-10"
"""Days of which one thing each was changed, and both tasks and a price on the last."""
LATER = "timestamptz '2126-11-30 05:00:00Z'"
ON = "cast(start_time as date) = date '{}'"


@dataclass(frozen=True)
class Restated:
    """A company before and after its days were restated."""

    before: Chain
    chain: Chain

    def statements(self, day: str) -> list[tuple[str, int, str]]:
        """Return provider, number and reason of what was stated of a day since."""
        return self.chain.rows(
            "select provider, statement_number, restatement_reason from quality.price_restatements"
            " where pipeline_run_id = 'restated' and usage_date = cast(? as date) order by 1, 2",
            day,
        )


@pytest.fixture(scope="module")
def restated(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Restated:
    chain = small.copy(tmp_path_factory.mktemp("restated"))
    tasks = "raw_orchestrator.task_executions"
    chain.change(
        "set TimeZone = 'UTC'",
        f"update {tasks} set start_time = start_time + interval 1 day, _loaded_at = {LATER}"
        f" where {ON.format(MOVED)}",
        "insert into raw_sheets.baseline_policies (sheet_tab, sheet_row, organization_id, provider,"
        " valid_from, valid_to, approved_by, _loaded_at, _dlt_load_id) values ('baseline_policies', 99,"
        f" 'org-18', 'github_copilot', '{POLICY}', '2026-11-07', 'Ada', {LATER}, 'new')",
        f"update {tasks} set tokens_used = tokens_used * 2, output_tokens = output_tokens * 2,"
        f" _loaded_at = {LATER} where {ON.format(DELIVERED)} and provider = 'claude_code'",
        "insert into raw_orchestrator.provider_pricing (pricing_id, provider, pricing_model,"
        " cost_per_unit, currency, effective_date, end_date, created_at, _loaded_at, _dlt_load_id)"
        " values ('news', 'github_copilot', 'per_request', '0.5', 'USD',"
        f" '{BOTH}', '2026-11-11', {LATER}, {LATER}, 'new')",
        f"update {tasks} set compute_units = compute_units * 2, _loaded_at = {LATER}"
        f" where {ON.format(BOTH)} and provider = 'github_copilot'",
    )
    chain.build_savings(run_id="restated")
    return Restated(small, chain)


def _providers(chain: Chain, day: str) -> set[str]:
    return {
        provider
        for (provider,) in chain.rows(
            "select distinct provider from marts.mart_savings__daily where usage_date = cast(? as date)",
            day,
        )
    }


def test_a_day_that_lost_its_tasks_costs_nothing_from_then_on(restated: Restated) -> None:
    assert len(_providers(restated.before, MOVED)) > 2
    assert _providers(restated.chain, MOVED) == set()
    assert restated.statements(MOVED) == [
        (provider, 2, "tasks") for provider in sorted(_providers(restated.before, MOVED))
    ]
    figures = restated.chain.rows(
        "select distinct n_tasks, after_actual_cost_usd, after_baseline_cost_usd"
        " from quality.price_restatements where statement_number = 2 and usage_date = cast(? as date)",
        MOVED,
    )
    assert figures == [(0, Decimal(0), Decimal(0))]


def test_another_policy_is_named(restated: Restated) -> None:
    found = restated.statements(POLICY)
    assert found
    assert {(number, reason) for _, number, reason in found} <= {
        (2, "baseline policy"),
        # Its prices are those of a baseline only since.
        (2, "price of the baseline, baseline policy"),
    }


def test_as_many_tasks_delivered_again_are_named(restated: Restated) -> None:
    assert restated.statements(DELIVERED) == [("claude_code", 2, "tasks")]


def test_a_price_and_tasks_are_both_named(restated: Restated) -> None:
    reasons = {provider: reason for provider, _, reason in restated.statements(BOTH)}
    assert reasons["github_copilot"] == "price of the provider, price of the baseline, tasks"
    (prices,) = {
        prices
        for (prices,) in restated.chain.rows(
            "select changed_prices from quality.price_restatements"
            " where pipeline_run_id = 'restated' and usage_date = cast(? as date)",
            BOTH,
        )
    }
    assert prices.startswith("price news of the feed (version ")


def test_what_was_said_is_said_once(restated: Restated) -> None:
    count = "select count(*) from quality.price_restatements"
    (said,) = restated.chain.rows(count)
    restated.chain.build_savings(run_id="again")
    assert restated.chain.rows(count) == [said]
