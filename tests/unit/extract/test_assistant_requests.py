"""What is asked of Enterprise Analytics and of Google's Reports API, and what their answers become."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from extract.config import ConfigError, Settings, read_settings
from extract.http import ApiError, EnvelopeError
from extract.sources import OPEN
from extract.spool import Sink, Spool, TornError, Unit
from tests.unit.extract.vendor import Asked, Reply, Script, Vendor, vendor

UNIT = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 3))
ONE_DAY = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 2))
TOKEN = Reply(body={"access_token": "ya29.t", "expires_in": 3600, "token_type": "Bearer"})
TOO_RECENT = Reply(
    400,
    {"error": {"type": "invalid_request_error",
               "message": "date: 2026-06-02 is not available yet; the latest available date is 2026-06-01"}},
)  # fmt: skip


@pytest.fixture(scope="module")
def key() -> str:
    """Make the private key of a service account."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _settings(server: Vendor, folder: Path, key: str = "", **more: str) -> Settings:
    account = folder / "account.json"
    account.write_text(
        json.dumps({"type": "service_account", "client_email": "loader@x.example", "private_key": key,
                    "token_uri": f"{server.url}/token"})
    )  # fmt: skip
    return read_settings(
        {
            "AS_OF": "2026-06-30",
            "CLAUDE_ANALYTICS_KEY": "sk-analytics",
            "ANTHROPIC_API_URL": server.url,
            "GOOGLE_REPORTS_CUSTOMER": "C0test",
            "GOOGLE_REPORTS_SUBJECT": "admin@corp.example",
            "GOOGLE_REPORTS_API_URL": server.url,
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "HTTP_BACKOFF_SECONDS": "0",
            **more,
        }
    )


def _read(
    script: Script, name: str, folder: Path, unit: Unit = UNIT, key: str = ""
) -> tuple[list[dict[str, Any]], list[Asked], Sink]:
    """Read one resource; return its rows, the requests and the sink."""
    with vendor(script) as server:
        settings = _settings(server, folder, key)
        resource = next(
            r for s in ("claude_ai", "gemini") for r in OPEN[s](settings) if r.name == name
        )
        made = folder / "spool"
        made.mkdir()
        spool = Spool(made)
        sink = spool.sink(unit)
        try:
            resource.read(unit, sink)
        except BaseException:
            sink.close(keep=False)
            raise
        sink.close(keep=True)
        (table,) = resource.tables
        rows = [
            row
            for batch in spool.rows(table, list(spool.partitions(table)), dt.datetime.now(dt.UTC))
            for row in batch.to_pylist()
        ]
        return rows, server.asked, sink


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
    _, asked, _ = _read([_report()], name, tmp_path)
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
    _, asked, _ = _read([_report()], "user_cost_report", tmp_path)
    assert asked[0].headers["x-api-key"] == "sk-analytics"
    assert asked[0].headers["anthropic-version"] == "2023-06-01"


def test_pitfall_61_refused_key_says_which_one_is_needed(tmp_path: Path) -> None:
    with pytest.raises(
        ApiError, match="CLAUDE_ANALYTICS_KEY must be a key with the scope"
    ) as error:
        _read([Reply(403, {"error": {"message": "no scope"}})], "user_cost_report", tmp_path)
    assert "sk-analytics" not in str(error.value)


def test_pitfall_41_expired_cursor_starts_again_without_the_rows_read(tmp_path: Path) -> None:
    """Naive: go on with the rows of the pages before, which are then there twice."""
    with pytest.raises(TornError, match="HTTP 410"):
        _read([_report(_cost(), next_page="p2"), Reply(410, {})], "user_cost_report", tmp_path)
    assert list((tmp_path / "spool").rglob("*.parquet")) == []


def test_pitfall_01_amount_stays_the_vendors_text(tmp_path: Path) -> None:
    rows, _, _ = _read([_report(_cost(), _cost("2026-06-02"))], "user_cost_report", tmp_path)
    assert {(r["usage_date"].day, r["amount"], r["actor_user_id"]) for r in rows} == {
        (1, "1520.250000", "user_1"),
        (2, "1520.250000", "user_1"),
    }
    assert {row["unknown_fields"] for row in rows} == {None}


def test_day_after_the_watermark_is_left_as_it_is_unless_it_has_rows(tmp_path: Path) -> None:
    """Naive: a day that the vendor has not looked at yet is recorded as a day without cost."""
    refreshed = {"data_refreshed_at": "2026-06-01T20:00:00Z"}
    _, _, sink = _read([_report(_cost(), **refreshed)], "user_cost_report", tmp_path)
    assert sink.skipped == {dt.date(2026, 6, 2)}


