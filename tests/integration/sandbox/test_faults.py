import json
import time
from datetime import date
from typing import Any

import httpx
import pytest

from sandbox.server import KINDS, Fault, WorldOptions, parse_fault, running
from sandbox.server.faults import GITHUB_KINDS
from sandbox.server.mutations import NEW_FIELD
from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms
from tests.worlds.company import FIRST, SECOND

EVENTS = "/teams/filtered-usage-events"
ALL = {"startDate": ms(FIRST), "endDate": ms(SECOND) + 86_399_999}
START = ("starting_at", "2026-06-01T00:00:00Z")
Query = list[tuple[str, Any]]

SEEN: set[str] = set()
"""Kinds of fault that some test of this file has switched on."""


def _fail(client: Client, text: str) -> None:
    fault = parse_fault(text)
    SEEN.add(fault.kind)
    client.server.fail(fault)


@pytest.mark.parametrize(
    ("kind", "status", "headers"),
    [
        ("http_401", 401, {}),
        ("http_403", 403, {}),
        ("http_404", 404, {}),
        ("http_410", 410, {}),
        ("http_429", 429, {"retry-after": "1"}),
        ("http_500", 500, {}),
        ("http_500_no_retry", 500, {"x-should-retry": "false"}),
        ("http_502", 502, {}),
        ("http_503", 503, {}),
        ("http_529", 529, {}),
    ],
)
def test_fault_status_comes_once_with_the_vendors_body(
    client: Client, kind: str, status: int, headers: dict[str, str]
) -> None:
    _fail(client, f"endpoint=anthropic.organization kind={kind} times=1")
    first, second = client.anthropic("/me"), client.anthropic("/me")
    assert (first.status_code, second.status_code) == (status, 200)
    assert first.json()["type"] == "error"
    assert {name: first.headers[name] for name in headers} == headers
    assert ("retry-after" in first.headers) == (kind == "http_429")


def test_fault_429_of_a_spend_cap_says_nothing_of_waiting(client: Client) -> None:
    _fail(client, "endpoint=organization kind=http_429_no_retry_after")
    answer = client.anthropic("/me")
    assert (answer.status_code, answer.json()["error"]["type"]) == (429, "rate_limit_error")
    assert "retry-after" not in answer.headers


def test_fault_bodies_are_each_vendors_own(client: Client) -> None:
    _fail(client, "endpoint=* kind=http_429 seconds=7")
    cursor = client.cursor_get("/teams/members")
    assert cursor.json() == {"code": "error", "message": "Rate limit exceeded"}
    assert cursor.headers["retry-after"] == "7"
    google = client.http.get(f"{client.server.sheets_url}/v4/spreadsheets/x/values/people")
    assert google.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    _fail(client, "endpoint=* kind=http_500")
    assert client.cursor_get("/teams/members").json()["error"] == "Internal Server Error"


