"""What a page shows of a card: figures in words, tables, tiles, sentences; pictures are resources of their own."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboards.definition import Card, Column
from dashboards.names import name_of
from serving.web.results import NOBODY, Result, Row
from serving.web.words import UNCHANGED, UNKNOWN, change, short, written

LinkOf = Callable[[Row], str | None]
MOST_ROWS = 100
_NAME = re.compile(r"\{([a-z0-9_]+)\}")
_FIGURES = ("usd", "usd_rate", "count", "number", "percent", "seconds", "hours")


@dataclass(frozen=True)
class Tile:
    """One large figure."""

    value: str
    whole: str
    """The same, unabbreviated."""
    label: str
    change: str | None = None
    tone: str = "same"
    """good | bad | same"""
    before: str | None = None
    line: str | None = None
    """Points of the line of all periods, in a field of 100 by 24."""
    period: str | None = None
    beside: tuple[str, ...] = ()
    """Other figures of the row, each with its name."""


@dataclass(frozen=True)
class Cell:
    """A place in a table."""

    text: str
    is_figure: bool
    href: str | None = None
    tone: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows as people read them."""

    heads: list[Column]
    is_figure: list[bool]
    rows: list[list[Cell]]
    n_rows: int
    totals: list[str] | None
    """Of all rows, also those that have no place; "" where a column may not be added."""

    @property
    def n_more(self) -> int:
        """Return how many rows have no place."""
        return self.n_rows - len(self.rows)


def sentence(result: Result) -> list[str]:
    """Return the sentences whose figures are all known."""
    if not result.rows:
        return []
    row, columns = result.rows[0], result.card.columns
    known = [
        text
        for text in result.card.sentences
        if all(row[name] is not None for name in _NAME.findall(text))
    ]
    return [
        _NAME.sub(
            lambda found: short_or_whole(
                found.group(1), row[found.group(1)], columns[found.group(1)]
            ),
            text,
        )
        for text in known
    ]


def _in_a_cell(name: str, value: object, column: Column) -> str:
    if column.format != "text" or isinstance(value, bool):
        return written(value, column.format)
    return NOBODY if value is None else name_of(name, value)


def short_or_whole(name: str, value: object, column: Column) -> str:
    """Return a value for a sentence."""
    if column.format == "text":
        return _in_a_cell(name, value, column)
    return short(value, column.format) if column.format == "usd" else written(value, column.format)


def tile(result: Result) -> Tile:
    """Return a card's large figure: of the last period, beside the one before."""
    card = result.card
    name = card.y[0]
    column = card.columns[name]
    rows = [row for row in result.rows if row[name] is not None]
    if not rows:
        return Tile(UNKNOWN, UNKNOWN, column.label)
    last = rows[-1]
    value = Tile(short(last[name], column.format), written(last[name], column.format), column.label)
    if card.display == "number" or not card.x:
        return replace(value, beside=tuple(_beside(card, last)))
    period = _period(card, last)
    now = Decimal(str(last[name]))
    before = Decimal(str(rows[-2][name])) if len(rows) > 1 else None
    changed = None if before is None else change(now, before)
    return replace(
        value,
        change=changed,
        # What reads as no change is no news.
        tone="same"
        if changed is not None and changed.startswith(UNCHANGED)
        else _tone(card, now, before),
        before=None
        if before is None
        else f"{written(before, column.format)} in {_period(card, rows[-2])}",
        line=_line([Decimal(str(row[name])) for row in rows]),
        period=period,
    )


def _period(card: Card, row: Row) -> str:
    """Return which period a figure is of: October 2026, or the week of a day."""
    column, value = card.columns[card.x or ""], row[card.x or ""]
    if column.format != "date" or not isinstance(value, dt.date):
        return written(value, column.format)
    day = f"{value:%-d %b %Y}"
    return f"{column.label} {day}" if column.label.startswith("Week") else day


def _beside(card: Card, row: Row) -> Iterator[str]:
    if card.band and all(row[name] is not None for name in card.band):
        low, high = (short(row[name], card.columns[name].format) for name in card.band)
        yield f"{low} to {high}"
    for name, column in card.columns.items():
        if name not in (*card.y, *card.band) and row[name] is not None:
            yield f"{column.label} {short(row[name], column.format)}"


def table(result: Result, link_of: LinkOf, most: int = MOST_ROWS) -> Table:
    """Return all rows as a table, as far as there is room."""
    card = result.card
    columns = card.columns
    linked = card.link.column if card.link else None
    rows = [
        [
            Cell(
                _in_a_cell(name, row[name], column),
                column.format in _FIGURES,
                link_of(row) if name == linked else None,
                card.tones.get(str(row[name])),
            )
            for name, column in columns.items()
        ]
        for row in result.rows[:most]
    ]
    totals = None
    if any(column.is_additive for column in columns.values()) and len(result.rows) > 1:
        totals = [
            written(result.total(name), column.format) if column.is_additive else ""
            for name, column in columns.items()
        ]
    heads = list(columns.values())
    is_figure = [column.format in _FIGURES for column in heads]
    return Table(heads, is_figure, rows, len(result.rows), totals)


def _tone(card: Card, now: Decimal, before: Decimal | None) -> str:
    if before is None or card.lower_is_better is None or now == before:
        return "same"
    return "good" if (now < before) == card.lower_is_better else "bad"


def _line(values: list[Decimal]) -> str | None:
    if len(values) < 3:
        return None
    low, high = min(values), max(values)
    height = high - low or Decimal(1)
    step = Decimal(100) / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{22 - 20 * (value - low) / height:.1f}"
        for place, value in enumerate(values)
    )
