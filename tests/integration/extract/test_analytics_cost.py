"""The vendor's own costs by person and key: landed whole, left alone where they are not to be had, read again where torn."""

from typing import Any

from tests.integration.extract.harness import Bench
from tests.worlds.company import DAYS

NAMES = ("analytics_cost", "analytics_cost_requests", "analytics_cost_terms")


def statuses(bench: Bench) -> set[tuple[Any, ...]]:
    """Return the last run's status of the three tables."""
    return set(
        bench.rows(
            "select resource_name, status from raw_anthropic.extract_runs"
            " where starts_with(resource_name, 'analytics_cost')"
            " qualify row_number() over (partition by resource_name order by finished_at desc) = 1"
        )
    )


def test_what_is_not_to_be_had_is_noted_and_nothing_else(bench: Bench) -> None:
    """Naive: every run of a company without the beta ends with exit code 1."""
    loaded = bench.load("anthropic")
    assert (loaded.code, "warning" in loaded.text) == (0, False)
    assert statuses(bench) == {(name, "not_offered") for name in NAMES}
    (error,) = bench.rows(
        "select distinct error from raw_anthropic.extract_runs where resource_name = 'analytics_cost'"
    )
    assert "HTTP 404: not_found_error" in error[0]
    asked = [one for one in bench.server.state.log if one["endpoint"] == "anthropic.analytics_cost"]
    assert len(asked) == 1
    for name in NAMES:
        assert bench.rows(f"select count(*) from raw_anthropic.{name}") == [(0,)]
    assert bench.rows("select count(*) from raw_anthropic.cost_report") == [(6,)]


def test_second_run_adds_nothing(filled: Bench) -> None:
    filled.world.offer_vendor_costs()
    assert filled.load("anthropic").code == 0
    assert statuses(filled) == {(name, "ok") for name in NAMES}
    assert filled.rows(
        "select usage_date, amount, list_amount, requests, actor_user_id, api_key_id, unknown_fields"
        " from raw_anthropic.analytics_cost where usage_date = '2026-06-01' order by amount"
    ) == [
        (DAYS[0], "1.000000", "2.000000", None, "user_01", "apikey_01", None),
        (DAYS[0], "5.000000", "10.000000", None, None, None, None),
    ]
    assert filled.rows(
        "select amount, requests, service_tier from raw_anthropic.analytics_cost_terms"
        " where usage_date = '2026-06-01'"
    ) == [("6.000000", 6, "standard")]
    before = filled.tables()
    loaded = filled.load("anthropic")
    assert (loaded.code, filled.tables()) == (0, before)
    assert "anthropic.analytics_cost: 6 rows read, 0 partitions changed, ok" in loaded.text


def test_days_held_stay_when_the_permission_is_lost(filled: Bench) -> None:
    filled.world.offer_vendor_costs()
    filled.load("anthropic")
    before = filled.tables()
    assert before["raw_anthropic.analytics_cost"]
    for kind in ("http_403", "http_404"):
        filled.server.fail(f"endpoint=anthropic.analytics_cost kind={kind}")
        assert filled.load("anthropic").code == 0
        assert filled.tables() == before
        assert statuses(filled) == {(name, "not_offered") for name in NAMES}


def test_a_list_that_moves_while_it_is_read_is_read_again(filled: Bench) -> None:
    """Naive: the missing row is money that nobody spent."""
    filled.world.offer_vendor_costs()
    filled.server.fail("endpoint=anthropic.analytics_cost kind=short_page times=1")
    assert filled.load("anthropic").code == 0
    assert filled.rows("select count(*) from raw_anthropic.analytics_cost") == [(6,)]


def test_a_list_that_never_stands_still_fails_alone(bench: Bench) -> None:
    bench.world.offer_vendor_costs()
    bench.server.fail("endpoint=anthropic.analytics_cost kind=short_page seed=1")
    loaded = bench.load("anthropic")
    assert (loaded.code, "The list changed while it was read" in loaded.text) == (5, True)
    assert statuses(bench) == {(name, "failed") for name in NAMES}
    assert bench.rows("select count(*) from raw_anthropic.cost_report") == [(6,)]
    assert bench.rows("select count(*) from raw_anthropic.analytics_cost") == [(0,)]


def test_keys_of_the_next_version_have_their_workspace(bench: Bench) -> None:
    """Version 2026-10-21 has no `workspace_id`; the default workspace has its real id there."""
    del bench.world.keys[0]["workspace_id"]
    bench.world.keys[0]["scope"] = {"type": "workspace", "workspace_id": "wrkspc_1"}
    bench.world.keys[1]["scope"] = {"type": "organization"}
    assert bench.load("anthropic").code == 0
    assert bench.rows(
        "select id, scope_type, scope_workspace_id, unknown_fields from raw_anthropic.api_keys order by id"
    ) == [
        ("apikey_01", "workspace", "wrkspc_1", None),
        ("apikey_02", "organization", None, None),
    ]