def test_fault_connection_dropped_before_the_answer(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=drop_before times=1")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.cursor_get("/teams/members")
    assert client.cursor_get("/teams/members").status_code == 200


def test_fault_connection_dropped_in_mid_body(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=drop_mid_body times=1")
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        client.cursor_get("/teams/members")
    assert client.cursor_get("/teams/members").status_code == 200


def test_fault_slow_answer_outlasts_the_clients_patience(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=slow seconds=20 times=1")
    url = client.server.cursor_url + "/teams/members"
    begun = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        client.http.get(url, timeout=0.2)
    assert time.monotonic() - begun < 5
    assert client.cursor_get("/teams/members").status_code == 200


def test_fault_slow_answer_is_right_in_the_end(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=slow seconds=0.2")
    begun = time.monotonic()
    assert len(client.cursor_get("/teams/members").json()["teamMembers"]) == 3
    assert time.monotonic() - begun >= 0.2


def test_fault_truncated_json(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=truncated_json")
    answer = client.cursor_get("/teams/members")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_fault_empty_body(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=empty_body")
    answer = client.cursor_get("/teams/members")
    assert (answer.status_code, answer.content) == (200, b"")


def test_fault_html_body(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=html_body")
    answer = client.cursor_get("/teams/members")
    assert (answer.status_code, answer.text[:9]) == (200, "<!doctype")
    assert answer.headers["content-type"].startswith("text/html")


def test_fault_wrong_content_type(client: Client) -> None:
    _fail(client, "endpoint=team_members kind=wrong_content_type")
    answer = client.cursor_get("/teams/members")
    assert answer.headers["content-type"] == "text/plain"
    assert len(answer.json()["teamMembers"]) == 3


def test_fault_missing_data(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=missing_data")
    answer = client.cursor(EVENTS, **ALL).json()
    assert "usageEvents" not in answer
    assert answer["totalUsageEventsCount"] == 5


def test_fault_duplicate_page_repeats_the_page_before(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=duplicate_page times=1")
    pages = [client.cursor(EVENTS, **ALL, page=page, pageSize=2).json() for page in (1, 2, 3)]
    assert pages[1]["usageEvents"] == pages[0]["usageEvents"]
    assert pages[1]["pagination"]["currentPage"] == 2
    assert len(pages[2]["usageEvents"]) == 1


def test_fault_growing_list_pushes_a_later_page_on(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=growing_list times=1")
    pages = [client.cursor(EVENTS, **ALL, page=page, pageSize=2).json() for page in (1, 2)]
    whole = client.cursor(EVENTS, **ALL, page=1, pageSize=4).json()
    first, second, third, _ = whole["usageEvents"]
    assert [page["usageEvents"] for page in pages] == [[first, second], [second, third]]
    assert [page["totalUsageEventsCount"] for page in pages] == [5, 6]


def test_fault_shrinking_list_pulls_a_later_page_back(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=shrinking_list times=1")
    pages = [client.cursor(EVENTS, **ALL, page=page, pageSize=2).json() for page in (1, 2)]
    whole = client.cursor(EVENTS, **ALL, page=1, pageSize=4).json()
    assert pages[1]["usageEvents"] == whole["usageEvents"][3:4]
    assert [page["totalUsageEventsCount"] for page in pages] == [5, 4]


def test_fault_short_page_keeps_the_totals(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=short_page")
    answer = client.cursor(EVENTS, **ALL).json()
    assert (len(answer["usageEvents"]), answer["totalUsageEventsCount"]) == (4, 5)


def test_fault_empty_page_of_cursor_says_that_a_page_follows(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=empty_page times=1")
    first = client.cursor(EVENTS, **ALL, page=1, pageSize=2).json()
    assert (first["usageEvents"], first["pagination"]["hasNextPage"]) == ([], True)
    second = client.cursor(EVENTS, **ALL, page=2, pageSize=2).json()
    assert len(second["usageEvents"]) == 2


@pytest.mark.parametrize("after", [0, 1])
def test_fault_empty_page_of_a_report_loses_nothing_for_who_goes_on(
    client: Client, after: int
) -> None:
    _fail(client, f"endpoint=usage_report_messages kind=empty_page times=1 after={after}")
    query: Query = [START, ("limit", 2)]
    pages = [client.anthropic("/usage_report/messages", query).json()]
    while pages[-1]["has_more"]:
        token = ("page", pages[-1]["next_page"])
        pages.append(client.anthropic("/usage_report/messages", [*query, token]).json())
    assert [len(page["data"]) for page in pages] == ([0, 2, 1] if after == 0 else [2, 0, 1])


def test_fault_empty_page_of_a_list_keeps_the_place(client: Client) -> None:
    _fail(client, "endpoint=api_keys kind=empty_page times=1")
    first = client.anthropic("/api_keys", [("limit", 3)]).json()
    assert len(first["data"]) == 3
    after: Query = [("limit", 3), ("after_id", first["last_id"])]
    empty = client.anthropic("/api_keys", after).json()
    assert (empty["data"], empty["has_more"], empty["last_id"]) == ([], True, "apikey_03")
    assert len(client.anthropic("/api_keys", after).json()["data"]) == 2


def test_fault_type_flip_changes_one_row(client: Client) -> None:
    whole = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    _fail(client, "endpoint=usage_events kind=type_flip")
    events = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    [(now, before)] = [pair for pair in zip(events, whole, strict=True) if pair[0] != pair[1]]
    assert [now[name] for name in now if now[name] != before[name]] == ["False units"]


def test_fault_type_flip_of_a_named_field(client: Client) -> None:
    _fail(client, "endpoint=cost_report kind=type_flip field=amount")
    buckets = client.anthropic("/cost_report", [START, ("group_by[]", "description")]).json()
    types = [type(row["amount"]) for bucket in buckets["data"] for row in bucket["results"]]
    assert sorted(types, key=str) == [int, str]


def test_fault_unknown_field(client: Client) -> None:
    _fail(client, "endpoint=usage_report_messages kind=unknown_field")
    buckets = client.anthropic("/usage_report/messages", [START]).json()["data"]
    rows = [row for bucket in buckets for row in bucket["results"]]
    assert sum(NEW_FIELD in row for row in rows) == 1


def test_fault_missing_field(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=missing_field field=userEmail")
    events = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    assert ["userEmail" in event for event in events].count(False) == 1


def test_a_new_contract_holds_for_every_row(client: Client) -> None:
    whole = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    _fail(client, "endpoint=usage_events kind=renamed_field field=userEmail")
    events = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    assert [one["userEmail_v2"] for one in events] == [one["userEmail"] for one in whole]
    assert not [one for one in events if "userEmail" in one]
    _fail(client, "endpoint=usage_events kind=retyped_field field=timestamp")
    events = client.cursor(EVENTS, **ALL).json()["usageEvents"]
    assert [one["timestamp"]["value"] for one in events] == [one["timestamp"] for one in whole]
    _fail(client, "endpoint=usage_events kind=renamed_field")
    assert client.cursor(EVENTS, **ALL).json()["usageEvents"] == whole


def test_fault_null_row(client: Client) -> None:
    _fail(client, "endpoint=usage_report_claude_code kind=null_row")
    rows = client.anthropic("/usage_report/claude_code", [("starting_at", "2026-06-01")]).json()
    assert rows["data"].count(None) == 1


def test_fault_waits_for_an_answer_that_it_can_spoil(client: Client) -> None:
    _fail(client, "endpoint=usage_report_claude_code kind=null_row times=1")
    empty = client.anthropic("/usage_report/claude_code", [("starting_at", "2026-06-02")]).json()
    full = client.anthropic("/usage_report/claude_code", [("starting_at", "2026-06-01")]).json()
    assert (empty["data"], full["data"].count(None)) == ([], 1)


def test_fault_expired_cursor_meets_only_a_later_page(client: Client) -> None:
    _fail(client, "endpoint=user_cost_report kind=expired_cursor times=1")
    query: Query = [START, ("ending_at", "2026-06-03T00:00:00Z"), ("limit", 1)]
    first = client.analytics("/user_cost_report", query)
    later = [*query, ("page", first.json()["next_page"])]
    answers = [client.analytics("/user_cost_report", later) for _ in range(2)]
    assert [first.status_code, *(answer.status_code for answer in answers)] == [200, 410, 200]
    assert answers[0].json()["error"]["type"] == "invalid_request_error"


def test_fault_malformed_row_breaks_one_row_of_one_export(client: Client) -> None:
    _fail(client, "endpoint=audit_log kind=malformed_row times=1")
    broken = [path for path in client.server.export() if "Cut of" in path.read_text()]
    assert [path.read_text().count("Cut of") for path in broken] == [1]
    assert not any("Cut of" in path.read_text() for path in client.server.export())


def test_fault_corrupt_file_and_malformed_row_spoil_one_task_file() -> None:
    spoilt = "endpoint=task_executions kind=corrupt_file times=1"
    SEEN.add(parse_fault(spoilt).kind)
    with running(
        WorldOptions(people=2, days=15, as_of=date(2026, 7, 1)), faults=[spoilt]
    ) as server:
        first, second, *_ = sorted((server.task_dir / "task_executions").iterdir())
        assert first.read_bytes().endswith(b"\0" * 40)
        assert not second.read_bytes().endswith(b"\0" * 40)
        server.fail("endpoint=routing_decisions kind=malformed_row times=1")
        server.state.write_tasks()
        texts = [path.read_bytes() for path in (server.task_dir / "routing_decisions").iterdir()]
        assert [text.count(b"some time yesterday") for text in texts if b"yesterday" in text] == [1]


@pytest.mark.parametrize("path", ["/users", "/user_cost_report"])
def test_fault_empty_page_of_claude_ai_loses_nothing(client: Client, path: str) -> None:
    _fail(client, "endpoint=claude_ai.* kind=empty_page times=1")
    query: Query = [START] if path != "/users" else [("date", "2026-06-01")]
    empty = client.analytics(path, query).json()
    full = client.analytics(path, [*query, ("page", empty["next_page"])]).json()
    assert (empty["data"], len(full["data"])) == ([], 3)
    assert ("has_more" in empty) == (path != "/users")


def test_fault_endless_list_always_has_a_next_page(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=endless_list")
    for page in (1, 2, 9):
        answer = client.cursor(EVENTS, **ALL, page=page).json()
        assert answer["pagination"]["hasNextPage"] is True


def test_fault_half_character_is_in_the_first_text(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=half_character")
    assert client.cursor(EVENTS, **ALL).text.count('"\\ud83d') == 1


def test_fault_packed_bomb_is_small_on_its_way(client: Client) -> None:
    _fail(client, "endpoint=usage_events kind=packed_bomb")
    answer = client.cursor(EVENTS, **ALL)
    assert answer.headers["content-encoding"] == "gzip"
    assert (answer.num_bytes_downloaded < 1_000_000, len(answer.content)) == (True, 80_000_012)


def test_every_kind_of_fault_is_tested_above() -> None:
    # Those of GitHub are in test_github.py.
    assert set(KINDS) - SEEN - set(GITHUB_KINDS) == set()


def _pattern(client: Client, text: str, requests: int = 30) -> list[int]:
    client.server.fail(text)
    return [client.anthropic("/me").status_code for _ in range(requests)]


def test_fault_rate_is_repeatable_by_seed(client: Client) -> None:
    text = "endpoint=organization kind=http_500 rate=0.3 seed="
    first, again, other = (_pattern(client, f"{text}{seed}") for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert 3 <= first.count(500) <= 15


def test_fault_begins_after_so_many_requests(client: Client) -> None:
    statuses = _pattern(client, "endpoint=organization kind=http_401 after=2 times=3", 6)
    assert statuses == [200, 200, 401, 401, 401, 200]


def test_fault_meets_only_the_endpoints_of_its_pattern(client: Client) -> None:
    client.server.fail("endpoint=cursor.* kind=http_503")
    assert client.cursor_get("/teams/members").status_code == 503
    assert client.anthropic("/me").status_code == 200
    client.server.fail("endpoint=workspace* kind=http_503")
    assert client.anthropic("/workspaces/wrkspc_1/members").status_code == 503
    assert client.anthropic("/users").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "endpoint=x",
        "kind=http_500",
        "endpoint=x kind=http_418",
        "endpoint=x kind=slow speed=3",
        "endpoint=x kind=slow rate=2",
        "endpoint=x kind=slow rate=often",
        "endpoint",
    ],
)
def test_fault_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the words differ from case to case)
        parse_fault(text)


def test_fault_written_form_is_read_in_full() -> None:
    text = "endpoint=cost_report kind=http_500 rate=0.3 seed=1 times=2 after=4 seconds=5 field=f"
    assert parse_fault(text) == Fault("cost_report", "http_500", 0.3, 1, 2, 4, 5.0, "f")
