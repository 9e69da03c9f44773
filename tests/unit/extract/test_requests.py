"""What the loaders ask for: paths, parameters, paging and authentication, seen from the vendor."""

import base64
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extract.client.http import EnvelopeError
from extract.config import Settings, read_settings
from extract.landing.contracts import Mode
from extract.landing.errors import OutOfWindowError, SourceError, TornError
from extract.landing.resource import Resource
from extract.landing.sink import Unit
from extract.landing.spool import Spool
from extract.sources import SOURCES
from tests.unit.extract.vendor import Asked, Reply, Script, Vendor, vendor

UNIT = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 3))


def _settings(server: Vendor) -> Settings:
    return read_settings(
        {
            "AS_OF": "2026-06-30",
            "CURSOR_API_KEY": "crsr_k",
            "CURSOR_API_URL": server.url,
            "ANTHROPIC_ADMIN_KEY": "sk-ant-admin01-k",
            "ANTHROPIC_API_URL": server.url,
            "HTTP_BACKOFF_SECONDS": "0",
        }
    )


def _read(
    script: Script, source: str, name: str, folder: Path, unit: Unit = UNIT
) -> tuple[dict[str, list[dict[str, Any]]], list[Asked], set[dt.date]]:
    """Read one resource and return its rows by table, the requests, and the days skipped."""
    with vendor(script) as server:
        resource: Resource = next(
            r for r in SOURCES[source].resources(_settings(server)) if r.name == name
        )
        spool = Spool(folder)
        sink = spool.sink(unit)
        try:
            resource.read(unit, sink)
        except BaseException:
            sink.close(keep=False)
            raise
        sink.close(keep=True)
        rows = {}
        for table in resource.tables:
            parts = list(spool.partitions(table))
            found = [
                row
                for batch in spool.rows(table, parts, dt.datetime.now(dt.UTC))
                for row in batch.to_pylist()
            ]
            rows[table.name] = found
        return rows, server.asked, sink.skipped


def _bucket(day: str, *results: dict[str, Any]) -> dict[str, Any]:
    start = dt.date.fromisoformat(day)
    end = start + dt.timedelta(days=1)
    return {
        "starting_at": f"{day}T00:00:00Z",
        "ending_at": f"{end}T00:00:00Z",
        "results": list(results),
    }


def _report(*buckets: dict[str, Any], next_page: str | None = None) -> Reply:
    return Reply(
        body={"data": list(buckets), "has_more": next_page is not None, "next_page": next_page}
    )


BOTH_DAYS = _report(_bucket("2026-06-01"), _bucket("2026-06-02"))


def test_pitfall_61_cursor_takes_basic_authentication(tmp_path: Path) -> None:
    """Naive: `Authorization: Bearer …`, which is refused."""
    _, asked, _ = _read([Reply(body={"teamMembers": []})], "cursor", "team_members", tmp_path)
    expected = "Basic " + base64.b64encode(b"crsr_k:").decode()
    assert asked[0].headers["authorization"] == expected


def test_pitfall_61_anthropic_takes_key_and_version(tmp_path: Path) -> None:
    """Naive: forget `anthropic-version`."""
    _, asked, _ = _read([BOTH_DAYS], "anthropic", "cost_report", tmp_path)
    assert asked[0].headers["x-api-key"] == "sk-ant-admin01-k"
    assert asked[0].headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in asked[0].headers


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [
        ("cost_report", ["workspace_id", "description"]),
        (
            "usage_report_messages",
            ["account_id", "api_key_id", "context_window", "inference_geo", "model",
             "service_account_id", "service_tier", "speed", "workspace_id"],
        ),
    ],
)  # fmt: skip
def test_pitfall_18_38_47_62_reports_ask_for_days_with_every_dimension(
    tmp_path: Path, name: str, dimensions: list[str]
) -> None:
    """Naive: no or unbracketed group_by, limit as rows, inclusive end, no bucket width."""
    _, asked, _ = _read([BOTH_DAYS], "anthropic", name, tmp_path)
    query = asked[0].query
    assert [value for key, value in query if key == "group_by[]"] == dimensions
    plain = {key: value for key, value in query if key != "group_by[]"}
    assert plain == {
        "starting_at": "2026-06-01T00:00:00Z",
        "ending_at": "2026-06-03T00:00:00Z",
        "bucket_width": "1d",
        "limit": "31",
    }


