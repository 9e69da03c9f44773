"""What the server holds of ours, found by stable keys."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.metabase.client import Client, MetabaseError
from dashboards.metabase.keys import entity_id, marked, marker
from dashboards.metabase.payloads import FIRST_WITH_STAGES
from dashboards.metabase.wanted import WantedBoard, Warehouse

Found = dict[str, Any]
COLLECTION_KEY = "boards"


@dataclass(frozen=True)
class Items:
    """What lies in our collection and is ours."""

    cards: Mapping[str, int]
    boards: Mapping[str, int]


def writes_stages(client: Client) -> bool:
    """Say whether the server speaks the newer form of queries.

    Raises:
        MetabaseError: It does not say its version.
    """
    tag = str((client.get("/api/session/properties").get("version") or {}).get("tag") or "")
    found = re.match(r"v?\d+\.(\d+)", tag)
    if found is None:
        raise MetabaseError(f"The server calls its version {tag!r}, which is none of Metabase's.")
    return int(found[1]) >= FIRST_WITH_STAGES


def find_database(client: Client, name: str) -> Found | None:
    """Return the connection of that name, with its details."""
    answer = client.get("/api/database")
    listed = answer.get("data", []) if isinstance(answer, Mapping) else answer
    number = next((one["id"] for one in listed if one["name"] == name), None)
    return dict(client.get(f"/api/database/{number}")) if number is not None else None


def read_fields(
    client: Client, database: int, warehouse: Warehouse, tables: Collection[str]
) -> dict[tuple[str, str], int]:
    """Return the numbers of the columns of our tables that the server knows."""
    ours = {warehouse.schema(table): table for table in tables}
    listed = client.get(f"/api/database/{database}/metadata", include_hidden="true")
    return {
        (ours[table["schema"], table["name"]], field["name"]): field["id"]
        for table in listed["tables"]
        if (table["schema"], table["name"]) in ours
        for field in table.get("fields", [])
    }


def find_collection(client: Client, name: str) -> Found | None:
    """Return our collection: the one with our mark.

    Raises:
        MetabaseError: Somebody else has a collection of that name.
    """
    listed = [one for one in client.get("/api/collection") if isinstance(one.get("id"), int)]
    top = [one for one in listed if not one.get("archived") and _is_at_top(one)]
    ours = [one for one in top if marked(one.get("description")) == (COLLECTION_KEY, None)]
    if ours:
        return dict(min(ours, key=lambda one: int(one["id"])))
    if any(one["name"] == name for one in top):
        raise MetabaseError(
            f"The collection {name!r} is somebody else's: its description does not end with {marker(COLLECTION_KEY)!r}. "
            "METABASE_COLLECTION names another one."
        )
    return None


def _is_at_top(collection: Mapping[str, Any]) -> bool:
    return (
        collection.get("location") in (None, "/")
        and not collection.get("personal_owner_id")
        and not collection.get("is_personal")
    )


def find_cards(client: Client, keys: Collection[str]) -> dict[str, Found]:
    """Return the cards that are there, wherever somebody moved them, by their keys."""
    by_entity = {entity_id("card", key): key for key in keys}
    if not by_entity:
        return {}
    answer = client.ask("/api/eid-translation/translate", {"entity_ids": {"card": [*by_entity]}})
    return {
        by_entity[entity]: client.get(f"/api/card/{one['id']}")
        for entity, one in answer["entity_ids"].items()
        if one.get("status") == "ok"
    }


def own_items(client: Client, collection: int) -> Items:
    """Return the numbers of what lies in our collection and is ours; what others put there is not."""
    listed = client.get(f"/api/collection/{collection}/items", limit=2000)["data"]
    cards, boards = {}, {}
    for item in sorted(listed, key=lambda one: int(one["id"])):
        if item["model"] == "card" and (key := _own_card(item)):
            cards[key] = item["id"]
        if item["model"] == "dashboard" and (said := marked(item.get("description"))):
            key, number = said
            # A copy has its original's number. One without a number was made by a run that ended before it was filled.
            if number == item["id"]:
                boards[key] = item["id"]
            elif number is None:
                boards.setdefault(key, item["id"])
    return Items(cards, boards)


def _own_card(item: Mapping[str, Any]) -> str | None:
    said = marked(item.get("description"))
    # A copy has its original's description, not its id.
    return said[0] if said and item.get("entity_id") == entity_id("card", said[0]) else None


def places_of(
    board: Mapping[str, Any], wanted: WantedBoard, cards: Mapping[str, int]
) -> dict[str, int]:
    """Return the numbers of what stands on a dashboard and may stay, by the keys of its places."""
    keys: dict[object, list[str]] = {}
    for place in wanted.places:
        keys.setdefault(cards.get(place.card) if place.card else place.text, []).append(place.key)
    found: dict[str, int] = {}
    for one in board.get("dashcards") or []:
        text = (one.get("visualization_settings") or {}).get("text")
        waiting = keys.get(one["card_id"] if one.get("card_id") else text, [])
        if waiting:
            found[waiting.pop(0)] = one["id"]
    return found


def tabs_of(board: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of a dashboard's tabs by their names."""
    return {one["name"]: one["id"] for one in board.get("tabs") or []}
