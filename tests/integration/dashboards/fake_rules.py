"""What Metabase refuses, and how it stores what it takes."""

import copy
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it is an answer
    """The server's refusal."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Holds(Protocol):
    """What the rules look at."""

    cards: dict[int, Json]
    databases: dict[int, Json]

    @property
    def has_stages(self) -> bool: ...

    def known_fields(self, database: int) -> set[int]: ...


def need(kept: Mapping[int, Json], number: int) -> Json:
    """Return what has that number."""
    if number not in kept:
        raise Refused(404, "Not found.")
    return kept[number]


def new_entity_id(number: int) -> str:
    """Return an id that the server makes up."""
    return hashlib.sha256(f"server {number}".encode()).hexdigest()[:21]


def check_database(body: Json) -> None:
    if body.get("cache_ttl") is not None:
        raise Refused(402, "Cache TTL is a paid feature.")
    if body.get("connection_source") not in (None, "admin", "setup"):
        raise Refused(400, "connection_source: admin or setup")
    if not body.get("name") or not body.get("engine") or not isinstance(body.get("details"), dict):
        raise Refused(400, "name, engine and details are needed")


def check_card(body: Json, server: Holds, *, is_new: bool) -> None:
    if is_new and ("visualization_settings" not in body or "display" not in body):
        raise Refused(400, "visualization_settings: value must be a map.")
    if body.get("description") == "" or body.get("name") == "":
        raise Refused(400, "value must be a non-blank string.")
    if "cache_ttl" in body and not body["cache_ttl"]:
        raise Refused(400, "cache_ttl: value must be an integer greater than zero.")
    entity = body.get("entity_id")
    if entity is not None and (
        len(entity) != 21 or any(one["entity_id"] == entity for one in server.cards.values())
    ):
        raise Refused(400, "entity_id: not unique")
    query = body.get("dataset_query")
    if query is None:
        return
    need(server.databases, query["database"])
    is_new_form = "stages" in query
    if is_new_form and not server.has_stages:
        raise Refused(400, "dataset_query: unknown query type")
    holder = query["stages"][0] if is_new_form else query["native"]
    for name, tag in holder.get("template-tags", {}).items():
        uuid.UUID(tag["id"])
        kind, second, third = tag["dimension"]
        number = third if is_new_form else second
        if kind != "field" or not isinstance(number, int):
            raise Refused(400, f"template-tags.{name}.dimension: not a field of this form")
        if number not in server.known_fields(query["database"]):
            raise Refused(400, f"template-tags.{name}: no such field")


def card_as_stored(body: Json) -> Json:
    """Return the body with what the server adds to it."""
    made = copy.deepcopy(body)
    query = made.get("dataset_query")
    if query and "stages" in query:
        for stage in query["stages"]:
            for tag in stage.get("template-tags", {}).values():
                tag["dimension"][1]["lib/uuid"] = str(uuid.uuid4())
    if query:
        made["database_id"] = query["database"]
    return made


def check_dashboard(body: Json, server: Holds) -> None:
    places = body.get("dashcards", [])
    numbers = [one.get("id") for one in places]
    if None in numbers or len(set(numbers)) != len(numbers):
        raise Refused(400, "dashcards: ids have to be unique")
    for one in places:
        if body.get("tabs") and not one.get("dashboard_tab_id"):
            raise Refused(400, "This dashboard has tab, makes sure every card has a tab")
        if one.get("card_id") is not None:
            need(server.cards, one["card_id"])
        if any(not isinstance(series, dict) for series in one.get("series", [])):
            raise Refused(400, "series: maps with an id")
        for mapping in one.get("parameter_mappings", []):
            if not isinstance(mapping["target"], list):
                raise Refused(400, "target: value must be a list")
    for parameter in body.get("parameters", []):
        if not parameter.get("id") or not parameter.get("slug") or not parameter.get("name"):
            raise Refused(400, "parameter must be a map with :id, :slug and :name")
