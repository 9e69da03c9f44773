"""Faults that only Metabase would have: a filter that it cannot compile, a body that it would draw as nothing.

Both engines' bodies of a board are made as they would be sent, with invented numbers, and looked through.
"""

from collections.abc import Iterator

from dashboards.definition import Board
from dashboards.metabase.checks import board_faults, card_faults
from dashboards.metabase.payloads import board_body, card_body
from dashboards.metabase.sql import filter_faults
from dashboards.metabase.wanted import Personal, WantedBoard, Warehouse, wanted_boards
from dashboards.reading import Tables

_DATABASE, _COLLECTION, _BOARD = 1, 2, 3


def metabase_faults(board: Board, tables: Tables, personal: Personal) -> list[str]:
    """Return what Metabase would stumble over, a line each; of a board in which `dashboards.lint` finds nothing."""
    found = []
    for card in board.cards.values():
        found += [f"{board.name}/{card.name}: {what}" for what in filter_faults(card)]
    if found:
        return found
    for warehouse in (Warehouse("duckdb"), Warehouse("bigquery", "prefix_")):
        for wanted in wanted_boards([board], warehouse, tables, words={}, personal=personal):
            for stages in (True, False):
                found += _bodies(board, wanted, stages=stages)
    return list(dict.fromkeys(found))


def _bodies(board: Board, wanted: WantedBoard, *, stages: bool) -> Iterator[str]:
    fields = {
        key: 100 + turn
        for turn, key in enumerate(
            sorted({(tag.table, tag.column) for card in wanted.cards for tag in card.tags})
        )
    }
    numbers = {card.key: 1000 + turn for turn, card in enumerate(wanted.cards)}
    bodies = {}
    for card in wanted.cards:
        body = card_body(
            card, database=_DATABASE, fields=fields, collection=_COLLECTION, stages=stages
        )
        bodies[numbers[card.key]] = body
        returned = list(board.cards[card.key.split("/")[1]].columns)
        yield from (f"{card.key} in Metabase: {what}" for what in card_faults(body, returned))
    body = board_body(
        wanted, number=_BOARD, collection=_COLLECTION, cards=numbers, placed={}, tabs={}
    )
    yield from (f"{wanted.key} in Metabase: {what}" for what in board_faults(body, bodies))
