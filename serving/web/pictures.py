"""The pictures of cards: drawn once for what was asked, whoever asked, and kept while they are wanted."""

from collections.abc import Hashable

import duckdb

from dashboards.definition import Board, Card, Place, read_boards
from serving.api.access import Principal
from serving.api.view import View
from serving.web import drawing
from serving.web.asking import Desk, NotThereError
from serving.web.board import link_of
from serving.web.choices import Chosen, day_of, read_choices
from serving.web.kept import Kept
from serving.web.marks import Spec
from serving.web.results import Result, Row
from serving.web.vega import specification

_COLUMN, _ROW = 54, 42
_NARROW = 330
_HEADING = 70
"""Of a card's height, what is not picture."""


WHOLE_COMPANY = Principal("drawing", "admin", frozenset({"*"}))
"""Whoever may read every row of every organisation."""
KEPT: Kept[str] = Kept(2_048)


def key_of_picture(
    desk: Desk, card: Card, place: Place, chosen: Chosen, *, is_narrow: bool
) -> Hashable:
    """Return everything that decides a picture: the snapshot, what is asked of it, where its links lead, its size."""
    statement = desk.statement(card, chosen)
    asked = (statement.sql, tuple(statement.values.items()))
    size = (place.width, place.height, is_narrow)
    return desk.view.edition, chosen.board.name, card.name, asked, chosen.query(), size


def picture(
    desk: Desk, result: Result, place: Place, chosen: Chosen, *, is_narrow: bool, is_linked: bool
) -> Spec:
    """Return the specification of a card's picture, as large as its place."""
    wide = place.width * _COLUMN - 30
    to = link_of(chosen, result.card)

    def address(row: Row) -> str | None:
        found = to(row) if is_linked else None
        return f"{drawing.HOST}{found}" if found else None

    return specification(
        result,
        width=min(wide, _NARROW) if is_narrow else wide,
        height=max(place.height * _ROW - _HEADING, 140),
        link_of=address,
        breaks=desk.breaks(result.card, chosen),
    )


def draw_default_views(view: View) -> int:
    """Draw what those will see first who open a board after a snapshot appeared, and return how many pictures.

    They are the pictures of readers of the whole company; everybody else's are drawn when they are asked for.
    """
    desk, cursor, n_drawn = Desk(view, WHOLE_COMPANY), view.cursor(), 0
    for board in read_boards().values():
        chosen = read_choices(board, day_of(view), ())
        for place in board.places:
            n_drawn += _draw_once(desk, cursor, board, place, chosen)
    return n_drawn


def _draw_once(
    desk: Desk, cursor: duckdb.DuckDBPyConnection, board: Board, place: Place, chosen: Chosen
) -> int:
    card = board.cards[place.card]
    if not card.is_chart or not desk.may_see(card):
        return 0
    key = key_of_picture(desk, card, place, chosen, is_narrow=False)
    if KEPT.find(key) is not None:
        return 0
    try:
        result = desk.ask(cursor, card, chosen)
    except NotThereError:
        return 0
    spec = picture(desk, result, place, chosen, is_narrow=False, is_linked=True)
    KEPT.keep(key, drawing.drawn(spec))
    return 1
