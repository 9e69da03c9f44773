"""What Metabase and its own validators let through and then draw as nothing: looked for in the bodies themselves.

Both of its validators, `@metabase/representations` and `@metabase/cli`, were fed planted faults; each rule here stands for
one that they missed. A definition cannot make most of them. They are held anyway, because a body is made by code, and code
changes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dashboards.definition import GRID
from dashboards.metabase.compare import plain_query
from dashboards.metabase.looks import (
    KNOWN,
    KNOWN_OF_COLUMNS,
    KNOWN_OF_SERIES,
    column_key,
)

Body = Mapping[str, Any]
_TAG = re.compile(r"\{\{\s*([^}\s]+)\s*\}\}")
_WIDGETS = ("date/all-options", "string/=")
_NAMING_LISTS = ("graph.dimensions", "graph.metrics")
_CARD = {
    "name",
    "description",
    "type",
    "display",
    "entity_id",
    "collection_id",
    "dataset_query",
    "visualization_settings",
}
_BOARD = {
    "name",
    "description",
    "collection_id",
    "archived",
    "width",
    "auto_apply_filters",
    "parameters",
    "tabs",
    "dashcards",
}


def card_faults(body: Body, returned: list[str]) -> Iterator[str]:
    """Say what is wrong with a saved question; `returned`: the columns that its query returns."""
    yield from _unknown(body, _CARD)
    if body["display"] not in KNOWN:
        yield f"there is no display {body['display']!r}"
    yield from _places(body)
    yield from _settings(body["display"], body["visualization_settings"], returned)


def _unknown(body: Body, known: set[str]) -> Iterator[str]:
    for name in sorted(body.keys() - known):
        yield f"there is no field {name!r}"


def _places(body: Body) -> Iterator[str]:
    query = body["dataset_query"]
    used = set(_TAG.findall(plain_query(query)["sql"]))
    stages = query.get("stages")
    holder = stages[0] if stages else query["native"]
    declared: Mapping[str, Body] = holder.get("template-tags") or {}
    for name in sorted(used - declared.keys()):
        yield f"{{{{{name}}}}} is used and not declared"
    for name in sorted(declared.keys() - used):
        yield f"the filter {name!r} is declared and not used"
    for name, tag in declared.items():
        if tag["name"] != name:
            yield f"the filter {name!r} calls itself {tag['name']!r}"
        if tag["widget-type"] not in _WIDGETS:
            yield f"the filter {name!r}: there is no widget {tag['widget-type']!r}"


def _settings(display: str, settings: Body, returned: list[str]) -> Iterator[str]:
    for name in sorted(settings.keys() - KNOWN.get(display, frozenset())):
        yield f"a {display} has no setting {name!r}"
    keys = {column_key(name) for name in returned}
    for key, column in settings.get("column_settings", {}).items():
        if key not in keys:
            yield f"the settings name the column {key}, which the query does not return"
        for name in sorted(column.keys() - KNOWN_OF_COLUMNS):
            yield f"a column has no setting {name!r}"
    for series in settings.get("series_settings", {}).values():
        for name in sorted(series.keys() - KNOWN_OF_SERIES):
            yield f"a series has no setting {name!r}"
    for name in sorted(set(_named(settings)) - set(returned)):
        yield f"the settings name the column {name!r}, which the query does not return"


def _named(settings: Body) -> Iterator[str]:
    for name in _NAMING_LISTS:
        yield from settings.get(name, [])
    if "scalar.field" in settings:
        yield settings["scalar.field"]
    yield from (column["name"] for column in settings.get("table.columns", []))
    for rule in settings.get("table.column_formatting", []):
        yield from rule["columns"]


def board_faults(body: Body, cards: Mapping[int, Body]) -> Iterator[str]:
    """Say what is wrong with a dashboard; `cards`: the bodies of cards by their numbers."""
    yield from _unknown(body, _BOARD)
    parameters = {one["id"] for one in body["parameters"]}
    mapped: set[str] = set()
    taken: dict[tuple[int | None, int, int], int] = {}
    for place in body["dashcards"]:
        what = f"place {place['id']}"
        yield from _spot(what, place, taken)
        if body["tabs"] and place.get("dashboard_tab_id") not in {
            tab["id"] for tab in body["tabs"]
        }:
            yield f"{what} stands on no tab"
        for mapping in place["parameter_mappings"]:
            mapped.add(mapping["parameter_id"])
            yield from _mapping(what, place, mapping, parameters, cards)
        yield from _click(what, place, parameters, cards)
    for name in sorted(parameters - mapped):
        yield f"the filter {name!r} leads to no card"


def _spot(what: str, place: Body, taken: dict[tuple[int | None, int, int], int]) -> Iterator[str]:
    end = place["col"] + place["size_x"]
    if end > GRID:
        yield f"{what} ends at column {end} of {GRID}"
    spots = (
        (place.get("dashboard_tab_id"), col, row)
        for col in range(place["col"], end)
        for row in range(place["row"], place["row"] + place["size_y"])
    )
    for spot in spots:
        other = taken.setdefault(spot, place["id"])
        if other != place["id"]:
            yield f"{what} lies over place {other}"
            return


def _mapping(
    what: str, place: Body, mapping: Body, parameters: set[str], cards: Mapping[int, Body]
) -> Iterator[str]:
    name = mapping["parameter_id"]
    if name not in parameters:
        yield f"{what} obeys {name!r}, which is no filter of the board"
    card = cards.get(mapping["card_id"])
    if card is None or mapping["card_id"] != place["card_id"]:
        yield f"{what} obeys {name!r} for a card that does not stand there"
        return
    kind, target = mapping["target"][0], mapping["target"][1]
    tags = plain_query(card["dataset_query"])["filters"]
    if kind != "dimension" or target[0] != "template-tag" or target[1] not in tags:
        yield f"{what} obeys {name!r} by {mapping['target']}, which its query does not have"


def _click(
    what: str, place: Body, parameters: set[str], cards: Mapping[int, Body]
) -> Iterator[str]:
    settings = place["visualization_settings"]
    behaviours = [settings.get("click_behavior")]
    behaviours += [
        column.get("click_behavior") for column in settings.get("column_settings", {}).values()
    ]
    card = cards.get(place["card_id"])
    returned = card["visualization_settings"]["column_settings"] if card else {}
    for behaviour in filter(None, behaviours):
        for name, one in behaviour["parameterMapping"].items():
            if name not in parameters:
                yield f"a click on {what} filters by {name!r}, which is no filter of the board"
            if column_key(one["source"]["id"]) not in returned:
                yield f"a click on {what} reads {one['source']['id']!r}, which its query does not return"
