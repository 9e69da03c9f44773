"""A card and its rows as a Vega-Lite specification.

Colours are those of a light page; `drawing.py` puts the page's variables in their place. Amounts become floats here and
nowhere else: a picture has no more than a thousand dots.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from dashboards.definition import Card, Format
from dashboards.palette import tone, tones_of
from serving.web.results import NOBODY, OTHER, Result, Row, with_room
from serving.web.words import short, written

Spec = dict[str, Any]
LinkOf = Callable[[Row], str | None]
_TIMES = ("date", "month", "instant")
_AXIS: dict[Format, str] = {"usd": "$~s", "usd_rate": "$~g", "percent": "~%", "number": "~g"}
_BAR = 26
_DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4], [5, 5]]


def specification(result: Result, *, width: int, height: int, link_of: LinkOf) -> Spec:
    """Return the picture of a chart card; `link_of` says where a click on a row's mark leads."""
    card = result.card
    rows, _ = with_room(result)
    draw = {"row": _bars_to_the_right, "heatmap": _heat}.get(card.display, _upright)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "config": _CONFIG,
        **draw(card, rows, link_of),
    }


def _values(
    card: Card, rows: Sequence[Row], names: Sequence[str], link_of: LinkOf = lambda _row: None
) -> list[Spec]:
    """Return some measures of the rows in long form: one mark each."""
    found = []
    for row in rows:
        for name in names:
            if row[name] is None:
                continue
            column = card.columns[name]
            made: Spec = {
                "x": _x(card, row),
                "y": float(row[name]),
                "word": _word(row[card.series]) if card.series else column.label,
                "text": short(row[name], column.format),
                "title": _spoken(card, row, name),
            }
            address = link_of(row)
            if address:
                made["href"] = address
            found.append(made)
    return found


def _spoken(card: Card, row: Row, name: str) -> str:
    column, x = card.columns[name], card.columns[card.x or ""]
    who = f"{_word(row[card.series])}, " if card.series else ""
    at = NOBODY if row[card.x or ""] is None else written(row[card.x or ""], x.format)
    return f"{who}{at}: {written(row[name], column.format)} {column.label}"


def _word(value: object) -> str:
    return NOBODY if value is None else str(value)


def _is_time(card: Card) -> bool:
    """Say whether x is a line of time. A month or a week is a word where bars or cells stand on it."""
    kind, name = card.columns[card.x or ""].format, card.x or ""
    is_long = kind == "month" or name.startswith(("week_", "month_"))
    stands = card.display in ("line", "area") or (card.display != "heatmap" and not is_long)
    return kind in _TIMES and stands


def _x(card: Card, row: Row) -> object:
    value, kind = row[card.x or ""], card.columns[card.x or ""].format
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        day = "%-d %b %y" if card.display == "heatmap" else "%-d %b"
        word = f"{value:%b %Y}" if kind == "month" else f"{value:{day}}"
        return f"{value.isoformat()}T00:00:00Z" if _is_time(card) else word
    if isinstance(value, Decimal):
        return float(value)
    return _word(value) if kind == "text" else value


def _upright(card: Card, rows: Sequence[Row], link_of: LinkOf) -> Spec:
    """Return lines, areas or bars that stand on x."""
    first = [name for name in card.y if name not in card.second]
    values = _values(card, rows, first, link_of)
    seconds = _values(card, rows, card.second)
    colours = _colours([one["word"] for one in [*values, *seconds]])
    words = list(dict.fromkeys(str(one["word"]) for one in values))
    is_bar, x = card.display in ("bar", "stacked_bar"), _x_axis(card)
    encoding: Spec = {
        "x": x,
        "y": _y_axis(card, first[0], "left" if seconds else None),
        "color": colours,
        **_told(values),
    }
    encoding["y"]["stack"] = "zero" if card.display in ("area", "stacked_bar") else None
    if card.display == "bar" and len(words) > 1:
        encoding["xOffset"] = {"field": "word", "sort": words}
    if card.display == "line" and len(words) > 1:  # not by colour alone
        encoding["strokeDash"] = {
            "field": "word",
            "legend": None,
            "scale": {"domain": colours["scale"]["domain"], "range": _DASHES},
        }
    points = {"size": 26, "filled": True} if len(values) < 80 else False
    mark: Spec = {
        "line": {"type": "line", "strokeWidth": 2.2, "point": points},
        "area": {"type": "area", "opacity": 0.85, "line": False},
    }.get(card.display, {"type": "bar", "cornerRadiusEnd": 2})
    band = _band(card, rows, x)
    marks: Spec = {"data": {"values": values}, "mark": mark, "encoding": encoding}
    at_left = [marks, *band] if is_bar else [*band, marks]
    at_left += _target(card, rows, x, is_bar=is_bar)
    if not seconds:
        return {"layer": at_left} if len(at_left) > 1 else at_left[0]
    at_right: Spec = {
        "data": {"values": seconds},
        "mark": {"type": "line", "strokeWidth": 2.2, "strokeDash": [7, 3]},
        "encoding": {
            "x": x,
            "y": _y_axis(card, card.second[0], "right"),
            "color": colours,
            **_told(seconds),
        },
    }
    return {"layer": [{"layer": at_left}, at_right], "resolve": {"scale": {"y": "independent"}}}


