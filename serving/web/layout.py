"""Where cards stand for a reader: those that are not for this sign-in leave no hole behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.definition import GRID, TILES, Board, Card, Place


@dataclass(frozen=True)
class Layout:
    """A board as a reader has it."""

    sections: list[tuple[str, list[Place]]]
    """Title and places, from top to bottom; a section without a card is left out."""
    left_out: list[Card]
    """What is not for this reader, in its order."""

    def place_of(self, card: str) -> Place | None:
        """Return where a card stands; None: nowhere."""
        places = (place for _, places in self.sections for place in places)
        return next((place for place in places if place.card == card), None)


def layout(board: Board, is_for_reader: Callable[[Card], bool]) -> Layout:
    """Return a board without the cards that are not for its reader; what is beside them takes their room."""
    sections = []
    for section in board.sections:
        rows: dict[int, list[Place]] = {}
        for place in sorted(section.cards, key=lambda one: (one.row, one.col)):
            rows.setdefault(place.row, []).append(place)
        kept = [
            place
            for row in rows.values()
            for place in _widened(
                row, [one for one in row if is_for_reader(board.cards[one.card])], board
            )
        ]
        if kept:
            sections.append((section.title, kept))
    cards = [board.cards[place.card] for place in board.places]
    return Layout(sections, [card for card in cards if not is_for_reader(card)])


def _widened(row: Sequence[Place], kept: Sequence[Place], board: Board) -> list[Place]:
    if len(kept) == len(row):
        return list(row)
    # A large figure has no use for more room; a chart and a table have.
    are_tiles = all(board.cards[one.card].display in TILES for one in kept)
    whole = GRID if are_tiles else sum(one.width for one in kept)
    found, col = [], 0
    for place, is_last in ((one, one is kept[-1]) for one in kept):
        width = place.width * GRID // whole
        width = GRID - col if is_last and not are_tiles else width
        found.append(place.model_copy(update={"col": col, "width": width}))
        col += width
    return found