def test_fast_mode_is_told_apart_with_the_header_that_only_this_report_needs(
    tmp_path: Path,
) -> None:
    results = [{"speed": speed, "output_tokens": 1} for speed in ("fast", "standard")]
    bucket = _bucket("2026-06-01", *results)
    name = "usage_report_messages"
    rows, asked, _ = _read([_report(bucket)], "anthropic", name, tmp_path / "usage")
    assert asked[0].headers["anthropic-beta"] == "fast-mode-2026-02-01"
    assert sorted(row["speed"] for row in rows[name]) == ["fast", "standard"]
    _, asked, _ = _read([BOTH_DAYS], "anthropic", "cost_report", tmp_path / "cost")
    assert "anthropic-beta" not in asked[0].headers


def test_a_report_that_is_refused_fast_mode_is_read_without(tmp_path: Path) -> None:
    """The rest of the report is true all the same; a second refusal is what the vendor means."""
    error = {"error": {"type": "invalid_request_error", "message": "speed: not enabled"}}
    refused = Reply(400, body=error)
    name = "usage_report_messages"
    script = [refused, _report(_bucket("2026-06-01", {"output_tokens": 7}))]
    rows, asked, _ = _read(script, "anthropic", name, tmp_path / "once")
    assert [row["output_tokens"] for row in rows[name]] == [7]
    assert ("group_by[]", "speed") in asked[0].query
    assert ("group_by[]", "speed") not in asked[1].query
    assert "anthropic-beta" not in asked[1].headers
    with pytest.raises(SourceError, match="not enabled"):
        _read([refused], "anthropic", name, tmp_path / "twice")


def test_pitfall_19_39_40_every_bucket_of_every_page_is_read(tmp_path: Path) -> None:
    """Naive: read data[0].results[0], or stop at the first empty page."""
    unit = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 5))
    script = [
        _report(_bucket("2026-06-01", {"amount": "1"}, {"amount": "2"}), next_page="p2"),
        _report(next_page="p3"),
        _report(_bucket("2026-06-02"), _bucket("2026-06-03", {"amount": "3"}), next_page="p4"),
        _report(_bucket("2026-06-04", {"amount": "4"})),
    ]
    rows, asked, skipped = _read(script, "anthropic", "cost_report", tmp_path, unit)
    assert sorted(row["amount"] for row in rows["cost_report"]) == ["1", "2", "3", "4"]
    assert not skipped
    without_page = [[pair for pair in one.query if pair[0] != "page"] for one in asked]
    assert all(query == without_page[0] for query in without_page)
    assert [dict(one.query).get("page") for one in asked] == [None, "p2", "p3", "p4"]


def test_day_without_a_bucket_is_left_alone(tmp_path: Path) -> None:
    _, _, skipped = _read([_report(_bucket("2026-06-01"))], "anthropic", "cost_report", tmp_path)
    assert skipped == {dt.date(2026, 6, 2)}


def test_bucket_outside_the_window_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutOfWindowError, match="2026-06-03"):
        _read([_report(_bucket("2026-06-03"))], "anthropic", "cost_report", tmp_path)


def test_hourly_bucket_is_refused(tmp_path: Path) -> None:
    bucket = {**_bucket("2026-06-01"), "ending_at": "2026-06-01T01:00:00Z"}
    with pytest.raises(EnvelopeError, match="not one UTC day"):
        _read([_report(bucket)], "anthropic", "cost_report", tmp_path)


