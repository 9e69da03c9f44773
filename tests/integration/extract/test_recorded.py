"""Answers in the shape recorded from the vendors in autumn 2025, with invented people.

Unlike today's documentation: Cursor sends no `pagination`, `date` carries the request's time of day,
`clientVersion` is absent, ids are missing from members; Anthropic's rows lack the newer dimensions.
"""

import datetime as dt
from pathlib import Path

import pytest

from sandbox.server.options import ServerOptions
from sandbox.server.running import running
from tests.integration.extract.harness import Bench
from tests.worlds.company import TinyWorld

RECORDINGS = Path(__file__).parent / "recordings"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Load the recordings once."""
    folder = tmp_path_factory.mktemp("recorded")
    world = TinyWorld([dt.date(2025, 9, 17) + dt.timedelta(days=n) for n in range(3)])
    options = ServerOptions(rate_limits=False, replay=RECORDINGS)
    with running(world, options=options) as server:
        bench = Bench(world, server, folder)
        loaded = bench.load("cursor", "anthropic")
        assert loaded.code == 0, loaded.text
    return bench


def test_recorded_cursor_days_load(recorded: Bench) -> None:
    assert recorded.rows(
        "select usage_date, count(*), count(client_version) from raw_cursor.daily_usage group by 1"
        " order by 1"
    ) == [(dt.date(2025, 9, 17 + n), 2, 1) for n in range(3)]
    assert recorded.rows(
        "select distinct most_used_model from raw_cursor.daily_usage order by 1"
    ) == [("",), ("default",)]


def test_recorded_cursor_events_and_team_load(recorded: Bench) -> None:
    assert recorded.rows("select charged_cents from raw_cursor.usage_events order by 1") == [
        ("0",),
        ("20.64832",),
    ]
    assert recorded.rows("select id, is_removed, name from raw_cursor.team_members order by 3") == [
        (None, None, ""),
        (None, None, "Ada Test"),
    ]
    # A picture is personal: it is not even kept among the unknown fields.
    assert recorded.rows("select included_spend_cents, unknown_fields from raw_cursor.spend") == [
        ("2000", '{"billingTier":"pro"}')
    ]
    assert recorded.rows("select id, is_unassigned_group, spend_cents from raw_cursor.groups") == [
        (None, True, "2450")
    ]


def test_recorded_anthropic_reports_load(recorded: Bench) -> None:
    assert recorded.rows("select usage_date, amount from raw_anthropic.cost_report order by 1") == [
        (dt.date(2025, 9, 17), "83391.52823"),
        (dt.date(2025, 9, 19), "938.1"),
    ]
    assert recorded.rows(
        "select count(*), sum(cache_creation_ephemeral_5m_input_tokens), count(inference_geo)"
        " from raw_anthropic.usage_report_messages"
    ) == [(2, 170600, 0)]
    assert recorded.rows(
        "select num_sessions, is_remote, notebook_edit_tool_accepted"
        " from raw_anthropic.usage_report_claude_code"
    ) == [(5, None, 3)]
    assert recorded.rows(
        "select estimated_cost_amount from raw_anthropic.usage_report_claude_code_models"
    ) == [("932",)]
    assert recorded.rows("select name, created_by_id from raw_anthropic.api_keys") == [
        ("claude_code_key_ada.test_abcd", None)
    ]
