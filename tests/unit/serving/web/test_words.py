"""One format of numbers on every page."""

import datetime as dt
from decimal import Decimal

import pytest

from dashboards.definition import Format
from serving.web.words import change, short, written


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, "usd", "–"),
        (Decimal("0"), "usd", "$0"),
        (Decimal("1234.5"), "usd", "$1,235"),
        (Decimal("999.995"), "usd", "$1,000.00"),
        (Decimal("12.3"), "usd", "$12.30"),
        (Decimal("-12.3"), "usd", "−$12.30"),
        (Decimal("-4200"), "usd", "−$4,200"),
        (Decimal("0.0042"), "usd", "$0.0042"),
        (Decimal("0.000000001"), "usd", "<$0.0001"),
        (Decimal("-0.000000001"), "usd", ">−$0.0001"),
        (Decimal("3.1459"), "usd_rate", "$3.15"),
        (Decimal("0.31459"), "usd_rate", "$0.3146"),
        (0.98765, "percent", "98.8 %"),
        (1.5, "percent", "150 %"),
        (-0.0004, "percent", "0.0 %"),
        (1234567, "count", "1,234,567"),
        (Decimal("2.50"), "number", "2.50"),
        (Decimal("2.00"), "number", "2"),
        (90.04, "seconds", "90.0 s"),
        (180, "seconds", "3.0 min"),
        (dt.date(2026, 6, 1), "month", "June 2026"),
        (dt.date(2026, 6, 1), "date", "2026-06-01"),
        (dt.datetime(2026, 6, 1, 4, 5, tzinfo=dt.UTC), "instant", "2026-06-01 04:05 UTC"),
        (True, "text", "yes"),
        ("<b>", "text", "<b>"),
    ],
)
def test_written(value: object, form: Format, text: str) -> None:
    assert written(value, form).replace("\N{NARROW NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, "usd", "–"),
        (Decimal("9999.4"), "usd", "$9,999"),
        (Decimal("15924.37"), "usd", "$15.9k"),
        (Decimal("-15924.37"), "usd", "−$15.9k"),
        (Decimal("159243.7"), "usd", "$159k"),
        (Decimal("999999"), "usd", "$1.0m"),
        (Decimal("2345678"), "usd", "$2.3m"),
        (2_345_678_901, "count", "2.3bn"),
        (0.5, "percent", "50.0 %"),
        (Decimal("123456"), "usd_rate", "$123,456.00"),
    ],
)
def test_short(value: object, form: Format, text: str) -> None:
    assert short(value, form).replace("\N{NARROW NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ("110", "100", "+10.0 %"),
        ("90", "100", "−10.0 %"),
        ("100", "100", "0.0 %"),
        ("100.01", "100", "0.0 %"),
        ("99.99", "100", "0.0 %"),
        ("300", "100", "+200 %"),
        ("-50", "-100", "+50.0 %"),
        ("50", "-100", "+150 %"),
        ("1", "0", None),
    ],
)
def test_change(now: str, before: str, text: str | None) -> None:
    found = change(Decimal(now), Decimal(before))
    assert (found and found.replace("\N{NARROW NO-BREAK SPACE}", " ")) == text
