import base64
from typing import Any

import pytest

from tests.integration.sandbox.conftest import Client

MESSAGES, COSTS = "/usage_report/messages", "/cost_report"
START = ("starting_at", "2026-06-01T00:00:00Z")
END = ("ending_at", "2026-06-04T00:00:00Z")
Query = list[tuple[str, Any]]


def _all_pages(client: Client, path: str, query: Query) -> list[dict[str, Any]]:
    pages = [client.anthropic(path, query).json()]
    while pages[-1]["has_more"]:
        page = ("page", pages[-1]["next_page"])
        pages.append(client.anthropic(path, [*query, page]).json())
    return pages


@pytest.mark.parametrize("path", [MESSAGES, COSTS])
def test_report_pages_are_buckets_with_empty_ones_in_the_middle(client: Client, path: str) -> None:
    pages = _all_pages(client, path, [START, END, ("limit", 1)])
    buckets = [bucket for page in pages for bucket in page["data"]]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert pages[-1]["next_page"] is None
    assert [bucket["starting_at"] for bucket in buckets] == [
        "2026-06-01T00:00:00Z",
        "2026-06-02T00:00:00Z",
        "2026-06-03T00:00:00Z",
    ]
    assert buckets[0]["ending_at"] == buckets[1]["starting_at"]
    assert buckets[1]["results"] == []


def test_report_token_is_base64_of_the_next_bucket(client: Client) -> None:
    token = client.anthropic(MESSAGES, [START, END, ("limit", 1)]).json()["next_page"]
    assert token.startswith("page_")
    assert base64.b64decode(token.removeprefix("page_")) == b"2026-06-02T00:00:00Z"


@pytest.mark.parametrize("path", [MESSAGES, COSTS])
def test_report_page_is_seven_days_unless_told(client: Client, path: str) -> None:
    answer = client.anthropic(path, [START, ("ending_at", "2026-06-30T00:00:00Z")]).json()
    assert (len(answer["data"]), answer["has_more"]) == (7, True)
    most = client.anthropic(path, [START, ("ending_at", "2026-08-01T00:00:00Z"), ("limit", 31)])
    assert len(most.json()["data"]) == 31


def test_report_ends_today_unless_told(client: Client) -> None:
    buckets = client.anthropic(MESSAGES, [START]).json()["data"]
    assert buckets[-1]["starting_at"] == "2026-06-03T00:00:00Z"


def test_report_start_is_snapped_down_and_end_excluded(client: Client) -> None:
    query = [("starting_at", "2026-06-01T17:30:00+02:00"), ("ending_at", "2026-06-02T23:59:59Z")]
    buckets = client.anthropic(MESSAGES, query).json()["data"]
    assert [bucket["starting_at"] for bucket in buckets] == ["2026-06-01T00:00:00Z"]


@pytest.mark.parametrize(
    "changed",
    [
        [START, END, ("limit", 2)],
        [START, ("ending_at", "2026-06-03T00:00:00Z"), ("limit", 1)],
        [START, END, ("limit", 1), ("group_by[]", "model")],
        [START, END, ("limit", 1), ("models[]", "claude-opus-5")],
    ],
)
def test_report_refuses_a_token_with_other_parameters(client: Client, changed: Query) -> None:
    token = client.anthropic(MESSAGES, [START, END, ("limit", 1)]).json()["next_page"]
    answer = client.anthropic(MESSAGES, [*changed, ("page", token)])
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_report_refuses_a_token_it_never_gave_out(client: Client) -> None:
    invented = "page_" + base64.b64encode(b"2026-06-02T00:00:00Z").decode()
    assert client.anthropic(MESSAGES, [START, END, ("page", invented)]).status_code == 400


def test_report_parameters_may_come_in_another_order(client: Client) -> None:
    token = client.anthropic(MESSAGES, [START, END, ("limit", 1)]).json()["next_page"]
    answer = client.anthropic(MESSAGES, [("page", token), ("limit", 1), END, START])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        (MESSAGES, [], "starting_at"),
        (MESSAGES, [("starting_at", "yesterday")], "starting_at"),
        (MESSAGES, [("starting_at", "2026-06-01T00:00:00")], "timezone"),
        (MESSAGES, [START, ("ending_at", START[1])], "ending_at"),
        (MESSAGES, [START, END, ("limit", 32)], "31"),
        (MESSAGES, [START, END, ("limit", 0)], "limit"),
        (MESSAGES, [START, END, ("limit", "many")], "limit"),
        (MESSAGES, [START, END, ("bucket_width", "1h"), ("limit", 169)], "168"),
        (MESSAGES, [START, END, ("bucket_width", "1m"), ("limit", 1441)], "1440"),
        (MESSAGES, [START, END, ("bucket_width", "1w")], "bucket_width"),
        (MESSAGES, [START, END, ("group_by[]", "colour")], "group_by"),
        (MESSAGES, [START, END, ("group_by[]", "speed")], "speed"),
        (COSTS, [START, END, ("bucket_width", "1h")], "bucket_width"),
        (COSTS, [START, END, ("group_by[]", "api_key_id")], "group_by"),
        (COSTS, [START, END, ("limit", 32)], "31"),
    ],
)
def test_report_refuses_wrong_parameters(
    client: Client, path: str, query: Query, words: str
) -> None:
    answer = client.anthropic(path, query)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert words in answer.json()["error"]["message"]


