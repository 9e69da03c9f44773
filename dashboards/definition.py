"""What a board and its cards are: `boards/<board>/board.yml`, and for each card `<card>.sql` and `<card>.yml`.

Whatever is misspelt or missing is an error that names the file and the field: nothing is ignored.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FOLDER = Path(__file__).parent / "boards"
GRID = 24
"""Columns of a board, as in Metabase."""

Words = Annotated[str, Field(min_length=1)]
FilterName = Literal[
    "dates",
    "team",
    "platform",
    "vendor",
    "category",
    "provider",
    "organization",
    "workspace",
    "model",
    "service",
]
FILTER_LABELS: Mapping[str, str] = {
    "dates": "Dates",
    "team": "Team",
    "platform": "Platform",
    "vendor": "Vendor",
    "category": "Category",
    "provider": "Provider",
    "organization": "Organisation",
    "workspace": "Workspace",
    "model": "Model",
    "service": "Service",
}
"""How a filter is called, on pages and in Metabase."""
Format = Literal[
    "usd",
    "usd_rate",
    "count",
    "number",
    "percent",
    "seconds",
    "hours",
    "date",
    "month",
    "instant",
    "text",
]
Display = Literal[
    "number", "trend", "line", "area", "bar", "stacked_bar", "row", "heatmap", "table", "sentence"
]
ADDITIVE = frozenset({"usd", "count", "number", "seconds"})
"""Formats of amounts; shares, rates and names are never added."""
CHARTS = frozenset({"line", "area", "bar", "stacked_bar", "row", "heatmap"})
"""Displays that are drawn; all others are words and figures."""
TIMES = frozenset({"date", "month", "instant"})
"""Formats of days, and of what begins on one."""
TILES = frozenset({"number", "trend"})


class DefinitionError(Exception):
    """A definition cannot be used; the message names the file and the field."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Model):
    """A column of a card's result: how it is called and written."""

    label: Words
    format: Format
    is_additive: bool = False
    """Whether its values may be added over rows: then what a chart has no room for stands there as "other"."""

    @model_validator(mode="after")
    def _only_amounts_are_added(self) -> Self:
        if self.is_additive and self.format not in ADDITIVE:
            raise ValueError(f"values written as {self.format} are never added")
        return self


class Link(_Model):
    """What a click on a mark filters the page by."""

    filter: FilterName
    column: Words


class Card(_Model):
    """One question and how its answer looks."""

    title: Words
    question: Words
    formula: Words
    """How the figures are made, in words."""
    display: Display
    columns: dict[str, Column]
    """Every column of the result, in its order."""
    x: str | None = None
    y: list[str] = []
    series: str | None = None
    """The column whose words tell lines or parts of bars apart; with it `y` has one column."""
    second: list[str] = []
    """Of `y`, the columns that a line shows against an axis of its own at the right."""
    target: str | None = None
    """The column that stands as a line over the marks: a budget, a promise."""
    band: list[str] = []
    """Two columns, low and high: an interval around `y`, shaded in a chart and said in words by a tile."""
    tones: dict[Words, Literal["good", "bad", "warn"]] = {}
    """Words in a table's cells that are good or bad news; the word itself stays."""
    lower_is_better: bool | None = None
    """Says whether a fall is good news; None: neither is."""
    filters: dict[FilterName, str] = {}
    """Filters that it obeys: `column`, or `mart.column` where it reads more than one."""
    link: Link | None = None
    not_covered: str | None = None
    """Tools and time that the figures say nothing of."""
    mind: str | None = None
    """What else to know when reading it."""
    empty: Words = "Nothing in these dates."
    """What an empty answer means."""
    sentences: list[Words] = []
    """For `sentence`: texts with `{column}`; one whose column is NULL is left out."""

    name: str = ""
    sql: str = ""

    @property
    def is_chart(self) -> bool:
        """Say whether the answer is drawn."""
        return self.display in CHARTS

    @property
    def is_over_time(self) -> bool:
        """Say whether the figures stand on days, weeks or months."""
        return self.x is not None and self.columns[self.x].format in TIMES

    def column_of(self, filter_name: str) -> str:
        """Return the column that a filter looks at."""
        return next(column for name, column in self.filters.items() if name == filter_name)

    @model_validator(mode="after")
    def _names_are_columns(self) -> Self:
        named = [*self.y, *(name for name in (self.x, self.series) if name)]
        named += [*self.second, *self.band, *([self.target] if self.target else [])]
        named += [self.link.column] if self.link else []
        named += [name for one in self.sentences for _, name, *_ in Formatter().parse(one) if name]
        for name in named:
            if name not in self.columns:
                raise ValueError(f"{name!r} is none of its columns")
        if not set(self.second) <= set(self.y) or set(self.second) == set(self.y) != set():
            raise ValueError("`second` are some columns of `y`, not all")
        if len(self.band) not in (0, 2):
            raise ValueError("`band` is two columns, low and high")
        if self.tones and self.display != "table":
            raise ValueError("`tones` belong to the display `table`")
        if self.series and len(self.y) != 1:
            raise ValueError("with `series`, `y` is one column")
        if self.is_chart or self.display == "trend":
            if not self.x or not self.y:
                raise ValueError(f"a {self.display} needs x and y")
        elif self.display == "number" and len(self.y) != 1:
            raise ValueError("a number needs one column as y")
        if self.display == "row" and len(self.y) != 1:
            raise ValueError("a row has one column as y; parts of its bars are a `series`")
        if self.display == "heatmap" and not self.series:
            raise ValueError("a heatmap needs a series")
        if (self.display == "sentence") != bool(self.sentences):
            raise ValueError("`sentences` belong to the display `sentence`, and it needs them")
        if self.link and self.link.filter not in self.filters:
            raise ValueError(f"it links to the filter {self.link.filter!r} that it does not obey")
        return self


