"""A seed decides what figures are made of: when it changes, so do the rows of days that nobody loaded again."""

from pathlib import Path

from tests.e2e.chain import DBT, Chain

LEDGER = "marts.fct_ai_spend_daily"


def test_another_category_of_a_platform_reaches_the_ledger_with_the_next_build(
    small: Chain, tmp_path: Path
) -> None:
    chain = small.copy(tmp_path)
    before = chain.rows(
        f"select category, count(*), sum(spend_usd) from {LEDGER} where platform = 'cursor' group by all"
    )
    ((category, n_rows, spend_usd),) = before
    # As after `dbt seed`: what a build does first.
    chain.change("update intermediate.platforms set category = 'moved' where platform = 'cursor'")
    done = chain.run("dbt", *DBT, "run", "--select", "int_runs__day_versions", "fct_ai_spend_daily")
    assert done.code == 0, done.text
    after = chain.rows(
        f"select category, count(*), sum(spend_usd) from {LEDGER} where platform = 'cursor' group by all"
    )
    assert category != "moved"
    assert after == [("moved", n_rows, spend_usd)]
