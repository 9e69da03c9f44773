"""The pictures of cards: how large they are, and where their marks lead."""

from dashboards.definition import Place
from serving.api.access import Principal
from serving.web import drawing
from serving.web.asking import Desk
from serving.web.board import link_of
from serving.web.choices import Chosen
from serving.web.marks import Spec
from serving.web.results import Result, Row
from serving.web.vega import specification

_COLUMN, _ROW = 54, 42
_NARROW = 330
_HEADING = 70
"""Of a card's height, what is not picture."""


WHOLE_COMPANY = Principal("drawing", "admin", frozenset({"*"}))
"""Whoever may read every row of every organisation."""


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