class Place(_Model):
    """Where a card stands on the grid."""

    card: Words
    col: Annotated[int, Field(ge=0, lt=GRID)]
    row: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(ge=1, le=GRID)]
    height: Annotated[int, Field(ge=1)]


class Section(_Model):
    """Cards under one heading."""

    title: Words
    cards: list[Place]
    tab: Words | None = None
    """Metabase's tab that it stands on; a board's sections have all one, or none has. Pages show all below each other."""


class Mail(_Model):
    """When Metabase mails the board; to whom says a setting."""

    every: Literal["daily", "weekly", "monthly"]
    hour: Annotated[int, Field(ge=0, le=23)]
    """In Metabase's own time zone."""
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    frame: Literal["first", "mid", "last"] | None = None

    @model_validator(mode="after")
    def _says_the_day(self) -> Self:
        if (self.every == "weekly") != (self.day is not None):
            raise ValueError("a weekly mail names its day, and no other does")
        if (self.every == "monthly") != (self.frame is not None):
            raise ValueError("a monthly mail names its frame, and no other does")
        return self


class Board(_Model):
    """One page."""

    title: Words
    short: Words
    """Its name where all boards stand in one line."""
    audience: Words
    question: Words
    """The question that it answers."""
    order: int
    """Its place in the list."""
    is_of_one_person: bool = False
    """Whether its cards speak of whoever reads it: then it is for nobody who reads of others."""
    filters: list[FilterName]
    default_days: Annotated[int, Field(ge=1)] | Literal["all"] = 90
    refresh: Words
    """When its figures change, in words."""
    answer: Words
    """The card that opens it: a sentence made from the figures."""
    sections: list[Section]
    mail: Mail | None = None

    name: str = ""
    cards: dict[str, Card] = {}

    @property
    def places(self) -> Iterator[Place]:
        """Return every card's place, from top to bottom."""
        for section in self.sections:
            yield from section.cards


M = TypeVar("M", bound=_Model)


@cache
def read_boards(folder: Path = FOLDER) -> dict[str, Board]:
    """Return all boards by name, in their order.

    Raises:
        DefinitionError: A file is missing, unknown or wrong; the message has all faults, a line each.
    """
    faults: list[str] = []
    boards = [
        found
        for file in sorted(folder.glob("*/board.yml"))
        if (found := _board(file, faults)) is not None
    ]
    if faults:
        raise DefinitionError("\n".join(faults))
    return {board.name: board for board in sorted(boards, key=lambda one: one.order)}


def _board(file: Path, faults: list[str]) -> Board | None:
    cards = {
        card.stem: made
        for card in sorted(file.parent.glob("*.yml"))
        if card != file and (made := _card(card, faults)) is not None
    }
    faults += [
        f"{sql}: no {sql.stem}.yml stands beside it"
        for sql in sorted(file.parent.glob("*.sql"))
        if not sql.with_suffix(".yml").exists()
    ]
    return _read(Board, file, faults, name=file.parent.name, cards=cards)


def _card(file: Path, faults: list[str]) -> Card | None:
    sql = file.with_suffix(".sql")
    if not sql.exists():
        faults.append(f"{file}: no {sql.name} stands beside it")
        return None
    return _read(Card, file, faults, name=file.stem, sql=sql.read_text(encoding="utf-8"))


def _read(model: type[M], file: Path, faults: list[str], **known: object) -> M | None:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if not isinstance(content, dict) or known.keys() & content.keys():
            raise DefinitionError(f"it is no mapping, or names one of {', '.join(known)}")
        return model.model_validate({**content, **known})
    except ValidationError as error:
        faults += [
            f"{file}: {'.'.join(str(part) for part in one['loc']) or 'as a whole'}: {one['msg']}"
            for one in error.errors()
        ]
    except (yaml.YAMLError, DefinitionError) as error:
        faults.append(f"{file}: {error}")
    return None
