from datetime import date

import httpx

from sandbox.server import WorldOptions, running
from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms


def _admin(client: Client, name: str) -> str:
    return f"{client.server.url}/_sandbox/{name}"


def test_admin_says_that_it_is_ready_and_invented(client: Client) -> None:
    assert client.http.get(_admin(client, "health")).json() == {"ready": True, "invented": True}


def test_admin_switches_faults_on_and_off(client: Client) -> None:
    fault = "endpoint=organization kind=http_500"
    set_on = client.http.post(_admin(client, "faults"), json={"faults": [fault]})
    assert set_on.json()["faults"][0]["kind"] == "http_500"
    assert client.anthropic("/me").status_code == 500
    [report] = client.http.get(_admin(client, "faults")).json()["faults"]
    assert (report["seen"], report["applied"]) == (1, 1)
    assert client.http.delete(_admin(client, "faults")).json() == {"faults": []}
    assert client.anthropic("/me").status_code == 200


def test_admin_refuses_a_fault_that_does_not_exist(client: Client) -> None:
    wrong = {"faults": ["endpoint=x kind=http_418"]}
    answer = client.http.post(_admin(client, "faults"), json=wrong)
    assert (answer.status_code, "http_418" in answer.json()["error"]) == (400, True)


def test_admin_counts_requests_and_answers(client: Client) -> None:
    client.anthropic("/me")
    client.anthropic("/me")
    client.http.get(client.server.cursor_url + "/teams/members")
    assert client.http.get(_admin(client, "requests")).json() == {
        "total": 3,
        "requests": {"anthropic.organization": 2, "cursor.team_members": 1},
        "statuses": {"anthropic.organization 200": 2, "cursor.team_members 401": 1},
    }
    client.http.post(_admin(client, "reset"))
    assert client.http.get(_admin(client, "requests")).json()["total"] == 0


def test_admin_logs_what_was_asked(client: Client) -> None:
    client.anthropic("/cost_report", [("limit", 3), ("group_by[]", "a"), ("group_by[]", "b")])
    client.cursor("/teams/spend", page=2)
    client.anthropic("/workspaces/wrkspc_1")
    assert client.http.get(_admin(client, "log")).json()["log"] == [
        {"endpoint": "anthropic.cost_report", "parameters": {"limit": "3", "group_by[]": "a,b"}},
        {"endpoint": "cursor.spend", "parameters": {"page": "2"}},
        {"endpoint": "anthropic.workspace", "parameters": {"workspace_id": "wrkspc_1"}},
    ]


def test_admin_cannot_change_a_ready_world(client: Client) -> None:
    assert client.http.post(_admin(client, "scenario"), json={"revision": 1}).status_code == 400


def test_admin_world_of_another_day_has_its_own_exports(http: httpx.Client) -> None:
    with running(WorldOptions(people=3, days=5, as_of=date(2026, 6, 10))) as server:
        client = Client(server, http)
        before = {path.name for path in server.export_dir.iterdir()}
        client.http.post(_admin(client, "scenario"), json={"as_of": "2026-06-11"})
        after = {path.name for path in server.export_dir.iterdir()}
        assert before
        assert before != after


def test_admin_restates_the_company(http: httpx.Client) -> None:
    with running(WorldOptions(people=3, days=5, as_of=date(2026, 6, 10))) as server:
        client = Client(server, http)
        day = ms(date(2026, 6, 6))
        body = {"startDate": day, "endDate": day + 86_399_999, "page": 1, "pageSize": 1000}
        assert len(client.cursor("/teams/daily-usage-data", **body).json()["data"]) == 3
        answer = client.http.post(_admin(client, "scenario"), json={"people": 2, "revision": 1})
        assert (answer.json()["people"], answer.json()["revision"]) == (2, 1)
        assert len(client.cursor("/teams/daily-usage-data", **body).json()["data"]) == 2
        wrong = client.http.post(_admin(client, "scenario"), json={"colour": "red"})
        assert (wrong.status_code, "colour" in wrong.json()["error"]) == (400, True)
