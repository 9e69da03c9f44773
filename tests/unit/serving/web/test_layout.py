"""What is not for a reader leaves no hole on the page."""

from typing import Any

from dashboards.definition import Board
from serving.web.layout import layout
from tests.unit.serving.web.cards import board, card

PLACES = [
    ("a", 0, 0, 12),
    ("b", 12, 0, 12),
    ("c", 0, 6, 8),
    ("d", 8, 6, 8),
    ("e", 16, 6, 8),
]


def made(**settings: Any) -> Board:
    cards = {name: card(name=name, title=name, **settings) for name, *_ in PLACES}
    places = [
        {"card": name, "col": col, "row": row, "width": width, "height": 6}
        for name, col, row, width in PLACES
    ]
    return board(answer="a", cards=cards, sections=[{"title": "All", "cards": places}])


def shown(of: Board, *without: str) -> list[tuple[str, int, int]]:
    found = layout(of, lambda one: one.name not in without)
    assert [one.name for one in found.left_out] == list(without)
    return [(one.card, one.col, one.width) for _, places in found.sections for one in places]


def test_whoever_may_see_all_has_the_board_as_it_is_written() -> None:
    assert shown(made()) == [(name, col, width) for name, col, _, width in PLACES]


def test_what_is_beside_takes_the_room() -> None:
    assert shown(made(), "b", "d") == [("a", 0, 24), ("c", 0, 12), ("e", 12, 12)]


def test_large_figures_move_up_and_stay_as_they_are() -> None:
    tiles = made(display="number", x=None, series=None)
    assert shown(tiles, "c") == [("a", 0, 12), ("b", 12, 12), ("d", 0, 8), ("e", 8, 8)]


def test_a_section_without_cards_has_no_heading() -> None:
    assert layout(made(), lambda _card: False).sections == []