def test_day_before_the_watermark_without_rows_is_a_day_without_rows(tmp_path: Path) -> None:
    answer = _report(_cost("2026-06-02"), data_refreshed_at="2026-06-01T20:00:00Z")
    rows, _, sink = _read([answer], "user_cost_report", tmp_path)
    assert sink.skipped == set()
    assert [row["usage_date"] for row in rows] == [dt.date(2026, 6, 2)]


@pytest.mark.parametrize(("n_groups", "warned"), [(99, 0), (100, 1)])
def test_pitfall_31_full_list_of_groups_is_warned_about(
    tmp_path: Path, n_groups: int, warned: int
) -> None:
    """Naive: take the 100 groups that the vendor lists for all there are."""
    rows = [_cost(model=f"m{n}") for n in range(n_groups)] + [_cost(model="m0", requests=3)]
    _, _, sink = _read([_report(*rows)], "user_cost_report", tmp_path)
    assert len(sink.warnings) == warned


def test_row_without_a_readable_bucket_is_quarantined(tmp_path: Path) -> None:
    rows, _, sink = _read([_report(_cost(starting_at=None), _cost())], "user_cost_report", tmp_path)
    assert (len(rows), sink.n_read) == (1, {"user_cost_report": 2})


def test_pitfall_42_users_go_on_without_has_more(tmp_path: Path) -> None:
    """Naive: `has_more` is missing, so the first page is all."""
    pages = [
        Reply(body={"data": [{"user": {"id": "a"}}], "next_page": "p2"}),
        Reply(body={"data": [], "next_page": "p3"}),
        Reply(body={"data": [{"user": {"id": "b"}}], "next_page": None}),
    ]
    rows, asked, _ = _read(pages, "daily_users", tmp_path, ONE_DAY)
    assert sorted(row["user_id"] for row in rows) == ["a", "b"]
    assert [dict(request.query).get("page") for request in asked] == [None, "p2", "p3"]
    assert dict(asked[2].query) == {"date": "2026-06-01", "limit": "1000", "page": "p3"}


@pytest.mark.parametrize("name", ["user_cost_report", "user_usage_report"])
def test_pitfall_42_report_ends_where_it_says_so_even_with_a_token(
    tmp_path: Path, name: str
) -> None:
    """Naive: follow the token, and read again what was read or fail on it."""
    _, asked, _ = _read([_report(has_more=False, next_page="p2")], name, tmp_path)
    assert len(asked) == 1


def test_page_that_leads_back_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EnvelopeError, match="leads back"):
        _read([Reply(body={"data": [], "next_page": "p"})], "daily_users", tmp_path, ONE_DAY)


def test_pitfall_53_too_recent_day_is_skipped_and_later_ones_are_not_asked_for(
    tmp_path: Path,
) -> None:
    """Naive: a 400 fails the run, or the day counts as read."""
    later = Unit(dt.date(2026, 6, 2), dt.date(2026, 6, 3))
    rows, asked, sink = _read([TOO_RECENT], "daily_users", tmp_path, later)
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
    _, _, sink = _read([refused], "daily_users", tmp_path, unit)
    assert (len(sink.warnings), sink.skipped) == (warned, set(unit.days))


def test_pitfall_53_summaries_are_asked_for_again_up_to_the_latest_day(tmp_path: Path) -> None:
    rows = {"summaries": [{"starting_at": "2026-06-01T00:00:00Z", "daily_adoption_rate": 50.5}]}
    found, asked, sink = _read([TOO_RECENT, Reply(body=rows)], "daily_summaries", tmp_path)
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
        _read([Reply(400, {"error": {"message": message}})], "daily_users", tmp_path, ONE_DAY)


def test_days_that_the_vendors_never_had_are_not_asked_for(tmp_path: Path) -> None:
    with vendor([]) as server:
        settings = _settings(server, tmp_path, AS_OF="2026-11-21", SINCE="2025-01-01")
        earliest = {r.name: r.earliest for s in ("claude_ai", "gemini") for r in OPEN[s](settings)}
    assert earliest == {
        "daily_users": dt.date(2026, 1, 1),
        "daily_summaries": dt.date(2026, 1, 1),
        "user_cost_report": dt.date(2026, 1, 1),
        "user_usage_report": dt.date(2026, 1, 1),
        "activity_events": dt.date(2026, 5, 25),
    }


