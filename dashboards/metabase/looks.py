"""How a card looks in Metabase: its display and its settings, in the boards' colours and formats.

Metabase draws a misspelt setting as nothing at all and says no word. `KNOWN` is the list that `checks.py` holds them against.
"""

import json
from typing import Any

from dashboards.definition import Card, Column, Display, Format
from dashboards.names import NAMES
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
    **dict.fromkeys(("line", "area", "bar", "combo"), _GRAPH),
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
KNOWN_OF_SERIES = frozenset({"axis", "color", "display", "line.missing", "line.style", "title"})

_USD = {"number_style": "currency", "currency": "USD", "currency_in_header": False}
_FORMATS: dict[Format, Settings] = {
    "usd": {**_USD, "decimals": 2},
    "usd_rate": {**_USD, "decimals": 4},
    "count": {"number_style": "decimal", "decimals": 0},
    "number": {"number_style": "decimal", "decimals": 2},
    "percent": {"number_style": "percent", "decimals": 1},
    "seconds": {"number_style": "decimal", "decimals": 1, "suffix": " s"},
    "hours": {"number_style": "decimal", "decimals": 1, "suffix": " h"},
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
_NEWS = {"good": "good", "bad": "bad", "warn": "series-4"}


def display_of(card: Card) -> str:
    """Return what a card's display is called in Metabase: bars with a line over them are a display of their own."""
    shown = DISPLAYS[card.display]
    return "combo" if shown == "bar" and (card.second or _beside(card)) else shown


def _beside(card: Card) -> list[str]:
    """Return the columns that stand as lines beside the measures: what they are held against, and an interval.

    With a series Metabase has one measure; stacked areas would stack these lines, too.
    """
    if card.series or card.display not in ("line", "bar"):
        return []
    return [*([card.target] if card.target else []), *card.band]


def column_key(name: str) -> str:
    """Return how a setting names a column of a result: a list written as text."""
    return json.dumps(["name", name], separators=(",", ":"))


def settings_of(card: Card) -> Settings:
    """Return the settings that a card is saved with."""
    columns = {column_key(name): _column(column) for name, column in card.columns.items()}
    shown = display_of(card)
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
    rules = [
        {
            "columns": [name for name, column in card.columns.items() if column.format == "text"],
            "type": "single",
            "operator": "=",
            "value": word,
            "color": tone(_NEWS[news]),
            "highlight_row": False,
        }
        for word, news in card.tones.items()
    ]
    if card.display == "heatmap":
        colours = [tone("surface"), tone("series-0")]
        rules = [
            {
                "columns": list(card.y),
                "type": "range",
                "colors": colours,
                "min_type": None,
                "max_type": None,
            }
        ]
    return made | ({"table.column_formatting": rules} if rules else {})


def _graph(card: Card, shown: str) -> Settings:
    x = card.x or ""
    made: Settings = {
        "graph.dimensions": [x, *([card.series] if card.series else [])],
        "graph.metrics": [*card.y, *_beside(card)],
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
    gap: Settings = {"line.missing": "none"}
    if card.series:
        lines, own = gap if shown in ("line", "area") else {}, named_tones()
        return {
            word: {"title": name, **({"color": own[word]} if word in own else {}), **lines}
            for word, name in NAMES.get(card.series, {}).items()
        }
    labels = [card.columns[name].label for name in card.y]
    tones = tones_of([*labels])
    made: dict[str, Settings] = {}
    for name, label in zip(card.y, labels, strict=True):
        is_line = name in card.second or shown in ("line", "area")
        made[name] = {"title": label, "color": tone(tones[label])}
        made[name] |= {"display": "line" if is_line else "bar"} if shown == "combo" else {}
        if card.second:
            made[name] |= {"axis": "right" if name in card.second else "left"}
        made[name] |= {"line.style": "dashed"} if name in card.second else {}
        made[name] |= gap if is_line else {}
    for name in _beside(card):
        is_target = name == card.target
        made[name] = {
            "title": card.columns[name].label,
            "color": tone("ink" if is_target else "muted"),
            "line.style": "dashed" if is_target else "dotted",
            **({"display": "line"} if shown == "combo" else {}),
            **({"axis": "left"} if card.second else {}),
            **gap,
        }
    return made


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
    if display_of(card) == "table":
        return {"column_settings": {column_key(column): {"click_behavior": behaviour}}}
    return {"click_behavior": behaviour}