def _x_axis(card: Card) -> Spec:
    x: Spec = {"field": "x", "title": None}
    if not _is_time(card):
        return {
            **x,
            "type": "ordinal",
            "sort": None,
            "scale": {"paddingInner": 0.28, "paddingOuter": 0.2},
            "axis": {"labelAngle": 0, "labelOverlap": True, "labelLimit": 110, "grid": False},
        }
    form = "%b %Y" if card.columns[card.x or ""].format == "month" else "%-d %b"
    x |= {
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"format": form, "labelOverlap": True, "tickCount": 6, "grid": False},
    }
    return {**x, "timeUnit": "utcyearmonthdate"} if card.display in ("bar", "stacked_bar") else x


def _y_axis(card: Card, name: str, side: str | None) -> Spec:
    """Return the axis of a measure; of two, each says whose it is."""
    column = card.columns[name]
    axis: Spec = {
        "format": _AXIS.get(column.format, "~s"),
        "labelExpr": "datum.value === 0 ? '0' : datum.label",
        "tickCount": 5,
        "domain": False,
        "ticks": False,
    }
    if side:
        axis |= {"orient": side, "titleColor": tone("muted"), "titleFontWeight": "normal"}
        axis |= {"titleFontSize": 12, "grid": side == "left"}
    return {
        "field": "y",
        "type": "quantitative",
        "title": column.label if side else None,
        "axis": axis,
    }


def _band(card: Card, rows: Sequence[Row], x: Spec) -> list[Spec]:
    """Return the interval around the figures."""
    if not card.band:
        return []
    low, high = card.band
    values = [
        {"x": _x(card, row), "low": float(row[low]), "high": float(row[high])}
        for row in rows
        if row[low] is not None and row[high] is not None
    ]
    mark = (
        {"type": "area", "opacity": 0.22} if _is_time(card) else {"type": "rule", "strokeWidth": 2}
    )
    y = {"field": "low", "type": "quantitative", "title": None}
    layer = {
        "mark": {**mark, "color": tone("series-0" if _is_time(card) else "ink"), "aria": False}
    }
    return [
        {**layer, "data": {"values": values}, "encoding": {"x": x, "y": y, "y2": {"field": "high"}}}
    ]


def _target(card: Card, rows: Sequence[Row], x: Spec, *, is_bar: bool) -> list[Spec]:
    """Return what the figures are held against, with its name at its end."""
    if card.target is None:
        return []
    values = _values(card.model_copy(update={"series": None}), rows, [card.target])
    values = list({str(one["x"]): one for one in values}.values())
    if not values:
        return []
    mark: Spec = (
        {"type": "tick", "thickness": 2.5, "bandSize": 46}
        if is_bar
        else {"type": "line", "strokeDash": [4, 3], "strokeWidth": 1.6}
    )
    y = {"field": "y", "type": "quantitative", "title": None}
    text: Spec = {"type": "text", "align": "right", "dy": -8, "dx": 20, "fontSize": 12}
    names = [  # over whatever stands there
        {
            "mark": {**text, **colours},
            "data": {"values": values[-1:]},
            "encoding": {"x": x, "y": y, "text": {"field": "word"}},
        }
        for colours in (
            {"color": tone("surface"), "stroke": tone("surface"), "strokeWidth": 4, "aria": False},
            {"color": tone("ink")},
        )
    ]
    line = {"mark": {**mark, "color": tone("ink")}, "data": {"values": values}}
    return [{**line, "encoding": {"x": x, "y": y, **_told(values)}}, *names]


