"""What pages ask of a snapshot, as questions of `answers.py`: answered once for all who see the same, and ahead.

The gate answers none of them: who may see what, and what the audit log must know, is decided with every request.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

import duckdb

from dashboards.definition import Board, Place, read_boards
from serving.api.access import Permission, Principal, refused
from serving.api.answers import Document, Key, Question
from serving.api.problems import Problem
from serving.api.view import View
from serving.web.asking import Desk, NotThereError
from serving.web.board import answer_of, show
from serving.web.choices import PRESETS, Chosen, day_of, read_choices
from serving.web.drawers import DRAWERS, Form
from serving.web.pictures import WHOLE_COMPANY, picture
from serving.web.rendering import ENVIRONMENT, frame

_NOBODY = Permission(None, frozenset())
_MEDIA_TYPES: dict[Form, str] = {"svg": "image/svg+xml", "png": "image/png"}
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class _Asked:
    """A view of a board, at whatever snapshot it will be asked of."""

    principal: Principal
    board: Board
    query: str

    def at(self, view: View) -> tuple[Desk, Chosen]:
        pairs = parse_qsl(self.query.removeprefix("?"))
        return Desk(view, self.principal), read_choices(self.board, day_of(view), pairs)


@dataclass(frozen=True)
class _Shown(_Asked):
    """All figures of a board, as the middle of its page."""

    def __call__(self, cursor: duckdb.DuckDBPyConnection, view: View) -> Document:
        desk, chosen = self.at(view)
        if not desk.may_open(self.board):
            raise refused()
        shown = show(desk, cursor, chosen)
        template = ENVIRONMENT.get_template("_board.html")
        text = template.render(board=self.board, shown=shown, **frame(view))
        return Document(text.encode(), HTML)


@dataclass(frozen=True)
class _Drawn(_Asked):
    """A card's picture."""

    place: Place
    form: Form
    is_narrow: bool

    def __call__(self, cursor: duckdb.DuckDBPyConnection, view: View) -> Document:
        desk, chosen = self.at(view)
        card = self.board.cards[self.place.card]
        if not desk.may_see(card):
            raise refused()
        try:
            result = desk.ask(cursor, card, chosen)
        except NotThereError as error:
            raise Problem(404, "The snapshot has not (yet) what this card reads.") from error
        is_linked = self.form == "svg"
        spec = picture(
            desk, result, self.place, chosen, is_narrow=self.is_narrow, is_linked=is_linked
        )
        return Document(DRAWERS.draw(spec, self.form), _MEDIA_TYPES[self.form])


@dataclass(frozen=True)
class _Listed:
    """The boards that somebody may open, each with its answer."""

    principal: Principal

    def __call__(self, cursor: duckdb.DuckDBPyConnection, view: View) -> Document:
        desk = Desk(view, self.principal)
        answers = [
            (board, answer_of(desk, cursor, read_choices(board, day_of(view), ())))
            for board in open_to(desk)
        ]
        text = ENVIRONMENT.get_template("_boards.html").render(answers=answers, **frame(view))
        return Document(text.encode(), HTML)


def open_to(desk: Desk) -> list[Board]:
    """Return the boards that a reader may open."""
    return [board for board in read_boards().values() if desk.may_open(board)]


def list_of_boards(desk: Desk) -> Question:
    """Ask for the list of boards."""
    key: Key = ("boards", b"", "json", desk.principal.reach)
    return Question(key, "boards", _NOBODY, (), _Listed(desk.principal))


def page_of(desk: Desk, chosen: Chosen) -> Question:
    """Ask for all figures of a board."""
    board, query = chosen.board, chosen.query()
    key: Key = (f"boards/{board.name}", query.encode(), "json", desk.principal.reach)
    return Question(key, "boards", _NOBODY, (), _Shown(desk.principal, board, query))


def picture_of(
    desk: Desk, chosen: Chosen, place: Place, *, form: Form = "svg", is_narrow: bool = False
) -> Question:
    """Ask for a card's picture: the same one for all who see the same rows of its tables; only for who may see it."""
    board, card, query = chosen.board, chosen.board.cards[place.card], chosen.query()
    size = "narrow" if is_narrow else f"{place.width}x{place.height}"
    whose = sorted((table, rule.columns) for table, rule in (desk.rules(card) or {}).items())
    key: Key = (
        f"boards/{board.name}/{card.name}.{form} {size}",
        query.encode(),
        "json",
        tuple(whose),
    )
    work = _Drawn(desk.principal, board, query, place, form, is_narrow)
    return Question(key, "boards", _NOBODY, desk.tables(card), work, is_drawn=True)


def first_of(view: View, readers: Iterable[Principal]) -> Iterator[Question]:
    """Ask for what these readers see first: the list, and every board as it opens."""
    for reader in readers:
        desk = Desk(view, reader)
        yield list_of_boards(desk)
        for board in open_to(desk):
            chosen = read_choices(board, day_of(view), ())
            yield page_of(desk, chosen)
            yield from _pictures(desk, chosen)


def later_of(view: View) -> Iterator[Question]:
    """Ask for what is a click away for the whole company: each board's other dates, and its pictures for phones."""
    desk = Desk(view, WHOLE_COMPANY)
    opened = [read_choices(board, day_of(view), ()) for board in open_to(desk)]
    others = [
        chosen.with_days(days)
        for chosen in opened
        for days in PRESETS
        if "dates" in chosen.board.filters
    ]
    # Figures are quick, and without them nobody sees a picture.
    for chosen in others:
        yield page_of(desk, chosen)
    for chosen in opened:
        yield from _pictures(desk, chosen, is_narrow=True)
    for chosen in others:
        yield from _pictures(desk, chosen)


def _pictures(desk: Desk, chosen: Chosen, *, is_narrow: bool = False) -> Iterator[Question]:
    placed = (place for _, places in desk.layout(chosen.board).sections for place in places)
    for place in placed:
        card = chosen.board.cards[place.card]
        if card.is_chart and desk.may_see(card):
            yield picture_of(desk, chosen, place, is_narrow=is_narrow)
