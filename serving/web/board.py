"""A board as it is shown to somebody: every card with its state, in words where there is nothing to see."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import duckdb

from dashboards.breaks import in_words
from dashboards.definition import FILTER_LABELS, Board, Card, Place
from dashboards.names import name_of
from serving.api.presentation import provenance
from serving.web.annotations import breaks_to_tell
from serving.web.asking import Desk, NotThereError
from serving.web.choices import PRESETS, Chosen
from serving.web.results import Result, Row
from serving.web.shown import Table, Tile, sentence, table, tile

STALE_HOURS = 36
_NOTHING_OWN = "Nothing of your teams stands here: there is none in these dates, or the figure is one of the whole company."
_NOT_THERE = "The snapshot has not (yet) what this card reads: the next run brings it."


@dataclass(frozen=True)
class CardShown:
    """One card of a page."""

    card: Card
    place: Place
    state: str
    """ok | empty | unpublished"""
    says: str | None = None
    tile: Tile | None = None
    table: Table | None = None
    result: Result | None = None
    tables: tuple[str, ...] = ()
    sources: list[dict[str, Any]] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()
    """Filters that are chosen and that this card does not obey."""
    breaks: tuple[str, ...] = ()
    """Days on which the level of its figures breaks, in words."""


@dataclass(frozen=True)
class FilterShown:
    """A filter with its words."""

    name: str
    label: str
    chosen: tuple[str, ...]
    options: list[tuple[str, str]]
    """Each word with its name, by name."""

    @property
    def words(self) -> set[str]:
        """Return the words that stand in rows."""
        return {word for word, _ in self.options}


@dataclass(frozen=True)
class BoardShown:
    """A page."""

    board: Board
    chosen: Chosen
    answer: list[str]
    sections: list[tuple[str, list[CardShown]]]
    filters: list[FilterShown]
    presets: list[tuple[str, str, bool]]
    """Label, address's query, and whether it is chosen."""
    left_out: list[str]
    """Titles of the cards that are not for this sign-in."""
    late: list[str]
    """Sources that the board's figures wait for."""


def show(desk: Desk, cursor: duckdb.DuckDBPyConnection, chosen: Chosen) -> BoardShown:
    """Ask all cards of a board and return what its page says."""
    board = chosen.board
    placed = desk.layout(board)
    sections = [
        (title, [_card(desk, cursor, chosen, board.cards[place.card], place) for place in places])
        for title, places in placed.sections
    ]
    read = {name for _, cards in sections for card in cards for name in card.tables}
    return BoardShown(
        board=board,
        chosen=chosen,
        answer=answer_of(desk, cursor, chosen),
        sections=sections,
        filters=[
            FilterShown(
                name,
                FILTER_LABELS[name],
                chosen.words.get(name, ()),
                named(name, desk.options(cursor, board, name)),
            )
            for name in board.filters
            if name != "dates"
        ],
        presets=[
            (
                "All" if days is None else f"{days} days",
                chosen.with_days(days).query() or "?",
                not chosen.has_own_dates and chosen.days == days,
            )
            for days in PRESETS
        ]
        if "dates" in board.filters
        else [],
        left_out=[card.title for card in placed.left_out],
        late=late_sources(provenance(desk.view, tuple(sorted(read)))["freshness"], desk.view.as_of),
    )


def named(name: str, words: Iterable[str]) -> list[tuple[str, str]]:
    """Return each word of a filter with what people call it, in the order of the names."""
    return sorted(
        ((word, name_of(name, word)) for word in words), key=lambda one: one[1].casefold()
    )


def answer_of(desk: Desk, cursor: duckdb.DuckDBPyConnection, chosen: Chosen) -> list[str]:
    """Return the sentences that open a board; none where its reader may not see them."""
    card = chosen.board.cards[chosen.board.answer]
    if not desk.may_see(card):
        return []
    try:
        return sentence(desk.ask(cursor, card, chosen))
    except NotThereError:
        return []


def link_of(chosen: Chosen, card: Card) -> Callable[[Row], str | None]:
    """Return where a click on a row's mark leads: the same view, filtered by its word."""

    def address(row: Row) -> str | None:
        word = row.get(card.link.column) if card.link else None
        if card.link is None or word is None or word == "other":
            return None
        query = chosen.toggled(card.link.filter, str(word)).query()
        return f"boards/{chosen.board.name}{query}"

    return address


def late_sources(sources: list[dict[str, Any]], as_of: str) -> list[str]:
    """Return which sources were not read well: failed last time, or last read long before the snapshot."""
    now = dt.datetime.fromisoformat(as_of)
    found = []
    for source in sources:
        name, success = f"{source['source']}.{source['table']}", source["last_success_at"]
        if source["last_status"] in ("ok", "not_offered", "not_configured") and not success:
            continue
        if not success:
            found.append(f"{name} was never read")
        elif now - dt.datetime.fromisoformat(success) > dt.timedelta(hours=STALE_HOURS):
            found.append(f"{name} was read last on {success[:10]}")
        elif source["last_status"] not in ("ok", "not_offered", "empty"):
            found.append(f"{name}: the last attempt ended as {source['last_status']}")
    return found


def _card(
    desk: Desk, cursor: duckdb.DuckDBPyConnection, chosen: Chosen, card: Card, place: Place
) -> CardShown:
    if not desk.tables(card):
        return CardShown(card, place, "unpublished", _NOT_THERE)
    tables = desk.tables(card)
    sources = provenance(desk.view, tables)["freshness"]
    try:
        result = desk.ask(cursor, card, chosen)
    except NotThereError:
        return CardShown(card, place, "unpublished", _NOT_THERE)
    if result.is_empty:
        says = _NOTHING_OWN if desk.is_of_own_teams else card.empty
        return CardShown(card, place, "empty", says, tables=tables, sources=sources)

    def href(row: Row) -> str | None:
        found = link_of(chosen, card)(row)
        return f"/{found}" if found else None

    is_tile = card.display in ("number", "trend")
    return CardShown(
        card,
        place,
        "ok",
        tile=tile(result) if is_tile else None,
        table=table(result, href),
        result=result,
        tables=tables,
        sources=sources,
        passed_over=tuple(FILTER_LABELS[name] for name in chosen.words if name not in card.filters),
        breaks=tuple(in_words(breaks_to_tell(card, result.rows, desk.breaks(card, chosen)))),
    )
