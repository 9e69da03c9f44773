"""A board of one person reads rows of persons and calendars: anything else would be refused to everybody who may open it."""

import pytest
import sqlglot

from dashboards.binding import DIALECT, without_filters
from dashboards.definition import Board, Card, read_boards
from dashboards.reading import tables_read
from serving.api.row_rules import CALENDARS, PERSON_ID
from warehouse.documentation import MODELS, documented

COLUMNS = {
    f"marts.{model['name']}": {column["name"] for column in model["columns"]}
    for _, model in documented(MODELS / "marts", "models")
}
OWN: list[Board] = [board for board in read_boards().values() if board.is_of_one_person]


@pytest.mark.parametrize(
    "card", [card for board in OWN for card in board.cards.values()], ids=lambda card: card.name
)
def test_every_table_has_rows_of_persons(card: Card) -> None:
    read = tables_read(sqlglot.parse_one(without_filters(card.sql), dialect=DIALECT))
    assert {table for table in read - CALENDARS if PERSON_ID not in COLUMNS[table]} == set()
    assert read - CALENDARS


def test_a_calendar_is_about_nobody() -> None:
    for table in CALENDARS:
        assert not COLUMNS[table] & {PERSON_ID, "team_name", "organization_id"}
