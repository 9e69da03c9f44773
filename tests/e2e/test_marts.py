"""Totals of every mart, against what really happened.

Each claim is a pair of queries, one over a mart and one over the answer key, that must return the same groups with the
same figures. Counts are equal. Money is equal to a millionth of a dollar per group: a bill line that several actors share
is split into whole billionths (see `truth.py`), and a group may hold one part of it and not the other. That marts equal the
ledger without any slack is tested in dbt.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.e2e.chain import Chain
from tests.e2e.truth import ROW_USD, opened

Figures = dict[tuple[object, ...], tuple[object, ...]]


@dataclass(frozen=True)
class Claim:
    """What a mart and the answer key must agree on.

    Attributes:
        n_keys: How many of the first columns of both queries name the group.
        mart: A query over `marts`.
        truth: A query over the answer key.
    """

    name: str
    n_keys: int
    mart: str
    truth: str


_MONTH = "date_trunc('month', usage_date)::date"
_SEAT = "coalesce(sum({usd}) filter ({condition}), 0)"


def _parts(usd: str, condition: str) -> str:
    """Return the seats' and the other money of a group."""
    return f"{_SEAT.format(usd=usd, condition=condition)}, {_SEAT.format(usd=usd, condition=f'not ({condition})')}"


_TRUE_PARTS = _parts("spend_usd", "cost_component = 'seat'")
_CATEGORY = (
    "case platform when 'claude_api' then 'api_usage' when 'cursor' then 'coding_agents'"
    " when 'claude_code' then 'coding_agents' else 'ai_assistants' end"
)
_ENGINEERING = "platform in ('cursor', 'claude_code')"
_TOLD = "case when {n} = 0 or {n} >= 5 then {n} end"
"""Of one to four people nothing is said."""
_ACTIVE = f"""
    select day, usage_scope, {_TOLD.format(n="n_1d")}, {_TOLD.format(n="n_7d")}, n_28d from (
        select
            seen.day, scope.usage_scope,
            count(distinct person_email) filter (usage_date = seen.day) as n_1d,
            count(distinct person_email) filter (usage_date > seen.day - 7) as n_7d,
            count(distinct person_email) filter (usage_date > seen.day - 28) as n_28d
        from (
            select unnest(generate_series(min(usage_date), max(usage_date), interval 1 day))::date as day
            from true_active_people
        ) as seen
        inner join (
            select usage_date, person_email, unnest([platform, category, 'all']) as usage_scope
            from true_active_people
        ) as scope
            on scope.usage_date <= seen.day and scope.usage_date > seen.day - 28
        where scope.usage_scope in ({{scopes}})
        group by all
    ) where n_28d >= 5
"""
_NAMED = (
    "'cursor', 'claude_ai', 'gemini_workspace', 'ai_assistants', 'claude_code', 'coding_agents'"
)
"""Where the vendor itself names the people. Owners of API keys are found, and one in a hundred wrongly: see `test_truth`."""

