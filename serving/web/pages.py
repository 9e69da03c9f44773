"""The pages: the list of boards, each board, and what its cards offer to take along."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.definition import Board, Card, read_boards
from serving.api.access import Principal, require
from serving.api.answers import CACHE_CONTROL, Key, is_known, tag_of, within
from serving.api.personal_reads import note_read
from serving.api.presentation import as_json, provenance, provenance_headers
from serving.api.problems import Problem
from serving.api.requests import current_view, refuse_to_expose
from serving.api.tokens import ROLES
from serving.api.view import View
from serving.spreadsheet import as_spreadsheet
from serving.web import drawing
from serving.web.asking import Desk
from serving.web.board import show
from serving.web.choices import Chosen, read_choices
from serving.web.pictures import Kept, picture
from serving.web.rendering import page
from serving.web.results import Result
from serving.web.shown import sentence

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(require(*ROLES))]
Form = Literal["svg", "png", "csv", "json"]
_kept = Kept()
VARY = "Cookie, Authorization, Accept-Encoding"


@router.get("/")
async def boards(request: Request, principal: Asker) -> Response:
    """Return the list of the boards that this reader may open, each with its answer."""
    desk = Desk(current_view(request), principal)

    def work() -> list[tuple[Board, list[str]]]:
        found = []
        for board in _open_to(desk):
            chosen, answer = read_choices(board, day_of(desk.view), ()), board.cards[board.answer]
            found.append(
                (board, sentence(desk.ask(cursor, answer, chosen)) if desk.may_see(answer) else [])
            )
        return found

    cursor = desk.view.cursor()
    answers = await within(cursor, request.app.state.settings.api_request_seconds, work)
    return page(request, "boards.html", answers=answers, boards=_open_to(desk), **frame(desk.view))


@router.get("/boards/{name}")
async def board(request: Request, name: str, principal: Asker) -> Response:
    """Return a board."""
    desk = Desk(current_view(request), principal)
    found, chosen = _chosen(request, desk, name)
    sent = dict(request.scope["headers"])
    tag = tag_of(desk.view, _key(request, chosen), repr(principal.reach))
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL, "Vary": VARY}
    await _note(request, desk, [card for card in found.cards.values() if desk.may_see(card)])
    if is_known(tag, sent):
        return Response(status_code=304, headers=headers)
    cursor = desk.view.cursor()
    shown = await within(
        cursor, request.app.state.settings.api_request_seconds, lambda: show(desk, cursor, chosen)
    )
    return page(
        request,
        "board.html",
        headers=headers,
        board=found,
        shown=shown,
        boards=_open_to(desk),
        is_live=True,
        pictures={},
        **frame(desk.view),
    )


@router.get("/boards/{name}/{card}.{form}")
async def card(request: Request, name: str, card: str, form: Form, principal: Asker) -> Response:
    """Return a card's picture or its figures."""
    desk = Desk(current_view(request), principal)
    pairs = request.query_params.multi_items()
    is_narrow = ("size", "narrow") in pairs
    found, chosen = _chosen(request, desk, name, [pair for pair in pairs if pair[0] != "size"])
    asked = found.cards.get(card)
    if asked is None or (form in ("svg", "png") and not asked.is_chart):
        raise Problem(404, "There is no such card.")
    if not desk.may_see(asked):
        raise Problem(403, "This token is not made for what was asked.")
    await _note(request, desk, [asked])
    # What is asked decides the answer, whoever asks.
    statement = desk.statement(asked, chosen)
    tag = tag_of(desk.view, _key(request, chosen), repr(statement), str(is_narrow))
    headers = {
        "ETag": tag,
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        **provenance_headers(desk.view, desk.tables(asked)),
    }
    if is_known(tag, dict(request.scope["headers"])):
        return Response(status_code=304, headers=headers)
    place = next((one for one in found.places if one.card == card), None)
    kept = _kept.find(tag) if form == "svg" else None
    if kept is not None:
        return Response(kept, headers=headers, media_type="image/svg+xml")
    cursor = desk.view.cursor()
    result = await within(
        cursor,
        request.app.state.settings.api_request_seconds,
        lambda: desk.ask(cursor, asked, chosen),
    )
    if form in ("svg", "png") and place is not None:
        spec = picture(result, place, chosen, is_narrow=is_narrow, is_linked=form == "svg")
        if form == "png":
            return Response(await drawing.png(spec), headers=headers, media_type="image/png")
        drawn = await drawing.svg(spec)
        _kept.keep(tag, drawn)
        return Response(drawn, headers=headers, media_type="image/svg+xml")
    return _figures(desk.view, result, form, headers, desk.tables(asked))


def _open_to(desk: Desk) -> list[Board]:
    return [board for board in read_boards().values() if desk.may_open(board)]


def _chosen(
    request: Request, desk: Desk, name: str, pairs: Sequence[tuple[str, str]] | None = None
) -> tuple[Board, Chosen]:
    """Return the board and what is chosen on it; one that is not for this reader is not there."""
    found = read_boards().get(name)
    if found is None or not desk.may_open(found):
        raise Problem(404, "There is no such board, or none of its cards is for this sign-in.")
    sent = request.query_params.multi_items() if pairs is None else pairs
    return found, read_choices(found, day_of(desk.view), sent)


def day_of(view: View) -> dt.date:
    """Return the day that the snapshot is of."""
    return dt.date.fromisoformat(view.as_of[:10])


def _key(request: Request, chosen: Chosen) -> Key:
    return request.url.path, chosen.query().encode(), b""


async def _note(request: Request, desk: Desk, cards: Sequence[Card]) -> None:
    """Write to the audit log that cards which name persons are read."""
    personal = [card for card in cards if desk.names_persons(card)]
    if personal:
        refuse_to_expose(request)
        tables = sorted({table for card in personal for table in desk.tables(card)})
        organizations = tuple(sorted(desk.principal.organizations))
        for table in tables:
            await note_read(request, desk.principal, table, organizations)


def _figures(
    view: View, result: Result, form: str, headers: Mapping[str, str], tables: tuple[str, ...]
) -> Response:
    """Return all rows of a card as a file."""
    if form == "csv":
        content = as_spreadsheet(
            list(result.card.columns), [list(row.values()) for row in result.rows]
        )
        return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
    rows = [{name: plain(value) for name, value in row.items()} for row in result.rows]
    columns = {name: column.label for name, column in result.card.columns.items()}
    body = as_json({"columns": columns, "rows": rows, **provenance(view, tables)})
    return Response(body, headers=headers, media_type="application/json")


def plain(value: object) -> object:
    """Return a value as it stands in JSON: exact decimals and days as text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def frame(view: View) -> dict[str, object]:
    """Return what stands around every page."""
    return {
        "as_of": view.as_of[:16].replace("T", " "),
        "snapshot_id": view.snapshot_id,
        "edition": view.edition,
        "origin": view.data_origin,
        "static": "/static/",
        "home": "/",
        "address_of": lambda name: f"/boards/{name}",
    }
