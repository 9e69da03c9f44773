"""Who sees which board and which rows of it, and that a page says what the marts say."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path

import duckdb
import httpx
import pytest

from dashboards.binding import without_filters
from dashboards.definition import read_boards
from dashboards.published import open_tables
from serving.api.access import READERS
from tests.browser import Browser
from tests.service import Service
from warehouse.snapshot import open_current

BOARDS = read_boards()
WHOLE = {"*"}
OPEN = {
    ("admin", "*"): set(BOARDS) - {"my_usage"},
    ("privacy_officer", "*"): set(BOARDS) - {"my_usage"},
    ("viewer", "*"): set(BOARDS) - {"my_usage"},
    ("viewer", "org-01"): {"savings"},
    ("admin", "org-01"): {"savings"},
    ("person", "*"): {"my_usage"},
}
"""The boards that somebody may open; no other."""


@cache
def tables_of(publish_dir: Path) -> duckdb.DuckDBPyConnection:
    """Return the published tables; to open them all takes a while."""
    return open_tables(open_current(publish_dir))[0]


def person_of(boards: Service) -> str:
    """Return the address of somebody who used Cursor."""
    row = (
        tables_of(boards.settings.publish_dir)
        .execute(
            "select person_email from marts.fct_ai_spend_daily where platform = 'cursor'"
            " and person_email is not null group by 1 order by sum(spend_usd) desc, 1 limit 1"
        )
        .fetchone()
    )
    assert row is not None
    return str(row[0])


@pytest.fixture(scope="module", params=OPEN, ids=" of ".join)
def reader(
    request: pytest.FixtureRequest, boards: Service
) -> Iterator[tuple[tuple[str, str], httpx.Client]]:
    role, organization = request.param
    person = person_of(boards) if role == "person" else None
    with Browser(boards.url) as browser:
        token = boards.token(organization, role=role, person=person)
        assert browser.sign_in(token).status_code == 303
        yield request.param, browser


def test_each_reader_has_own_boards(reader: tuple[tuple[str, str], httpx.Client]) -> None:
    who, browser = reader
    linked = set(re.findall(r'href="/boards/([a-z_]+)"', browser.get("/").text))
    assert linked == OPEN[who]
    for name in BOARDS:
        answer = browser.get(f"/boards/{name}")
        assert answer.status_code == (200 if name in OPEN[who] else 404), name


def test_roles_are_all_thought_of() -> None:
    assert {role for role, _ in OPEN} | {"lead"} == set(READERS)


def test_cards_of_people_are_for_who_may_read_of_people(boards: Service) -> None:
    named = person_of(boards)
    for role, sees in (("viewer", False), ("admin", True)):
        with boards.browser("*", role=role) as browser:
            page = browser.get("/boards/executive?days=all").text
            file = browser.get("/boards/executive/spend_by_person.csv?days=all")
        assert (named in page) is sees
        assert file.status_code == (200 if sees else 403)
        assert ("Not for this sign-in" in page) is not sees


def test_a_person_sees_own_rows_only(boards: Service) -> None:
    """The figures are those of the person's rows in the ledger; whoever changes the address gets the same."""
    address = person_of(boards)
    connection = tables_of(boards.settings.publish_dir)
    row = connection.execute(
        "select sum(spend_usd) from marts.fct_ai_spend_daily where person_email = ?", [address]
    ).fetchone()
    with boards.browser("*", role="person", person=address) as browser:
        content = browser.get("/boards/my_usage/my_spend_by_month.json?days=all").json()
    money = [name for name in content["columns"] if name.endswith("_usd")]
    assert row is not None
    assert sum(Decimal(line[money[0]]) for line in content["rows"]) == row[0]


def test_an_organisation_sees_own_rows_only(boards: Service) -> None:
    connection = tables_of(boards.settings.publish_dir)
    rows = connection.execute(
        "select organization_id, sum(gross_savings_usd) from marts.mart_savings__daily group by 1"
    ).fetchall()
    savings = dict(rows)
    for name in ("org-01", "org-02"):
        with boards.browser(name) as browser:
            for query in (
                "?days=all",
                f"?days=all&organization={name}",
                "?days=all&organization=org-03",
            ):
                content = browser.get(f"/boards/savings/daily_and_cumulative.json{query}").json()
                found = sum(
                    (Decimal(line["gross_savings_usd"] or 0) for line in content["rows"]),
                    Decimal(0),
                )
                assert found == (0 if "org-03" in query else savings[name])
            page = browser.get("/boards/savings?days=all").text
        assert set(re.findall(r"org-\d\d", page)) == {name}


