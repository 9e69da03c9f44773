from typing import Any

import pytest

from sandbox.server.options import ANTHROPIC_ADMIN_KEY, ANTHROPIC_NORMAL_KEY
from tests.integration.sandbox.conftest import ADMIN, Client

VERSION = {"anthropic-version": "2023-06-01"}
Query = list[tuple[str, Any]]


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        (VERSION, 401, "authentication_error"),
        ({**VERSION, "x-api-key": "sk-ant-admin01-wrong"}, 401, "authentication_error"),
        (
            {**VERSION, "authorization": f"Bearer {ANTHROPIC_ADMIN_KEY}"},
            401,
            "authentication_error",
        ),
        ({**VERSION, "x-api-key": ANTHROPIC_NORMAL_KEY}, 403, "permission_error"),
        ({"x-api-key": ANTHROPIC_ADMIN_KEY}, 400, "invalid_request_error"),
        ({**ADMIN, "anthropic-version": "2020-01-01"}, 400, "invalid_request_error"),
    ],
)
def test_anthropic_wrong_keys_and_versions(
    client: Client, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = client.http.get(f"{client.server.anthropic_url}/v1/organizations/me", headers=headers)
    body = answer.json()
    assert (answer.status_code, body["type"], body["error"]["type"]) == (status, "error", kind)
    assert body["request_id"].startswith("req_")
    assert answer.headers["request-id"] == body["request_id"]


def test_anthropic_unknown_path_is_answered_in_its_own_shape(client: Client) -> None:
    answer = client.anthropic("/nothing")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")


def _walk(client: Client, path: str, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    query: Query = [("limit", limit)]
    while True:
        answer = client.anthropic(path, query).json()
        pages.append([row.get("id") or row["user_id"] for row in answer["data"]])
        if not answer["has_more"]:
            return pages
        assert answer["last_id"] == pages[-1][-1]
        query = [("limit", limit), ("after_id", answer["last_id"])]


def test_lists_go_on_after_the_last_id(client: Client) -> None:
    assert _walk(client, "/api_keys", 2) == [
        ["apikey_01", "apikey_02"],
        ["apikey_03", "apikey_04"],
        ["apikey_05"],
    ]
    assert _walk(client, "/workspaces/wrkspc_1/members", 2) == [["user_01", "user_02"], ["user_03"]]


def test_lists_have_twenty_rows_unless_told(client: Client) -> None:
    assert [len(page) for page in _walk(client, "/users", 20)] == [20, 4]
    answer = client.anthropic("/users").json()
    assert (len(answer["data"]), answer["first_id"], answer["last_id"]) == (
        20,
        "user_01",
        "user_20",
    )


def test_lists_go_back_before_an_id(client: Client) -> None:
    query: Query = [("limit", 2), ("before_id", "apikey_04")]
    answer = client.anthropic("/api_keys", query).json()
    assert [row["id"] for row in answer["data"]] == ["apikey_02", "apikey_03"]
    assert answer["has_more"] is True


def test_lists_know_no_page_and_no_offset(client: Client) -> None:
    query: Query = [("limit", 2), ("page", 2), ("offset", 2)]
    answer = client.anthropic("/api_keys", query).json()
    assert [row["id"] for row in answer["data"]] == ["apikey_01", "apikey_02"]


@pytest.mark.parametrize(
    "query",
    [
        [("limit", 1001)],
        [("limit", 0)],
        [("limit", "x")],
        [("after_id", "apikey_01"), ("before_id", "apikey_02")],
        [("after_id", "apikey_404")],
    ],
)
def test_lists_refuse_wrong_parameters(client: Client, query: Query) -> None:
    answer = client.anthropic("/api_keys", query)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("path", "query", "ids"),
    [
        ("/api_keys", [("status", "inactive")], ["apikey_05"]),
        ("/api_keys", [("workspace_id", "wrkspc_1")], ["apikey_03"]),
        ("/api_keys", [("created_by_user_id", "user_02")], []),
        ("/users", [("email", "user2@corp.example")], ["user_02"]),
        ("/users", [("roles[]", "admin")], ["user_01"]),
        ("/invites", [("statuses[]", "pending")], ["invite_1"]),
        ("/invites", [], ["invite_1", "invite_2"]),
        ("/workspaces", [], ["wrkspc_1"]),
        ("/workspaces", [("include_archived", "true")], ["wrkspc_1", "wrkspc_2"]),
    ],
)
def test_lists_filters(client: Client, path: str, query: Query, ids: list[str]) -> None:
    assert [row["id"] for row in client.anthropic(path, query).json()["data"]] == ids


def test_lists_empty_answer_has_no_ids(client: Client) -> None:
    answer = client.anthropic("/workspaces/wrkspc_2/members").json()
    assert answer == {"data": [], "has_more": False, "first_id": None, "last_id": None}


def test_default_workspace_is_found_only_by_its_id(client: Client) -> None:
    assert client.anthropic("/workspaces/wrkspc_default").json()["name"] == "Default"
    query: Query = [("include_archived", "true")]
    listed = client.anthropic("/workspaces", query).json()["data"]
    assert "wrkspc_default" not in {row["id"] for row in listed}


def test_archived_workspace_is_found_by_its_id(client: Client) -> None:
    assert client.anthropic("/workspaces/wrkspc_2").json()["name"] == "Old"


@pytest.mark.parametrize("path", ["/workspaces/wrkspc_404", "/workspaces/wrkspc_404/members"])
def test_unknown_workspace_is_not_found(client: Client, path: str) -> None:
    assert client.anthropic(path).status_code == 404


def test_organization_is_one_object(client: Client) -> None:
    assert client.anthropic("/me").json()["type"] == "organization"
