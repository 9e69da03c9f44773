"""What stands in a picture beside its marks: days on which a level breaks, and names at the ends of lines."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashboards.breaks import Break
from dashboards.definition import Card
from dashboards.palette import tone
from serving.web.results import Row

Spec = dict[str, Any]
_LINE = 15
"""Pixels from one line of words to the next."""
_MOST_LINES = 6
_DASHED: Spec = {"strokeDash": [3, 3]}
_NOTCH = 7
_FEWEST_PIXELS_FOR_NAMES = 480


def breaks_within(
    card: Card, rows: Sequence[Row], breaks: Sequence[Break]
) -> list[tuple[Break, Row]]:
    """Return the breaks that lie behind the first mark, each with a row of the period in which it lies."""
    if not card.is_over_time or card.x is None:
        return []
    periods: dict[dt.date, Row] = {}
    for row in rows:
        if row[card.x] is not None:
            periods.setdefault(_day(row[card.x]), row)
    days = sorted(periods)
    found = []
    for one in breaks:
        if one.day is None or not days or one.day >= _end(card.x, days[-1]):
            continue
        begun = [day for day in days if day <= one.day]
        if begun and begun[-1] > days[0]:
            found.append((one, periods[begun[-1]]))
    return found


def breaks_to_tell(card: Card, rows: Sequence[Row], breaks: Sequence[Break]) -> list[Break]:
    """Return the breaks that are said in words: of all figures; of a large figure beside the one before, those between."""
    if card.display == "trend":
        known = [row for row in rows if row[card.y[0]] is not None]
        return [one for one, _ in breaks_within(card, known[-2:], breaks)]
    drawn = [one for one, _ in breaks_within(card, rows, breaks)]
    return [one for one in breaks if one.day is None or one in drawn]


def rules(places: Sequence[tuple[Break, object, float]], x: Spec, *, is_banded: bool) -> list[Spec]:
    """Return a line for each break, with its words at the top; the same words stand once.

    Args:
        places: The breaks, each with its place on x and how far to the right that is, from 0 to 1.
        x: The chart's own x.
        is_banded: Whether x has bands: then the line stands where the period's band begins.
    """
    if not places:
        return []
    at = {key: value for key, value in x.items() if key != "axis"}
    at |= {"bandPosition": 0} if is_banded else {}
    told: dict[str, int] = {}
    for one, _, _ in places:
        told[one.label] = told.get(one.label, 0) + 1
    layers: list[Spec] = []
    for is_often in (False, True):
        lines = [
            {"x": place, "title": f"{one.day}: {one.label}. {one.note}"}
            for one, place, _ in places
            if (told[one.label] > _MOST_LINES) is is_often
        ]
        # What happens every month is a row of notches at the top, not a fence before the figures.
        ends = {"y": {"value": 0}, "y2": {"value": _NOTCH}} if is_often else {}
        mark: Spec = {"type": "rule", "color": tone("ink"), "opacity": 0.7}
        mark |= {"strokeWidth": 2} if is_often else _DASHED
        encoding = {"x": at, "description": {"field": "title"}, **ends}
        if lines:
            layers.append({"data": {"values": lines}, "mark": mark, "encoding": encoding})
    for turn, label in enumerate(told):
        place, share = next((place, share) for one, place, share in places if one.label == label)
        words = label if told[label] == 1 else f"{label} ({told[label]} times)"
        is_right = share > 0.6
        text: Spec = {
            "type": "text",
            "align": "right" if is_right else "left",
            "baseline": "top",
            "dx": -5 if is_right else 5,
            "fontSize": 11,
            "aria": False,
        }
        layers += [
            {
                "data": {"values": [{"x": place, "label": words}]},
                "mark": {**text, **colours},
                "encoding": {"x": at, "y": {"value": turn * _LINE}, "text": {"field": "label"}},
            }
            for colours in (
                {"color": tone("surface"), "stroke": tone("surface"), "strokeWidth": 4},
                {"color": tone("ink")},
            )
        ]
    return layers


def names_at_ends(values: Sequence[Spec], x: Spec, *, width: int, height: int) -> Spec | None:
    """Return names where lines end; None where they would stand upon each other.

    A name beside its line is read faster than one in a legend.
    """
    ends: dict[str, Spec] = {}
    for one in values:
        if one["y"] is not None:
            ends[str(one["word"])] = one
    known = [float(one["y"]) for one in values if one["y"] is not None]
    if len(ends) < 2 or width < _FEWEST_PIXELS_FOR_NAMES:
        return None
    low, high = min([*known, 0.0]), max([*known, 0.0])
    pixels = sorted(
        (float(one["y"]) - low) / ((high - low) or 1) * (height - 50) for one in ends.values()
    )
    if any(later - before < _LINE for before, later in pairwise(pixels)):
        return None
    if len({one["x"] for one in ends.values()}) > 1:
        return None
    at = {key: value for key, value in x.items() if key != "axis"}
    # Whoever fits the picture into its room counts these words, too.
    return {
        "data": {"values": list(ends.values())},
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 7,
            "fontSize": 12,
            "color": tone("ink"),
            "aria": False,
        },
        "encoding": {
            "x": at,
            "y": {"field": "y", "type": "quantitative", "title": None},
            "text": {"field": "word"},
        },
    }


def _day(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _end(column: str, day: dt.date) -> dt.date:
    """Return the day after a period."""
    if column.startswith("week_"):
        return day + dt.timedelta(days=7)
    if column.startswith(("month_", "period_")):
        return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return day + dt.timedelta(days=1)
