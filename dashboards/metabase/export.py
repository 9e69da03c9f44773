"""The boards in Metabase's own file format: for reading, and for import where the paid edition runs.

Everything is named there: columns by database, schema, table and name, cards by their portable id. Two runs write the same
bytes.
"""

import shutil
from pathlib import Path
from typing import Any

import yaml

from dashboards.metabase.keys import Kind, entity_id, marker
from dashboards.metabase.payloads import tag_body
from dashboards.metabase.wanted import WantedBoard, WantedCard, WantedPlace, Warehouse

Body = dict[str, Any]
COLLECTION = "ai_usage"


def export(
    folder: Path,
    boards: list[WantedBoard],
    *,
    warehouse: Warehouse,
    database: str,
    collection: str,
    creator: str,
) -> list[Path]:
    """Write all boards and return the files; what an earlier run wrote is replaced."""
    root = folder / "collections" / COLLECTION
    if root.exists():
        shutil.rmtree(root)
    common = {"creator_id": creator, "collection_id": entity_id("collection", COLLECTION)}
    files: dict[str, Body] = {f"{COLLECTION}.yaml": _collection(collection)}
    for board in boards:
        for card in board.cards:
            files[f"cards/{board.key}__{card.key.split('/')[1]}.yaml"] = {
                **_card(card, database, warehouse),
                **common,
                "serdes/meta": [_meta("Card", card.entity_id, card.key.replace("/", "__"))],
            }
        files[f"dashboards/{board.key}.yaml"] = {**_board(board), **common}
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
        path.write_text(text, encoding="utf-8")
    return [root / name for name in files]


def _meta(model: str, number: str, label: str | None = None) -> Body:
    return {"id": number, "model": model} | ({"label": label} if label else {})


def _collection(name: str) -> Body:
    number = entity_id("collection", COLLECTION)
    return {
        "name": name,
        "entity_id": number,
        "parent_id": None,
        "serdes/meta": [_meta("Collection", number, COLLECTION)],
    }


def _card(card: WantedCard, database: str, warehouse: Warehouse) -> Body:
    tags = [
        tag_body(tag, ["field", {}, [database, *warehouse.schema(tag.table), tag.column]])
        for tag in card.tags
    ]
    stage = {"lib/type": "mbql.stage/native", "native": card.sql}
    return {
        "name": card.name,
        "description": f"{card.description}\n\n{marker(card.key)}",
        "type": "question",
        "display": card.display,
        "entity_id": card.entity_id,
        "database_id": database,
        "dataset_query": {
            "lib/type": "mbql/query",
            "database": database,
            "stages": [stage | ({"template-tags": tags} if tags else {})],
        },
        "visualization_settings": card.settings,
        "parameters": [],
        "parameter_mappings": [],
    }


def _board(board: WantedBoard) -> Body:
    number = entity_id("dashboard", board.key)
    return {
        "name": board.name,
        "description": f"{board.description}\n\n{marker(board.key)}",
        "entity_id": number,
        "width": "full",
        "auto_apply_filters": True,
        "parameters": list(board.parameters),
        "tabs": [
            {"entity_id": _id(board, "tab", name), "name": name, "position": place}
            for place, name in enumerate(board.tabs)
        ],
        "dashcards": [_place(board, place, number) for place in board.places],
        "serdes/meta": [_meta("Dashboard", number, board.key)],
    }


def _id(board: WantedBoard, kind: Kind, name: str) -> str:
    return entity_id(kind, f"{board.key}/{name}")


def _place(board: WantedBoard, place: WantedPlace, number: str) -> Body:
    own = _id(board, "dashcard", place.key)
    card = entity_id("card", place.card) if place.card else None
    made: Body = {
        "entity_id": own,
        "card_id": card,
        "row": place.row,
        "col": place.col,
        "size_x": place.width,
        "size_y": place.height,
        "parameter_mappings": [
            {
                "card_id": card,
                "parameter_id": name,
                "target": ["dimension", ["template-tag", name]],
            }
            for name in place.filters
        ],
        "series": [],
        "visualization_settings": place.settings,
    }
    path = [_meta("Dashboard", number)]
    if place.tab:
        made["dashboard_tab_id"] = [number, _id(board, "tab", place.tab)]
    return {**made, "serdes/meta": [*path, _meta("DashboardCard", own)]}
