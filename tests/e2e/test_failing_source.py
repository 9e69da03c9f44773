"""A vendor that fails for good: the rest is loaded and built, the failure is named, a rerun heals."""

from dataclasses import replace
from pathlib import Path

from tests.e2e.chain import NOT_OFFERED, SMALL, Chain, serve, truth_of
from tests.e2e.truth import differences


def test_the_others_are_loaded_and_a_rerun_heals(chain: Chain, tmp_path: Path) -> None:
    own = replace(chain, folder=tmp_path, days=SMALL.days)
    with serve(SMALL, faults=["endpoint=cost_report kind=http_500"]) as server:
        failed = own.run("extract", server=server)
        assert failed.code == 5
        assert "PROBLEM: anthropic.cost_report" in failed.text
        assert "500" in failed.text
        own.build()

        # No bill of the API: everything else is there, and its money is estimated as far as it is
        # used. What claude.ai charges stands in a report of its own.
        assert own.rows("select count(*) from raw_anthropic.cost_report") == [(0,)]
        assert own.rows("select count(distinct usage_date) from raw_cursor.usage_events")[0][0] > 20
        assert own.rows(
            "select distinct spend_basis from marts.fct_ai_spend_daily where vendor = 'anthropic'"
            " and cost_component <> 'seat' and spend_method <> 'enterprise_user_cost_report'"
        ) == [("estimated",)]
        statuses = dict(own.rows("select resource_name, status from raw_anthropic.extract_runs"))
        assert statuses.pop("cost_report") == "failed"
        refused = {name for name, status in statuses.items() if status == "not_offered"}
        assert refused == NOT_OFFERED
        assert set(statuses.values()) == {"ok", "not_offered"}
        error = own.rows(
            "select error from raw_anthropic.extract_runs where resource_name = 'cost_report'"
        )[0][0]
        assert "500" in error

        server.fail()
        own.extract(server, "anthropic")
    own.build()
    assert differences(own.warehouse, truth_of(SMALL, tmp_path / "truth")) == []