CHARTS = [
    (board.name, card.name)
    for board in BOARDS.values()
    if not board.is_of_one_person
    for card in board.cards.values()
    if card.is_chart or card.display == "table"
]


@pytest.fixture(scope="module")
def admin(boards: Service) -> Iterator[httpx.Client]:
    """A program that presents an admin's token."""
    token = boards.token("*", role="admin")
    with httpx.Client(base_url=boards.url, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture(scope="module")
def published(boards: Service) -> duckdb.DuckDBPyConnection:
    """The published tables."""
    return tables_of(boards.settings.publish_dir)


@pytest.mark.parametrize(("board", "card"), CHARTS)
def test_page_file_and_mart_say_the_same(
    admin: httpx.Client, published: duckdb.DuckDBPyConnection, board: str, card: str
) -> None:
    """Over all dates the file has every row of the statement, and the page's sums are those of the file."""
    found = BOARDS[board].cards[card]
    asked = published.execute(without_filters(found.sql)).fetchall()
    file = list(csv.reader(io.StringIO(admin.get(f"/boards/{board}/{card}.csv?days=all").text)))
    json = admin.get(f"/boards/{board}/{card}.json?days=all").json()
    assert file[0] == list(found.columns)
    assert len(file) - 1 == len(json["rows"]) == len(asked)
    for place, (name, column) in enumerate(found.columns.items()):
        if column.is_additive:
            truth = sum(
                (Decimal(str(row[place])) for row in asked if row[place] is not None), Decimal(0)
            )
            assert sum((Decimal(row[place]) for row in file[1:] if row[place]), Decimal(0)) == truth
            assert (
                sum(
                    (Decimal(str(row[name])) for row in json["rows"] if row[name] is not None),
                    Decimal(0),
                )
                == truth
            )


def test_sums_of_a_page_are_of_all_rows(boards: Service) -> None:
    with boards.browser("*", role="admin") as browser:
        page = browser.get("/boards/executive?days=all").text
    connection = tables_of(boards.settings.publish_dir)
    row = connection.execute("select sum(spend_usd) from marts.fct_ai_spend_daily").fetchone()
    assert row is not None
    shown = [
        unescape(total)
        for total in re.findall(r'<tfoot>.*?<td class="num">([^<]+)</td>', page, re.DOTALL)
    ]
    assert f"${row[0]:,.0f}" in shown


def test_an_answer_is_known_again_until_another_snapshot(boards: Service) -> None:
    with boards.browser("*") as browser:
        first = browser.get("/boards/executive/spend_by_team.svg")
        again = browser.get(
            "/boards/executive/spend_by_team.svg", headers={"If-None-Match": first.headers["etag"]}
        )
        other = browser.get(
            "/boards/executive/spend_by_team.svg?days=30",
            headers={"If-None-Match": first.headers["etag"]},
        )
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/boards/nothing", 404),
        ("/boards/executive/nothing.svg", 404),
        ("/boards/executive/spend_by_person.svg", 404),
        ("/boards/executive?tem=x", 422),
        ("/boards/executive?days=x", 422),
        ("/boards/executive/spend_by_team.exe", 404),
    ],
)
def test_refusals_are_pages_in_words(boards: Service, path: str, status: int) -> None:
    with boards.browser("*", role="admin") as browser:
        answer = browser.get(path)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "All boards" in answer.text


def test_words_from_outside_are_words(boards: Service) -> None:
    """A filter's value comes back as text, whatever it looks like."""
    with boards.browser("*") as browser:
        page = browser.get('/boards/executive?team="><script>alert(1)</script>').text
        picture = browser.get('/boards/executive/spend_by_team.svg?team="><script>x</script>').text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in picture


def test_nobody_is_shown_anything_without_a_sign_in(boards: Service) -> None:
    with Browser(boards.url) as browser:
        for path in ("/", "/boards/executive", "/boards/executive/spend_by_team.svg"):
            answer = browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/login")
    with httpx.Client(base_url=boards.url) as program:
        assert program.get("/boards/executive/spend_by_team.csv").status_code == 401
