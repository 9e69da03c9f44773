"""What a card's statement returned, and how much of it a picture has room for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.definition import Card

Row = Mapping[str, Any]
MOST_BARS = 14
MOST_SERIES = 7
OTHER = "other"
NOBODY = "(none)"


@dataclass(frozen=True)
class Result:
    """The rows of a card, whole: nothing is cut here."""

    card: Card
    rows: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is known: no row, or only unknown measures."""
        measures = [name for name in self.card.columns if name in self.card.y] or list(
            self.card.columns
        )
        return all(row[name] is None for row in self.rows for name in measures)

    def total(self, column: str) -> Decimal | None:
        """Return the sum of a column whose values may be added; None where no row has one."""
        known = [Decimal(str(row[column])) for row in self.rows if row[column] is not None]
        return sum(known, Decimal(0)) if known else None


def with_room(result: Result) -> tuple[list[Row], int]:
    """Return rows for a picture, and how many words were put together as "other".

    Bars beyond `MOST_BARS` and series beyond `MOST_SERIES` become one, where their values may be added; where they may
    not, the smallest are left out and the number says so.
    """
    card = result.card
    word = card.series or (card.x if card.display == "row" else None)
    if word is None:
        return list(result.rows), 0
    most = MOST_SERIES if card.series else MOST_BARS
    measure = card.y[0]
    sizes: dict[Any, Decimal] = {}
    for row in result.rows:
        sizes[row[word]] = sizes.get(row[word], Decimal(0)) + abs(Decimal(str(row[measure] or 0)))
    if len(sizes) <= most + 1:
        return list(result.rows), 0
    largest = set(sorted(sizes, key=lambda name: -sizes[name])[:most])
    kept = [row for row in result.rows if row[word] in largest]
    if all(card.columns[name].is_additive for name in card.y):
        kept += _together([row for row in result.rows if row[word] not in largest], card, word)
    return kept, len(sizes) - most


def _together(rows: Sequence[Row], card: Card, word: str) -> list[Row]:
    places: dict[Any, dict[str, Any]] = {}
    for row in rows:
        place = row[card.x] if card.series and card.x else None
        made = places.setdefault(place, {**row, word: OTHER, **dict.fromkeys(card.y)})
        for name in card.y:
            if row[name] is not None:
                made[name] = (made[name] or 0) + row[name]
    return list(places.values())
