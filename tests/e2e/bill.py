"""What the vendors charge, added up from their own rows, beside what the ledger says."""

from decimal import Decimal
from pathlib import Path

import duckdb

from tests.e2e.truth import opened

BILL_DAYS = """
    -- Each line in dollars, to the billionth that the ledger keeps: what the vendor wrote.
    select
        'anthropic' as vendor,
        usage_date,
        count(*) as n_lines,
        sum(round(amount::decimal(38, 15) / 100, 9)::decimal(38, 9)) as bill_usd
    from (
        select usage_date, amount from warehouse.raw_anthropic.cost_report
        union all
        select usage_date, amount from warehouse.raw_claude_ai.user_cost_report
    )
    group by usage_date
    union all
    select
        'cursor' as vendor,
        usage_date,
        count(*) as n_lines,
        sum(round(charged_cents::decimal(38, 15) / 100, 9)::decimal(38, 9)) as bill_usd
    from warehouse.raw_cursor.usage_events
    -- The price of anything else is stated too, and nobody pays it.
    where replace(replace(lower(kind), '_', ''), '-', '') like '%usagebased%'
    group by usage_date
"""
LEDGER_DAYS = """
    select
        vendor,
        usage_date,
        sum(spend_usd) filter (attribution_method <> 'unattributed') as attributed_usd,
        sum(spend_usd) filter (attribution_method = 'unattributed') as unattributed_usd
    from warehouse.marts.fct_ai_spend_daily
    where spend_basis in ('billed', 'allocated')
    group by vendor, usage_date
"""


def bill_differences(warehouse: Path, truth: Path) -> list[tuple[object, ...]]:
    """Return the days of a vendor on which bill ≠ attributed + unattributed; exact to 1e-9 USD."""
    with opened(warehouse, truth) as connection:
        return connection.execute(
            f"""
            select vendor, usage_date, bill_usd, attributed_usd, unattributed_usd
            from ({BILL_DAYS}) full join ({LEDGER_DAYS}) using (vendor, usage_date)
            where coalesce(bill_usd, 0) <> coalesce(attributed_usd, 0) + coalesce(unattributed_usd, 0)
            order by all
            """
        ).fetchall()


def true_bill_differences(warehouse: Path, truth: Path) -> list[tuple[object, ...]]:
    """Return the days on which the ledger is not the true bill, up to half a billionth per line."""
    with opened(warehouse, truth) as connection:
        return connection.execute(
            f"""
            select vendor, usage_date, billed_usd, attributed_usd, unattributed_usd
            from true_bill
            left join ({BILL_DAYS}) using (vendor, usage_date)
            left join ({LEDGER_DAYS}) using (vendor, usage_date)
            where
                abs(billed_usd - coalesce(attributed_usd, 0) - coalesce(unattributed_usd, 0))
                > 0.0000000005 * coalesce(n_lines, 0)
            order by all
            """
        ).fetchall()


def totals(warehouse: Path) -> dict[tuple[str, str], Decimal]:
    """Return the ledger's sums by vendor and basis."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            (vendor, basis): usd
            for vendor, basis, usd in connection.execute(
                "select vendor, spend_basis, sum(spend_usd) from marts.fct_ai_spend_daily group by all"
            ).fetchall()
        }
