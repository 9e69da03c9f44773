"""A card and its rows as a Vega-Lite specification.

Colours are those of a light page; `drawing.py` puts the page's variables in their place. Amounts become floats here and
nowhere else: a picture has no more than a thousand dots.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dashboards.definition import Card, Column
from dashboards.palette import tone, tones_of
from serving.web.results import NOBODY, Result, Row, with_room
from serving.web.words import short, written

Spec = dict[str, Any]
LinkOf = Callable[[Row], str | None]
_TIMES = ("date", "month", "instant")
_AXIS = {
    "usd": "$~s",
    "usd_rate": "$~g",
    "percent": "~%",
    "count": "~s",
    "number": "~g",
    "seconds": "~s",
}
_BAR = 22


def specification(result: Result, *, width: int, height: int, link_of: LinkOf) -> Spec:
    """Return the picture of a chart card; `link_of` says where a click on a row's mark leads."""
    card = result.card
    rows, _ = with_room(result)
    values = _values(card, rows, link_of)
    draw = {"row": _bars_to_the_right, "heatmap": _heat}.get(card.display, _over_time)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "data": {"values": values},
        "config": _CONFIG,
        **draw(card, values),
    }


def _values(card: Card, rows: list[Row], link_of: LinkOf) -> list[Spec]:
    """Return the rows in long form: one mark each."""
    measures = {name: card.columns[name] for name in card.y}
    found = []
    for row in rows:
        for name, column in measures.items():
            if row[name] is None:
                continue
            made = {
                "x": _plain(row[card.x or ""], card.columns[card.x or ""]),
                "y": float(row[name]),
            }
            made["word"] = _word(row[card.series]) if card.series else column.label
            made["text"] = short(row[name], column.format)
            made["title"] = _spoken(card, row, column, name)
            address = link_of(row)
            if address:
                made["href"] = address
            found.append(made)
    return found


def _spoken(card: Card, row: Row, column: Column, name: str) -> str:
    x = written(row[card.x or ""], card.columns[card.x or ""].format)
    who = f"{_word(row[card.series])}, " if card.series else ""
    return f"{who}{x}: {written(row[name], column.format)} {column.label}"


def _word(value: object) -> str:
    return NOBODY if value is None else str(value)


def _plain(value: object, column: Column) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00Z"
    if isinstance(value, Decimal):
        return float(value)
    return _word(value) if column.format == "text" else value


def _over_time(card: Card, values: list[Spec]) -> Spec:
    column, measure = card.columns[card.x or ""], card.columns[card.y[0]]
    is_bar = card.display in ("bar", "stacked_bar")
    # A month is a word for a bar, an instant for a line.
    is_time = column.format in _TIMES and not (is_bar and column.format == "month")
    if is_bar and column.format == "month":
        for one in values:
            one["x"] = f"{_day(one['x']):%b %Y}"
    x: Spec = {"field": "x", "title": None, "type": "temporal" if is_time else "ordinal"}
    if is_time:
        x |= {
            "scale": {"type": "utc"},
            "axis": {
                "format": "%b %Y" if column.format == "month" else "%-d %b",
                "labelOverlap": True,
                "tickCount": 6,
                "grid": False,
            },
        }
    else:
        x |= {"sort": None, "axis": {"labelAngle": 0, "labelOverlap": True, "labelLimit": 90}}
    if is_bar and is_time:
        x["timeUnit"] = "utcyearmonthdate"
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "axis": {
            "labelExpr": "datum.value === 0 ? '0' : datum.label",
            "format": _AXIS.get(measure.format, "~s"),
            "tickCount": 5,
            "domain": False,
            "ticks": False,
        },
    }
    if is_bar:
        y["stack"] = "zero" if card.display == "stacked_bar" else None
    if card.display == "area":
        y["stack"] = "zero"
    encoding: Spec = {"x": x, "y": y, "color": _colour(values)}
    if is_bar and card.display == "bar" and len({one["word"] for one in values}) > 1:
        encoding["xOffset"] = {"field": "word"}
    mark: Spec = {
        "line": {
            "type": "line",
            "strokeWidth": 2.2,
            "interpolate": "monotone",
            "point": {"size": 26, "filled": True} if len(values) < 80 else False,
        },
        "area": {"type": "area", "opacity": 0.85, "line": False},
    }.get(card.display, {"type": "bar", "cornerRadiusEnd": 2})
    if card.display == "line" and len({one["word"] for one in values}) > 1:
        # Not by colour alone.
        encoding["strokeDash"] = {"field": "word", "legend": None}
    return {"mark": mark, "encoding": {**encoding, **_spoken_of(values)}}