CLAIMS = (
    Claim(
        "chargeback",
        3,
        "select month_start_date, vendor, platform, sum(seat_cost_usd), sum(usage_cost_usd)"
        " from warehouse.marts.mart_finance__chargeback group by all",
        f"select {_MONTH}, vendor, platform, {_TRUE_PARTS} from true_ledger group by all",
    ),
    Claim(
        "executive overview, all money of a month in each roll-up",
        1,
        "select month_start_date, min(total), max(total) from ("
        " select month_start_date, rollup_scope, sum(spend_usd) as total"
        " from warehouse.marts.mart_executive__overview_monthly group by all) group by all",
        f"select {_MONTH}, sum(spend_usd), sum(spend_usd) from true_ledger group by all",
    ),
    Claim(
        "executive overview, category and vendor",
        3,
        "select month_start_date, category, vendor, sum(seat_cost_usd), sum(usage_cost_usd)"
        " from warehouse.marts.mart_executive__overview_monthly"
        " where rollup_scope = 'category_vendor_team' group by all",
        f"select {_MONTH}, {_CATEGORY}, vendor, {_TRUE_PARTS} from true_ledger group by all",
    ),
    Claim(
        "person by month, money by category",
        1,
        "select month_start_date, sum(spend_usd), sum(coding_agents_spend_usd), sum(api_usage_spend_usd),"
        " sum(ai_assistants_spend_usd), sum(uncategorised_spend_usd)"
        " from warehouse.marts.mart_executive__person_monthly group by all",
        f"select {_MONTH}, sum(spend_usd), sum(spend_usd) filter ({_CATEGORY} = 'coding_agents'),"
        f" sum(spend_usd) filter ({_CATEGORY} = 'api_usage'),"
        f" sum(spend_usd) filter ({_CATEGORY} = 'ai_assistants'), 0 from true_ledger group by all",
    ),
    Claim(
        "person by month, measures",
        1,
        "select month_start_date, sum(n_claude_code_sessions), sum(n_claude_code_commits),"
        " sum(n_claude_ai_conversations), sum(n_claude_ai_messages), sum(n_gemini_active_events),"
        " sum(n_cursor_agent_requests) from warehouse.marts.mart_executive__person_monthly group by all",
        f"select month, sum(a), sum(b), sum(c), sum(d), sum(e), sum(f) from ("
        f" select {_MONTH} as month, n_sessions as a, n_commits as b, n_conversations as c, n_messages as d,"
        f" null as e, null as f from true_claude_daily union all"
        f" select {_MONTH}, null, null, null, null, n_active_events, null from true_gemini_daily union all"
        f" select {_MONTH}, null, null, null, null, null, n_agent_requests from true_cursor_daily) group by all",
    ),
    Claim(
        "productivity, money of a day and platform",
        2,
        "select usage_date, platform, coalesce(sum(seat_cost_usd), 0), coalesce(sum(usage_cost_usd), 0)"
        " from warehouse.marts.mart_engineering__productivity_daily group by all",
        f"select usage_date, platform, {_TRUE_PARTS} from true_ledger where {_ENGINEERING} group by all",
    ),
    Claim(
        "productivity, work of a day",
        1,
        "select usage_date, sum(n_sessions), sum(n_commits), sum(n_pull_requests),"
        " sum(n_lines_added) filter (platform = 'cursor'), sum(n_accepted_lines_added) filter (platform = 'cursor'),"
        " sum(n_tabs_shown), sum(n_tabs_accepted), sum(n_lines_added) filter (platform = 'claude_code')"
        " from warehouse.marts.mart_engineering__productivity_daily group by all",
        "select usage_date, sum(a), sum(b), sum(c), sum(d), sum(e), sum(f), sum(g), sum(h) from ("
        " select usage_date, n_sessions as a, n_commits as b, n_pull_requests as c, null as d, null as e,"
        " null as f, null as g, n_lines_added as h from true_claude_daily where platform = 'claude_code'"
        " union all select usage_date, null, null, null, n_lines_added, n_accepted_lines_added,"
        " n_tabs_shown, n_tabs_accepted, null from true_cursor_daily) group by all",
    ),
    Claim(
        "team by week, money and work",
        2,
        "select week_start_date, platform, coalesce(sum(seat_cost_usd), 0), coalesce(sum(usage_cost_usd), 0)"
        " from warehouse.marts.mart_engineering__team_weekly group by all",
        "select date_trunc('week', usage_date)::date, platform,"
        f" {_TRUE_PARTS} from true_ledger where {_ENGINEERING} group by all",
    ),
    Claim(
        "team by week, active people",
        3,
        "select week_start_date, platform, coalesce(team_name, ''), n_active_people"
        " from warehouse.marts.mart_engineering__team_weekly"
        " where n_active_people > 0 and team_name <> 'other teams'",
        "select date_trunc('week', usage_date)::date, platform, coalesce(team_name, ''),"
        f" count(distinct person_email) from true_active_people where {_ENGINEERING}"
        # Small teams are told of together.
        " and (date_trunc('week', usage_date)::date, platform, coalesce(team_name, '')) in ("
        " select (week_start_date, platform, coalesce(team_name, ''))"
        " from warehouse.marts.mart_engineering__team_weekly where n_active_people > 0) group by all",
    ),
    Claim(
        "API, tokens of a day and model",
        2,
        "select usage_date, model, sum(uncached_input_tokens), sum(cache_read_tokens),"
        " sum(cache_write_tokens), sum(output_tokens) from warehouse.marts.mart_api_consumption__daily"
        " where platform = 'claude_api' and total_tokens > 0 group by all",
        "select usage_date, model, sum(uncached_input_tokens), sum(cache_read_tokens),"
        " sum(cache_write_tokens), sum(output_tokens) from true_claude_model_daily"
        " where platform = 'claude_api' and uncached_input_tokens + cache_read_tokens"
        " + cache_write_tokens + output_tokens > 0 group by all",
    ),
    Claim(
        "API, money of a day",
        1,
        "select usage_date, coalesce(sum(input_cost_usd), 0), coalesce(sum(output_cost_usd), 0),"
        " sum(total_cost_usd) from warehouse.marts.mart_api_consumption__daily"
        " where platform = 'claude_api' group by all",
        "select usage_date, coalesce(sum(spend_usd) filter (cost_component = 'input'), 0),"
        " coalesce(sum(spend_usd) filter (cost_component = 'output'), 0), sum(spend_usd)"
        " from true_ledger where platform = 'claude_api' group by all",
    ),
    Claim(
        "knowledge workers, money of a day and platform",
        2,
        "select usage_date, platform, coalesce(sum(seat_cost_usd), 0), coalesce(sum(usage_cost_usd), 0)"
        " from warehouse.marts.mart_knowledge_workers__daily group by all",
        f"select usage_date, platform, {_TRUE_PARTS} from true_ledger"
        " where platform in ('claude_ai', 'gemini_workspace') group by all",
    ),
    Claim(
        "knowledge workers, use of a day and source",
        2,
        "select usage_date, usage_source, sum(n_conversations), sum(n_projects), sum(n_files),"
        " sum(n_messages) from warehouse.marts.mart_knowledge_workers__daily"
        " where platform = 'claude_ai' and n_conversations is not null group by all",
        "select usage_date, usage_source, sum(n_conversations), sum(n_projects), sum(n_files),"
        " sum(n_messages) from true_claude_daily"
        " where platform = 'claude_ai' and n_conversations is not null group by all",
    ),
    Claim(
        "knowledge workers, Gemini's events of a day",
        1,
        "select usage_date, sum(n_active_events), sum(n_active_events + n_not_active_events)"
        " from warehouse.marts.mart_knowledge_workers__daily where n_active_events is not null group by all",
        "select usage_date, sum(n_active_events), sum(n_events) from true_gemini_daily group by all",
    ),
    Claim(
        "adoption: people by day, week and four weeks",
        2,
        "select usage_date, usage_scope, n_active_people_1d, n_active_people_7d, n_active_people_28d"
        f" from warehouse.marts.mart_adoption__active_people where usage_scope in ({_NAMED})"
        " and team_scope_level = 'all' and n_active_people_28d > 0",
        _ACTIVE.format(scopes=_NAMED),
    ),
    Claim(
        "seats of a month",
        2,
        "select month_start_date, platform, sum(n_seat_days), sum(seat_cost_usd)"
        " from warehouse.marts.mart_finance__seat_utilisation group by all",
        "select usage_month::date, platform, sum(n_seat_days), sum(seat_fee_usd) from true_seats_monthly group by all",
    ),
    Claim(
        "FOCUS: billed cost",
        3,
        "select billing_period_start_at::date, vendor, platform, sum(billed_cost)"
        " from warehouse.marts.mart_finance__focus_cost_and_usage group by all",
        f"select {_MONTH}, vendor, platform, sum(spend_usd) from true_ledger group by all",
    ),
    Claim(
        "FOCUS: effective cost",
        3,
        "select billing_period_start_at::date, vendor, platform, sum(effective_cost)"
        " from warehouse.marts.mart_finance__focus_cost_and_usage group by all",
        f"select {_MONTH}, vendor, platform, sum(spend_usd) from true_ledger group by all",
    ),
    Claim(
        "reconciliation: the ledger of a month",
        2,
        "select month_start_date, vendor, sum(ledger_usd)"
        " from warehouse.marts.mart_finance__cost_reconciliation where ledger_usd <> 0 group by all",
        f"select {_MONTH}, vendor, sum(spend_usd) from true_ledger group by all",
    ),
    Claim(
        "spend bridge: spend of a month",
        3,
        "select month_start_date, vendor, platform, sum(spend_usd)"
        " from warehouse.marts.mart_finance__spend_bridge group by all having sum(spend_usd) <> 0",
        f"select {_MONTH} as month, vendor, platform, sum(spend_usd) from true_ledger"
        # A change has a month before it.
        f" where {_MONTH} > (select min({_MONTH}) from true_ledger) group by all",
    ),
)


