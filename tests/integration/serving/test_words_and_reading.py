"""What was not read is not nothing, and a word that nobody knows is an error; worked out by hand."""

from typing import Any

import httpx
import pytest

from tests.service import Service

SPEND = "/analytics/spend"
LEDGER = "/analytics/marts/fct_ai_spend_daily"
# Cursor was read on both days, Anthropic on the first; the ledger has 10.000001 + 2.25 of Cursor and 5 of Anthropic.
READ_DAYS = """
    create table marts.mart_finance__read_days as
    select *, n_sources_read = n_sources_needed as is_read, true as is_seats_tab_read from (values
        (date '2026-06-01', 'company', '*', 2, 2), (date '2026-06-02', 'company', '*', 2, 1),
        (date '2026-06-01', 'vendor', 'cursor', 1, 1), (date '2026-06-02', 'vendor', 'cursor', 1, 1),
        (date '2026-06-01', 'vendor', 'anthropic', 1, 1), (date '2026-06-02', 'vendor', 'anthropic', 1, 0)
    ) as day (usage_date, budget_scope, budget_scope_value, n_sources_needed, n_sources_read)
"""


@pytest.fixture
def read(service: Service) -> Service:
    """A service whose snapshot knows what was read."""
    service.change(READ_DAYS)
    service.look()
    return service


def _ask(service: Service, path: str, *organizations: str, **parameters: Any) -> httpx.Response:
    with service.client(*(organizations or ("*",)), role="admin") as client:
        return client.get(path, params=parameters)


def test_a_total_says_how_much_of_it_was_read(read: Service) -> None:
    # start, end, filters: total, days asked, days on which all was read, why not all
    by_hand: list[tuple[tuple[str, str], dict[str, str], str | None, int, int, str | None]] = [
        (("01", "02"), {}, "17.250001", 2, 1, "days_not_read"),
        (("01", "01"), {}, "15.000001", 1, 1, None),
        (("01", "02"), {"vendor": "cursor"}, "12.250001", 2, 2, None),
        (("02", "02"), {"vendor": "anthropic"}, None, 1, 0, "source_not_read"),
        # Read, and nothing of this team: nothing was spent.
        (("02", "02"), {"vendor": "cursor", "team": "blue"}, "0.000000", 1, 1, None),
        # Read in part, and nothing of this team in that part: nobody knows.
        (("02", "02"), {"team": "blue"}, None, 1, 0, "days_not_read"),
        # Never loaded: nobody knows.
        (("20", "21"), {"vendor": "cursor"}, None, 2, 0, "days_not_loaded"),
        (("01", "03"), {"vendor": "cursor"}, "12.250001", 3, 2, "days_not_read"),
    ]
    for (start, end), filters, total, days, days_read, reason in by_hand:
        answer = _ask(
            read, SPEND, start_date=f"2026-06-{start}", end_date=f"2026-06-{end}", **filters
        ).json()
        assert answer["total_spend"] == total, (start, end, filters)
        assert answer["reading"] == {"days": days, "days_read": days_read, "reason": reason}


def test_without_seats_a_total_is_not_the_whole(read: Service) -> None:
    read.change("update marts.mart_finance__read_days set is_seats_tab_read = false")
    read.look()
    answer = _ask(read, SPEND, start_date="2026-06-01", end_date="2026-06-01").json()
    assert answer["total_spend"] == "15.000001"
    assert answer["reading"] == {"days": 1, "days_read": 1, "reason": "seats_never_read"}


def test_a_snapshot_that_does_not_know_what_was_read_claims_nothing(service: Service) -> None:
    answer = _ask(service, SPEND, start_date="2030-01-01").json()
    assert answer["total_spend"] is None
    assert answer["reading"] == {"days": None, "days_read": None, "reason": "unknown"}


def test_case_is_no_difference(read: Service) -> None:
    assert _ask(read, SPEND, vendor="CURSOR").json()["total_spend"] == "12.250001"
    assert _ask(read, SPEND, vendor="Cursor", team=" Red ").json()["total_spend"] == "2.250000"
    assert len(_ask(read, LEDGER, platform="Claude_API").json()["rows"]) == 1
    by_provider = _ask(
        read, "/analytics/costs/by-provider", organization_id="north", provider="BETA"
    )
    assert [one["provider"] for one in by_provider.json()["providers"]] == ["beta"]


@pytest.mark.parametrize(
    ("path", "filters", "known"),
    [
        (SPEND, {"vendor": "cursr"}, "anthropic, cursor"),
        (SPEND, {"platform": "cursr"}, "claude_api, cursor"),
        (SPEND, {"category": "cursr"}, "api_consumption, engineering"),
        (SPEND, {"team": "cursr"}, "blue, red"),
        (LEDGER, {"platform": "cursr"}, "claude_api, cursor"),
        (LEDGER, {"vendor.ne": "cursr"}, "anthropic, cursor"),
        (
            "/analytics/savings/summary",
            {"organization_id": "north", "provider": "cursr"},
            "alpha, beta, gamma",
        ),
        (
            "/analytics/tasks/performance",
            {"organization_id": "north", "task_type": "cursr"},
            "bug_fix, refactor",
        ),
        ("/analytics/usage/metrics", {"organization_id": "south", "provider": "cursr"}, "alpha"),
    ],
)
def test_an_unknown_word_is_refused_and_the_known_ones_named(
    read: Service, path: str, filters: dict[str, str], known: str
) -> None:
    answer = _ask(read, path, **filters)
    assert answer.status_code == 400, answer.text
    (wrong,) = answer.json()["errors"]
    assert wrong["what"] == f"known are {known}"
    assert "cursr" not in answer.text


def test_no_refusal_tells_of_others(read: Service) -> None:
    """Of other organisations no word is named, and of people none at all: an address that is not there finds no rows."""
    own = _ask(read, "/analytics/marts/mart_savings__daily", "south", provider="beta")
    assert own.status_code == 400
    assert own.json()["errors"][0]["what"] == "known are alpha"
    nobody = _ask(read, LEDGER, person_email="nobody@north.example")
    assert (nobody.status_code, nobody.json()["rows"]) == (200, [])
