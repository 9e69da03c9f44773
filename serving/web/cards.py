"""What a card of a board is as a resource of its own: its picture, and all its figures as a file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from serving.api.access import READERS, Principal, refused, require
from serving.api.answers import CACHE_CONTROL, VARY, is_known, key_of, tag_of
from serving.api.lanes import within
from serving.api.presentation import as_json, provenance, provenance_headers
from serving.api.problems import Problem
from serving.api.requests import current_answers, most_seconds
from serving.api.view import View
from serving.spreadsheet import csv_for_people
from serving.web.asking import Desk, NotThereError
from serving.web.drawers import Form
from serving.web.pages import chosen_of, note_cards
from serving.web.questions import picture_of
from serving.web.results import Result

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(require(*READERS))]
PICTURES: dict[str, Form] = {"svg": "svg", "png": "png"}
FORMS = frozenset({*PICTURES, "csv", "json"})


@router.get("/boards/{name}/{card}.{form}")
async def card(request: Request, name: str, card: str, form: str, principal: Asker) -> Response:
    """Return a card's picture or its figures."""
    answers = current_answers(request)
    desk = Desk(answers.view, principal)
    pairs = request.query_params.multi_items()
    is_narrow = ("size", "narrow") in pairs
    board, chosen = chosen_of(desk, name, [pair for pair in pairs if pair != ("size", "narrow")])
    asked = board.cards.get(card)
    place = next((one for one in board.places if one.card == card), None)
    place = desk.layout(board).place_of(card) or place
    drawn = PICTURES.get(form)
    if asked is None or place is None or form not in FORMS or (drawn and not asked.is_chart):
        raise Problem(404, "There is no such card.")
    if not desk.may_see(asked):
        raise refused()
    await note_cards(request, desk, [asked])
    question = picture_of(desk, chosen, place, form=drawn, is_narrow=is_narrow) if drawn else None
    sent = dict(request.scope["headers"])
    headers = {
        "ETag": tag_of(desk.view, question.key if question else key_of(request.scope, principal)),
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        **provenance_headers(desk.view, desk.tables(asked)),
    }
    if is_known(headers["ETag"], sent):
        return Response(status_code=304, headers=headers)
    if question is not None:
        return (await answers.ask(question, most_seconds(request))).response(sent)
    cursor = desk.view.cursor()
    try:
        result = await within(
            cursor, most_seconds(request), lambda: desk.ask(cursor, asked, chosen)
        )
    except NotThereError as error:
        raise Problem(404, "The snapshot has not (yet) what this card reads.") from error
    return _figures(desk.view, result, form, headers, desk.tables(asked))


def _figures(
    view: View, result: Result, form: str, headers: Mapping[str, str], tables: tuple[str, ...]
) -> Response:
    """Return all rows of a card as a file."""
    columns = result.card.columns
    if form == "csv":
        content = csv_for_people(list(columns), [list(row.values()) for row in result.rows])
        return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
    rows = [{name: _plain(value) for name, value in row.items()} for row in result.rows]
    labels = {name: column.label for name, column in columns.items()}
    body = as_json({"columns": labels, "rows": rows, **provenance(view, tables)})
    return Response(body, headers=headers, media_type="application/json")


def _plain(value: object) -> object:
    """Return a value as it stands in JSON: exact decimals and days as text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