def _figures(connection: duckdb.DuckDBPyConnection, sql: str, n_keys: int) -> Figures:
    rows = connection.execute(sql).fetchall()
    figures = {row[:n_keys]: row[n_keys:] for row in rows}
    assert len(figures) == len(rows), "a group came twice"
    return figures


def _differences(mart: Figures, truth: Figures) -> Iterator[str]:
    for key in sorted(mart.keys() | truth.keys(), key=str):
        if not _same(mart.get(key), truth.get(key)):
            yield f"{key}: mart {mart.get(key)}, truth {truth.get(key)}"


def _same(ours: tuple[object, ...] | None, true: tuple[object, ...] | None) -> bool:
    if ours is None or true is None:
        return False
    return all(
        abs(one - other) <= Decimal(ROW_USD)
        if isinstance(one, Decimal) and isinstance(other, Decimal)
        else one == other
        for one, other in zip(ours, true, strict=True)
    )


def check(warehouse: Path, truth: Path, claim: Claim) -> tuple[int, list[str]]:
    """Return how many groups were compared, and those that differ."""
    with opened(warehouse, truth) as connection:
        ours = _figures(connection, claim.mart, claim.n_keys)
        true = _figures(connection, claim.truth, claim.n_keys)
    return len(true), list(_differences(ours, true))


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_totals_equal_the_truth(company: Chain, claim: Claim) -> None:
    n_groups, wrong = check(company.warehouse, company.folder / "truth", claim)
    assert n_groups > 0
    assert wrong == []
