import base64

import pytest

from sandbox.server.options import CURSOR_KEY, CURSOR_TEAM_PLAN_KEY
from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms
from tests.worlds.company import FIRST

UNAUTHORIZED = {"error": "Unauthorized", "message": "Invalid API key"}


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        f"Bearer {CURSOR_KEY}",
        _basic(f"{CURSOR_KEY}:").replace("Basic", "Bearer"),
        _basic("crsr_wrong:"),
        _basic(f":{CURSOR_KEY}"),
        "Basic not-base64!",
    ],
)
def test_cursor_refuses_everything_but_the_key_as_user_name(
    client: Client, header: str | None
) -> None:
    headers = {"authorization": header} if header else {}
    answer = client.http.get(client.server.cursor_url + "/teams/members", headers=headers)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_cursor_key_of_another_plan_is_forbidden(client: Client) -> None:
    url = client.server.cursor_url + "/teams/members"
    answer = client.http.get(url, auth=(CURSOR_TEAM_PLAN_KEY, ""))
    assert answer.status_code == 403
    assert answer.json() == {"error": "Forbidden", "message": "Enterprise access required"}


def test_cursor_members_come_wrapped_and_all_at_once(client: Client) -> None:
    members = client.cursor_get("/teams/members").json()["teamMembers"]
    assert [member["email"].split("@")[0] for member in members] == ["ada", "bob", "cat"]


def test_cursor_groups_keep_their_envelope(client: Client) -> None:
    answer = client.cursor_get("/teams/groups").json()
    assert answer["groups"][0]["id"] == "g1"
    assert "unassignedGroup" in answer


def test_cursor_spend_counts_pages_without_saying_whether_one_follows(client: Client) -> None:
    pages = [client.cursor("/teams/spend", page=page, pageSize=2).json() for page in (1, 2, 3)]
    assert [len(page["teamMemberSpend"]) for page in pages] == [2, 1, 0]
    assert {page["totalPages"] for page in pages} == {2}
    assert {page["totalMembers"] for page in pages} == {3}
    assert {page["subscriptionCycleStart"] for page in pages} == {ms(FIRST)}
    assert not {"hasNextPage", "currentPage", "pagination"} & pages[0].keys()


def test_cursor_spend_default_page_is_finite(client: Client) -> None:
    assert client.cursor("/teams/spend").json()["totalPages"] == 1


def test_cursor_spend_sorts_and_searches(client: Client) -> None:
    by_amount = client.cursor("/teams/spend", sortBy="amount", sortDirection="asc").json()
    assert [row["spendCents"] for row in by_amount["teamMemberSpend"]] == [0.0, 5.0, 50.0]
    found = client.cursor("/teams/spend", searchTerm="BO").json()
    assert [row["name"] for row in found["teamMemberSpend"]] == ["bob"]


@pytest.mark.parametrize(
    "body",
    [{"page": 0}, {"page": "1"}, {"pageSize": 1001}, {"sortBy": "colour"}, {"sortDirection": "up"}],
)
def test_cursor_spend_refuses_wrong_parameters(client: Client, body: dict[str, object]) -> None:
    answer = client.cursor("/teams/spend", **body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"


def test_cursor_refuses_a_body_that_is_no_json_object(client: Client) -> None:
    url = client.server.cursor_url + "/teams/spend"
    for content in (b"{", b"[]"):
        answer = client.http.post(url, content=content, auth=(CURSOR_KEY, ""))
        assert answer.status_code == 400


def test_cursor_unknown_path_and_method_are_answered_in_its_own_shape(client: Client) -> None:
    unknown = client.cursor_get("/teams/nothing")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not Found")
    wrong_method = client.cursor_get("/teams/spend")
    assert (wrong_method.status_code, wrong_method.json()["error"]) == (405, "Method Not Allowed")
