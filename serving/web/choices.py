"""What somebody chose on a board, read from the address and written back into it: a link reproduces a view."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from dashboards.binding import AnyOf, Between, Choice
from dashboards.definition import Board, Card, FilterName
from serving.api.problems import Problem, Wrong
from serving.api.view import View

PRESETS: tuple[int | None, ...] = (7, 30, 90, 180, 365, None)
"""Days up to the last; None: all."""
ALL = "all"
MOST_WORDS = 50


@dataclass(frozen=True)
class Chosen:
    """A view of a board."""

    board: Board
    as_of: dt.date
    days: int | None
    first: dt.date | None = None
    last: dt.date | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_own_dates(self) -> bool:
        """Say whether days were named one by one."""
        return self.first is not None or self.last is not None

    @property
    def span(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and the last day; None: open."""
        if self.has_own_dates:
            return self.first, self.last
        if self.days is None:
            return None, None
        return self.as_of - dt.timedelta(days=self.days - 1), self.as_of

    def choices(self, card: Card) -> dict[str, Choice]:
        """Return what a card is asked with."""
        found: dict[str, Choice] = {
            name: AnyOf(words) for name, words in self.words.items() if name in card.filters
        }
        first, last = self.span
        if "dates" in card.filters and (first or last):
            # A month or a week is shown when one of its days is.
            begin = _begin_of_period(card.column_of("dates"), first)
            found["dates"] = Between(str(begin) if begin else None, str(last) if last else None)
        return found

    def query(self) -> str:
        """Return the address's part behind the question mark; the default view has none."""
        pairs: list[tuple[str, str]] = []
        if self.has_own_dates:
            pairs += [("from", str(self.first))] if self.first else []
            pairs += [("to", str(self.last))] if self.last else []
        elif self.days != _default(self.board):
            pairs.append(("days", ALL if self.days is None else str(self.days)))
        for name, words in sorted(self.words.items()):
            pairs += [(name, word) for word in words]
        return f"?{urlencode(pairs)}" if pairs else ""

    def with_days(self, days: int | None) -> "Chosen":
        """Return the same view of other days."""
        return replace(self, days=days, first=None, last=None)

    def with_words(self, name: str, words: Iterable[str]) -> "Chosen":
        """Return the same view with other words of a filter; none: without it."""
        kept = {other: chosen for other, chosen in self.words.items() if other != name}
        wanted = tuple(dict.fromkeys(words))
        return replace(self, words={**kept, name: wanted} if wanted else kept)

    def toggled(self, name: FilterName, word: str) -> "Chosen":
        """Return the view that a click on a word leads to: only it, or, where it is chosen alone, all again."""
        return self.with_words(name, () if self.words.get(name) == (word,) else (word,))


def read_choices(board: Board, as_of: dt.date, sent: Iterable[tuple[str, str]]) -> Chosen:
    """Read an address.

    Raises:
        Problem: A parameter is unknown or cannot be understood (422): nothing that was asked is ignored.
    """
    days, first, last = _default(board), None, None
    words: dict[str, list[str]] = {}
    wrong = []
    for name, value in sent:
        try:
            if name == "days":
                days = None if value == ALL else _days(value)
            elif name == "from" and value:
                first = dt.date.fromisoformat(value)
            elif name == "to" and value:
                last = dt.date.fromisoformat(value)
            elif name in board.filters and name != "dates":
                if value:
                    words.setdefault(name, []).append(value)
            elif name not in ("from", "to"):
                wrong.append(Wrong(where=f"query.{name}", what="no filter of this board"))
        except ValueError:
            wrong.append(Wrong(where=f"query.{name}", what="no date as 2026-06-30, or no days"))
    if first and last and first > last:
        wrong.append(Wrong(where="query.from", what="it is after `to`"))
    if any(len(chosen) > MOST_WORDS for chosen in words.values()):
        wrong.append(Wrong(where="query", what=f"more than {MOST_WORDS} words of one filter"))
    if wrong:
        raise Problem(422, "The address cannot be understood; see errors.", errors=wrong)
    chosen = {name: tuple(dict.fromkeys(values)) for name, values in words.items()}
    return Chosen(board, as_of, days, first, last, chosen)


def day_of(view: View) -> dt.date:
    """Return the day that a snapshot is of."""
    return dt.date.fromisoformat(view.as_of[:10])


def _default(board: Board) -> int | None:
    return None if board.default_days == "all" else board.default_days


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 36_600:
        raise ValueError(text)
    return int(text)


def _begin_of_period(column: str, day: dt.date | None) -> dt.date | None:
    if day is None:
        return None
    name = column.rpartition(".")[2]
    if name.startswith(("month_", "period_month")):
        return day.replace(day=1)
    if name.startswith("week_"):
        return day - dt.timedelta(days=day.weekday())
    return day
