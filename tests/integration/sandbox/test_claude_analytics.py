"""claude.ai Enterprise Analytics as documented: key, days, pages, groups, cents."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.server import ServerOptions, WorldOptions, running
from sandbox.server.options import ANTHROPIC_ADMIN_KEY, ANTHROPIC_ANALYTICS_KEY
from sandbox.world import World
from tests.integration.sandbox.conftest import Client
from tests.integration.sandbox.paged import paged_world

Query = list[tuple[str, Any]]
OPTIONS = WorldOptions(people=30, days=20, as_of=date(2026, 6, 20))
SPAN: Query = [("starting_at", "2026-06-01T00:00:00Z"), ("ending_at", "2026-06-03T00:00:00Z")]
EVERY = ("product", "model", "context_window", "inference_geo", "speed")


@pytest.fixture(scope="module")
def company() -> World:
    return World(OPTIONS.people, OPTIONS.days, OPTIONS.seed, as_of=OPTIONS.as_of)


@pytest.fixture(scope="module")
def served(http: httpx.Client) -> Iterator[Client]:
    with running(OPTIONS, options=ServerOptions(rate_limits=False)) as server:
        yield Client(server, http)


def grouped(*names: str) -> Query:
    return [("group_by[]", name) for name in names]


def pages(client: Client, path: str, query: Query) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page: Query = []
    while True:
        answer = client.analytics(path, [*query, *page])
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found.append(body)
        assert body.get("has_more", bool(body["next_page"])) == bool(body["next_page"])
        if not body["next_page"]:
            return found
        page = [("page", body["next_page"])]


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert body["type"] == "error"
    assert body["request_id"] == answer.headers["request-id"]
    return answer.status_code, body["error"]["type"], body["error"]["message"]


def test_each_api_refuses_the_others_key(client: Client) -> None:
    status, kind, words = refusal(
        client.analytics("/users", [], **{"x-api-key": ANTHROPIC_ADMIN_KEY})
    )
    assert (status, kind, "read:analytics" in words) == (403, "permission_error", True)
    status, kind, _ = refusal(
        client.anthropic("/users", [], **{"x-api-key": ANTHROPIC_ANALYTICS_KEY})
    )
    assert (status, kind) == (403, "permission_error")
    assert refusal(client.analytics("/users", [], **{"x-api-key": "x"}))[:2] == (
        401,
        "authentication_error",
    )
    assert refusal(client.analytics("/users", [], **{"anthropic-version": "2020-01-01"}))[0] == 400


def test_sixty_requests_of_all_endpoints_together(http: httpx.Client) -> None:
    with running(paged_world(), options=ServerOptions(rate_limit_window=3600)) as server:
        client = Client(server, http)
        asked: list[tuple[str, Query]] = [
            ("/users", [("date", "2026-06-01")]),
            ("/summaries", [("starting_date", "2026-06-01")]),
            ("/user_cost_report", SPAN),
            ("/user_usage_report", SPAN),
        ]
        answers = [client.analytics(*asked[number % 4]) for number in range(61)]
        assert [answer.status_code for answer in answers] == [200] * 60 + [429]
        assert refusal(answers[-1])[1] == "rate_limit_error"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 3600
        assert client.anthropic("/me").status_code == 200


def test_too_recent_day_names_the_latest_one(served: Client) -> None:
    for path, query in (
        ("/users", [("date", "2026-06-19")]),
        ("/users", [("starting_date", "2026-06-17"), ("ending_date", "2026-06-20")]),
        ("/summaries", [("starting_date", "2026-06-17"), ("ending_date", "2026-06-20")]),
    ):
        status, kind, words = refusal(served.analytics(path, query))
        assert (status, kind) == (400, "invalid_request_error")
        assert "latest available date is 2026-06-18" in words
    assert served.analytics("/users", [("date", "2026-06-18")]).status_code == 200
    end: Query = [("starting_date", "2026-06-17"), ("ending_date", "2026-06-19")]
    assert served.analytics("/summaries", end).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/users", [], "date"),
        ("/users", [("date", "soon")], "YYYY-MM-DD"),
        ("/users", [("date", "2026-02-30")], "valid date"),
        ("/users", [("date", "2025-12-31")], "2026-01-01"),
        ("/users", [("date", "2026-06-10"), ("starting_date", "2026-06-10")], "either"),
        ("/users", [("date", "2026-06-10"), ("limit", 1001)], "1000"),
        ("/users", [("date", "2026-06-10"), ("filter[]", "team:x")], "filter[]"),
        ("/users", [("date", "2026-06-10"), ("page", "page_x")], "page"),
        ("/summaries", [], "starting_date"),
        ("/summaries", [("starting_date", "2026-06-10"), ("ending_date", "2026-06-10")], "after"),
        ("/user_cost_report", [], "starting_at"),
        ("/user_cost_report", [("starting_at", "2026-06-10")], "timezone"),
        ("/user_cost_report", [("starting_at", "2025-12-31T00:00:00Z")], "2026-01-01"),
        ("/user_cost_report", [*SPAN, ("limit", 0)], "greater"),
        ("/user_cost_report", [*SPAN, ("group_by[]", "colour")], "group_by[]"),
        ("/user_usage_report", [*SPAN, ("group_by[]", "cost_type")], "group_by[]"),
        ("/user_cost_report", [*SPAN, ("bucket_width", "1y")], "bucket_width"),
        ("/user_cost_report", [*SPAN, ("exclude_deleted_users", "perhaps")], "boolean"),
        ("/user_cost_report", [SPAN[0], ("bucket_width", "1d")], "ending_at"),
        ("/user_cost_report", [SPAN[0], ("ending_at", "2026-06-01T00:00:00Z")], "after"),
        ("/user_cost_report", [SPAN[0], ("ending_at", "2026-07-03T00:00:00Z")], "31"),
    ],
)
def test_wrong_questions_are_400(served: Client, path: str, query: Query, words: str) -> None:
    status, kind, message = refusal(served.analytics(path, query))
    assert (status, kind) == (400, "invalid_request_error")
    assert words in message


def test_reports_reach_back_a_year(http: httpx.Client) -> None:
    later = WorldOptions(people=2, days=5, as_of=date(2027, 6, 20))
    with running(later) as server:
        client = Client(server, http)
        old: Query = [("starting_at", "2026-06-19T00:00:00Z"), ("limit", 5)]
        assert "365" in refusal(client.analytics("/user_cost_report", old))[2]
        old[0] = ("starting_at", "2026-06-20T00:00:00Z")
        assert client.analytics("/user_cost_report", old).status_code == 200


def test_users_come_in_pages_without_has_more(company: World, served: Client) -> None:
    day = date(2026, 6, 17)
    found = pages(served, "/users", [("date", day.isoformat()), ("limit", 3)])
    assert len(found) > 2
    assert all(body.keys() == {"data", "next_page"} for body in found)
    assert [row for body in found for row in body["data"]] == company.engagement_users(day)
    blocks = set(found[0]["data"][0])
    assert blocks == {
        "user",
        "chat_metrics",
        "claude_code_metrics",
        "cowork_metrics",
        "design_metrics",
        "office_metrics",
        "science_metrics",
        "web_search_count",
        "last_activity_date",
    }


def test_users_of_a_range_are_rolled_up_without_distinct_counts(
    company: World, served: Client
) -> None:
    days = [date(2026, 6, 15) + timedelta(days=number) for number in range(3)]
    query: Query = [("starting_date", "2026-06-15"), ("ending_date", "2026-06-18")]
    [body] = pages(served, "/users", query)
    sent = sum(
        row["chat_metrics"]["message_count"]
        for day in days
        for row in company.engagement_users(day)
    )
    assert sum(row["chat_metrics"]["message_count"] for row in body["data"]) == sent > 0
    distinct = {row["chat_metrics"]["distinct_conversation_count"] for row in body["data"]}
    assert distinct == {None}
    ids = [row["user"]["id"] for row in body["data"]]
    assert len(ids) == len(set(ids))


def test_users_of_one_id(company: World, served: Client) -> None:
    wanted = company.engagement_users(date(2026, 6, 17))[2]
    query: Query = [("date", "2026-06-17"), ("filter[]", f"user_id:{wanted['user']['id']}")]
    assert served.analytics("/users", query).json()["data"] == [wanted]


def test_summaries_are_one_row_a_day_in_one_answer(company: World, served: Client) -> None:
    body = served.analytics("/summaries", [("starting_date", "2026-06-01")]).json()
    assert body.keys() == {"summaries"}
    rows = body["summaries"]
    assert [row["starting_at"][:10] for row in rows] == [
        f"2026-06-{number:02d}" for number in range(1, 19)
    ]
    last = rows[-1]
    seen = [company.engagement_users(date(2026, 6, 18) - timedelta(days=n)) for n in range(7)]
    active = {row["user"]["id"] for day in seen for row in day if busy(row)}
    today = {row["user"]["id"] for row in seen[0] if busy(row)}
    # Whom the API forgot that day is active all the same.
    assert len(today) <= last["daily_active_user_count"] <= len(today) + 4
    assert len(active) <= last["weekly_active_user_count"] <= len(active) + 4
    assert last["daily_active_user_count"] <= last["weekly_active_user_count"]
    assert last["weekly_active_user_count"] <= last["monthly_active_user_count"]
    seats = last["assigned_seat_count"]
    share = round(100 * last["daily_active_user_count"] / seats, 2)
    assert last["daily_adoption_rate"] == share


def busy(row: dict[str, Any]) -> bool:
    code = row["claude_code_metrics"]["core_metrics"]["distinct_session_count"]
    return bool(
        row["chat_metrics"]["distinct_conversation_count"]
        or row["chat_metrics"]["distinct_files_uploaded_count"]
        or row["chat_metrics"]["distinct_projects_created_count"]
        or row["cowork_metrics"]["message_count"]
        or code
    )


@pytest.mark.parametrize("groups", [(), ("product",), EVERY, (*EVERY, "cost_type", "token_type")])
def test_costs_are_the_same_however_grouped(
    company: World, served: Client, groups: tuple[str, ...]
) -> None:
    query: Query = [
        ("starting_at", "2026-06-08T00:00:00Z"),
        ("ending_at", "2026-06-18T00:00:00Z"),
        ("limit", 4),
        *grouped(*groups),
    ]
    found = pages(served, "/user_cost_report", query)
    rows = [row for body in found for row in body["data"]]
    days = [date(2026, 6, 8) + timedelta(days=number) for number in range(10)]
    lines = [line for day in days for line in company.user_cost_lines(day)]
    total = sum(Decimal(line["pico"]) for line in lines) / 10**10
    assert sum(Decimal(row["amount"]) for row in rows) == total > 0
    assert all(isinstance(row["amount"], str) for row in rows)
    assert all(len(row["amount"].partition(".")[2]) >= 6 for row in rows)
    assert all(Decimal(row["list_amount"]) > Decimal(row["amount"]) for row in rows)
    splits = "cost_type" in groups
    assert all((row["requests"] is None) == splits for row in rows)
    hidden = {*EVERY, "cost_type", "token_type", "rbac_group_id"} - set(groups)
    assert all(row[name] is None for row in rows for name in hidden)
    if not splits:
        asked = sum(line["requests"] for line in lines)
        assert sum(row["requests"] for row in rows) == asked
    assert any(len(body["data"]) > 4 for body in found) == splits


def test_cost_amount_keeps_every_digit(client: Client) -> None:
    [body] = pages(client, "/user_cost_report", SPAN)
    amounts = [(row["amount"], row["list_amount"]) for row in body["data"]]
    # Two days of each: 3.23456789 cents, a ten-billionth, a billionth.
    assert amounts == [
        ("6.46913578", "12.93827156"),
        ("0.0000000002", "0.0000000004"),
        ("0.000000002", "0.000000004"),
    ]
    assert [row["requests"] for row in body["data"]] == [8, 2, 2]
    assert body["data"][0]["starting_at"] is None


def test_buckets_are_days(client: Client) -> None:
    [body] = pages(client, "/user_usage_report", [*SPAN, ("bucket_width", "1d")])
    spans = [(row["starting_at"], row["ending_at"]) for row in body["data"]]
    first = ("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")
    assert spans == [first] * 3 + [("2026-06-02T00:00:00Z", "2026-06-03T00:00:00Z")] * 3
    assert body["data"][0]["cache_creation"] == {
        "ephemeral_5m_input_tokens": 5,
        "ephemeral_1h_input_tokens": 6,
    }


def test_reports_page_by_twenty_and_know_their_query(served: Client) -> None:
    query: Query = [
        ("starting_at", "2026-06-08T00:00:00Z"),
        ("ending_at", "2026-06-18T00:00:00Z"),
        *grouped(*EVERY),
    ]
    first = served.analytics("/user_usage_report", query).json()
    assert (len(first["data"]), first["has_more"]) == (20, True)
    turned: Query = [*query, ("page", first["next_page"])]
    assert served.analytics("/user_usage_report", turned[::-1]).status_code == 200
    changed: Query = [*turned, ("limit", 30)]
    assert refusal(served.analytics("/user_usage_report", changed))[0] == 400
    assert refusal(served.analytics("/user_cost_report", turned))[0] == 400


def test_watermark_names_what_is_complete(company: World, served: Client) -> None:
    query: Query = [
        ("starting_at", "2026-06-15T00:00:00Z"),
        ("ending_at", "2026-06-20T00:00:00Z"),
        ("bucket_width", "1d"),
        ("limit", 1000),
    ]
    body = served.analytics("/user_cost_report", query).json()
    assert body["data_refreshed_at"] == "2026-06-19T00:00:00Z"
    assert body["organization_id"] == company.organization()["id"]
    assert max(row["starting_at"] for row in body["data"]) == "2026-06-18T00:00:00Z"


def test_deleted_accounts_have_an_id_and_can_be_left_out(client: Client) -> None:
    [body] = pages(client, "/user_cost_report", SPAN)
    gone = [row["actor"] for row in body["data"] if row["actor"]["deleted"]]
    assert [(actor["user_id"], actor["email"]) for actor in gone] == [("user_gone", None)]
    [body] = pages(client, "/user_cost_report", [*SPAN, ("exclude_deleted_users", "true")])
    assert {row["actor"]["user_id"] for row in body["data"]} == {"user_ada", "user_bob"}


def test_usage_and_cost_are_of_the_same_people_and_products(served: Client) -> None:
    query: Query = [
        ("starting_at", "2026-06-08T00:00:00Z"),
        ("ending_at", "2026-06-18T00:00:00Z"),
        ("limit", 1000),
        *grouped("product", "model"),
    ]
    keys = [
        {(row["actor"]["user_id"], row["product"], row["model"]) for row in body["data"]}
        for path in ("/user_cost_report", "/user_usage_report")
        for body in pages(served, path, query)
    ]
    assert keys[0] == keys[1]
    assert {product for _, product, _ in keys[0]} == {"chat", "cowork", "claude_code"}
