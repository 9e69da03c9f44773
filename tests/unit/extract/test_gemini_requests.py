"""What is asked of Google's Reports API, and what its answers become."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from extract.client.http import ApiError, EnvelopeError
from extract.config import read_settings
from extract.landing.errors import TornError
from tests.unit.extract.assistants import ONE_DAY, read
from tests.unit.extract.vendor import Asked, Reply, Script
from warehouse.settings import ConfigError

TOKEN = Reply(body={"access_token": "ya29.t", "expires_in": 3600, "token_type": "Bearer"})


@pytest.fixture(scope="module")
def key() -> str:
    """Make the private key of a service account."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


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
    _, asked, _ = read(_gemini([_answer()]), "activity_events", tmp_path, ONE_DAY, key)
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
    rows, asked, _ = read(script, "activity_events", tmp_path, ONE_DAY, key)
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
    rows, _, _ = read(
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
    rows, _, sink = read(_gemini([answer]), "activity_events", tmp_path, ONE_DAY, key)
    assert len(rows) == 1
    assert sink.n_read["activity_events"] - len(rows) == n_rejected


def test_gemini_token_that_leads_back_is_an_error(tmp_path: Path, key: str) -> None:
    """Naive: the same two pages for ever."""
    pages = [_answer(nextPageToken="R:2")] * 4 + [_answer()]
    with pytest.raises(EnvelopeError, match="leads back"):
        read(_gemini(pages), "activity_events", tmp_path, ONE_DAY, key)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("value", "7"), ("intValue", "7"), ("boolValue", True), ("multiValue", ["7"]),
     ("multiIntValue", ["7"])],
)  # fmt: skip
def test_parameter_has_the_value_of_whatever_kind(
    tmp_path: Path, key: str, kind: str, value: object
) -> None:
    script = _gemini([_answer(_activity(_event(new={kind: value})))])
    ((row),), _, _ = read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert json.loads(row["unknown_fields"]) == {"parameters.new": value}


def test_answer_without_items_is_a_day_without_activities(tmp_path: Path, key: str) -> None:
    empty = Reply(body={"kind": "admin#reports#activities", "etag": "x"})
    rows, _, sink = read(_gemini([empty]), "activity_events", tmp_path, ONE_DAY, key)
    assert (rows, sink.skipped) == ([], set())


def test_answer_that_is_none_is_an_error(tmp_path: Path, key: str) -> None:
    with pytest.raises(EnvelopeError, match="neither 'items' nor the kind"):
        read(_gemini([Reply(body={"etag": "x"})]), "activity_events", tmp_path, ONE_DAY, key)


def test_pitfall_46_midnight_belongs_to_the_next_day(tmp_path: Path, key: str) -> None:
    """Naive: the event of midnight is loaded with both days, or refused as a stranger."""
    midnight = _activity(_event(), id={"time": "2026-06-02T00:00:00.000Z", "uniqueQualifier": "1"})
    rows, _, _ = read(
        _gemini([_answer(midnight, _activity(_event()))]), "activity_events", tmp_path, ONE_DAY, key
    )
    assert [row["usage_date"] for row in rows] == [dt.date(2026, 6, 1)]


def test_row_that_comes_on_two_pages_is_asked_for_again(tmp_path: Path, key: str) -> None:
    """What came twice is a sign that something came; that it lands once shows `test_moving_lists.py`."""
    page = _activity(_event(app_name="docs"))
    script = _gemini([_answer(page, nextPageToken="R:2"), _answer(page)])
    with pytest.raises(TornError, match="one row read twice, or two that are equal") as doubt:
        read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert doubt.value.reading


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
    _, asked, _ = read(script, "activity_events", tmp_path, ONE_DAY, key)
    assert len(_pages(asked)) == 3
    (tmp_path / "spool").rmdir()
    asked_again: list[Asked] = []

    def refuse(request: Asked) -> Reply:
        asked_again.append(request)
        return TOKEN if request.method == "POST" else refused("forbidden")

    with pytest.raises(ApiError, match="Domain-wide delegation") as error:
        read(refuse, "activity_events", tmp_path, ONE_DAY, key)
    assert len(_pages(asked_again)) == 1
    assert "admin@corp.example" not in str(error.value)


def test_refused_token_names_what_is_wrong(tmp_path: Path, key: str) -> None:
    refused = Reply(401, {"error": "unauthorized_client", "error_description": "not authorized"})
    with pytest.raises(ApiError, match="gemini: no token from Google: RefreshError"):
        read([refused], "activity_events", tmp_path, ONE_DAY, key)


def test_gemini_without_an_administrator_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="GOOGLE_REPORTS_SUBJECT"):
        read_settings({"AS_OF": "2026-06-30", "GOOGLE_REPORTS_CUSTOMER": "C0"})
