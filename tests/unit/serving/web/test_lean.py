"""A specification that is drawn sooner shows the same words."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import vl_convert

from dashboards.definition import Display
from serving.web.lean import lean
from serving.web.marks import Spec
from serving.web.results import Result
from serving.web.vega import specification
from tests.unit.serving.web.cards import card

WEEKS = [dt.date(2026, 1, 5) + dt.timedelta(weeks=place) for place in range(40)]
_LONG = "a team whose name has no room in a legend at all"


def spec_of(display: Display, team: str) -> Spec:
    columns = {
        "week_start_date": {"label": "Week", "format": "date"},
        "vendor": {"label": "Vendor", "format": "text"},
        "spend_usd": {"label": "Spend", "format": "usd"},
    }
    rows = [
        {"week_start_date": week, "vendor": vendor, "spend_usd": Decimal(place)}
        for place, week in enumerate(WEEKS)
        for vendor in ("cursor", team)
    ]
    shown = card(display=display, x="week_start_date", columns=columns, filters={})
    return specification(Result(shown, rows), width=500, height=200, link_of=lambda _row: None)


def seen(spec: Spec) -> list[str]:
    """Return the words that can be seen."""
    picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    words = re.findall(r"<text([^>]*)>([^<]*)<", picture)
    return [word for attributes, word in words if 'opacity="0"' not in attributes]


@pytest.mark.parametrize("display", ["line", "stacked_bar", "heatmap"])
@pytest.mark.parametrize("team", ["Search", _LONG])
def test_what_is_seen_is_the_same(display: Display, team: str) -> None:
    spec = spec_of(display, team)
    words = seen(lean(spec))
    assert words == seen(spec)
    assert any(word.endswith("…") for word in words) is (team == _LONG)


def test_what_has_no_room_is_not_measured() -> None:
    picture = vl_convert.vegalite_to_svg(lean(spec_of("stacked_bar", "Search")))
    assert 'opacity="0"' not in picture
