"""What Metabase should hold, worked out from the definitions: without any number that only a server gives.

A board of one person's own rows is left out, and so is a card that reads a personal column: the free edition shows every
row of a table to whoever may open the card, and writes no audit log. A board without cards is left out too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.binding import tags_of
from dashboards.breaks import Break, concerning, in_words
from dashboards.definition import FILTER_LABELS, GRID, Board, Card, FilterName, Section
from dashboards.metabase.keys import entity_id, tag_id
from dashboards.metabase.looks import click_of, display_of, settings_of
from dashboards.metabase.sql import Engine, for_metabase, table_of
from dashboards.reading import Tables, columns_read

Body = dict[str, Any]
Personal = Callable[[Mapping[str, str]], Sequence[str]]
"""Which of columns with their types are about persons."""

_HEADING_HEIGHT, _ANSWER_HEIGHT = 1, 3


@dataclass(frozen=True)
class Warehouse:
    """Where Metabase asks, and how tables are called there."""

    engine: Engine
    prefix: str = ""

    def schema(self, table: str) -> tuple[str, str]:
        """Return a table's schema and name as Metabase lists them."""
        schema, name = table.split(".", 1)
        return f"{self.prefix}{schema}", name


@dataclass(frozen=True)
class Tag:
    """A filter's place in a card's SQL."""

    name: FilterName
    tag_id: str
    table: str
    column: str
    default: str | None

    @property
    def label(self) -> str:
        """What people read beside the filter."""
        return FILTER_LABELS[self.name]

    @property
    def widget(self) -> str:
        """Which kind of filter it is."""
        return "date/all-options" if self.name == "dates" else "string/="


@dataclass(frozen=True)
class WantedCard:
    """A saved question."""

    key: str
    name: str
    description: str
    display: str
    settings: Body
    sql: str
    tags: tuple[Tag, ...]

    @property
    def entity_id(self) -> str:
        """The id by which it is found again."""
        return entity_id("card", self.key)


@dataclass(frozen=True)
class WantedPlace:
    """A card or a heading on a board's grid."""

    key: str
    """The card's key, or the heading with its tab."""
    card: str | None
    text: str | None
    tab: str | None
    col: int
    row: int
    width: int
    height: int
    settings: Body
    filters: tuple[FilterName, ...]


@dataclass(frozen=True)
class WantedBoard:
    """A dashboard with what stands on it."""

    key: str
    name: str
    description: str
    parameters: tuple[Body, ...]
    tabs: tuple[str, ...]
    places: tuple[WantedPlace, ...]
    cards: tuple[WantedCard, ...] = field(repr=False)


def wanted_boards(
    boards: Sequence[Board],
    warehouse: Warehouse,
    tables: Tables,
    *,
    words: Mapping[str, Sequence[str]],
    personal: Personal,
    breaks: Sequence[Break] = (),
) -> list[WantedBoard]:
    """Return what should be there.

    Args:
        boards: The definitions.
        warehouse: Where Metabase asks.
        tables: The published tables.
        words: What each filter offers; one that is not among them asks the table.
        personal: Which columns are about persons.
        breaks: Days on which the level of a measure breaks: Metabase draws none, so its cards say them.
    """
    made = []
    for board in boards:
        if board.is_of_one_person:
            continue
        shown = {
            card.name: _card(board, card, warehouse, tables, breaks)
            for card in board.cards.values()
            if not reads_persons(card, tables, personal)
        }
        if shown:
            made.append(_board(board, shown, words))
    return made


def reads_persons(card: Card, tables: Tables, personal: Personal) -> bool:
    """Say whether a card reads a column about persons."""
    return any(
        personal({name: tables[table][name] for name in columns})
        for table, columns in columns_read(card.sql, tables).items()
    )


