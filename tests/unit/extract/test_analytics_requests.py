"""What is asked of Enterprise Analytics, and what its answers become."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from extract.client.http import ApiError, EnvelopeError
from extract.landing.errors import TornError
from extract.landing.sink import Unit
from extract.sources import SOURCES
from tests.unit.extract.assistants import ONE_DAY, read, settings_for
from tests.unit.extract.vendor import Reply, vendor

TOO_RECENT = Reply(
    400,
    {"error": {"type": "invalid_request_error",
               "message": "date: 2026-06-02 is not available yet; the latest available date is 2026-06-01"}},
)  # fmt: skip


def _report(*rows: object, next_page: str | None = None, **more: object) -> Reply:
    return Reply(
        body={"data": list(rows), "has_more": next_page is not None, "next_page": next_page} | more
    )


def _cost(day: str = "2026-06-01", **changes: object) -> dict[str, Any]:
    return {
        "starting_at": f"{day}T00:00:00Z", "ending_at": None, "amount": "1520.250000",
        "actor": {"type": "user_actor", "user_id": "user_1", "email": "ada@corp.example",
                  "name": "Ada Test", "deleted": False},
        "product": "chat", "model": "claude-opus-5", **changes,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["user_cost_report", "user_usage_report"])
def test_pitfall_17_31_37_62_reports_by_user_name_their_dimensions(
    tmp_path: Path, name: str
) -> None:
    """Naive: 20 rows a page, dimensions null, groups of people that overlap, requests null."""
    _, asked, _ = read([_report()], name, tmp_path)
    query = asked[0].query
    dimensions = [value for key, value in query if key == "group_by[]"]
    assert dimensions == ["product", "model", "context_window", "inference_geo", "speed"]
    assert {key: value for key, value in query if key != "group_by[]"} == {
        "starting_at": "2026-06-01T00:00:00Z",
        "ending_at": "2026-06-03T00:00:00Z",
        "bucket_width": "1d",
        "limit": "1000",
    }
    assert asked[0].path == f"/v1/organizations/analytics/{name}"


def test_pitfall_61_analytics_has_its_own_key(tmp_path: Path) -> None:
    """Naive: send the Admin key, which lacks the scope."""
    _, asked, _ = read([_report()], "user_cost_report", tmp_path)
    assert asked[0].headers["x-api-key"] == "sk-analytics"
    assert asked[0].headers["anthropic-version"] == "2023-06-01"


def test_pitfall_61_refused_key_says_which_one_is_needed(tmp_path: Path) -> None:
    with pytest.raises(
        ApiError, match="CLAUDE_ANALYTICS_KEY must be a key with the scope"
    ) as error:
        read([Reply(403, {"error": {"message": "no scope"}})], "user_cost_report", tmp_path)
    assert "sk-analytics" not in str(error.value)


def test_pitfall_41_expired_cursor_starts_again_without_the_rows_read(tmp_path: Path) -> None:
    """Naive: go on with the rows of the pages before, which are then there twice."""
    with pytest.raises(TornError, match="HTTP 410"):
        read([_report(_cost(), next_page="p2"), Reply(410, {})], "user_cost_report", tmp_path)
    assert list((tmp_path / "spool").rglob("*.parquet")) == []


def test_pitfall_01_amount_stays_the_vendors_text(tmp_path: Path) -> None:
    rows, _, _ = read([_report(_cost(), _cost("2026-06-02"))], "user_cost_report", tmp_path)
    assert {(r["usage_date"].day, r["amount"], r["actor_user_id"]) for r in rows} == {
        (1, "1520.250000", "user_1"),
        (2, "1520.250000", "user_1"),
    }
    assert {row["unknown_fields"] for row in rows} == {None}


def test_day_after_the_watermark_is_left_as_it_is_unless_it_has_rows(tmp_path: Path) -> None:
    """Naive: a day that the vendor has not looked at yet is recorded as a day without cost."""
    refreshed = {"data_refreshed_at": "2026-06-01T20:00:00Z"}
    _, _, sink = read([_report(_cost(), **refreshed)], "user_cost_report", tmp_path)
    assert sink.skipped == {dt.date(2026, 6, 2)}


def test_day_before_the_watermark_without_rows_is_a_day_without_rows(tmp_path: Path) -> None:
    answer = _report(_cost("2026-06-02"), data_refreshed_at="2026-06-01T20:00:00Z")
    rows, _, sink = read([answer], "user_cost_report", tmp_path)
    assert sink.skipped == set()
    assert [row["usage_date"] for row in rows] == [dt.date(2026, 6, 2)]


@pytest.mark.parametrize(("n_groups", "warned"), [(99, 0), (100, 1)])
def test_pitfall_31_full_list_of_groups_is_warned_about(
    tmp_path: Path, n_groups: int, warned: int
) -> None:
    """Naive: take the 100 groups that the vendor lists for all there are."""
    rows = [_cost(model=f"m{n}") for n in range(n_groups)] + [_cost(model="m0", requests=3)]
    _, _, sink = read([_report(*rows)], "user_cost_report", tmp_path)
    assert len(sink.warnings) == warned


def test_row_without_a_readable_bucket_is_quarantined(tmp_path: Path) -> None:
    rows, _, sink = read([_report(_cost(starting_at=None), _cost())], "user_cost_report", tmp_path)
    assert (len(rows), sink.n_read) == (1, {"user_cost_report": 2})


def test_pitfall_42_users_go_on_without_has_more(tmp_path: Path) -> None:
    """Naive: `has_more` is missing, so the first page is all."""
    pages = [
        Reply(body={"data": [{"user": {"id": "a"}}], "next_page": "p2"}),
        Reply(body={"data": [], "next_page": "p3"}),
        Reply(body={"data": [{"user": {"id": "b"}}], "next_page": None}),
    ]
    rows, asked, _ = read(pages, "daily_users", tmp_path, ONE_DAY)
    assert sorted(row["user_id"] for row in rows) == ["a", "b"]
    assert [dict(request.query).get("page") for request in asked] == [None, "p2", "p3"]
    assert dict(asked[2].query) == {"date": "2026-06-01", "limit": "1000", "page": "p3"}


@pytest.mark.parametrize("name", ["user_cost_report", "user_usage_report"])
def test_pitfall_42_report_ends_where_it_says_so_even_with_a_token(
    tmp_path: Path, name: str
) -> None:
    """Naive: follow the token, and read again what was read or fail on it."""
    _, asked, _ = read([_report(has_more=False, next_page="p2")], name, tmp_path)
    assert len(asked) == 1


def test_page_that_leads_back_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EnvelopeError, match="leads back"):
        read([Reply(body={"data": [], "next_page": "p"})], "daily_users", tmp_path, ONE_DAY)


def test_pitfall_53_too_recent_day_is_skipped_and_later_ones_are_not_asked_for(
    tmp_path: Path,
) -> None:
    """Naive: a 400 fails the run, or the day counts as read."""
    later = Unit(dt.date(2026, 6, 2), dt.date(2026, 6, 3))
    rows, asked, sink = read([TOO_RECENT], "daily_users", tmp_path, later)
    assert (rows, len(asked), sink.skipped) == ([], 1, set(later.days))
    # The newest day is four weeks behind the day of AS_OF.
    assert "the vendor's latest day is 2026-06-01" in sink.warnings[0]


@pytest.mark.parametrize(("latest", "warned"), [("2026-06-26", 0), ("2026-06-25", 1)])
def test_pitfall_53_lag_of_more_than_four_days_is_said(
    tmp_path: Path, latest: str, warned: int
) -> None:
    """The day of AS_OF is 30 June; four days behind it is how late the vendor may be."""
    message = f"date: 2026-06-27 is not available yet; the latest available date is {latest}"
    unit = Unit(dt.date(2026, 6, 27), dt.date(2026, 6, 28))
    refused = Reply(400, {"error": {"message": message}})
    _, _, sink = read([refused], "daily_users", tmp_path, unit)
    assert (len(sink.warnings), sink.skipped) == (warned, set(unit.days))


def test_pitfall_53_summaries_are_asked_for_again_up_to_the_latest_day(tmp_path: Path) -> None:
    rows = {"summaries": [{"starting_at": "2026-06-01T00:00:00Z", "daily_adoption_rate": 50.5}]}
    found, asked, sink = read([TOO_RECENT, Reply(body=rows)], "daily_summaries", tmp_path)
    assert [dict(request.query)["ending_date"] for request in asked] == ["2026-06-03", "2026-06-02"]
    assert [(row["usage_date"], row["daily_adoption_rate"]) for row in found] == [
        (dt.date(2026, 6, 1), "50.5")
    ]
    assert sink.skipped == {dt.date(2026, 6, 2)}


@pytest.mark.parametrize(
    "message",
    ["date: data is available from 2026-01-01 on", "limit: Input should be less than 1001",
     "date: the latest available date is unknown"],
)  # fmt: skip
def test_other_refusals_stay_errors(tmp_path: Path, message: str) -> None:
    with pytest.raises(ApiError, match="HTTP 400"):
        read([Reply(400, {"error": {"message": message}})], "daily_users", tmp_path, ONE_DAY)


def test_days_that_the_vendors_never_had_are_not_asked_for(tmp_path: Path) -> None:
    with vendor([]) as server:
        settings = settings_for(server, tmp_path, AS_OF="2026-11-21", SINCE="2025-01-01")
        earliest = {
            r.name: r.earliest
            for s in ("claude_ai", "gemini")
            for r in SOURCES[s].resources(settings)
        }
    assert earliest == {
        "daily_users": dt.date(2026, 1, 1),
        "daily_summaries": dt.date(2026, 1, 1),
        "user_cost_report": dt.date(2026, 1, 1),
        "user_usage_report": dt.date(2026, 1, 1),
        "organization_cost_report": dt.date(2026, 1, 1),
        "activity_events": dt.date(2026, 5, 25),
    }


def test_days_that_enterprise_analytics_has_dropped_are_not_asked_for(tmp_path: Path) -> None:
    with vendor([]) as server:
        settings = settings_for(server, tmp_path, AS_OF="2027-06-30", SINCE="2025-01-01")
        earliest = {r.name: r.earliest for r in SOURCES["claude_ai"].resources(settings)}
    assert earliest["user_cost_report"] == earliest["user_usage_report"] == dt.date(2026, 7, 1)
