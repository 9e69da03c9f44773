import pytest

from tests.integration.sandbox.conftest import Client
from tests.worlds.answers import ms
from tests.worlds.company import FIRST, SECOND
from tests.worlds.people import ADA, BOB

PATH = "/teams/filtered-usage-events"
DAY = 86_400_000
ALL = {"startDate": ms(FIRST), "endDate": ms(SECOND) + DAY - 1}


def _instants(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [event["timestamp"] for event in answer["usageEvents"]]


def test_events_are_paged_newest_first_with_totals(client: Client) -> None:
    pages = [client.cursor(PATH, **ALL, page=page, pageSize=2).json() for page in (1, 2, 3)]
    assert [instant for page in pages for instant in _instants(page)] == [
        str(ms(SECOND, 12 * 3600)),
        str(ms(SECOND)),
        str(ms(FIRST, 86_399.999)),
        str(ms(FIRST, 9 * 3600)),
        str(ms(FIRST)),
    ]
    assert {page["totalUsageEventsCount"] for page in pages} == {5}
    assert [page["pagination"] for page in pages] == [
        {
            "numPages": 3,
            "currentPage": page,
            "pageSize": 2,
            "hasNextPage": page < 3,
            "hasPreviousPage": page > 1,
        }
        for page in (1, 2, 3)
    ]


def test_events_page_size_is_a_hundred_unless_told(client: Client) -> None:
    assert client.cursor(PATH, **ALL).json()["pagination"]["pageSize"] == 100


def test_events_both_bounds_are_inclusive(client: Client) -> None:
    to_the_last = client.cursor(PATH, startDate=ms(FIRST), endDate=ms(SECOND) - 1).json()
    to_midnight = client.cursor(PATH, startDate=ms(FIRST), endDate=ms(SECOND)).json()
    from_nine = client.cursor(PATH, startDate=ms(FIRST, 9 * 3600), endDate=ms(SECOND) - 1).json()
    after_nine = client.cursor(
        PATH, startDate=ms(FIRST, 9 * 3600) + 1, endDate=ms(SECOND) - 1
    ).json()
    assert to_the_last["totalUsageEventsCount"] == 3
    assert to_midnight["totalUsageEventsCount"] == 4
    assert from_nine["totalUsageEventsCount"] == 2
    assert after_nine["totalUsageEventsCount"] == 1


def test_events_page_after_the_last_is_empty(client: Client) -> None:
    answer = client.cursor(PATH, **ALL, page=4, pageSize=2).json()
    assert (answer["usageEvents"], answer["pagination"]["hasNextPage"]) == ([], False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"email": ADA}, 3),
        ({"email": BOB, "serviceAccountId": "sa_1"}, 1),
        ({"email": ADA, "serviceAccountId": "sa_1"}, 0),
        ({"cloudAgentId": "*"}, 1),
        ({"cloudAgentId": "bc_2"}, 0),
        ({"automationId": "*"}, 0),
        ({"hostingType": "CLOUD"}, 0),
    ],
)
def test_events_filters_are_combined(
    client: Client, asked: dict[str, object], expected: int
) -> None:
    answer = client.cursor(PATH, **ALL, **asked).json()
    assert answer["totalUsageEventsCount"] == expected
    assert len(answer["usageEvents"]) == expected


def test_events_date_as_text_is_an_internal_error(client: Client) -> None:
    answer = client.cursor(PATH, startDate="2026-06-01", endDate=ms(SECOND))
    assert (answer.status_code, answer.json()["error"]) == (500, "Internal Server Error")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"startDate": None}, "startDate"),
        ({"endDate": ms(FIRST) - 1}, "after"),
        ({"endDate": ms(FIRST) + 30 * DAY + 1}, "30 days"),
        ({"page": 0}, "page"),
        ({"pageSize": 1001}, "1000"),
        ({"hostingType": "MOON"}, "hostingType"),
    ],
)
def test_events_refuse_wrong_parameters(
    client: Client, changes: dict[str, object], words: str
) -> None:
    answer = client.cursor(PATH, **{**ALL, **changes})
    assert answer.status_code == 400
    assert words in answer.json()["message"]
