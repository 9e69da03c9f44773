"""A break of level concerns the cards that show its measure, and no others."""

import csv
import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest

from dashboards.breaks import Break, concerning, in_words, read_breaks
from dashboards.definition import read_boards
from persons.columns import personal_columns

MARTS = Path("dbt_project") / "models" / "marts"
SEED = Path("dbt_project") / "seeds" / "rules" / "level_breaks.csv"


def begins(platform: str, category: str, *columns: str) -> Break:
    return Break(
        dt.date(2026, 6, 3),
        platform,
        category,
        frozenset(columns),
        f"{platform} begins",
        "no growth",
    )


GEMINI = begins("gemini_workspace", "ai_assistants", "n_active_people_7d", "n_active_events")
CURSOR = begins("cursor", "coding_agents", "n_active_people_7d", "n_accepted_lines_added")
PRICES = Break(None, None, None, frozenset({"gross_savings_usd"}), "Prices", "anew")


@pytest.mark.parametrize(
    ("card", "known"),
    [
        (
            "knowledge_workers/gemini_by_app",
            [],
        ),  # reads other columns than those that are named here
        ("knowledge_workers/gemini_uses", [GEMINI]),
        ("knowledge_workers/active_people", [GEMINI]),  # a card of one category
        ("engineering/active_people", [CURSOR]),
        ("engineering/accepted_lines_by_week", [CURSOR]),
        ("engineering/tools", []),  # no days, no breaks
        ("savings/daily_and_cumulative", [PRICES]),
        ("executive/spend", []),
    ],
)
def test_cards_know_the_breaks_of_their_measures(card: str, known: list[Break]) -> None:
    board, name = card.split("/")
    found = read_boards()[board].cards[name]
    assert concerning(found, [GEMINI, CURSOR, PRICES]) == known


def test_a_card_of_one_category_knows_no_break_of_another() -> None:
    """Also where its own category has none: the board of coding agents showed where Gemini began."""
    assert concerning(read_boards()["engineering"].cards["adoption"], [GEMINI]) == []


def test_what_is_not_chosen_breaks_nothing() -> None:
    card = read_boards()["engineering"].cards["accepted_lines_by_week"]
    assert concerning(card, [CURSOR], ["claude_code"]) == []
    assert concerning(card, [CURSOR], ["claude_code", "cursor"]) == [CURSOR]


def test_what_happens_again_and_again_is_one_sentence() -> None:
    days = [dt.date(2026, month, 1) for month in (1, 2)]
    breaks = [
        Break(day, None, None, frozenset(), "Prices change", "by the new one") for day in days
    ]
    assert in_words([*breaks, PRICES]) == [
        "Prices change on 2026-01-01, 2026-02-01: by the new one.",
        "Prices: anew.",
    ]


def test_a_snapshot_from_before_has_no_breaks() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.dim_platforms (platform text, category text)"
        )
        assert read_breaks(connection, ["marts.dim_platforms"]) == []
        connection.execute("create table marts.dim_level_breaks (break_date date, break_note text)")
        assert read_breaks(connection, ["marts.dim_platforms", "marts.dim_level_breaks"]) == []


def test_the_seed_names_columns_that_marts_have() -> None:
    known = {
        name
        for file in MARTS.rglob("*.yml")
        for name in re.findall(r"- (?:\{)?name: ([a-z0-9_]+)", file.read_text(encoding="utf-8"))
    }
    with SEED.open(encoding="utf-8", newline="") as opened:
        named = {name for row in csv.DictReader(opened) for name in row["column_names"].split()}
    assert named
    assert named - known == set()


def test_breaks_are_about_nobody() -> None:
    """A text column that is not known to be about nobody closes a mart to viewers."""
    with SEED.open(encoding="utf-8", newline="") as opened:
        texts = [name for name in next(csv.reader(opened)) if not name.endswith("_date")]
    assert personal_columns(dict.fromkeys(texts, "VARCHAR")) == []