def _bars_to_the_right(card: Card, rows: Sequence[Row], link_of: LinkOf) -> Spec:
    values = _values(card, rows, card.y, link_of)
    order = list(dict.fromkeys(str(one["x"]) for one in values))
    if not card.series and len(card.y) == 1:
        for one in values:
            one["tone"] = "rest" if one["x"] in (NOBODY, OTHER) else "bar"
    is_stacked = bool(card.series) or len(card.y) > 1
    labels = {"labelLimit": 170, "ticks": False, "domain": False, "labelColor": tone("ink")}
    y: Spec = {"field": "x", "type": "nominal", "sort": order, "title": None, "axis": labels}
    x: Spec = {"field": "y", "type": "quantitative", "title": None, "axis": None}
    if is_stacked:
        x |= {"stack": "zero", "axis": {**_y_axis(card, card.y[0], None)["axis"], "grid": True}}
        color = _colours([one["word"] for one in values])
    else:
        x |= {"stack": None, "scale": {"domain": _with_room_for_words(values)}}
        color = {
            "field": "tone",
            "scale": {"domain": ["bar", "rest"], "range": [tone("series-0"), tone("rest")]},
            "legend": None,
        }
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.72}},
            "encoding": {"color": color, **_told(values)},
        }
    ]
    for side, align in ((">= 0", "left"), ("< 0", "right")) if not is_stacked else ():
        words: Spec = {
            "type": "text",
            "align": align,
            "dx": 5 if align == "left" else -5,
            "aria": False,
        }
        layers.append(
            {
                "transform": [{"filter": f"datum.y {side}"}],
                "mark": {**words, "color": tone("ink"), "fontSize": 12},
                "encoding": {"text": {"field": "text"}},
            }
        )
    height = {"step": _BAR} if len(order) > 1 else 2 * _BAR
    data = {"values": values}
    return {"data": data, "height": height, "encoding": {"x": x, "y": y}, "layer": layers}


def _with_room_for_words(values: list[Spec]) -> list[float]:
    """Return the ends of an axis on which the figure behind each bar has a place."""
    ends = [float(one["y"]) for one in values]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    room = 0.16 * (high - low) or 1.0
    return [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]


def _heat(card: Card, rows: Sequence[Row], link_of: LinkOf) -> Spec:
    values = _values(card, rows, card.y, link_of)
    bare = {"ticks": False, "domain": False}
    axis = {**bare, "labelAngle": 0, "labelOverlap": True}
    order = list(dict.fromkeys(one["x"] for one in values))
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "sort": order, "title": None, "axis": axis},
            "y": {
                "field": "word",
                "type": "nominal",
                "title": None,
                "axis": {**bare, "labelLimit": 170},
            },
            "color": {
                "field": "y",
                "type": "quantitative",
                "scale": {"range": ["#dbe9f6", tone("series-0")]},
                "legend": {
                    "title": card.columns[card.y[0]].label,
                    "orient": "top",
                    "format": _AXIS.get(card.columns[card.y[0]].format, "~s"),
                    "gradientLength": 140,
                    "gradientThickness": 10,
                },
            },
            **_told(values),
        },
    }


def _colours(found: Sequence[str]) -> Spec:
    words = list(dict.fromkeys(found))
    keys = [None if word in (NOBODY, OTHER) else word for word in words]
    tones = tones_of(keys)
    return {
        "field": "word",
        "type": "nominal",
        "scale": {"domain": words, "range": [tone(tones[key]) for key in keys]},
        "legend": {"title": None, "orient": "top", "symbolType": "square", "columns": 4}
        if words[1:]
        else None,
    }


def _told(values: Sequence[Spec]) -> Spec:
    """Return what a screen reader says of a mark, and where a click on it leads."""
    found: Spec = {"description": {"field": "title"}}
    if any("href" in one for one in values):
        found["href"] = {"field": "href"}
    return found


_CONFIG: Spec = {
    "font": "Inter, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": tone("muted"),
        "labelFontSize": 12,
        "gridColor": tone("line"),
        "domainColor": tone("line"),
        "tickColor": tone("line"),
        "labelPadding": 6,
    },
    "legend": {
        "labelColor": tone("ink"),
        "labelFontSize": 12,
        "titleColor": tone("muted"),
        "titleFontWeight": "normal",
        "symbolSize": 90,
        "labelLimit": 140,
    },
}
