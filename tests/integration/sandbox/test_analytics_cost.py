"""Anthropic's Usage and Cost Analytics API as documented: beta, dimensions, pages, cents; and what it says of the company."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.server import ServerOptions, WorldOptions, running
from sandbox.server.anthropic_costs import BETA
from sandbox.world import Scenario, World
from tests.integration.sandbox.conftest import Client

Query = list[tuple[str, Any]]
OPTIONS = WorldOptions(people=30, days=20, as_of=date(2026, 6, 20), shape="vendor_costs")
DAY: Query = [("starting_at", "2026-06-02T00:00:00Z"), ("ending_at", "2026-06-03T00:00:00Z")]
DAILY: Query = [*DAY, ("time_bucket_width", "1d")]
OWNERS = ("actor", "api_key_id", "model", "product", "workspace_id")


@pytest.fixture(scope="module")
def company() -> World:
    return World(
        OPTIONS.people,
        OPTIONS.days,
        OPTIONS.seed,
        as_of=OPTIONS.as_of,
        scenario=Scenario(shapes=frozenset({"vendor_costs"})),
    )


@pytest.fixture(scope="module")
def served(http: httpx.Client) -> Iterator[Client]:
    with running(OPTIONS, options=ServerOptions(rate_limits=False)) as server:
        yield Client(server, http)


def by(*names: str) -> Query:
    return [("group_by[]", name) for name in names]


def ask(client: Client, query: Query, beta: str = BETA) -> httpx.Response:
    return client.anthropic("/analytics/cost", query, **{"anthropic-beta": beta})


def rows(client: Client, query: Query) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    found: list[dict[str, Any]] = []
    page: Query = []
    while True:
        answer = ask(client, [*query, *page])
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["data"]
        if not body["has_more"]:
            assert body["next_page"] is None
            return found
        page = [("page", body["next_page"])]


def total(found: list[dict[str, Any]], name: str = "amount") -> Decimal:
    return sum((Decimal(row["cost"][name]) for row in found), Decimal(0))


def test_an_organisation_without_the_beta_has_no_such_path(client: Client) -> None:
    answer = ask(client, DAILY)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ([], "starting_at: Field required"),
        ([("starting_at", "2025-12-31T00:00:00Z")], "no earlier than 2026-01-01"),
        ([DAY[0], ("time_bucket_width", "1d")], "ending_at: Field required"),
        ([DAY[0], ("ending_at", "2026-07-04T00:00:00Z")], "at most 31 days"),
        ([DAY[0], ("ending_at", "2026-06-02T00:00:00Z")], "must be after"),
        ([*DAILY, *by(*OWNERS, "speed")], "at most 5 dimensions"),
        ([*DAILY, *by("description")], "group_by[]: Input should be one of"),
        ([*DAILY, ("limit", "1001")], "less than or equal to 1000"),
        ([*DAILY, ("order_by", "model")], "order_by: Input should be one of"),
        ([*DAILY, ("exclude_deleted_users", "true")], "requires group_by[]=actor"),
        ([*DAILY, ("page", "page_x")], "page: invalid"),
    ],
)
def test_rules_are_kept(served: Client, query: Query, words: str) -> None:
    answer = ask(served, query)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_the_beta_has_to_be_asked_for(served: Client) -> None:
    assert ask(served, DAILY, beta="other-2026-01-01").status_code == 400


def test_every_grouping_adds_up_to_the_same_day(served: Client) -> None:
    (whole,) = rows(served, DAILY)
    assert whole["starting_at"] == "2026-06-02T00:00:00Z"
    assert whole["cost"]["requests"] > 0
    terms = by("context_window", "inference_geo", "model", "service_tier", "speed")
    for grouping in (by(*OWNERS), by(*OWNERS, "cost_type", "token_type"), terms):
        found = rows(served, [*DAILY, *grouping])
        for name in ("amount", "list_amount"):
            assert total(found, name) == Decimal(whole["cost"][name])
        if ("group_by[]", "cost_type") in grouping:
            assert {row["cost"]["requests"] for row in found} == {None}
        else:
            assert sum(row["cost"]["requests"] for row in found) == whole["cost"]["requests"]


def test_token_types_alone_are_less_than_the_bill(served: Client) -> None:
    (whole,) = rows(served, DAILY)
    tokens = rows(served, [*DAILY, *by("token_type")])
    assert {row["group"]["cost_type"] for row in tokens} == {"tokens"}
    components = rows(served, [*DAILY, *by("cost_type")])
    assert {row["group"]["token_type"] for row in components} == {None}
    assert total(tokens) < total(components) == Decimal(whole["cost"]["amount"])


def test_a_page_holds_more_rows_than_its_limit_when_types_split_them(served: Client) -> None:
    query = [*DAILY, *by("model", "cost_type", "token_type")]
    body = ask(served, [*query, ("limit", "1")]).json()
    assert (len(body["data"]), body["has_more"]) == (len(body["data"]), True)
    assert len(body["data"]) > 1
    assert total(rows(served, [*query, ("limit", "2")])) == total(rows(served, query))


def test_by_time_days_come_in_order(served: Client) -> None:
    span: Query = [DAY[0], ("ending_at", "2026-06-10T00:00:00Z"), ("time_bucket_width", "1d")]
    up = rows(served, [*span, *by("model"), ("order_by", "time"), ("order", "asc"), ("limit", "3")])
    days = [row["starting_at"] for row in up]
    assert (days, len(set(days)) > 4) == (sorted(days), True)


def test_rows_end_where_the_report_was_refreshed(served: Client) -> None:
    span: Query = [("starting_at", "2026-06-17T00:00:00Z"), ("ending_at", "2026-06-20T00:00:00Z")]
    body = ask(served, [*span, ("time_bucket_width", "1d")]).json()
    assert body["data_refreshed_at"] == "2026-06-19T00:00:00Z"
    assert {row["starting_at"][:10] for row in body["data"]} == {"2026-06-17", "2026-06-18"}


def test_everybody_who_can_be_named_is(served: Client, company: World) -> None:
    span: Query = [("starting_at", "2026-06-01T00:00:00Z"), ("ending_at", "2026-06-19T00:00:00Z")]
    found = rows(served, [*span, *by(*OWNERS), ("limit", "1000")])
    kinds = Counter((row["group"]["actor"] or {}).get("type") for row in found)
    assert set(kinds) == {
        "user_actor", "api_actor", "service_account_actor", "federated_actor", None,
    }  # fmt: skip
    # The default workspace has its real id here, and the product of code execution is not known.
    groups = [row["group"] for row in found]
    assert company.default_workspace()["id"] in {group["workspace_id"] for group in groups}
    assert None not in {group["workspace_id"] for group in groups}
    assert {group["product"] for group in groups} == {
        None, "claude_code", "claude_console", "managed_agents_api", "message_batches_api", "messages_api",
    }  # fmt: skip


def test_it_is_the_bill_with_priority_and_less_the_discount(served: Client, company: World) -> None:
    for number in range(1, 19):
        day = date(2026, 6, number)
        billed = sum((Decimal(row["amount"]) for row in company.day(day).costs), Decimal(0))
        span: Query = [
            ("starting_at", f"{day}T00:00:00Z"),
            ("ending_at", f"{day + timedelta(days=1)}T00:00:00Z"),
        ]
        found = rows(served, [*span, *by("service_tier", "model"), ("limit", "1000")])
        beyond = [row for row in found if row["group"]["service_tier"] == "priority"]
        assert total(found, "list_amount") - total(beyond, "list_amount") == billed
        for row in found:
            share = 8 if row["group"]["model"] != "claude-opus-5" else 7
            amount, listed = (Decimal(row["cost"][name]) for name in ("amount", "list_amount"))
            assert amount * 8 == listed * share


def test_a_leaver_is_deleted_with_or_without_the_address() -> None:
    world = World(
        60, 120, 7, as_of=date(2026, 6, 20), scenario=Scenario(shapes=frozenset({"vendor_costs"}))
    )
    lines = [line for day in world.dates() for line in world.vendor_cost_lines(day) or ()]
    users = [line["actor"] for line in lines if (line["actor"] or {}).get("type") == "user_actor"]
    gone = {(user["deleted"], user["email_address"] is None) for user in users}
    assert gone == {(False, False), (True, False), (True, True)}
    assert {user["name"] for user in users if user["email_address"] is None} == {"Deleted User"}
