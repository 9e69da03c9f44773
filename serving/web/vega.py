"""A card and its rows as a Vega-Lite specification.

Colours are those of a light page; `drawing.py` puts the page's variables in their place. Amounts become floats here and
nowhere else: a picture has no more than a thousand dots.
"""

import datetime as dt
from collections.abc import Sequence

from dashboards.breaks import Break
from dashboards.definition import Card, Format
from dashboards.palette import tone
from serving.web.annotations import breaks_within, names_at_ends, rules
from serving.web.marks import (
    CONFIG,
    LinkOf,
    Spec,
    colours_of,
    is_on_a_line_of_time,
    place_of,
    told,
    values_of,
)
from serving.web.results import NOBODY, OTHER, Result, Row, with_room

_AXIS: dict[Format, str] = {
    "usd": "$~s",
    "usd_rate": "$~r",
    "percent": "~%",
    "number": "~r",
    "hours": "~r",
}
_BAR = 26
_MOST_TICKS = 8
_DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4], [5, 5]]


def specification(
    result: Result, *, width: int, height: int, link_of: LinkOf, breaks: Sequence[Break] = ()
) -> Spec:
    """Return the picture of a chart card.

    Args:
        result: Its figures.
        width: Pixels in all.
        height: Pixels in all.
        link_of: Says where a click on a row's mark leads.
        breaks: Days on which its level breaks; those between the first mark and the last are drawn.
    """
    card = result.card
    rows, _ = with_room(result)
    if card.display == "row":
        drawn = _bars_to_the_right(card, rows, link_of, width)
    elif card.display == "heatmap":
        drawn = _heat(card, rows, link_of, breaks)
    else:
        drawn = _upright(card, rows, link_of, breaks, (width, height))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "config": CONFIG,
        **drawn,
    }


def _upright(
    card: Card, rows: Sequence[Row], link_of: LinkOf, breaks: Sequence[Break], size: tuple[int, int]
) -> Spec:
    """Return lines, areas or bars that stand on x."""
    first = [name for name in card.y if name not in card.second]
    has_lines = card.display in ("line", "area")
    values = values_of(card, rows, first, link_of, is_line=has_lines)
    seconds = values_of(card, rows, card.second, is_line=True)
    colours = colours_of(card, rows, [one["word"] for one in [*values, *seconds]], size[0])
    words = list(dict.fromkeys(str(one["word"]) for one in values))
    is_bar, x = card.display in ("bar", "stacked_bar"), _x_axis(card, rows)
    is_line = card.display == "line"
    ends = (
        names_at_ends(values, x, width=size[0], height=size[1])
        if is_line and not (seconds or card.target)
        else None
    )
    if ends:
        colours["legend"] = None
    elif is_line and colours["legend"]:
        colours["legend"] |= {"symbolType": "stroke", "symbolStrokeWidth": 3}
    encoding: Spec = {
        "x": x,
        "y": _y_axis(card, first[0], "left" if seconds else None),
        "color": colours,
        **told(values),
    }
    encoding["y"]["stack"] = "zero" if card.display in ("area", "stacked_bar") else None
    if card.display == "bar" and len(words) > 1:
        encoding["xOffset"] = {"field": "word", "sort": words}
    if is_line and len(words) > 1:  # not by colour alone
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
    if is_line and not points:
        at_left += _alone(values, x, colours)
    at_left += _target(card, rows, x, is_bar=is_bar)
    at_left += _breaks(card, rows, x, breaks)
    at_left += [ends] if ends else []
    if not seconds:
        return {"layer": at_left} if len(at_left) > 1 else at_left[0]
    at_right: Spec = {
        "data": {"values": seconds},
        "mark": {"type": "line", "strokeWidth": 2.2, "strokeDash": [7, 3]},
        "encoding": {
            "x": x,
            "y": _y_axis(card, card.second[0], "right"),
            "color": colours,
            **told(seconds),
        },
    }
    return {"layer": [{"layer": at_left}, at_right], "resolve": {"scale": {"y": "independent"}}}


def _alone(values: Sequence[Spec], x: Spec, colours: Spec) -> list[Spec]:
    """Return dots for figures between two gaps: no line leads to them."""
    by_word: dict[str, list[Spec]] = {}
    for one in values:
        by_word.setdefault(str(one["word"]), []).append(one)
    none: Spec = {"y": None}
    found = [
        one
        for line in by_word.values()
        for before, one, after in zip([none, *line], line, [*line[1:], none], strict=False)
        if one["y"] is not None and before["y"] is None and after["y"] is None
    ]
    if not found:
        return []
    y = {"field": "y", "type": "quantitative", "title": None}
    mark = {"type": "point", "filled": True, "size": 26}
    encoding = {"x": x, "y": y, "color": colours, **told(found)}
    return [{"data": {"values": found}, "mark": mark, "encoding": encoding}]


