"""The boards that are there: nothing in them that lint would refuse, and money added only where it may be."""

import pytest
import sqlglot
from sqlglot import exp

from bin.metrics_page import money_of
from dashboards.binding import DIALECT, without_filters
from dashboards.definition import Board, Card, read_boards
from dashboards.lint import faults_of
from tests.declared import published
from warehouse.documentation import MODELS, documented

BOARDS = read_boards()
CARDS = {
    f"{board.name}/{card.name}": card for board in BOARDS.values() for card in board.cards.values()
}
MONEY = {
    f"marts.{model['name']}": money_of(model) for _, model in documented(MODELS / "marts", "models")
}
"""Over which rows each mart's money may be added."""


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_board_has_no_fault(board: Board) -> None:
    assert faults_of(board, published()) == []


def test_no_two_boards_stand_at_one_place() -> None:
    places = [board.order for board in BOARDS.values()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_board_is_seen_at_a_glance(board: Board) -> None:
    assert len(list(board.places)) <= 14
    first, *_ = board.sections
    tiles = [board.cards[place.card].display for place in first.cards]
    assert 4 <= len(tiles) <= 6
    assert set(tiles) <= {"number", "trend"}


def summed_columns(select: exp.Select) -> set[str]:
    """Return the columns that a SELECT adds up."""
    return {
        column.name
        for one in select.find_all(exp.Sum)
        if one.find_ancestor(exp.Select) is select
        for column in one.find_all(exp.Column)
    }


def kept_apart(select: exp.Select) -> set[str]:
    """Return the columns of which the rows that a SELECT adds up have one value."""
    group = select.args.get("group")
    found = {one.name for one in group.expressions} if group else set()
    where = select.args.get("where")
    if where:
        for one in where.find_all(exp.EQ):
            if one.find_ancestor(exp.Or, exp.Not) is None and isinstance(one.this, exp.Column):
                found.add(one.this.name)
    return found


def wrongly_added(card: Card) -> list[str]:
    """Return what a card adds up over rows that hold the same money."""
    found = []
    tree = sqlglot.parse_one(without_filters(card.sql), dialect=DIALECT)
    for select in tree.find_all(exp.Select):
        begin = select.args.get("from_")
        if begin is None or not isinstance(begin.this, exp.Table) or not begin.this.db:
            continue
        table = f"{begin.this.db}.{begin.this.name}"
        money = MONEY.get(table, {})
        added = summed_columns(select)
        found += [
            f"{table}.{name} is never added" for name in sorted(added & set(money.get("never", [])))
        ]
        if any(name.endswith("_usd") for name in added):
            found += [
                f"{table}: not one {name}"
                for name in money.get("one", [])
                if name not in kept_apart(select)
            ]
    return found


@pytest.mark.parametrize("name", CARDS)
def test_money_is_added_only_over_rows_that_may_be(name: str) -> None:
    assert wrongly_added(CARDS[name]) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select sum(spend_usd) from marts.mart_executive__overview_monthly",
         ["marts.mart_executive__overview_monthly: not one rollup_scope"]),
        ("select sum(spend_usd) from marts.mart_executive__overview_monthly where rollup_scope in ('team', 'company')",
         ["marts.mart_executive__overview_monthly: not one rollup_scope"]),
        ("select sum(spend_usd) from marts.mart_executive__overview_monthly where rollup_scope = 'team' or vendor = 'x'",
         ["marts.mart_executive__overview_monthly: not one rollup_scope"]),
        ("select sum(spend_usd) from marts.mart_executive__overview_monthly where rollup_scope = 'team'", []),
        ("select rollup_scope, sum(spend_usd) from marts.mart_executive__overview_monthly group by rollup_scope", []),
        ("select sum(gross_savings_usd) from marts.mart_savings__period_parts where period_type = 'daily'",
         ["marts.mart_savings__period_parts: not one part_type"]),
    ],
)  # fmt: skip
def test_money_that_is_counted_twice_is_seen(sql: str, said: list[str]) -> None:
    card = next(iter(CARDS.values())).model_copy(update={"sql": sql})
    assert wrongly_added(card) == said