def _bars_to_the_right(card: Card, values: list[Spec]) -> Spec:
    order = list(dict.fromkeys(str(one["x"]) for one in values))
    y: Spec = {
        "field": "x",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": 150, "ticks": False, "domain": False},
    }
    x: Spec = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "axis": None,
        "stack": "zero" if card.series else None,
        "scale": {"domain": _with_room_for_words(values)} if not card.series else {},
    }
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.72}},
        "encoding": {"color": _colour(values), **_spoken_of(values)},
    }
    layers = [bars]
    if not card.series:
        layers.append(
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 5,
                    "color": tone("ink"),
                    "fontSize": 12,
                    "aria": False,
                },
                "encoding": {"text": {"field": "text"}},
            }
        )
    return {"height": {"step": _BAR + 4}, "encoding": {"x": x, "y": y}, "layer": layers}


def _with_room_for_words(values: list[Spec]) -> list[float]:
    """Return the ends of an axis on which the figure behind each bar has a place."""
    ends = [float(one["y"]) for one in values]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    room = 0.16 * (high - low) or 1.0
    return [low - room if low < 0 else 0.0, high + room]


def _heat(card: Card, values: list[Spec]) -> Spec:
    column, measure = card.columns[card.x or ""], card.columns[card.y[0]]
    labels = [
        written(_day(one["x"]), column.format) if column.format in _TIMES else one["x"]
        for one in values
    ]
    cells = [{**one, "x": label} for one, label in zip(values, labels, strict=True)]
    values[:] = cells
    return {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "sort": list(dict.fromkeys(labels)),
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": True, "ticks": False, "domain": False},
            },
            "y": {
                "field": "word",
                "type": "nominal",
                "title": None,
                "axis": {"labelLimit": 150, "ticks": False, "domain": False},
            },
            "color": {
                "field": "y",
                "type": "quantitative",
                "scale": {"range": ["#e6f0fa", tone("series-0")]},
                "legend": {
                    "title": None,
                    "orient": "top",
                    "format": _AXIS.get(measure.format, "~s"),
                    "gradientLength": 120,
                },
            },
            **_spoken_of(values),
        },
    }


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text)[:10])


def _colour(values: list[Spec]) -> Spec:
    words = list(dict.fromkeys(str(one["word"]) for one in values))
    tones = tones_of([None if word in (NOBODY, "other") else word for word in words])
    colours = [tone(tones[None if word in (NOBODY, "other") else word]) for word in words]
    legend = {"title": None, "orient": "top", "symbolType": "square"} if len(words) > 1 else None
    return {
        "field": "word",
        "type": "nominal",
        "scale": {"domain": words, "range": colours},
        "legend": legend,
    }


def _spoken_of(values: list[Spec]) -> Spec:
    found: Spec = {"description": {"field": "title"}}
    if any("href" in one for one in values):
        found["href"] = {"field": "href"}
    return found


_CONFIG: Spec = {
    "font": "Inter, system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": tone("muted"),
        "labelFontSize": 12,
        "gridColor": tone("line"),
        "domainColor": tone("line"),
        "tickColor": tone("line"),
        "labelPadding": 6,
    },
    "legend": {"labelColor": tone("ink"), "labelFontSize": 12, "symbolSize": 90, "labelLimit": 140},
    "range": {"category": [tone(f"series-{place}") for place in range(8)]},
}