def _results(client: Client, path: str, *query: tuple[str, Any]) -> list[dict[str, Any]]:
    answer = client.anthropic(path, [START, ("ending_at", "2026-06-02T00:00:00Z"), *query])
    assert answer.status_code == 200, answer.text
    return [row for bucket in answer.json()["data"] for row in bucket["results"]]


@pytest.mark.parametrize("query", [[], [("group_by", "model")], [("group_by[", "model")]])
def test_messages_without_brackets_are_ungrouped_and_all_null(client: Client, query: Query) -> None:
    assert _results(client, MESSAGES, *query) == [
        {
            "uncached_input_tokens": 123,
            "cache_creation": {"ephemeral_5m_input_tokens": 21, "ephemeral_1h_input_tokens": 9},
            "cache_read_input_tokens": 150,
            "output_tokens": 60,
            "server_tool_use": {"web_search_requests": 6},
            "account_id": None,
            "api_key_id": None,
            "context_window": None,
            "inference_geo": None,
            "model": None,
            "service_account_id": None,
            "service_tier": None,
            "workspace_id": None,
        }
    ]


def test_messages_are_summed_to_the_groups_asked_for(client: Client) -> None:
    rows = _results(client, MESSAGES, ("group_by[]", "api_key_id"), ("group_by[]", "model"))
    assert {(row["api_key_id"], row["model"]): row["uncached_input_tokens"] for row in rows} == {
        ("apikey_01", "claude-sonnet-5"): 103,
        ("apikey_02", "claude-opus-5"): 20,
    }
    assert {(row["workspace_id"], row["service_tier"]) for row in rows} == {(None, None)}


def test_messages_grouped_by_workspace_leave_the_default_one_null(client: Client) -> None:
    rows = _results(client, MESSAGES, ("group_by[]", "workspace_id"))
    assert {row["workspace_id"]: row["uncached_input_tokens"] for row in rows} == {
        None: 120,
        "wrkspc_1": 3,
    }


def test_messages_brackets_may_be_percent_encoded_or_not(client: Client) -> None:
    base = f"{client.server.anthropic_url}/v1/organizations{MESSAGES}?starting_at={START[1]}"
    headers = client.anthropic(MESSAGES, [START]).request.headers
    for name in ("group_by[]", "group_by%5B%5D"):
        answer = client.http.get(f"{base}&{name}=model", headers=headers).json()
        assert answer["data"][0]["results"][0]["model"] is not None


def test_messages_speed_needs_the_beta_header(client: Client) -> None:
    query: Query = [START, ("group_by[]", "speed")]
    answer = client.anthropic(MESSAGES, query, **{"anthropic-beta": "fast-mode-2026-02-01"})
    rows = answer.json()["data"][0]["results"]
    assert {row["speed"]: row["uncached_input_tokens"] for row in rows} == {
        "fast": 20,
        "standard": 103,
    }


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ([("models[]", "claude-opus-5")], [20]),
        ([("api_key_ids[]", "apikey_01")], [103]),
        ([("api_key_ids[]", "apikey_01"), ("api_key_ids[]", "apikey_02")], [123]),
        ([("service_tiers[]", "batch")], [3]),
        ([("workspace_ids[]", "wrkspc_1"), ("models[]", "claude-opus-5")], []),
        ([("context_window[]", "200k-1M")], []),
        ([("inference_geos[]", "global")], [123]),
    ],
)
def test_messages_filters(client: Client, query: Query, tokens: list[int]) -> None:
    assert [row["uncached_input_tokens"] for row in _results(client, MESSAGES, *query)] == tokens


@pytest.mark.parametrize(("width", "limit"), [("1h", 168), ("1m", 1440)])
def test_messages_narrow_buckets_sum_up_to_the_day(client: Client, width: str, limit: int) -> None:
    query: Query = [("bucket_width", width), ("limit", limit)]
    rows = _results(client, MESSAGES, *query)
    assert sum(row["uncached_input_tokens"] for row in rows) == 123


def test_costs_by_description_and_workspace_carry_the_parsed_fields(client: Client) -> None:
    rows = _results(client, COSTS, ("group_by[]", "description"), ("group_by[]", "workspace_id"))
    assert {(row["workspace_id"], row["description"]): row["amount"] for row in rows} == {
        (None, "Sonnet Output"): "10.25",
        (None, "Sonnet Input"): "0.5",
        ("wrkspc_1", "Sonnet Output"): "3.00",
    }
    assert {row["token_type"] for row in rows} == {"uncached_input_tokens"}


def test_costs_by_workspace_null_the_parsed_fields(client: Client) -> None:
    rows = _results(client, COSTS, ("group_by[]", "workspace_id"))
    assert {row["workspace_id"]: row["amount"] for row in rows} == {
        None: "10.75",
        "wrkspc_1": "3.00",
    }
    assert {(row["description"], row["model"], row["cost_type"]) for row in rows} == {
        (None, None, None)
    }


def test_costs_by_description_add_up_over_workspaces(client: Client) -> None:
    rows = _results(client, COSTS, ("group_by[]", "description"))
    assert {row["description"]: row["amount"] for row in rows} == {
        "Sonnet Output": "13.25",
        "Sonnet Input": "0.5",
    }
    assert {row["workspace_id"] for row in rows} == {None}


def test_costs_ungrouped_are_one_exact_sum_as_text(client: Client) -> None:
    [row] = _results(client, COSTS)
    assert (row["amount"], row["currency"], row["model"]) == ("13.75", "USD", None)
