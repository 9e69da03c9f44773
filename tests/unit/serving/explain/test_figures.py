"""Which rows of the ledger a figure of a board adds up."""

from decimal import Decimal

import duckdb
import pytest

from serving.explain import figures
from serving.explain.figures import BOARDS
from serving.explain.reading import NothingFoundError
from tests.unit.serving.explain.published import Row, published

JUNE = "2026-06-01"


def spent(spend_id: str, usd: str, **more: object) -> Row:
    return {
        "spend_id": spend_id, "usage_date": "2026-06-10", "vendor": "v", "platform": "p", "category": "c",
        "actor_id": "a", "cost_component": "input", "spend_basis": "billed", "spend_usd": usd,
        "attribution_method": "direct_email", **more,
    }  # fmt: skip


@pytest.fixture
def cursor() -> duckdb.DuckDBPyConnection:
    centre: Row = {
        "month_start_date": JUNE,
        "vendor": "v",
        "platform": "p",
        "charge_status": "attributed",
    }
    team: Row = {"month_start_date": JUNE, "rollup_scope": "team"}
    return published(
        None,
        fct_ai_spend_daily=[
            spent("s1", "1", team_name="Engines", cost_centre="k1"),
            spent("s2", "2", team_name="ENGINES", cost_centre="k2"),
            spent("s3", "4", attribution_method="unattributed"),
            spent("s4", "8", usage_date="2026-07-01", team_name="Engines", cost_centre="k1"),
        ],
        mart_finance__chargeback=[
            {**centre, "charged_cost_centre": "k1", "spend_usd": "1", "chargeback_id": "c1"},
            {**centre, "charged_cost_centre": "k2", "spend_usd": "1.5", "chargeback_id": "c2"},
            {**centre, "charged_cost_centre": "unattributed", "charge_status": "unattributed", "spend_usd": "4", "chargeback_id": "c3"},
        ],
        mart_executive__overview_monthly=[
            {**team, "team_name": "Engines", "spend_usd": "3"},
            {**team, "team_name": None, "spend_usd": "4"},
            {**team, "team_name": "Sails", "spend_usd": None},
        ],
    )  # fmt: skip


def rows_of(cursor: duckdb.DuckDBPyConnection, mart: str, **keys: str) -> tuple[list[str], bool]:
    found = figures.explain(cursor, mart, keys)
    return [row["spend_id"] for row in found.rows], found.comes_out


def test_a_row_of_the_ledger_is_in_the_figure_that_adds_it(
    cursor: duckdb.DuckDBPyConnection,
) -> None:
    """Names of teams are compared without case, as the roll-up does; money of nobody stands under NULL."""
    assert rows_of(cursor, "mart_finance__chargeback", chargeback_id="c1") == (["s1"], True)
    assert rows_of(cursor, "mart_finance__chargeback", charge_status="unattributed") == (
        ["s3"],
        True,
    )
    overview = "marts.mart_executive__overview_monthly"
    assert rows_of(cursor, overview, team_name="Engines") == (["s2", "s1"], True)
    assert rows_of(cursor, overview, team_name="") == (["s3"], True)
    assert rows_of(cursor, overview, team_name="Sails") == ([], True)


def test_a_figure_that_is_another_says_so(cursor: duckdb.DuckDBPyConnection) -> None:
    found = figures.explain(cursor, "mart_finance__chargeback", {"chargeback_id": "c2"})
    assert (found.amount, found.sum_usd, found.comes_out) == (Decimal("1.5"), Decimal(2), False)
    assert "  = 2 USD   DOES NOT COME OUT" in found.lines()
    text = "\n".join(found.lines())
    assert "FIGURE marts.mart_finance__chargeback.spend_usd   1.5 USD" in text
    assert "s2  2026-06-10  p  a  input  billed" in text


@pytest.mark.parametrize(
    ("mart", "keys", "said"),
    [
        (
            "mart_finance__anomalies",
            {"x": "1"},
            "those of these are: mart_executive__overview_monthly",
        ),
        ("mart_finance__chargeback", {'x"; drop table y; --': "1"}, "Name columns of"),
        ("mart_finance__chargeback", {}, "Name columns of"),
        ("mart_finance__chargeback", {"vendor": "v"}, "3 rows have these values"),
        ("mart_finance__chargeback", {"vendor": "other"}, "No row has these values"),
    ],
)
def test_what_is_not_one_figure(
    cursor: duckdb.DuckDBPyConnection, mart: str, keys: dict[str, str], said: str
) -> None:
    with pytest.raises(NothingFoundError, match=said):
        figures.explain(cursor, mart, keys)


def test_the_boards_are_marts_with_that_money() -> None:
    from tests.repository.test_money_of_marts import _money_columns, _with_money

    marts = {f"marts.{name}": _money_columns(model) for name, model in _with_money().items()}
    assert {
        name for name, board in BOARDS.items() if board.figure in marts.get(name, set())
    } == BOARDS.keys()
