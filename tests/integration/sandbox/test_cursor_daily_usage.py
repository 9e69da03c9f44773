from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from sandbox.server import WorldOptions, running
from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms
from tests.worlds.company import FIRST, SECOND, THIRD
from tests.worlds.people import ADA, BOB, CAT

PATH = "/teams/daily-usage-data"
DAY = 86_400_000


def test_daily_usage_pages_count_users_not_rows(client: Client) -> None:
    span = {"startDate": ms(FIRST), "endDate": ms(THIRD) + DAY - 1, "pageSize": 2}
    first = client.cursor(PATH, **span, page=1).json()
    second = client.cursor(PATH, **span, page=2).json()
    assert [row["email"] for row in first["data"]] == [ADA] * 3 + [BOB] * 3
    assert [row["email"] for row in second["data"]] == [CAT] * 3
    assert first["pagination"] == {
        "page": 1,
        "pageSize": 2,
        "totalUsers": 3,
        "totalPages": 2,
        "hasNextPage": True,
        "hasPreviousPage": False,
    }
    assert second["pagination"]["hasNextPage"] is False
    assert second["pagination"]["hasPreviousPage"] is True
    assert first["period"] == {"startDate": ms(FIRST), "endDate": ms(THIRD) + DAY - 1}


def test_daily_usage_with_pages_has_zero_rows_of_inactive_members(client: Client) -> None:
    body = {"startDate": ms(FIRST), "endDate": ms(FIRST) + DAY - 1, "page": 1, "pageSize": 10}
    rows = client.cursor(PATH, **body).json()["data"]
    assert {row["email"]: row["isActive"] for row in rows} == {ADA: True, BOB: False, CAT: False}


@pytest.mark.parametrize("more", [{}, {"page": 1}, {"pageSize": 2}])
def test_daily_usage_without_pages_has_active_rows_only_and_no_pagination(
    client: Client, more: dict[str, int]
) -> None:
    body = {"startDate": ms(FIRST), "endDate": ms(SECOND) + DAY - 1, **more}
    answer = client.cursor(PATH, **body).json()
    assert [(row["email"], row["day"]) for row in answer["data"]] == [
        (ADA, "2026-06-01"),
        (ADA, "2026-06-02"),
        (BOB, "2026-06-02"),
    ]
    assert "pagination" not in answer


def test_daily_usage_page_after_the_last_is_empty(client: Client) -> None:
    body = {"startDate": ms(FIRST), "endDate": ms(FIRST), "page": 9, "pageSize": 2}
    answer = client.cursor(PATH, **body).json()
    assert answer["data"] == []
    assert answer["pagination"]["hasNextPage"] is False


def test_daily_usage_date_carries_the_time_of_day_of_the_request(client: Client) -> None:
    start = ms(FIRST, 66_388.288)
    body = {"startDate": start, "endDate": start + DAY, "page": 1, "pageSize": 1}
    rows = client.cursor(PATH, **body).json()["data"]
    assert [row["date"] for row in rows] == [start, start + DAY]
    for row in rows:
        assert row["day"] == datetime.fromtimestamp(row["date"] / 1000, UTC).date().isoformat()


def test_daily_usage_of_exactly_thirty_days_has_thirty_one(http: httpx.Client) -> None:
    company = WorldOptions(people=2, days=40, as_of=date(2026, 6, 30))
    start = ms(date(2026, 5, 25), 66_388.288)
    body = {"startDate": start, "page": 1, "pageSize": 1}
    with running(company) as server:
        client = Client(server, http)
        exactly = client.cursor(PATH, **body, endDate=start + 30 * DAY).json()["data"]
        one_less = client.cursor(PATH, **body, endDate=start + 30 * DAY - 1).json()["data"]
    assert len({row["day"] for row in exactly}) == 31
    assert len({row["day"] for row in one_less}) == 30
    assert {row["date"] % DAY for row in exactly} == {66_388_288}


def test_daily_usage_end_is_inclusive(client: Client) -> None:
    body = {"startDate": ms(FIRST), "page": 1, "pageSize": 1}
    before = client.cursor(PATH, **body, endDate=ms(SECOND) - 1).json()["data"]
    at_midnight = client.cursor(PATH, **body, endDate=ms(SECOND)).json()["data"]
    assert (len(before), len(at_midnight)) == (1, 2)


def test_daily_usage_before_the_company_existed_is_empty(client: Client) -> None:
    start = ms(FIRST - timedelta(days=10))
    answer = client.cursor(PATH, startDate=start, endDate=start + DAY, page=1, pageSize=10)
    assert (answer.status_code, answer.json()["data"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "startDate"),
        ({"startDate": ms(FIRST)}, "endDate"),
        ({"startDate": "2026-06-01", "endDate": ms(FIRST)}, "number"),
        ({"startDate": True, "endDate": ms(FIRST)}, "number"),
        ({"startDate": ms(SECOND), "endDate": ms(FIRST)}, "after"),
        ({"startDate": ms(FIRST), "endDate": ms(FIRST) + 30 * DAY + 1}, "30 days"),
        ({"startDate": ms(FIRST), "endDate": ms(SECOND), "page": 0, "pageSize": 1}, "page"),
        ({"startDate": ms(FIRST), "endDate": ms(SECOND), "page": 1, "pageSize": 1001}, "1000"),
    ],
)
def test_daily_usage_refuses_wrong_parameters(
    client: Client, body: dict[str, object], words: str
) -> None:
    answer = client.cursor(PATH, **body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"
    assert words in answer.json()["message"]