def test_bucket_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """On another page the watch over the list sees it; on the same one nobody else does."""
    day = _bucket("2026-06-01", {"amount": "1"})
    with pytest.raises(TornError, match="came twice"):
        _read([_report(day, next_page="p2"), BOTH_DAYS], "anthropic", "cost_report", tmp_path)
    with pytest.raises(TornError, match="the bucket of 2026-06-01 came twice"):
        _read([_report(day, day)], "anthropic", "cost_report", tmp_path)


def test_token_that_leads_in_a_circle_is_refused(tmp_path: Path) -> None:
    page = _report(next_page="p2")
    with pytest.raises(EnvelopeError, match="already read"):
        _read([page], "anthropic", "cost_report", tmp_path)


def test_pitfall_42_has_more_without_a_token_ends(tmp_path: Path) -> None:
    """Naive: ask for page "None" for ever."""
    page = Reply(body={"data": [_bucket("2026-06-01")], "has_more": True, "next_page": None})
    _, asked, _ = _read([page], "anthropic", "cost_report", tmp_path)
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["cost_report", "usage_report_messages"])
def test_pitfall_42_report_ends_where_it_says_so_even_with_a_token(
    tmp_path: Path, name: str
) -> None:
    """Naive: follow the token of the last page, which may be an old one."""
    last = Reply(body={"data": [], "has_more": False, "next_page": "p2"})
    _, asked, _ = _read([_report(next_page="p2"), last], "anthropic", name, tmp_path)
    assert [dict(request.query).get("page") for request in asked] == [None, "p2"]


def test_pitfall_52_claude_code_is_one_call_per_day_of_a_thousand(tmp_path: Path) -> None:
    """Naive: one call for the window, at the default of 20 records."""
    unit = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 2))
    _, asked, _ = _read([_report()], "anthropic", "usage_report_claude_code", tmp_path, unit)
    assert dict(asked[0].query) == {"starting_at": "2026-06-01", "limit": "1000"}
    with vendor([BOTH_DAYS]) as server:
        found = {r.name: r.days_per_call for r in SOURCES["anthropic"].resources(_settings(server))}
    assert found["usage_report_claude_code"] == 1


def test_pitfall_37_43_lists_go_on_after_the_last_id(tmp_path: Path) -> None:
    """Naive: `offset` or `page`, which the vendor ignores, or only the first 20."""

    def script(asked: Asked) -> Reply:
        query = dict(asked.query)
        assert query["limit"] == "1000"
        number = int(query.get("after_id", "u0")[1:]) + 1
        rows = [{"id": f"u{number}"}] if number != 2 else []
        more = number < 4
        return Reply(
            body={
                "data": rows,
                "has_more": more,
                "first_id": None,
                "last_id": f"u{number}" if more else None,
            }
        )

    rows, asked, _ = _read(script, "anthropic", "users", tmp_path)
    assert sorted(row["id"] for row in rows["users"]) == ["u1", "u3", "u4"]
    assert not {"page", "offset"} & {key for one in asked for key, _ in one.query}


def test_pitfall_44_daily_usage_pages_count_users(tmp_path: Path) -> None:
    """Naive: "fewer rows than pageSize" is taken for the last page, or paging is left out."""

    def script(asked: Asked) -> Reply:
        page = asked.body["page"]
        assert asked.body["pageSize"] == 1000
        rows = [{"day": "2026-06-01", "email": f"p{page}@corp.example"}] if page != 2 else []
        return Reply(body={"data": rows, "pagination": {"page": page, "hasNextPage": page < 3}})

    rows, asked, _ = _read(script, "cursor", "daily_usage", tmp_path)
    assert len(rows["daily_usage"]) == 2
    assert [one.body["page"] for one in asked] == [1, 2, 3]
    assert asked[0].body["startDate"] == 1780272000000
    assert asked[0].body["endDate"] == 1780444799999


