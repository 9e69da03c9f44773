"""The pages: the list of boards, and each board."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.definition import Board, Card, read_boards
from serving.api.access import READERS, Principal, require
from serving.api.answers import Kept
from serving.api.personal_reads import note_read
from serving.api.problems import Problem
from serving.api.requests import current_answers, most_seconds, refuse_to_expose
from serving.web.asking import Desk
from serving.web.choices import Chosen, day_of, read_choices
from serving.web.questions import list_of_boards, open_to, page_of
from serving.web.rendering import frame, page

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(require(*READERS))]


@router.get("/")
async def boards(request: Request, principal: Asker) -> Response:
    """Return the list of the boards that this reader may open, each with its answer."""
    answers = current_answers(request)
    desk = Desk(answers.view, principal)
    found = open_to(desk)
    await note_cards(request, desk, [board.cards[board.answer] for board in found])
    main = _main(await answers.ask(list_of_boards(desk), most_seconds(request)))
    return page(request, "boards.html", main=main, boards=found, **frame(desk.view))


@router.get("/boards/{name}")
async def board(request: Request, name: str, principal: Asker) -> Response:
    """Return a board."""
    answers = current_answers(request)
    desk = Desk(answers.view, principal)
    found, chosen = chosen_of(desk, name, request.query_params.multi_items())
    await note_cards(request, desk, list(found.cards.values()))
    main = _main(await answers.ask(page_of(desk, chosen), most_seconds(request)))
    around = {"board": found, "boards": open_to(desk), **frame(desk.view)}
    return page(request, "board.html", main=main, **around)


def _main(kept: Kept) -> str:
    """Return the middle of a page: its template has escaped what stands in it."""
    return kept.body.decode()


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
