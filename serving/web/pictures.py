"""The pictures of cards, drawn once per snapshot, reader's reach, choice and size."""

from collections import OrderedDict
from collections.abc import Hashable

from dashboards.definition import Place
from serving.web import drawing
from serving.web.board import link_of
from serving.web.choices import Chosen
from serving.web.results import Result
from serving.web.vega import Spec, specification

MOST_KEPT = 2_048
_COLUMN, _ROW = 54, 42
_NARROW = 330
_HEADING = 70
"""Of a card's height, what is not picture."""


def picture(
    result: Result, place: Place, chosen: Chosen, *, is_narrow: bool, is_linked: bool
) -> Spec:
    """Return the specification of a card's picture, as large as its place."""
    wide = place.width * _COLUMN - 30
    to = link_of(chosen, result.card)

    def address(row: object) -> str | None:
        found = to(row) if is_linked else None  # type: ignore[arg-type]
        return f"{drawing.HOST}{found}" if found else None

    return specification(
        result,
        width=min(wide, _NARROW) if is_narrow else wide,
        height=max(place.height * _ROW - _HEADING, 140),
        link_of=address,
    )


class Kept:
    """Pictures that were drawn, the latest ones."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, str] = OrderedDict()

    def find(self, key: Hashable) -> str | None:
        """Return a picture that was drawn before."""
        found = self._drawn.get(key)
        if found is not None:
            self._drawn.move_to_end(key)
        return found

    def keep(self, key: Hashable, drawn: str) -> None:
        """Keep a picture."""
        self._drawn[key] = drawn
        while len(self._drawn) > MOST_KEPT:
            self._drawn.popitem(last=False)
