"""Bodies as they are sent: whole ones beside files that were read line by line, and the rules that they follow."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboards.definition import Board, Card, read_boards
from dashboards.metabase import looks
from dashboards.metabase.apply import Desired
from dashboards.metabase.checks import card_faults
from dashboards.metabase.keys import entity_id, marked, marker, tag_id
from dashboards.metabase.payloads import board_body, card_body
from dashboards.palette import tone
from tests.integration.dashboards.conftest import desired_of, settings_of, snapshot

GOLDEN = Path(__file__).parent / "golden"


def bodies(desired: Desired, *, stages: bool) -> dict[str, Any]:
    """Return all bodies of the one board, with numbers that a server might give."""
    (board,) = desired.boards
    fields = {
        key: 500 + turn
        for turn, key in enumerate(
            sorted({(tag.table, tag.column) for card in board.cards for tag in card.tags})
        )
    }
    numbers = {card.key: 12 + turn for turn, card in enumerate(board.cards)}
    cards = {
        card.key: card_body(card, database=1, fields=fields, collection=7, stages=stages)
        for card in board.cards
    }
    return {
        **cards,
        board.key: board_body(
            board, number=3, collection=7, cards=numbers, placed={"overview/spend": 41}, tabs={}
        ),
    }


@pytest.fixture
def bigquery(boards: dict[str, Board], tmp_path: Path) -> Desired:
    key = tmp_path / "key.json"
    key.write_text('{"type": "service_account"}', encoding="utf-8")
    return desired_of(
        boards,
        settings_of(
            WAREHOUSE="bigquery", BIGQUERY_PROJECT="data-project", METABASE_BIGQUERY_KEY=str(key)
        ),
    )


def test_bodies_for_bigquery(bigquery: Desired) -> None:
    assert bodies(bigquery, stages=True) == _read("bigquery.json")


def test_bodies_for_duckdb_before_57(desired: Desired) -> None:
    made = bodies(desired, stages=False)
    expected = _read("duckdb_before_57.json")
    assert {name: made[name] for name in expected} == expected


def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((GOLDEN / name).read_text(encoding="utf-8")))


def test_bigquery_has_dataset_and_table_in_one_pair_of_backticks(bigquery: Desired) -> None:
    sql = {card.key: card.sql for card in bigquery.cards}
    assert (
        "FROM `ai_usage_marts.mart_money`\nWHERE\n  TRUE [[AND {{dates}}]]" in sql["overview/spend"]
    )
    assert "WHERE\n  {{dates}} [[AND {{team}}]]" in sql["overview/spend_by_team"]
    # Weeks begin on Monday there too, and a day stays a day.
    assert "use.week_start_date" in sql["overview/sessions"]
    assert "JOIN `ai_usage_marts.mart_teams` AS teams" in sql["overview/sessions"]


def test_bigquery_is_asked_for_what_boards_read_and_nothing_else(bigquery: Desired) -> None:
    database = bigquery.database
    assert (database["is_full_sync"], database["is_on_demand"]) == (False, False)
    assert {
        name: value for name, value in database["details"].items() if name != "service-account-json"
    } == {
        "project-id": "data-project",
        "billing-project-id": "data-project",
        "dataset-filters-type": "inclusion",
        "dataset-filters-patterns": "ai_usage_marts",
        "advanced-options": True,
        "use-jvm-timezone": False,
        "include-user-id-and-hash": False,
        "let-user-control-scheduling": True,
    }


def test_duckdb_reads_the_published_files(desired: Desired) -> None:
    lines = desired.database["details"]["init_sql"].splitlines()
    assert lines[:2] == [
        'create schema if not exists "marts";',
        'create or replace view "marts"."mart_money" as select * from '
        f"read_parquet('/published/{snapshot().snapshot_id}/marts/mart_money.parquet', hive_partitioning = false);",
    ]
    assert len(lines) == 4


def test_keys_are_the_same_in_every_run() -> None:
    assert entity_id("card", "executive/spend_by_month") == "u6jRuLBReKVWxGQG8dBts"
    assert tag_id("executive/spend_by_month", "dates") == "d8330758-5273-5375-af77-a8975137c941"
    assert marked(f"A board.\n\n{marker('overview', 12)}") == ("overview", 12)
    assert marked(f"A card.\n\n{marker('overview/spend')}\n") == ("overview/spend", None)
    assert marked(f"{marker('overview')}\nand more") is None
    assert marked(None) is None


def test_what_stands_on_a_board_keeps_its_number(desired: Desired) -> None:
    places = bodies(desired, stages=True)["overview"]["dashcards"]
    assert [one["id"] for one in places if one["id"] > 0] == [41]
    assert len({one["id"] for one in places}) == len(places)


def _card(**content: object) -> Card:
    columns = {
        "usage_date": {"label": "Day", "format": "date"},
        "spend_usd": {"label": "Spend", "format": "usd"},
        "added_up_usd": {"label": "Added up", "format": "usd"},
        "budget_usd": {"label": "Budget", "format": "usd"},
        "state": {"label": "State", "format": "text"},
    }
    known = {"title": "A", "question": "A?", "formula": "A.", "columns": columns}
    return Card.model_validate({"x": "usage_date", "y": ["spend_usd"], **known, **content})


def test_a_line_over_bars_has_its_axis_at_the_right() -> None:
    card = _card(display="bar", y=["spend_usd", "added_up_usd"], second=["added_up_usd"])
    assert looks.display_of(card) == "combo"
    series = looks.settings_of(card)["series_settings"]
    assert {name: (one["display"], one["axis"]) for name, one in series.items()} == {
        "spend_usd": ("bar", "left"),
        "added_up_usd": ("line", "right"),
    }


@pytest.mark.parametrize(("display", "shown"), [("bar", "combo"), ("line", "line")])
def test_a_target_is_a_dashed_line(display: str, shown: str) -> None:
    card = _card(display=display, target="budget_usd")
    settings = looks.settings_of(card)
    assert looks.display_of(card) == shown
    assert settings["graph.metrics"] == ["spend_usd", "budget_usd"]
    assert settings["series_settings"]["budget_usd"]["line.style"] == "dashed"
    body = {
        "display": shown,
        "visualization_settings": settings,
        "dataset_query": {"native": {"query": ""}},
    }
    assert list(card_faults(body, [*card.columns])) == []


def test_words_that_are_news_are_coloured() -> None:
    card = _card(display="table", tones={"late": "bad", "early": "warn"})
    rules = looks.settings_of(card)["table.column_formatting"]
    assert [(one["columns"], one["value"], one["color"]) for one in rules] == [
        (["state"], "late", tone("bad")),
        (["state"], "early", tone("series-4")),
    ]


def test_a_board_of_one_person_stays_out(boards: dict[str, Board]) -> None:
    own = Board.model_validate({**boards["overview"].model_dump(), "is_of_one_person": True})
    assert desired_of({"overview": own}, settings_of()).boards == ()


def test_lines_told_apart_by_words_have_gaps_and_names() -> None:
    """Also where the column is called otherwise: people by assistant were drawn through days that nobody knows."""
    card = read_boards()["knowledge_workers"].cards["people_by_assistant"]
    series = looks.settings_of(card)["series_settings"]
    assert series["claude_ai"]["title"] == "claude.ai"
    assert {one["line.missing"] for one in series.values()} == {"none"}
