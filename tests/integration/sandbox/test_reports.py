"""Google's Reports API: delegation, newest first, missing items, forgiving parameters."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2.service_account import Credentials

from sandbox.server import Running, ServerOptions, WorldOptions, running
from sandbox.server.options import REPORTS_SUBJECT
from sandbox.server.service_account import REPORTS_SCOPE
from sandbox.world import World
from tests.integration.sandbox.conftest import Client

OPTIONS = WorldOptions(people=30, days=200, as_of=date(2026, 6, 20))
PATH = "/admin/reports/v1/activity/users/all/applications/gemini_in_workspace_apps"
SHEETS = "https://www.googleapis.com/auth/spreadsheets.readonly"


@pytest.fixture(scope="module")
def company() -> World:
    return World(OPTIONS.people, OPTIONS.days, OPTIONS.seed, as_of=OPTIONS.as_of)


@pytest.fixture(scope="module")
def served(http: httpx.Client) -> Iterator[Client]:
    with running(OPTIONS, options=ServerOptions(rate_limits=False)) as server:
        yield Client(server, http)


def token(
    server: Running, scope: str = REPORTS_SCOPE, subject: str | None = REPORTS_SUBJECT
) -> str:
    credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        server.credentials, scopes=[scope], subject=subject
    )
    credentials.refresh(TokenRequest())
    return str(credentials.token)


def ask(
    client: Client, params: list[tuple[str, Any]] | None = None, bearer: str = "", path: str = PATH
) -> httpx.Response:
    bearer = bearer or token(client.server)
    headers = {"authorization": f"Bearer {bearer}"}
    return client.http.get(client.server.gemini_url + path, params=params or [], headers=headers)


def everything(client: Client, params: list[tuple[str, Any]]) -> list[list[dict[str, Any]]]:
    bearer = token(client.server)
    found: list[list[dict[str, Any]]] = []
    page: list[tuple[str, Any]] = []
    while True:
        body = ask(client, [*params, *page], bearer).json()
        found.append(body.get("items", []))
        if "nextPageToken" not in body:
            return found
        page = [("pageToken", body["nextPageToken"])]


def error(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()["error"]
    assert body["code"] == answer.status_code
    [reason] = body["errors"]
    assert reason["message"] == body["message"]
    assert reason["domain"] == "global"
    return body["code"], body["status"], reason["reason"]


def test_only_a_delegated_administrator_may_read(client: Client) -> None:
    assert ask(client).status_code == 200
    assert error(ask(client, bearer="ya29.wrong")) == (401, "UNAUTHENTICATED", "authError")
    undelegated = token(client.server, subject=None)
    assert error(ask(client, bearer=undelegated)) == (401, "UNAUTHENTICATED", "authError")
    nobody = token(client.server, subject="ada@harbourline.example")
    assert error(ask(client, bearer=nobody)) == (401, "UNAUTHENTICATED", "authError")
    sheets = token(client.server, SHEETS, None)
    assert error(ask(client, bearer=sheets)) == (
        403,
        "PERMISSION_DENIED",
        "insufficientPermissions",
    )


def test_delegation_is_for_the_reports_and_for_our_people_only(client: Client) -> None:
    with pytest.raises(RefreshError, match="unauthorized_client"):
        token(client.server, SHEETS)
    with pytest.raises(RefreshError, match="Invalid email"):
        token(client.server, subject="admin@elsewhere.example")


def test_other_customers_and_applications_are_refused(client: Client) -> None:
    assert ask(client, [("customerId", "C0tiny")]).status_code == 200
    assert error(ask(client, [("customerId", "C0other")])) == (
        403,
        "PERMISSION_DENIED",
        "forbidden",
    )
    path = PATH.replace("gemini_in_workspace_apps", "drive_of_somebody")
    assert error(ask(client, path=path)) == (400, "INVALID_ARGUMENT", "invalid")


def test_items_are_missing_when_there_are_none(client: Client) -> None:
    empty = ask(
        client,
        [("startTime", "2026-06-02T00:00:00Z"), ("endTime", "2026-06-03T00:00:00Z")],
    ).json()
    assert empty == {"kind": "admin#reports#activities", "etag": '"sandbox"'}


def test_newest_first_and_the_end_is_outside(client: Client) -> None:
    [items] = everything(client, [])
    times = [item["id"]["time"] for item in items]
    assert times == [
        "2026-06-03T21:00:00.000Z",
        "2026-06-03T09:00:00.000Z",
        "2026-06-01T21:00:00.000Z",
        "2026-06-01T09:00:00.000Z",
    ]
    span = [("startTime", "2026-06-01T09:00:00Z"), ("endTime", "2026-06-01T21:00:00Z")]
    [[only]] = everything(client, span)
    assert only["id"]["time"] == "2026-06-01T09:00:00.000Z"


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_of_any_size_lose_and_repeat_nothing(client: Client, size: int) -> None:
    found = everything(client, [("maxResults", size)])
    assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)
    numbers = [
        (item["id"]["time"], item["id"]["uniqueQualifier"]) for page in found for item in page
    ]
    assert len(numbers) == len(set(numbers)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        ("maxResults", "many"),
        ("maxResults", "5000"),
        ("startTime", "yesterday"),
        ("colour", "red"),
        ("groupIdFilter", "x"),
    ],
)
def test_parameters_without_sense_are_ignored(client: Client, wrong: tuple[str, str]) -> None:
    [items] = everything(client, [wrong])
    assert len(items) == 4


def test_last_of_repeated_parameters_wins(client: Client) -> None:
    found = everything(client, [("maxResults", "1"), ("maxResults", "3")])
    assert [len(page) for page in found] == [3, 1]


def test_page_token_of_nobody_is_refused(client: Client) -> None:
    assert error(ask(client, [("pageToken", "R:x")]))[0] == 400


def test_one_persons_activities(client: Client) -> None:
    path = PATH.replace("/all/", "/ADA@corp.example/")
    items = ask(client, path=path).json()["items"]
    assert {item["actor"]["email"] for item in items} == {"ada@corp.example"}
    assert len(items) == 2


def test_company_is_served_whole_and_no_older_than_180_days(company: World, served: Client) -> None:
    found = [item for page in everything(served, []) for item in page]
    days = [OPTIONS.as_of - timedelta(days=back) for back in range(1, 181)]
    assert found == [row for day in days for row in company.gemini_activities(day)]
    assert min(item["id"]["time"] for item in found)[:10] == "2025-12-22"
    old = [("startTime", "2025-12-10T00:00:00Z"), ("endTime", "2025-12-20T00:00:00Z")]
    assert "items" not in ask(served, old).json()
    assert list(company.assistants.activities(date(2025, 12, 15)))


def test_full_page_at_the_end_of_a_day_leads_on_to_the_oldest(
    company: World, served: Client
) -> None:
    days = (date(2026, 6, 18), date(2026, 6, 17))
    newest, oldest = (company.gemini_activities(day) for day in days)
    span = [("startTime", "2026-06-17T00:00:00Z"), ("endTime", "2026-06-19T00:00:00Z")]
    found = everything(served, [*span, ("maxResults", len(newest))])
    assert found[0] == newest
    assert [item for page in found[1:] for item in page] == oldest != []
