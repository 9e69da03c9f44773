from typing import Any

import pytest

from tests.integration.sandbox.conftest import Client

PATH = "/usage_report/claude_code"
DAY = ("starting_at", "2026-06-01")
Query = list[tuple[str, Any]]


def test_claude_code_pages_are_twenty_records_unless_told(client: Client) -> None:
    first = client.anthropic(PATH, [DAY]).json()
    assert (len(first["data"]), first["has_more"]) == (20, True)
    second = client.anthropic(PATH, [DAY, ("page", first["next_page"])]).json()
    assert (len(second["data"]), second["has_more"], second["next_page"]) == (5, False, None)
    sessions = [row["core_metrics"]["num_sessions"] for row in first["data"] + second["data"]]
    assert sessions == list(range(1, 26))


def test_claude_code_limit_counts_records(client: Client) -> None:
    assert client.anthropic(PATH, [DAY, ("limit", 25)]).json()["has_more"] is False
    assert client.anthropic(PATH, [DAY, ("limit", 24)]).json()["has_more"] is True


def test_claude_code_serves_one_day_per_call(client: Client) -> None:
    query: Query = [("starting_at", "2026-06-02"), ("ending_at", "2026-06-30")]
    answer = client.anthropic(PATH, query).json()
    assert answer == {"data": [], "has_more": False, "next_page": None}


def test_claude_code_token_belongs_to_its_day_and_limit(client: Client) -> None:
    token = client.anthropic(PATH, [DAY]).json()["next_page"]
    for query in ([("starting_at", "2026-06-02")], [DAY, ("limit", 7)]):
        assert client.anthropic(PATH, [*query, ("page", token)]).status_code == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ([], "starting_at"),
        ([("starting_at", "2026-06-01T00:00:00Z")], "YYYY-MM-DD"),
        ([("starting_at", "2026-06-31")], "valid date"),
        ([DAY, ("limit", 1001)], "1000"),
        ([DAY, ("page", "page_xyz")], "page"),
    ],
)
def test_claude_code_refuses_wrong_parameters(client: Client, query: Query, words: str) -> None:
    answer = client.anthropic(PATH, query)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
