"""The pages: the list of boards, and each board."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.definition import Board, Card, read_boards
from serving.api.access import Principal, require
from serving.api.answers import within
from serving.api.personal_reads import note_read
from serving.api.problems import Problem
from serving.api.requests import current_view, refuse_to_expose
from serving.api.tokens import ROLES
from serving.api.view import View
from serving.web.asking import Desk
from serving.web.board import BoardShown, answer_of, show
from serving.web.choices import Chosen, day_of, read_choices
from serving.web.kept import Kept
from serving.web.rendering import page

router = APIRouter(include_in_schema=False)
_SHOWN: Kept[BoardShown] = Kept(256)
Asker = Annotated[Principal, Depends(require(*ROLES))]


@router.get("/")
async def boards(request: Request, principal: Asker) -> Response:
    """Return the list of the boards that this reader may open, each with its answer."""
    desk = Desk(current_view(request), principal)
    found, cursor = open_to(desk), desk.view.cursor()
    await note_cards(request, desk, [board.cards[board.answer] for board in found])

    def work() -> list[tuple[Board, list[str]]]:
        today = day_of(desk.view)
        return [(board, answer_of(desk, cursor, read_choices(board, today, ()))) for board in found]

    answers = await within(cursor, request.app.state.settings.api_request_seconds, work)
    return page(request, "boards.html", answers=answers, boards=found, **frame(desk.view))


@router.get("/boards/{name}")
async def board(request: Request, name: str, principal: Asker) -> Response:
    """Return a board."""
    desk = Desk(current_view(request), principal)
    found, chosen = chosen_of(desk, name, request.query_params.multi_items())
    await note_cards(request, desk, list(found.cards.values()))
    # Everything that decides a page: the snapshot, what its reader may see, what is chosen.
    key = (desk.view.edition, principal.reach, name, chosen.query())
    shown = _SHOWN.find(key)
    if shown is None:
        cursor, seconds = desk.view.cursor(), request.app.state.settings.api_request_seconds
        shown = await within(cursor, seconds, lambda: show(desk, cursor, chosen))
        _SHOWN.keep(key, shown)
    return page(
        request,
        "board.html",
        board=found,
        shown=shown,
        boards=open_to(desk),
        pictures={},
        **frame(desk.view),
    )


def open_to(desk: Desk) -> list[Board]:
    """Return the boards that a reader may open."""
    return [board for board in read_boards().values() if desk.may_open(board)]


def chosen_of(desk: Desk, name: str, sent: Sequence[tuple[str, str]]) -> tuple[Board, Chosen]:
    """Return the board and what is chosen on it; one that is not for this reader is not there.

    Raises:
        Problem: There is no such board for this reader (404), or the address cannot be understood (422).
    """
    found = read_boards().get(name)
    if found is None or not desk.may_open(found):
        raise Problem(404, "There is no such board, or none of its cards is for this sign-in.")
    return found, read_choices(found, day_of(desk.view), sent)


async def note_cards(request: Request, desk: Desk, cards: Sequence[Card]) -> None:
    """Write to the audit log which tables that name persons are read.

    Raises:
        Problem: Nobody can tell whom to hide, or the log cannot be written (503).
    """
    seen = [card for card in cards if desk.may_see(card) and desk.names_persons(card)]
    if not seen:
        return
    refuse_to_expose(request)
    organizations = tuple(sorted(desk.principal.organizations))
    for table in sorted({table for card in seen for table in desk.tables(card)}):
        await note_read(request, desk.principal, table, organizations)


def frame(view: View) -> dict[str, Any]:
    """Return what stands around every page."""
    return {
        "as_of": view.as_of[:16].replace("T", " "),
        "snapshot_id": view.snapshot_id,
        "edition": view.edition,
        "origin": view.data_origin,
        "static": "/static/",
        "home": "/",
        "address_of": lambda name: f"/boards/{name}",
        "is_live": True,
    }
