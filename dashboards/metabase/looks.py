"""How a card looks in Metabase: its display and its settings, in the boards' colours and formats.

Metabase draws a misspelt setting as nothing at all and says no word. `KNOWN` is the list that `checks.py` holds them against.
"""

import json
from typing import Any

from dashboards.definition import Card, Column, Display, Format
from dashboards.palette import named_tones, tone, tones_of

Settings = dict[str, Any]

DISPLAYS: dict[Display, str] = {
    "number": "scalar",
    "trend": "smartscalar",
    "line": "line",
    "area": "area",
    "bar": "bar",
    "stacked_bar": "bar",
    "row": "row",
    "heatmap": "table",
    "table": "table",
    # A sentence is made of figures by the pages; Metabase cannot make one, so it shows the figures.
    "sentence": "table",
}
"""What a display is called there."""

_GRAPH = frozenset(
    {
        "graph.dimensions",
        "graph.metrics",
        "graph.show_values",
        "graph.x_axis.labels_enabled",
        "graph.x_axis.scale",
        "graph.y_axis.labels_enabled",
        "stackable.stack_type",
        "series_settings",
        "column_settings",
    }
)
KNOWN: dict[str, frozenset[str]] = {
    **dict.fromkeys(("line", "area", "bar"), _GRAPH),
    "row": _GRAPH - {"graph.x_axis.scale"},
    "scalar": frozenset({"scalar.field", "column_settings"}),
    "smartscalar": frozenset(
        {
            "scalar.field",
            "scalar.comparisons",
            "scalar.switch_positive_negative",
            "column_settings",
        }
    ),
    "table": frozenset(
        {"table.columns", "table.column_formatting", "table.pivot", "column_settings"}
    ),
}
"""The settings that each display has, of those that we write."""
KNOWN_OF_COLUMNS = frozenset(
    {
        "click_behavior",
        "column_title",
        "currency",
        "currency_in_header",
        "date_abbreviate",
        "date_style",
        "decimals",
        "number_style",
        "suffix",
        "time_enabled",
        "time_style",
    }
)
KNOWN_OF_SERIES = frozenset({"color", "line.missing", "title"})

_USD = {"number_style": "currency", "currency": "USD", "currency_in_header": False}
_FORMATS: dict[Format, Settings] = {
    "usd": {**_USD, "decimals": 2},
    "usd_rate": {**_USD, "decimals": 4},
    "count": {"number_style": "decimal", "decimals": 0},
    "number": {"number_style": "decimal", "decimals": 2},
    "percent": {"number_style": "percent", "decimals": 1},
    "seconds": {"number_style": "decimal", "decimals": 1, "suffix": " s"},
    "date": {"date_style": "MMMM D, YYYY", "date_abbreviate": True, "time_enabled": None},
    "month": {"date_style": "MMMM, YYYY", "date_abbreviate": True, "time_enabled": None},
    "instant": {
        "date_style": "MMMM D, YYYY",
        "date_abbreviate": True,
        "time_enabled": "minutes",
        "time_style": "HH:mm",
    },
    "text": {},
}
_TIMES = ("date", "month", "instant")
_WORDS_WITH_COLOURS = ("vendor", "platform", "category", "provider")
"""Columns whose words have the same colour on every board."""


def column_key(name: str) -> str:
    """Return how a setting names a column of a result: a list written as text."""
    return json.dumps(["name", name], separators=(",", ":"))


def settings_of(card: Card) -> Settings:
    """Return the settings that a card is saved with."""
    columns = {column_key(name): _column(column) for name, column in card.columns.items()}
    shown = DISPLAYS[card.display]
    if shown == "scalar":
        return {"scalar.field": card.y[0], "column_settings": columns}
    if shown == "smartscalar":
        return {
            "scalar.field": card.y[0],
            "scalar.comparisons": [{"id": "previous", "type": "previousPeriod"}],
            "scalar.switch_positive_negative": card.lower_is_better is True,
            "column_settings": columns,
        }
    if shown == "table":
        return {**_table(card), "column_settings": columns}
    return {**_graph(card, shown), "column_settings": columns}


def _column(column: Column) -> Settings:
    return {"column_title": column.label, **_FORMATS[column.format]}


def _table(card: Card) -> Settings:
    made: Settings = {
        "table.columns": [{"name": name, "enabled": True} for name in card.columns],
        # Three columns would be turned into a cross table by Metabase itself.
        "table.pivot": False,
    }
    if card.display == "heatmap":
        made["table.column_formatting"] = [
            {
                "columns": list(card.y),
                "type": "range",
                "colors": [tone("surface"), tone("series-0")],
                "min_type": None,
                "max_type": None,
            }
        ]
    return made


def _graph(card: Card, shown: str) -> Settings:
    x = card.x or ""
    made: Settings = {
        "graph.dimensions": [x, *([card.series] if card.series else [])],
        "graph.metrics": list(card.y),
        "graph.x_axis.labels_enabled": False,
        "graph.y_axis.labels_enabled": False,
        "series_settings": _series(card, shown),
    }
    if shown == "row":
        made["graph.show_values"] = not card.series
    else:
        made["graph.x_axis.scale"] = "timeseries" if card.columns[x].format in _TIMES else "ordinal"
    stacked = card.display in ("stacked_bar", "area") or (shown == "row" and bool(card.series))
    made["stackable.stack_type"] = "stacked" if stacked else None
    return made


def _series(card: Card, shown: str) -> Settings:
    # A day that nobody knows is a gap in a line, not a zero and not a guess.
    gap = {"line.missing": "none"} if shown in ("line", "area") else {}
    if card.series:
        if card.series not in _WORDS_WITH_COLOURS:
            return {}
        return {word: {"color": colour, **gap} for word, colour in named_tones().items()}
    labels = [card.columns[name].label for name in card.y]
    tones = tones_of([*labels])
    return {
        name: {"title": label, "color": tone(tones[label]), **gap}
        for name, label in zip(card.y, labels, strict=True)
    }


def click_of(card: Card) -> Settings:
    """Return what a card's place on the board does with a click: it filters the whole board, or nothing."""
    if card.link is None:
        return {}
    column, name = card.link.column, card.link.filter
    behaviour = {
        "type": "crossfilter",
        "parameterMapping": {
            name: {
                "id": name,
                "source": {"type": "column", "id": column, "name": card.columns[column].label},
                "target": {"type": "parameter", "id": name},
            }
        },
    }
    if DISPLAYS[card.display] == "table":
        return {"column_settings": {column_key(column): {"click_behavior": behaviour}}}
    return {"click_behavior": behaviour}
