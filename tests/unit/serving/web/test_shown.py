"""What a page says of rows: nothing is lost between a table, its sums and a picture."""

import datetime as dt
from decimal import Decimal
from typing import Any

from serving.web.results import MOST_BARS, NOBODY, OTHER, Result, with_room
from serving.web.shown import MOST_ROWS, sentence, table, tile
from tests.unit.serving.web.cards import card

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def rows(*found: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        dict(zip(("month_start_date", "vendor", "spend_usd"), row, strict=True)) for row in found
    ]


def nowhere(_row: object) -> None:
    return None


def test_a_table_says_the_sum_of_all_rows_also_of_those_without_a_place() -> None:
    many = rows(*((JUNE, f"vendor {place}", Decimal("0.10")) for place in range(MOST_ROWS + 30)))
    shown = table(Result(card(), many), nowhere)
    assert (len(shown.rows), shown.n_rows, shown.n_more) == (100, 130, 30)
    assert shown.totals == ["", "", "$13.00"]


def test_what_nobody_knows_is_no_zero() -> None:
    shown = table(Result(card(), rows((JUNE, None, None), (JULY, "x", None))), nowhere)
    assert [cell.text for cell in shown.rows[0]] == ["June 2026", NOBODY, "–"]
    assert shown.totals == ["", "", "–"]


def test_only_unknown_measures_are_an_empty_answer() -> None:
    assert Result(card(), rows((JUNE, "x", None))).is_empty
    assert Result(card(), []).is_empty
    assert not Result(card(), rows((JUNE, "x", Decimal(0)))).is_empty


def test_a_picture_puts_together_what_it_has_no_room_for() -> None:
    """The smallest become one bar for each month, so that a stack is as high as the month's money."""
    many = rows(
        *(
            (month, f"v{place:02}", Decimal(place))
            for month in (JUNE, JULY)
            for place in range(1, 21)
        )
    )
    kept, n_together = with_room(Result(card(), many))
    assert n_together == 13
    for month in (JUNE, JULY):
        assert sum(row["spend_usd"] for row in kept if row["month_start_date"] == month) == 210
    assert [row["spend_usd"] for row in kept if row["vendor"] == OTHER] == [91, 91]


def test_what_may_not_be_added_is_not_put_together() -> None:
    columns = {
        "month_start_date": {"label": "Month", "format": "month"},
        "vendor": {"label": "Vendor", "format": "text"},
        "spend_usd": {"label": "People", "format": "count"},
    }
    many = rows(*((JUNE, f"v{place:02}", place) for place in range(1, 21)))
    bars = card(display="row", x="vendor", series=None, columns=columns)
    kept, n_left_out = with_room(Result(bars, many))
    assert (len(kept), n_left_out) == (MOST_BARS, 6)
    assert OTHER not in {row["vendor"] for row in kept}


def test_a_tile_shows_the_last_known_period_beside_the_one_before() -> None:
    trend = card(display="trend", series=None, lower_is_better=True)
    shown = tile(
        Result(
            trend,
            rows(
                (JUNE, None, Decimal(100)),
                (JULY, None, Decimal(90)),
                (dt.date(2026, 8, 1), None, None),
            ),
        )
    )
    assert (shown.value, shown.period, shown.tone) == ("$90.00", "July 2026", "good")
    assert shown.change == "−10.0\N{NARROW NO-BREAK SPACE}%"
    assert shown.before == "$100.00 in June 2026"
    worse = tile(
        Result(
            trend.model_copy(update={"lower_is_better": False}),
            rows((JUNE, None, Decimal(100)), (JULY, None, Decimal(90))),
        )
    )
    assert worse.tone == "bad"


def test_a_change_that_nobody_could_read_is_no_news() -> None:
    trend = card(display="trend", series=None, lower_is_better=True)
    shown = tile(Result(trend, rows((JUNE, None, Decimal(10000)), (JULY, None, Decimal(10001)))))
    assert (shown.change, shown.tone) == ("0.0\N{NARROW NO-BREAK SPACE}%", "same")


def test_a_sentence_with_an_unknown_figure_is_left_out() -> None:
    said = card(
        display="sentence",
        x=None,
        y=[],
        series=None,
        sentences=["{spend_usd} spent by {vendor}.", "In {month_start_date}."],
    )
    assert sentence(Result(said, rows((None, "all", Decimal("15924.3"))))) == [
        "$15.9k spent by all."
    ]
    assert sentence(Result(said, rows((JUNE, None, None)))) == ["In June 2026."]
    assert sentence(Result(said, [])) == []
