"""Every card asked of a built company: it returns what its settings name, and nothing is missing from a chart."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from dashboards.binding import without_filters
from dashboards.definition import read_boards
from tests.e2e.chain import Chain

CARDS = {
    f"{board.name}/{card.name}": card
    for board in read_boards().values()
    for card in board.cards.values()
}
ADDED = {
    name: [column for column in card.y if card.columns[column].is_additive]
    for name, card in CARDS.items()
    if card.is_chart and any(card.columns[column].is_additive for column in card.y)
}
"""Charts whose values may be added, with their columns."""
TOTALS: dict[str, dict[str, str]] = {
    f"{file.stem}/{card}": queries
    for file in sorted((Path(__file__).parent / "card_totals").glob("*.yml"))
    for card, queries in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
"""What each of them must add up to: asked of facts where there is one, in other words than the card's."""


@pytest.fixture(scope="module")
def warehouse(company: Chain) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(company.warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("name", CARDS)
def test_card_returns_what_its_settings_name(
    warehouse: duckdb.DuckDBPyConnection, name: str
) -> None:
    card = CARDS[name]
    result = warehouse.execute(without_filters(card.sql))
    assert [column for column, *_ in result.description or ()] == list(card.columns)
    rows = result.fetchall()
    if card.display in ("number", "sentence"):
        assert len(rows) == 1
    keys = [
        list(card.columns).index(one)
        for one in ([card.x] if card.is_chart else []) + ([card.series] if card.series else [])
        if one
    ]
    if keys:
        marks = [tuple(row[key] for key in keys) for row in rows]
        assert len(marks) == len(set(marks)), "two marks stand at one place"


def test_total_of_every_chart_that_adds_up_is_asked_for() -> None:
    assert {name: set(columns) for name, columns in ADDED.items()} == {
        name: set(queries) for name, queries in TOTALS.items()
    }


@pytest.mark.parametrize("name", ADDED)
def test_nothing_is_missing_from_a_chart(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    found = {}
    for column in ADDED[name]:
        ((found[column],),) = warehouse.execute(
            f"select sum({column}) from ({without_filters(CARDS[name].sql)})"
        ).fetchall()
        assert warehouse.execute(TOTALS[name][column]).fetchall() == [(found[column],)], column
    assert any(found.values()), "the company has nothing to show"
