"""Answers in the shapes that the live APIs gave: loaded and built without a change to the code."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sandbox.server import ServerOptions, WorldOptions
from tests import warm
from tests.e2e.chain import Chain, serve

RECORDED = warm.ROOT / "tests" / "fixtures" / "recorded"
FIRST = date(2025, 9, 17)
# Cursor's recording is the answer to 30 times 24 hours and holds 31 days; Anthropic's is of 16 days.
CURSOR_UNTIL, ANTHROPIC_UNTIL = date(2025, 10, 17), date(2025, 10, 3)


@pytest.fixture(scope="module")
def recorded(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Load both recordings and build, with all tests of the data."""
    days = (CURSOR_UNTIL - FIRST).days
    folder = tmp_path_factory.mktemp("recorded")
    own = replace(chain, folder=folder, as_of=CURSOR_UNTIL, days=days)
    options = ServerOptions(replay=RECORDED, rate_limits=False)
    with serve(WorldOptions(as_of=CURSOR_UNTIL), options=options) as server:
        own.extract(server, "cursor")
        own.extract(server, "anthropic", "--until", ANTHROPIC_UNTIL.isoformat())
    own.build(tested=True)
    return own


def test_cursor_days(recorded: Chain) -> None:
    # Added up from tests/fixtures/recorded/cursor/daily_usage.json: 3 members on the 30 days that
    # were asked for; the 31st, with rows of half a day, is left out.
    assert recorded.rows(
        "select count(*), count(distinct usage_date), sum(n_lines_added), sum(n_tabs_accepted),"
        " count(*) filter (is_active), count(*) filter (client_version is null)"
        " from marts.fact_cursor_daily_usage"
    ) == [(90, 30, 11_269, 651, 44, 34)]
    # "" is unknown, not a name; "default" is a name.
    assert recorded.rows(
        "select user_email, most_used_model, apply_most_used_extension, tab_most_used_extension,"
        " client_version from marts.fact_cursor_daily_usage where usage_date = '2025-10-01'"
        " order by all"
    ) == [
        ("ada.example@recorded.example", "default", "tsx", "py", "1.7.33"),
        ("bob.example@recorded.example", None, None, "tsx", "1.6.45"),
        ("cyd.example@recorded.example", None, None, None, None),
    ]
    # Two events of one person in one millisecond; the one without tokens has no charge.
    assert recorded.rows(
        "select actor_id, spend_usd from marts.fct_ai_spend_daily where vendor = 'cursor'"
    ) == [("ada.example@recorded.example", Decimal("0.020400000"))]


def test_ungrouped_bill_stays_unattributed(recorded: Chain) -> None:
    # 7834.05317 + 3291.97673 + 83391.52823 + 3497.36174 + 8156.56675 + 716.45193 + 7770.97268 cents
    assert recorded.rows(
        "select platform, actor_type, actor_id, sum(spend_usd), count(distinct usage_date)"
        " from marts.fct_ai_spend_daily where vendor = 'anthropic' group by all"
    ) == [("claude_api", "unattributed", "unattributed:default", Decimal("1146.589112300"), 7)]


def test_claude_code_records(recorded: Chain) -> None:
    # Ada's two terminals are one row; Bob's subscription is worth 61 cents and costs nothing.
    assert recorded.rows(
        "select actor_type, actor_id, n_sessions, n_lines_added, output_tokens, notional_cost_usd,"
        " total_cost_usd from marts.fact_claude_daily_usage where platform = 'claude_code'"
        " order by actor_id"
    ) == [
        ("person", "ada.example@recorded.example", 4, 420, 7_200, None, None),
        ("person", "bob.example@recorded.example", 2, 210, 2_400, Decimal("0.610000000"), None),
        ("api_key_name", "ci-bot", 5, 210, None, None, None),
    ]
