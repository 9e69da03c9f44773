"""What nobody knows is a gap, a break of level is a line with words, and names stand beside lines where they have room."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from dashboards.breaks import Break
from dashboards.definition import Card
from serving.web import drawing
from serving.web.annotations import breaks_to_tell
from serving.web.results import Result
from serving.web.vega import specification
from tests.unit.serving.web.cards import card

BREAK = Break(dt.date(2026, 6, 10), None, None, frozenset(), "Counted anew", "it is no growth")
COLUMNS = {
    "week_start_date": {"label": "Week of", "format": "date"},
    "platform": {"label": "Tool", "format": "text"},
    "n_lines": {"label": "Lines", "format": "count"},
}


def weeks(display: str, **settings: Any) -> Card:
    made = {"display": display, "x": "week_start_date", "y": ["n_lines"], "series": "platform"}
    return card(**{**made, "columns": COLUMNS, "filters": {}, **settings})


def rows(*figures: int | None, platform: str = "claude_code") -> list[dict[str, Any]]:
    first = dt.date(2026, 6, 1)
    return [
        {
            "week_start_date": first + dt.timedelta(weeks=place),
            "platform": platform,
            "n_lines": None if figure is None else Decimal(figure),
        }
        for place, figure in enumerate(figures)
    ]


def drawn(asked: Card, found: list[dict[str, Any]], *breaks: Break, width: int = 400) -> str:
    result = Result(asked, found)
    return drawing.drawn(
        specification(result, width=width, height=240, link_of=lambda _row: None, breaks=breaks)
    )


def path_of(picture: str) -> str:
    line = picture.split('aria-roledescription="line mark"')[1]
    return line.split(' d="')[1].split('"')[0]


def test_what_nobody_knows_is_a_gap() -> None:
    assert path_of(drawn(weeks("line"), rows(5, 6, 7, 8))).count("M") == 1
    assert path_of(drawn(weeks("line"), rows(5, 6, None, 7, 8))).count("M") == 2


def test_a_figure_between_two_gaps_is_a_dot() -> None:
    many = [5] * 40 + [None, 7, None] + [5] * 40
    assert "Claude Code, 2027-03-15: 7 Lines" in drawn(weeks("line"), rows(*many))


@pytest.mark.parametrize("display", ["line", "bar", "stacked_bar", "heatmap"])
def test_a_break_is_a_line_with_words(display: str) -> None:
    picture = drawn(weeks(display), rows(5, 6, 7), BREAK)
    assert "Counted anew</text>" in picture
    assert 'aria-label="2026-06-10: Counted anew. it is no growth"' in picture
    assert "Counted anew" not in drawn(weeks(display), rows(5, 6, 7))


def test_what_breaks_every_week_is_notches_and_one_word() -> None:
    found = rows(*range(10))
    days = [row["week_start_date"] for row in found[1:9]]
    picture = drawn(
        weeks("bar"),
        found,
        *(Break(day, None, None, frozenset(), "Prices", "anew") for day in days),
    )
    assert "Prices (8 times)</text>" in picture
    assert picture.count("Prices. anew") == len(days)
    assert "stroke-dasharray" not in picture


@pytest.mark.parametrize("day", [dt.date(2026, 6, 2), dt.date(2026, 6, 22), dt.date(2025, 1, 1)])
def test_what_breaks_before_the_second_mark_or_after_the_last_is_not_drawn(day: dt.date) -> None:
    """Within the first week there is nothing to the left that it could be compared with."""
    other = Break(day, None, None, frozenset(), "Elsewhere", "no")
    assert "Elsewhere" not in drawn(weeks("bar"), rows(5, 6, 7), other)


def test_a_large_figure_tells_what_lies_between_it_and_the_one_before() -> None:
    trend = weeks("trend", series=None)
    assert breaks_to_tell(trend, rows(5, 6), [BREAK]) == [BREAK]
    assert breaks_to_tell(trend, rows(5, 6, 7), [BREAK]) == []


def test_names_stand_beside_lines_that_end_apart() -> None:
    apart = rows(5, 6) + rows(50, 60, platform="cursor")
    near = rows(50, 61) + rows(50, 60, platform="cursor")
    assert "role-legend" not in drawn(weeks("line"), apart, width=700)
    assert "role-legend" in drawn(weeks("line"), near, width=700)
    assert "role-legend" in drawn(weeks("line"), apart, width=330), "a phone has no room"


def test_words_of_data_are_shown_as_names_in_their_own_colours() -> None:
    picture = drawn(weeks("stacked_bar"), rows(5) + rows(6, platform="windsurf"))
    assert ">Claude Code</text>" in picture
    assert ">windsurf</text>" in picture
    assert "claude_code" not in picture
    assert "var(--series-3, " in picture
