"""Bodies of Metabase's REST API.

Since v57 a query is made of stages ("MBQL 5"), and a field is `["field", {}, 501]`; before, it is `["field", 501, null]`.
A body is of one kind, never of both.
"""

from collections.abc import Mapping
from typing import Any

from dashboards.metabase.keys import marker
from dashboards.metabase.wanted import Body, Tag, WantedBoard, WantedCard, WantedPlace

FIRST_WITH_STAGES = 57
Fields = Mapping[tuple[str, str], int]
"""The server's number of each column, by table and name."""


def card_body(
    card: WantedCard, *, database: int, fields: Fields, collection: int, stages: bool
) -> Body:
    """Return the body that makes a saved question, or brings it back to what it should be."""
    return {
        "name": card.name,
        "description": f"{card.description}\n\n{marker(card.key)}",
        "type": "question",
        "display": card.display,
        "entity_id": card.entity_id,
        "collection_id": collection,
        "dataset_query": query(card, database=database, fields=fields, stages=stages),
        "visualization_settings": card.settings,
    }


def query(card: WantedCard, *, database: int, fields: Fields, stages: bool) -> Body:
    """Return a card's query in the newer or the older form."""
    tags = {
        tag.name: tag_body(
            tag,
            ["field", {}, number] if stages else ["field", number, None],
        )
        for tag in card.tags
        for number in (fields[tag.table, tag.column],)
    }
    if not stages:
        return {
            "type": "native",
            "database": database,
            "native": {"query": card.sql, "template-tags": tags},
        }
    return {
        "lib/type": "mbql/query",
        "database": database,
        "stages": [{"lib/type": "mbql.stage/native", "native": card.sql, "template-tags": tags}],
    }


def tag_body(tag: Tag, dimension: list[Any]) -> Body:
    """Return a filter's place; `dimension` is the column, as the form of the query writes it."""
    made: Body = {
        "id": tag.tag_id,
        "name": tag.name,
        "display-name": tag.label,
        "type": "dimension",
        "dimension": dimension,
        "widget-type": tag.widget,
    }
    # Days are always chosen: BigQuery then reads what it must, and its cache knows the question again.
    return made | ({"required": True, "default": tag.default} if tag.default else {})


def new_board_body(board: WantedBoard, *, collection: int) -> Body:
    """Return the body that makes an empty dashboard; `board_body` fills it."""
    return {
        "name": board.name,
        "description": f"{board.description}\n\n{marker(board.key)}",
        "collection_id": collection,
        "parameters": list(board.parameters),
    }


def board_body(
    board: WantedBoard,
    *,
    number: int,
    collection: int,
    cards: Mapping[str, int],
    placed: Mapping[str, int],
    tabs: Mapping[str, int],
) -> Body:
    """Return the whole dashboard: what is not in it is gone afterwards.

    Args:
        board: What it should be.
        number: Its number on the server.
        collection: Where it lies.
        cards: The numbers of cards by their keys.
        placed: The numbers of what stands on it already, by the places' keys: subscriptions hold on to them.
        tabs: The numbers of its tabs by their names.
    """
    tab_ids = {name: tabs.get(name, -1 - place) for place, name in enumerate(board.tabs)}
    return {
        "name": board.name,
        "description": f"{board.description}\n\n{marker(board.key, number)}",
        "collection_id": collection,
        "archived": False,
        "width": "full",
        "auto_apply_filters": True,
        "parameters": list(board.parameters),
        "tabs": [{"id": tab_ids[name], "name": name} for name in board.tabs],
        "dashcards": [
            _dashcard(place, placed.get(place.key, -1 - turn), cards, tab_ids)
            for turn, place in enumerate(board.places)
        ],
    }


def _dashcard(
    place: WantedPlace, number: int, cards: Mapping[str, int], tabs: Mapping[str, int]
) -> Body:
    card = cards[place.card] if place.card else None
    made: Body = {
        "id": number,
        "card_id": card,
        "col": place.col,
        "row": place.row,
        "size_x": place.width,
        "size_y": place.height,
        "series": [],
        "visualization_settings": place.settings,
        "parameter_mappings": [
            {
                "parameter_id": name,
                "card_id": card,
                "target": ["dimension", ["template-tag", name]],
            }
            for name in place.filters
        ],
    }
    return made | ({"dashboard_tab_id": tabs[place.tab]} if place.tab else {})