def _card(
    board: Board, card: Card, warehouse: Warehouse, tables: Tables, breaks: Sequence[Break]
) -> WantedCard:
    key = f"{board.name}/{card.name}"
    read = sorted(columns_read(card.sql, tables))
    default = _days(board)
    tags = tuple(
        Tag(
            name=name,
            tag_id=tag_id(key, name),
            table=table_of(card, name, read),
            column=card.column_of(name).rpartition(".")[2],
            default=default if name == "dates" else None,
        )
        for name in card.filters
        if name in tags_of(card.sql)
    )
    said = [card.question, card.formula]
    said += [f"Not in these figures: {card.not_covered}"] if card.not_covered else []
    said += [card.mind] if card.mind else []
    said += in_words(concerning(card, breaks))
    return WantedCard(
        key=key,
        name=card.title,
        description="\n\n".join(said),
        display=display_of(card),
        settings=settings_of(card),
        sql=for_metabase(card, warehouse.engine, prefix=warehouse.prefix, tables=tables),
        tags=tags,
    )


def _days(board: Board) -> str | None:
    """Return the days that are chosen at first, today among them, in Metabase's spelling."""
    return None if board.default_days == "all" else f"past{board.default_days}days~"


def _board(
    board: Board, shown: Mapping[str, WantedCard], words: Mapping[str, Sequence[str]]
) -> WantedBoard:
    places = _places(board, shown)
    obeyed = {name for place in places for name in place.filters}
    return WantedBoard(
        key=board.name,
        name=board.title,
        description=f"{board.question}\n\nFor: {board.audience}. {board.refresh}",
        parameters=tuple(
            _parameter(name, _days(board), words.get(name))
            for name in board.filters
            if name in obeyed
        ),
        tabs=tuple(dict.fromkeys(section.tab for section in board.sections if section.tab)),
        places=tuple(places),
        cards=tuple(shown.values()),
    )


def _parameter(name: FilterName, days: str | None, words: Sequence[str] | None) -> Body:
    made: Body = {"id": name, "slug": name, "name": FILTER_LABELS[name]}
    if name == "dates":
        made |= {"type": "date/all-options", "sectionId": "date"}
        return made | ({"default": days, "required": True} if days else {})
    made |= {"type": "string/=", "sectionId": "string"}
    if words is not None:
        # A list in the board costs nothing; asking the table is a query for each look at the filter.
        made |= {
            "values_query_type": "list",
            "values_source_type": "static-list",
            "values_source_config": {"values": list(words)},
        }
    return made


def _places(board: Board, shown: Mapping[str, WantedCard]) -> list[WantedPlace]:
    made: list[WantedPlace] = []
    below: dict[str | None, int] = {}
    first = board.sections[0].tab if board.sections else None
    if board.answer in shown:
        made.append(
            _place(board, board.answer, shown, first, (0, 0, GRID, _ANSWER_HEIGHT)),
        )
        below[first] = _ANSWER_HEIGHT
    for section in board.sections:
        top = below.get(section.tab, 0)
        cards = [place for place in section.cards if place.card in shown]
        if not cards:
            continue
        made.append(_heading(board, section, top))
        top += _HEADING_HEIGHT
        made += [
            _place(
                board,
                place.card,
                shown,
                section.tab,
                (place.col, top + place.row, place.width, place.height),
            )
            for place in cards
        ]
        below[section.tab] = top + max(place.row + place.height for place in cards)
    return made


def _place(
    board: Board,
    name: str,
    shown: Mapping[str, WantedCard],
    tab: str | None,
    spot: tuple[int, int, int, int],
) -> WantedPlace:
    col, row, width, height = spot
    card = shown[name]
    return WantedPlace(
        key=card.key,
        card=card.key,
        text=None,
        tab=tab,
        col=col,
        row=row,
        width=width,
        height=height,
        settings=click_of(board.cards[name]),
        filters=tuple(tag.name for tag in card.tags if tag.name in board.filters),
    )


def _heading(board: Board, section: Section, row: int) -> WantedPlace:
    return WantedPlace(
        key=f"{board.name}/heading {section.tab or ''}/{section.title}",
        card=None,
        text=section.title,
        tab=section.tab,
        col=0,
        row=row,
        width=GRID,
        height=_HEADING_HEIGHT,
        settings={
            "virtual_card": {
                "name": None,
                "display": "heading",
                "visualization_settings": {},
                "dataset_query": {},
                "archived": False,
            },
            "text": section.title,
        },
        filters=(),
    )
