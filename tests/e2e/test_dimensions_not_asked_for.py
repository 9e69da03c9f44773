"""Fast mode, tiers and the router's own calls: what has a price of its own, worked out by hand, a day for each case.

claude-opus-4-8 costs 5 USD for a million uncached input tokens, 10 in fast mode.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.calculator import explained_methods
from tests.e2e.chain import SAVINGS, Chain
from tests.e2e.handmade import Values, bill, closed_load, loaded_day, messages, row

MODEL, MILLION = "claude-opus-4-8", 1_000_000
WORDED, STATED, NOT_TOLD, ONLY_BILLED, FLEX, UNBILLED = (date(2026, 11, day) for day in range(2, 8))
TOLD: dict[str, dict[str, str | None]] = {
    "key_standard": {"speed": "standard"},
    "key_fast": {"speed": "fast"},
}
USED: dict[date, dict[str, dict[str, str | None]]] = {
    **dict.fromkeys((WORDED, STATED, NOT_TOLD, UNBILLED), TOLD),
    ONLY_BILLED: {"key_standard": {"speed": None}, "key_fast": {"speed": None}},
    FLEX: {"key_standard": {}, "key_flex": {"service_tier": "flex"}},
}
BILLED: dict[date, list[tuple[int, dict[str, str | None]]]] = {
    WORDED: [
        (500, {"description": "Claude Opus 4.8 Usage - Input Tokens"}),
        (1000, {"description": "Claude Opus 4.8 Fast Mode Usage - Input Tokens"}),
    ],
    STATED: [(500, {"speed": "standard"}), (1000, {"speed": "fast"})],
    NOT_TOLD: [(1500, {})],
    ONLY_BILLED: [(500, {}), (1000, {"description": "Claude Opus 4.8 (Fast) Input Tokens"})],
    FLEX: [(750, {})],
    UNBILLED: [],
}
EXPECTED = [
    ("the description says fast", WORDED, {"key_standard": "5", "key_fast": "10"}),
    ("a field says fast", STATED, {"key_standard": "5", "key_fast": "10"}),
    ("the bill has one line for both", NOT_TOLD, {"key_standard": "5", "key_fast": "10"}),
    ("the usage report does not tell", ONLY_BILLED, {"key_standard": "7.5", "key_fast": "7.5"}),
    # No list has a price of flex: tokens weigh alike, and nothing is left to those of the standard tier alone.
    ("flex in the standard line", FLEX, {"key_standard": "3.75", "key_flex": "3.75"}),
    ("before the bill", UNBILLED, {"key_standard": "5", "key_fast": "10"}),
]
MODELS = (
    "+fact_claude_daily_usage",
    "mart_finance__spend_parts",
    "+mart_finance__spend_records",
    "+mart_finance__owner_candidates",
)
CLAIMS = ("assert_anthropic_ledger_is_bill_plus_estimates",)


STATED_OVERHEAD, TYPED_OVERHEAD, ASKED_FOR = (date(2026, 11, day) for day in (10, 11, 12))


def _task(task: str, day: date, **values: str | bool) -> str:
    given: Values = {
        "task_id": task,
        "organization_id": "org",
        "provider": "cheap",
        "success": True,
    }
    units: Values = {"uncached_input_tokens": MILLION, "start_time": f"{day} 10:00:00+00"}
    return row("raw_orchestrator.task_executions", **given, **units, **values)


def _rows() -> Iterator[str]:
    yield closed_load("anthropic")
    for day, keys in USED.items():
        yield loaded_day("anthropic", "usage_report_messages", day)
        yield loaded_day("anthropic", "cost_report", day)
        for key, values in keys.items():
            given = {"workspace_id": None, **values}
            yield messages(day, MODEL, MILLION, api_key_id=key, **given)
        for cents, told in BILLED[day]:
            given = {"workspace_id": None, **told}
            yield bill(day, MODEL, cents, **given)
    for day in (STATED_OVERHEAD, TYPED_OVERHEAD, ASKED_FOR):
        yield _task(f"answer {day}", day)
    yield _task("stated", STATED_OVERHEAD, is_routing_overhead=True)
    yield _task("typed", TYPED_OVERHEAD, task_type="Model-Routing")
    yield _task("asked for", ASKED_FOR, task_type="routing", is_routing_overhead=False)
    for name, price in (("cheap", "0.000001"), ("dear", "0.000005")):
        charged = {"pricing_model": "per_token", "cost_per_unit": price, "currency": "USD"}
        dates = {"effective_date": "2026-01-01", "created_at": "2026-01-01 00:00:00+00"}
        yield row(
            "raw_orchestrator.provider_pricing",
            pricing_id=name,
            provider=name,
            token_class="uncached_input",
            **charged,
            **dates,
        )
    policy = {"organization_id": "org", "provider": "dear", "approved_by": "Ada"}
    tab: Values = {"sheet_tab": "baseline_policies", "sheet_row": 2, "valid_from": "2026-01-01"}
    yield row("raw_sheets.baseline_policies", **tab, **policy)


@pytest.fixture(scope="module")
def built(chain: Chain, empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("dimensions")
    shutil.copy(empty_warehouse, folder / "warehouse.duckdb")
    made = replace(chain, folder=folder)
    made.change("set TimeZone = 'UTC'", *_rows())
    made.build(select=(*MODELS, *CLAIMS), tested=True)
    made.build(
        select=("+dim_dates", "+mart_savings__periods", "+dq_late_tasks", *SAVINGS), tested=True
    )
    return made


@pytest.mark.parametrize(("name", "day", "expected"), EXPECTED, ids=[name for name, *_ in EXPECTED])
def test_two_prices_do_not_share_a_line(
    built: Chain, name: str, day: date, expected: dict[str, str]
) -> None:
    found = built.rows(
        "select actor_id, sum(spend_usd) from marts.fct_ai_spend_daily"
        " where usage_date = ? group by actor_id",
        day,
    )
    assert dict(found) == {actor: Decimal(usd) for actor, usd in expected.items()}, name


def test_what_does_not_share_a_price_comes_out_by_a_calculator(built: Chain) -> None:
    """By list value where the bill has one line for both, by units elsewhere, and before the bill at list price."""
    assert explained_methods(built) == {"token_share", "usage_at_list_price"}


def test_what_the_router_used_itself_is_no_saving(built: Chain) -> None:
    """The answer saved 5 - 1; the call that chose the provider cost 1, which nobody would have paid otherwise.

    The file says so in its field, or with the type of the task; a task of such a type that somebody asked for says false.
    """
    found = built.rows(
        "select usage_date, sum(gross_savings_usd), sum(overhead_cost_usd), sum(net_savings_usd),"
        " sum(baseline_cost_usd), sum(n_compared_tasks) from marts.mart_savings__daily"
        " group by usage_date order by usage_date"
    )
    assert found == [
        (STATED_OVERHEAD, *map(Decimal, (4, 1, 3, 5)), 1),
        (TYPED_OVERHEAD, *map(Decimal, (4, 1, 3, 5)), 1),
        (ASKED_FOR, *map(Decimal, (8, 0, 8, 10)), 2),
    ]
