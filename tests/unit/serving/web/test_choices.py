"""A link reproduces a view, and nothing that was asked is ignored."""

import datetime as dt

import pytest

from dashboards.binding import AnyOf, Between
from serving.api.problems import Problem
from serving.web.choices import read_choices
from tests.unit.serving.web.cards import board, card

TODAY = dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("days", "30")],
        [("days", "all")],
        [("from", "2026-01-05"), ("to", "2026-02-01")],
        [("to", "2026-02-01")],
        [("days", "30"), ("vendor", "a&b=c"), ("vendor", "Ünï")],
    ],
)
def test_an_address_comes_back(pairs: list[tuple[str, str]]) -> None:
    chosen = read_choices(board(), TODAY, pairs)
    from urllib.parse import parse_qsl

    again = read_choices(board(), TODAY, parse_qsl(chosen.query().removeprefix("?")))
    assert again == chosen
    assert again.query() == chosen.query()


def test_the_default_view_has_no_query() -> None:
    assert read_choices(board(), TODAY, [("days", "90")]).query() == ""


def test_dates_of_a_month_begin_with_it() -> None:
    """A month of which a day lies in the range is shown, else 90 days would begin with a month that is missing."""
    chosen = read_choices(board(), TODAY, [("days", "90")])
    assert chosen.span == (dt.date(2026, 9, 2), TODAY)
    assert chosen.choices(card()) == {"dates": Between("2026-09-01", "2026-11-30")}
    weekly = card(filters={"dates": "marts.x.week_start_date", "vendor": "vendor"})
    assert chosen.choices(weekly)["dates"] == Between("2026-08-31", "2026-11-30")
    daily = card(filters={"dates": "usage_date", "vendor": "vendor"})
    assert chosen.choices(daily)["dates"] == Between("2026-09-02", "2026-11-30")


def test_all_dates_are_no_condition() -> None:
    chosen = read_choices(
        board(), TODAY, [("days", "all"), ("vendor", "cursor"), ("vendor", "cursor")]
    )
    assert chosen.choices(card()) == {"vendor": AnyOf(("cursor",))}


def test_a_click_chooses_a_word_and_takes_it_back() -> None:
    chosen = read_choices(board(), TODAY, [("days", "30")])
    clicked = chosen.toggled("vendor", "cursor")
    assert clicked.query() == "?days=30&vendor=cursor"
    assert clicked.toggled("vendor", "anthropic").query() == "?days=30&vendor=anthropic"
    assert clicked.toggled("vendor", "cursor") == chosen


@pytest.mark.parametrize(
    ("pairs", "where"),
    [
        ([("team", "x")], "query.team"),
        ([("vendors", "x")], "query.vendors"),
        ([("dates", "x")], "query.dates"),
        ([("days", "0")], "query.days"),
        ([("days", "-3")], "query.days"),
        ([("days", "٣")], "query.days"),
        ([("days", "99999")], "query.days"),
        ([("from", "26-01-01")], "query.from"),
        ([("from", "2026-02-02"), ("to", "2026-02-01")], "query.from"),
        ([("vendor", str(place)) for place in range(51)], "query"),
    ],
)
def test_what_cannot_be_understood_is_refused(pairs: list[tuple[str, str]], where: str) -> None:
    with pytest.raises(Problem) as refused:
        read_choices(board(), TODAY, pairs)
    assert refused.value.status_code == 422
    assert [wrong.where for wrong in refused.value.errors or ()] == [where]