def test_pitfall_45_spend_is_read_to_total_pages(tmp_path: Path) -> None:
    """Naive: look for hasNextPage or currentPage, find neither, stop after page 1."""

    def script(asked: Asked) -> Reply:
        row = {"userId": f"u{asked.body['page']}", "spendCents": 1.5}
        return Reply(
            body={
                "teamMemberSpend": [row],
                "totalPages": 3,
                "subscriptionCycleStart": 1780315684000,
            }
        )

    rows, asked, _ = _read(script, "cursor", "spend", tmp_path)
    assert sorted(row["user_id"] for row in rows["spend"]) == ["u1", "u2", "u3"]
    assert {row["subscription_cycle_start_ms"] for row in rows["spend"]} == {1780315684000}
    assert len(asked) == 3


def test_other_spelling_of_the_event_envelope_is_understood(tmp_path: Path) -> None:
    body = {"usageEventsDisplay": [{"timestamp": "1780300800123"}], "totalUsageEventsCount": 1}
    rows, _, _ = _read([Reply(body=body)], "cursor", "usage_events", tmp_path)
    assert len(rows["usage_events"]) == 1


def test_answer_without_paging_is_whole_only_below_the_page_size(tmp_path: Path) -> None:
    events = [{"timestamp": "1780300800123"}] * 1000
    with pytest.raises(EnvelopeError, match="its end is unknown"):
        _read([Reply(body={"usageEvents": events})], "cursor", "usage_events", tmp_path)


@pytest.mark.parametrize("day", ["2026-05-31", "2026-06-04"])
def test_pitfall_23_window_rows_outside_are_refused(tmp_path: Path, day: str) -> None:
    """Naive: take whatever comes, so a neighbour day is half replaced."""
    body = {"data": [{"day": day}], "pagination": {"hasNextPage": False}}
    with pytest.raises(OutOfWindowError, match=day):
        _read([Reply(body=body)], "cursor", "daily_usage", tmp_path)


def test_pitfall_23_window_thirty_days_may_come_as_thirty_one(tmp_path: Path) -> None:
    """Naive: the day after the window is loaded with what it had by then."""
    rows = [{"day": f"2026-06-0{number}"} for number in (1, 2, 3)]
    body = {"data": rows, "pagination": {"hasNextPage": False}}
    found, _, _ = _read([Reply(body=body)], "cursor", "daily_usage", tmp_path)
    days = [row["usage_date"] for row in found["daily_usage"]]
    assert days == [dt.date(2026, 6, 1), dt.date(2026, 6, 2)]


@pytest.mark.parametrize("source", ["cursor", "anthropic"])
def test_every_endpoint_refuses_an_answer_without_its_envelope(tmp_path: Path, source: str) -> None:
    unit = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 2))
    with vendor([Reply(body={"something": 1})]) as server:
        names = [r.name for r in SOURCES[source].resources(_settings(server))]
    for name in names:
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(SourceError, match="lacks"):
            _read([Reply(body={"something": 1})], source, name, folder, unit)


def test_only_reading_methods_are_used(tmp_path: Path) -> None:
    allowed = {"/teams/daily-usage-data", "/teams/filtered-usage-events", "/teams/spend"}
    posts: Counter[str] = Counter()

    def script(asked: Asked) -> Reply:
        if asked.method == "POST":
            posts[asked.path] += 1
        return Reply(404)

    with vendor(script) as server:
        for source in ("cursor", "anthropic"):
            for number, resource in enumerate(SOURCES[source].resources(_settings(server))):
                folder = tmp_path / f"{source}{number}"
                folder.mkdir()
                with pytest.raises(SourceError):
                    resource.read(UNIT, Spool(folder).sink(UNIT))
    assert set(posts) == allowed
    assert all(
        r.tables[0].mode in Mode
        for r in SOURCES["cursor"].resources(_settings(Vendor("https://cursor.example", [])))
    )