def _breaks(card: Card, rows: Sequence[Row], x: Spec, breaks: Sequence[Break]) -> list[Spec]:
    """Return the days on which the level breaks."""
    is_line = is_on_a_line_of_time(card) and card.display in ("line", "area")
    places = list(dict.fromkeys(place_of(card, row) for row in rows))
    found = []
    for one, row in breaks_within(card, rows, breaks):
        at = place_of(card, row)
        share = places.index(at) / len(places)
        found.append((one, f"{one.day}T00:00:00Z" if is_line else at, share))
    return rules(found, x, is_banded=not is_line)


def _x_axis(card: Card, rows: Sequence[Row]) -> Spec:
    x: Spec = {"field": "x", "title": None}
    if not is_on_a_line_of_time(card):
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
        "axis": {"format": form, "labelOverlap": "greedy", "tickCount": 6, "grid": False},
    }
    if (card.x or "").startswith(("week_", "month_")):
        # Where figures stand, not where a calendar would have its Sundays.
        days = sorted({row[card.x or ""] for row in rows if row[card.x or ""] is not None})
        shown = days[:: -(-len(days) // _MOST_TICKS) or 1]
        x["axis"]["values"] = [
            int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)
            for day in shown
        ]
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
        {
            "x": place_of(card, row),
            "low": float(row[low]) if is_known else None,
            "high": float(row[high]) if is_known else None,
        }
        for row in rows
        for is_known in (row[low] is not None and row[high] is not None,)
        if is_known or is_on_a_line_of_time(card)
    ]
    mark = (
        {"type": "area", "opacity": 0.22}
        if is_on_a_line_of_time(card)
        else {"type": "rule", "strokeWidth": 2}
    )
    y = {"field": "low", "type": "quantitative", "title": None}
    layer = {
        "mark": {
            **mark,
            "color": tone("series-0" if is_on_a_line_of_time(card) else "ink"),
            "aria": False,
        }
    }
    return [
        {**layer, "data": {"values": values}, "encoding": {"x": x, "y": y, "y2": {"field": "high"}}}
    ]


def _target(card: Card, rows: Sequence[Row], x: Spec, *, is_bar: bool) -> list[Spec]:
    """Return what the figures are held against, with its name at its end."""
    if card.target is None:
        return []
    alone = card.model_copy(update={"series": None})
    by_place: dict[str, Spec] = {}
    for one in values_of(alone, rows, [card.target], is_line=not is_bar):
        if one["y"] is not None or str(one["x"]) not in by_place:
            by_place[str(one["x"])] = one
    values = list(by_place.values())
    known = [one for one in values if one["y"] is not None]
    if not known:
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
            "data": {"values": known[-1:]},
            "encoding": {"x": x, "y": y, "text": {"field": "word"}},
        }
        for colours in (
            {"color": tone("surface"), "stroke": tone("surface"), "strokeWidth": 4, "aria": False},
            {"color": tone("ink")},
        )
    ]
    line = {"mark": {**mark, "color": tone("ink")}, "data": {"values": values}}
    return [{**line, "encoding": {"x": x, "y": y, **told(values)}}, *names]


def _bars_to_the_right(card: Card, rows: Sequence[Row], link_of: LinkOf, width: int) -> Spec:
    values = values_of(card, rows, card.y, link_of)
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
        color = colours_of(card, rows, [one["word"] for one in values], width)
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
            "encoding": {"color": color, **told(values)},
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


def _heat(card: Card, rows: Sequence[Row], link_of: LinkOf, breaks: Sequence[Break]) -> Spec:
    values = values_of(card, rows, card.y, link_of)
    bare = {"ticks": False, "domain": False}
    axis = {**bare, "labelAngle": 0, "labelOverlap": True}
    order = list(dict.fromkeys(one["x"] for one in values))
    x: Spec = {"field": "x", "type": "ordinal", "sort": order, "title": None, "axis": axis}
    cells: Spec = {
        "data": {"values": values},
        "mark": {"type": "rect", "cornerRadius": 2, "color": tone("series-0")},
        "encoding": {
            "x": x,
            "y": {
                "field": "word",
                "type": "nominal",
                "title": None,
                "axis": {**bare, "labelLimit": 170},
            },
            # Less is nearer to the page, be it light or dark.
            "opacity": {
                "field": "y",
                "type": "quantitative",
                "scale": {"range": [0.14, 1], "zero": False},
                "legend": {
                    "title": card.columns[card.y[0]].label,
                    "titleOrient": "left",
                    "orient": "top",
                    "format": _AXIS.get(card.columns[card.y[0]].format, "~s"),
                    "symbolType": "square",
                    "symbolFillColor": tone("series-0"),
                    "symbolStrokeWidth": 0,
                    "symbolSize": 160,
                    "tickCount": 4,
                },
            },
            **told(values),
        },
    }
    lines = _breaks(card, [row for row in rows if place_of(card, row) in order], x, breaks)
    return {"layer": [cells, *lines]} if lines else cells