def test_days_that_enterprise_analytics_has_dropped_are_not_asked_for(tmp_path: Path) -> None:
    with vendor([]) as server:
        settings = _settings(server, tmp_path, AS_OF="2027-06-30", SINCE="2025-01-01")
        earliest = {r.name: r.earliest for r in OPEN["claude_ai"](settings)}
    assert earliest["user_cost_report"] == earliest["user_usage_report"] == dt.date(2026, 7, 1)


def _activity(*events: object, **changes: object) -> dict[str, Any]:
    return {
        "id": {"time": "2026-06-01T10:00:00.120Z", "uniqueQualifier": "-9223372036854775808",
               "applicationName": "gemini_in_workspace_apps", "customerId": "C0test"},
        "actor": {"callerType": "USER", "email": "ada@corp.example"}, "ipAddress": "203.0.113.9",
        "events": list(events), **changes,
    }  # fmt: skip


def _event(**parameters: object) -> dict[str, Any]:
    listed = [
        {"name": name, **(value if isinstance(value, dict) else {"value": value})}
        for name, value in parameters.items()
    ]
    return {"type": "ai_usage_event", "name": "feature_utilization", "parameters": listed}


def _answer(*items: object, **more: object) -> Reply:
    return Reply(body={"kind": "admin#reports#activities", "items": list(items), **more})


def test_gemini_is_asked_for_as_the_administrator(tmp_path: Path, key: str) -> None:
    """Naive: a token for the service account itself, to which Google gives nothing."""
    _, asked, _ = _read(_gemini([_answer()]), "activity_events", tmp_path, ONE_DAY, key)
    claims = jwt.decode(asked[0].body["assertion"], verify=False)  # type: ignore[no-untyped-call]
    assert asked[0].path == "/token"
    assert claims["sub"] == "admin@corp.example"
    assert claims["scope"] == "https://www.googleapis.com/auth/admin.reports.audit.readonly"


def _gemini(pages: list[Reply]) -> Script:
    left = list(pages)

    def answer(request: Asked) -> Reply:
        if request.method == "POST":
            return TOKEN
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def _pages(asked: list[Asked]) -> list[dict[str, str]]:
    return [dict(request.query) for request in asked if request.method == "GET"]


def test_gemini_window_pages_and_token(tmp_path: Path, key: str) -> None:
    script = _gemini([_answer(_activity(_event()), nextPageToken="R:2"), _answer()])
    rows, asked, _ = _read(script, "activity_events", tmp_path, ONE_DAY, key)
    first = {"startTime": "2026-06-01T00:00:00.000Z", "endTime": "2026-06-02T00:00:00.000Z",
             "customerId": "C0test", "maxResults": "1000"}  # fmt: skip
    assert _pages(asked) == [first, {**first, "pageToken": "R:2"}]
    assert asked[1].headers["authorization"] == "Bearer ya29.t"
    assert len(rows) == 1


def test_pitfall_32_qualifier_keeps_its_digits_and_events_their_number(
    tmp_path: Path, key: str
) -> None:
    """Naive: a float of the qualifier, and one row per activity."""
    first = _event(event_category="active_generate", action="generate_text", app_name="docs")
    second = _event(app_name="gmail", event_category="inactive", new_flag={"boolValue": True})
    rows, _, _ = _read(
        _gemini([_answer(_activity(first, second))]), "activity_events", tmp_path, ONE_DAY, key
    )
    rows.sort(key=lambda row: int(row["event_number"]))
    assert [row["unique_qualifier"] for row in rows] == ["-9223372036854775808"] * 2
    assert [(r["event_number"], r["app_name"], r["action"], r["event_category"]) for r in rows] == [
        (1, "docs", "generate_text", "active_generate"),
        (2, "gmail", None, "inactive"),
    ]
    assert [row["unknown_fields"] for row in rows] == [None, '{"parameters.new_flag":true}']


@pytest.mark.parametrize(
    ("activity", "n_rejected"),
    [
        (_activity(), 1),
        (_activity("event"), 1),
        (_activity({"name": "x", "parameters": "none"}), 1),
        (_activity({"name": "x", "parameters": [{"value": 1}]}), 1),
        (_activity(_event(), id={"time": "10 o'clock", "uniqueQualifier": "1"}), 1),
        (_activity(_event(), id={"time": "2026-06-01T10:00:00Z", "uniqueQualifier": 1.5e18}), 1),
        ("activity", 1),
    ],
)
def test_broken_activity_is_quarantined_and_the_rest_loads(
    tmp_path: Path, key: str, activity: object, n_rejected: int
) -> None:
    answer = _answer(activity, _activity(_event()))
    rows, _, sink = _read(_gemini([answer]), "activity_events", tmp_path, ONE_DAY, key)
    assert len(rows) == 1
    assert sink.n_read["activity_events"] - len(rows) == n_rejected


