"""What is served over HTTP is what the invented company says, nothing more and nothing less."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.server import Running, ServerOptions, WorldOptions, running
from sandbox.server.grouping import MESSAGE_DIMENSIONS
from sandbox.server.sheets import TABS
from sandbox.world import World
from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms

OPTIONS = WorldOptions(people=12, days=10, as_of=date(2026, 6, 20))
DAYS = [OPTIONS.as_of - timedelta(days=back) for back in range(10, 0, -1)]
START = ("starting_at", "2026-06-10T00:00:00Z")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def company() -> World:
    return World(OPTIONS.people, OPTIONS.days, OPTIONS.seed, as_of=OPTIONS.as_of)


@pytest.fixture(scope="module")
def served(http: httpx.Client) -> Iterator[Client]:
    server: Running
    with running(OPTIONS, options=ServerOptions(rate_limits=False)) as server:
        yield Client(server, http)


def _buckets(served: Client, path: str, *groups: str) -> dict[str, list[Row]]:
    query: list[tuple[str, Any]] = [START, ("limit", 3)]
    query += [("group_by[]", group) for group in groups]
    found: dict[str, list[Row]] = {}
    page: list[tuple[str, Any]] = []
    while True:
        answer = served.anthropic(path, [*query, *page]).json()
        for bucket in answer["data"]:
            found[bucket["starting_at"][:10]] = bucket["results"]
        if not answer["has_more"]:
            return found
        page = [("page", answer["next_page"])]


def _tokens(rows: list[Row]) -> dict[str, int]:
    return {
        "input": sum(row["uncached_input_tokens"] for row in rows),
        "output": sum(row["output_tokens"] for row in rows),
        "hour": sum(row["cache_creation"]["ephemeral_1h_input_tokens"] for row in rows),
        "searches": sum(row["server_tool_use"]["web_search_requests"] for row in rows),
    }


@pytest.mark.parametrize(
    "groups", [[], ["model"], [name for name in MESSAGE_DIMENSIONS if name != "speed"]]
)
def test_company_usage_is_the_same_however_grouped(
    company: World, served: Client, groups: list[str]
) -> None:
    buckets = _buckets(served, "/usage_report/messages", *groups)
    assert any(company.day(day).messages for day in DAYS)
    for day in DAYS:
        assert _tokens(buckets[day.isoformat()]) == _tokens(company.day(day).messages)


def test_company_bill_by_description_and_workspace_is_untouched(
    company: World, served: Client
) -> None:
    buckets = _buckets(served, "/cost_report", "description", "workspace_id")
    for day in DAYS:
        rows = sorted(map(repr, (sorted(row.items()) for row in company.day(day).costs)))
        assert sorted(repr(sorted(row.items())) for row in buckets[day.isoformat()]) == rows


def test_company_bill_ungrouped_has_the_same_total(company: World, served: Client) -> None:
    buckets = _buckets(served, "/cost_report")
    for day in DAYS:
        served_total = sum(Decimal(row["amount"]) for row in buckets[day.isoformat()])
        assert served_total == sum(Decimal(row["amount"]) for row in company.day(day).costs)


def test_company_events_and_daily_rows_are_all_there(company: World, served: Client) -> None:
    span = {"startDate": ms(DAYS[0]), "endDate": ms(OPTIONS.as_of) - 1}
    events: list[Row] = []
    page = 1
    while True:
        body = {**span, "page": page, "pageSize": 100}
        answer = served.cursor("/teams/filtered-usage-events", **body).json()
        events += answer["usageEvents"]
        if not answer["pagination"]["hasNextPage"]:
            break
        page += 1
    expected = [event for day in DAYS for event in company.day(day).cursor_events]
    assert page > 1
    assert events == expected[::-1]
    body = {**span, "page": 1, "pageSize": 1000}
    rows = served.cursor("/teams/daily-usage-data", **body).json()["data"]
    wanted = [row for day in DAYS for row in company.day(day).cursor_daily]
    assert sorted(rows, key=repr) != []
    assert sorted(map(_canonical, rows)) == sorted(map(_canonical, wanted))


def _canonical(row: Row) -> str:
    return repr(sorted(row.items()))


def test_company_claude_code_records_are_all_there(company: World, served: Client) -> None:
    for day in DAYS:
        query = [("starting_at", day.isoformat()), ("limit", 1000)]
        answer = served.anthropic("/usage_report/claude_code", query).json()
        assert answer["data"] == company.day(day).claude_code


def test_company_directories_are_served_whole(company: World, served: Client) -> None:
    everything: list[tuple[str, Any]] = [("limit", 1000), ("include_archived", "true")]
    listed = {
        path: served.anthropic(f"/{path}", everything).json()["data"]
        for path in ("api_keys", "users", "workspaces", "invites")
    }
    assert listed == {
        "api_keys": company.api_keys(),
        "users": company.users(),
        "workspaces": company.workspaces(include_archived=True),
        "invites": company.invites(),
    }
    for workspace in listed["workspaces"]:
        path = f"/workspaces/{workspace['id']}/members"
        members = served.anthropic(path, everything).json()["data"]
        assert members == company.workspace_members(workspace["id"])
    assert served.cursor_get("/teams/members").json()["teamMembers"] == company.cursor_members()


def test_company_has_every_tab_that_the_server_lists(company: World) -> None:
    assert all(company.sheet(tab) for tab in TABS)
