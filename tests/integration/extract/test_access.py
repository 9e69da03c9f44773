"""Service accounts, groups and spend limits: landed, left alone where they are not to be had, read again where torn."""

from typing import Any

import pytest

from extract.sources.anthropic import access
from tests.integration.extract.harness import Bench
from tests.worlds.access import limit_use

TABLES = (
    *("service_accounts", "service_account_workspaces", "rbac_groups", "rbac_group_members"),
    *("spend_limits", "spend_limit_usage"),
)


def statuses(bench: Bench) -> dict[str, str]:
    """Return the last run's status of the tables."""
    rows: list[tuple[Any, ...]] = bench.rows(
        "select resource_name, status from raw_anthropic.extract_runs"
        f" where resource_name in {TABLES}"
        " qualify row_number() over (partition by resource_name order by finished_at desc) = 1"
    )
    return dict(rows)


def test_what_is_not_to_be_had_is_noted_and_nothing_else(bench: Bench) -> None:
    """Naive: every run of a company without groups ends with exit code 1."""
    loaded = bench.load("anthropic")
    assert (loaded.code, "warning" in loaded.text) == (0, False)
    assert statuses(bench) == dict.fromkeys(TABLES, "not_offered")


def test_second_run_adds_nothing(filled: Bench) -> None:
    filled.world.offer_access(2)
    assert filled.load("anthropic").code == 0
    assert statuses(filled) == dict.fromkeys(TABLES, "ok")
    assert filled.rows(
        "select rbac_group_id, user_id, email, person_id is not null, unknown_fields"
        " from raw_anthropic.rbac_group_members order by user_id"
    ) == [
        ("rbac_group_1", "user_01", "Person1@corp.example", True, None),
        ("rbac_group_1", "user_02", "Person2@corp.example", True, None),
    ]
    assert filled.rows(
        "select actor_user_id, amount, period_to_date_spend, source_type, source_rbac_group_id, unknown_fields"
        " from raw_anthropic.spend_limit_usage order by actor_user_id limit 1"
    ) == [("user_01", "50000", "12050.5", "rbac_group", "rbac_group_1", None)]
    # What people wrote about an account does not land.
    assert "ask Ada" not in str(filled.tables())
    before = filled.tables()
    loaded = filled.load("anthropic")
    assert (loaded.code, filled.tables()) == (0, before)


def test_a_member_who_left_a_group_ends_and_is_not_forgotten(filled: Bench) -> None:
    filled.world.offer_access(2)
    assert filled.load("anthropic").code == 0
    assert filled.world.access is not None
    filled.world.access["rbac_group_members", "rbac_group_1"].pop()
    assert filled.load("anthropic").code == 0
    assert filled.rows(
        "select user_id, _dlt_valid_to is null from raw_anthropic.rbac_group_members order by 1"
    ) == [("user_01", True), ("user_02", False)]


def test_rows_held_stay_when_the_permission_is_lost(filled: Bench) -> None:
    filled.world.offer_access()
    filled.load("anthropic")
    before = filled.tables()
    assert before["raw_anthropic.spend_limits"]
    lists = [name for name in TABLES if "_usage" not in name]
    for kind in ("http_403", "http_404"):
        filled.server.fail(*(f"endpoint=anthropic.{name} kind={kind}" for name in lists))
        assert filled.load("anthropic").code == 0
        assert filled.tables() == before


def test_a_refusal_of_a_part_is_an_error(filled: Bench) -> None:
    """Naive: a group whose members may not be read has none, and its people no team."""
    filled.world.offer_access()
    filled.load("anthropic")
    before = filled.tables()
    filled.server.fail("endpoint=anthropic.rbac_group_members kind=http_403")
    loaded = filled.load("anthropic")
    assert (loaded.code, "HTTP 403" in loaded.text) == (5, True)
    assert statuses(filled)["rbac_group_members"] == "failed"
    assert filled.tables() == before


def test_a_refusal_of_a_later_page_is_an_error(
    filled: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: half a list is what there is."""
    monkeypatch.setattr(access, "PAGE_SIZE", 1)
    filled.world.offer_access(2)
    filled.server.fail("endpoint=anthropic.spend_limits kind=http_403 after=1")
    assert filled.load("anthropic").code == 5
    assert statuses(filled)["spend_limits"] == "failed"
    assert filled.rows("select count(*) from raw_anthropic.spend_limits") == [(0,)]


def test_members_have_a_row_for_each_period(filled: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naive: a member's second period on the next page is the first one come again."""
    monkeypatch.setattr(access, "PAGE_SIZE", 1)
    filled.world.offer_access()
    assert filled.world.access is not None
    filled.world.access["spend_limit_usage", None] = [
        limit_use(1),
        limit_use(1, period="weekly", amount=None, period_to_date_spend="0"),
    ]
    assert filled.load("anthropic").code == 0
    assert filled.rows(
        "select period, amount from raw_anthropic.spend_limit_usage order by period"
    ) == [("monthly", "50000"), ("weekly", None)]