def test_gemini_token_that_leads_back_is_an_error(tmp_path: Path, key: str) -> None:
    """Naive: the same two pages for ever."""
    pages = [_answer(nextPageToken="R:2")] * 4 + [_answer()]
    with pytest.raises(EnvelopeError, match="leads back"):
        _read(_gemini(pages), "activity_events", tmp_path, ONE_DAY, key)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("value", "7"), ("intValue", "7"), ("boolValue", True), ("multiValue", ["7"]),
     ("multiIntValue", ["7"])],
)  # fmt: skip
def test_parameter_has_the_value_of_whatever_kind(
    tmp_path: Path, key: str, kind: str, value: object
) -> None:
    script = _gemini([_answer(_activity(_event(new={kind: value})))])
    ((row),), _, _ = _read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert json.loads(row["unknown_fields"]) == {"parameters.new": value}


def test_answer_without_items_is_a_day_without_activities(tmp_path: Path, key: str) -> None:
    empty = Reply(body={"kind": "admin#reports#activities", "etag": "x"})
    rows, _, sink = _read(_gemini([empty]), "activity_events", tmp_path, ONE_DAY, key)
    assert (rows, sink.skipped) == ([], set())


def test_answer_that_is_none_is_an_error(tmp_path: Path, key: str) -> None:
    with pytest.raises(EnvelopeError, match="neither 'items' nor the kind"):
        _read(_gemini([Reply(body={"etag": "x"})]), "activity_events", tmp_path, ONE_DAY, key)


def test_pitfall_46_midnight_belongs_to_the_next_day(tmp_path: Path, key: str) -> None:
    """Naive: the event of midnight is loaded with both days, or refused as a stranger."""
    midnight = _activity(_event(), id={"time": "2026-06-02T00:00:00.000Z", "uniqueQualifier": "1"})
    rows, _, _ = _read(
        _gemini([_answer(midnight, _activity(_event()))]), "activity_events", tmp_path, ONE_DAY, key
    )
    assert [row["usage_date"] for row in rows] == [dt.date(2026, 6, 1)]


def test_row_that_comes_on_two_pages_lands_once(tmp_path: Path, key: str) -> None:
    page = _activity(_event(app_name="docs"))
    script = _gemini([_answer(page, nextPageToken="R:2"), _answer(page)])
    rows, _, _ = _read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert len(rows) == 1


def test_pitfall_60_quota_is_retried_and_refusal_is_not(tmp_path: Path, key: str) -> None:
    """Naive: give up at the 403 for "too fast", or retry the 403 for "not allowed"."""

    def refused(reason: str) -> Reply:
        error = {
            "code": 403,
            "message": reason,
            "errors": [{"domain": "usageLimits", "reason": reason}],
        }
        return Reply(403, {"error": error})

    script = _gemini([refused("rateLimitExceeded"), refused("quotaExceeded"), _answer()])
    _, asked, _ = _read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert len(_pages(asked)) == 3
    (tmp_path / "spool").rmdir()
    asked_again: list[Asked] = []

    def refuse(request: Asked) -> Reply:
        asked_again.append(request)
        return TOKEN if request.method == "POST" else refused("forbidden")

    with pytest.raises(ApiError, match="Domain-wide delegation") as error:
        _read(refuse, "activity_events", tmp_path, ONE_DAY, key)
    assert len(_pages(asked_again)) == 1
    assert "admin@corp.example" not in str(error.value)


def test_refused_token_names_what_is_wrong(tmp_path: Path, key: str) -> None:
    refused = Reply(401, {"error": "unauthorized_client", "error_description": "not authorized"})
    with pytest.raises(ApiError, match="gemini: no token from Google: RefreshError"):
        _read([refused], "activity_events", tmp_path, ONE_DAY, key)


def test_gemini_without_an_administrator_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="GOOGLE_REPORTS_SUBJECT"):
        read_settings({"AS_OF": "2026-06-30", "GOOGLE_REPORTS_CUSTOMER": "C0"})
