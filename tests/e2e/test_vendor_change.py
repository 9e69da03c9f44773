"""A future contract, through the command line: money stays, what is lost is told, and nothing is lost that nobody is told of.

Cursor's and Anthropic's next version at once: a field that leads to owners has another name, one is new in the bill, one is
an object where it was a number, and a version of a list is retired.
"""

from dataclasses import replace
from pathlib import Path

from tests.e2e.chain import SMALL, Chain, serve
from tests.receivers import hooks

FUTURE = [
    "endpoint=usage_report_messages kind=renamed_field field=api_key_id",
    "endpoint=cost_report kind=unknown_field field=invoice_line",
    "endpoint=daily_usage kind=retyped_field field=totalLinesAdded",
    "endpoint=invites kind=http_410",
]
MONEY = (
    "select vendor, date_trunc('month', usage_date), sum(spend_usd) from marts.fct_ai_spend_daily"
    " group by all order by all"
)


def test_a_future_contract_costs_no_money_and_what_it_costs_is_told(
    chain: Chain, small: Chain, tmp_path: Path
) -> None:
    own = replace(chain, folder=tmp_path, days=SMALL.days)
    with serve(SMALL, faults=FUTURE) as server:
        done = own.run("extract", server=server)
    # A list is gone, which weighs more than rows that were kept out.
    assert done.code == 5
    assert "PROBLEM: anthropic.invites" in done.text
    own.build()
    assert own.rows(MONEY) == small.rows(MONEY)

    # Of every row: taken, with what is new beside it, or kept out and counted.
    told = dict(
        own.rows(
            "select check_scope, n_rows from quality.dq_quarantined_rows union all"
            " select check_scope, n_rows from quality.dq_new_fields"
        )
    )
    read = dict(
        own.rows(
            "select resource_name, n_rows_read from raw_cursor.extract_runs union all"
            " select resource_name, n_rows_read from raw_anthropic.extract_runs"
        )
    )
    kept_out = {scope: n for scope, n in told.items() if "totalLinesAdded" in scope}
    assert set(kept_out.values()) == {read["daily_usage"]}, told
    assert own.rows("select count(*) from raw_cursor.daily_usage") == [(0,)]
    renamed = {scope: n for scope, n in told.items() if "api_key_id_v2" in scope}
    assert set(renamed.values()) == {read["usage_report_messages"]}, told
    assert [scope for scope in told if "invoice_line" in scope], told

    # Who loses an owner is told of it: a finding, and an alarm.
    status = dict(
        own.rows("select platform, attributed_usd / spend_usd from quality.dq_attributed_usd")
    )
    before = dict(
        small.rows("select platform, attributed_usd / spend_usd from quality.dq_attributed_usd")
    )
    assert status["claude_api"] < before["claude_api"] / 2
    done = own.run("serving", "publish")
    assert done.code == 0, done.text
    with hooks() as found:
        said = own.run("serving", "notify", NOTIFY_WEBHOOK=found.url, PLAIN_HTTP_HOSTS="127.0.0.1")
        assert said.code == 0, said.text
        body = "".join(one.decode() for one in found.accepted.values())
    assert "AttributionLow" in body
    assert "SourceNotRead" in body or "StepFailed" in body or "FiguresMayBeWrong" in body
