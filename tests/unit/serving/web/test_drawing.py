"""A picture asks nobody for anything, speaks, and has the colours of its page."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from dashboards.definition import Display
from dashboards.palette import TONES, tones_of
from serving.web import drawing
from serving.web.results import Result
from serving.web.vega import specification
from tests.unit.serving.web.cards import card

WEB = Path(drawing.__file__).parent
ROWS = [
    {
        "month_start_date": dt.date(2026, month, 1),
        "vendor": vendor,
        "spend_usd": Decimal(month * 100),
    }
    for month in (6, 7)
    for vendor in ("cursor", "a<b>&\"c'", None)
]


def drawn(display: Display, link: str | None = None) -> str:
    return drawing.drawn(
        specification(
            Result(card(display=display), ROWS),
            width=400,
            height=200,
            link_of=lambda _row: link,
        )
    )


@pytest.mark.parametrize("display", ["line", "area", "bar", "stacked_bar", "row", "heatmap"])
def test_every_picture(display: Display) -> None:
    picture = drawn(display, f"{drawing.HOST}boards/money?vendor=cursor&days=30")
    assert set(re.findall(r"https?://[^\"' ]+", picture)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    # The page's policy forbids both.
    assert "style=" not in picture
    assert "<style" not in picture
    assert "<script" not in picture
    assert 'href="/boards/money?vendor=cursor&amp;days=30"' in picture or display in (
        "line",
        "area",
    )
    assert drawn(display) == drawn(display)


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("week_start_date", "date", [">1 Jun 26<", ">1 Jul 26<"]),
        ("usage_date", "date", [">1 Jun 26<", ">1 Jul 26<"]),
        ("month_start_date", "month", [">Jun 2026<", ">Jul 2026<"]),
    ],
)
def test_cells_stand_over_days_weeks_and_months(name: str, kind: str, said: list[str]) -> None:
    rows = [{**row, name: row["month_start_date"]} for row in ROWS]
    columns = {
        name: {"label": "When", "format": kind},
        "vendor": {"label": "Vendor", "format": "text"},
        "spend_usd": {"label": "Spend", "format": "usd"},
    }
    over = card(display="heatmap", x=name, columns=columns, filters={})
    picture = drawing.drawn(
        specification(Result(over, rows), width=400, height=200, link_of=lambda _row: None)
    )
    assert [word for word in said if word not in picture] == []


def test_parts_of_two_pictures_on_a_page_have_names_of_their_own() -> None:
    """A name that stands twice makes a browser cut one picture by the edges of the other."""
    shown: tuple[Display, ...] = ("stacked_bar", "row")
    names = [set(re.findall(r'id="([^"]+)"', drawn(display))) for display in shown]
    assert all(names)
    assert not names[0] & names[1]
    for display in shown:
        picture = drawn(display)
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(
            re.findall(r'id="([^"]+)"', picture)
        )


def test_every_bar_says_what_it_is() -> None:
    picture = drawn("stacked_bar")
    assert 'aria-label="Cursor, June 2026: $600.00 Spend"' in picture
    assert 'aria-label="(none), July 2026: $700.00 Spend"' in picture


def test_a_picture_has_the_pages_colours() -> None:
    picture = drawn("stacked_bar")
    assert "var(--series-0, #0b67b2)" in picture
    left = set(re.findall(r"(?<!, )#[0-9a-fA-F]{6}\b", picture))
    assert left <= {"#000000"}, "colours that a dark page cannot change"


def test_the_style_sheet_has_the_palette() -> None:
    sheet = (WEB / "static" / "boards.css").read_text()
    light, dark = sheet.split("@media (prefers-color-scheme: dark)", 1)
    dark = dark.split("* { box-sizing", 1)[0]
    for name, tone in TONES.items():
        assert f"--{name}: {tone['light']};" in light, name
        assert f"--{name}: {tone['dark']};" in dark, name


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_tone_can_be_told_from_its_background(mode: str) -> None:
    """WCAG 2.2: 4.5 for words, 3 for marks."""
    ground = TONES["surface"][mode]
    wanted = {"ink": 7.0, "muted": 4.5, "good": 4.5, "bad": 4.5}
    for name, tone in TONES.items():
        if name not in ("surface", "line"):
            assert _contrast(tone[mode], ground) >= wanted.get(name, 3.0), name


def test_who_is_named_has_the_same_colour_everywhere() -> None:
    named = yaml.safe_load((Path("dashboards") / "palette.yml").read_text())["named"]
    for words in (["cursor", "anthropic"], ["x", "anthropic", "google", "cursor"]):
        found = tones_of(words)
        for word in set(words) & named.keys():
            assert found[word] == f"series-{named[word]}"
    assert tones_of([None])[None] == "rest"
