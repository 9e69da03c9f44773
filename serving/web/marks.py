"""Rows of a card as marks of a picture: where each stands, what it is called, in which colour, and what is said of it."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from dashboards.definition import TIMES, Card
from dashboards.names import name_of
from dashboards.palette import tone, tones_of
from serving.web.results import NOBODY, OTHER, Row
from serving.web.words import short, written

Spec = dict[str, Any]
LABEL_LIMIT = 190
"""Pixels of a legend's longest word."""
LinkOf = Callable[[Row], str | None]


def values_of(
    card: Card,
    rows: Sequence[Row],
    names: Sequence[str],
    link_of: LinkOf = lambda _row: None,
    *,
    is_line: bool = False,
) -> list[Spec]:
    """Return some measures of the rows in long form: one mark each. Where nobody knows, a line has a gap."""
    found = []
    for row in rows:
        for name in names:
            if row[name] is None and not is_line:
                continue
            column = card.columns[name]
            made: Spec = {
                "x": place_of(card, row),
                "y": None if row[name] is None else float(row[name]),
                "word": _word_of_series(card, row) if card.series else column.label,
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
    who = f"{_word_of_series(card, row)}, " if card.series else ""
    at = row[card.x or ""]
    at = word_of(card.x or "", at) if at is None or x.format == "text" else written(at, x.format)
    return f"{who}{at}: {written(row[name], column.format)} {column.label}"


def word_of(column: str, value: object) -> str:
    """Return what a word of data is called."""
    return NOBODY if value is None else name_of(column, value)


def _word_of_series(card: Card, row: Row) -> str:
    name = card.series or ""
    value, kind = row[name], card.columns[name].format
    return word_of(name, value) if value is None or kind == "text" else written(value, kind)


def is_on_a_line_of_time(card: Card) -> bool:
    """Say whether x is a line of time. A month or a week is a word where bars or cells stand on it."""
    kind, name = card.columns[card.x or ""].format, card.x or ""
    is_long = kind == "month" or name.startswith(("week_", "month_"))
    stands = card.display in ("line", "area") or (card.display != "heatmap" and not is_long)
    return kind in TIMES and stands


def place_of(card: Card, row: Row) -> object:
    """Return where on x a row stands."""
    value, kind = row[card.x or ""], card.columns[card.x or ""].format
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        day = "%-d %b %y" if card.display == "heatmap" else "%-d %b"
        word = f"{value:%b %Y}" if kind == "month" else f"{value:{day}}"
        return f"{value.isoformat()}T00:00:00Z" if is_on_a_line_of_time(card) else word
    if isinstance(value, Decimal):
        return float(value)
    return word_of(card.x or "", value) if kind == "text" else value


def colours_of(card: Card, rows: Sequence[Row], found: Sequence[str], width: int) -> Spec:
    """Return the colours of what is told apart, and their legend."""
    words = list(dict.fromkeys(found))
    # A word of data has its colour, whatever it is called.
    series = card.series
    codes = {_word_of_series(card, row): str(row[series]) for row in rows} if series else {}
    keys = [None if word in (NOBODY, OTHER) else codes.get(word, word) for word in words]
    tones = tones_of(keys)
    longest = max((len(word) for word in words), default=1)
    columns = max(1, int((width - 40) // (min(longest * 6.4, LABEL_LIMIT) + 26)))
    return {
        "field": "word",
        "type": "nominal",
        "scale": {"domain": words, "range": [tone(tones[key]) for key in keys]},
        "legend": {"title": None, "orient": "top", "symbolType": "square", "columns": columns}
        if words[1:]
        else None,
    }


def told(values: Sequence[Spec]) -> Spec:
    """Return what a screen reader says of a mark, and where a click on it leads."""
    found: Spec = {"description": {"field": "title"}}
    if any("href" in one for one in values):
        found["href"] = {"field": "href"}
    return found


CONFIG: Spec = {
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
        "labelLimit": LABEL_LIMIT,
    },
}
