"""What is asked: filters bound, what somebody may not see left out of every table."""

import datetime as dt
from collections.abc import Sequence

import duckdb
import pytest

from dashboards.binding import AnyOf, Between, Choice, Statement, bind, tags_of, without_filters
from tests.unit.dashboards.written import BARS_SQL, TABLES, card

TWO_TABLES = """
    with paid as (select sum(usd) as usd from marts.spend where true [[and {{dates}}]])
    select paid.usd, (select sum(usd) from marts.seats) as seats_usd from paid
"""


def rows(statement: Statement) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for table, columns in TABLES.items():
            typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create table {table} ({typed})")
        connection.execute(
            """
            insert into marts.spend values
                ('2026-06-01', 'cursor', 'blue', 1, 1, '2026-06-02 00:00:00'),
                ('2026-06-02', 'cursor', 'red', 2, 1, '2026-06-02 23:59:59.999999'),
                ('2026-06-02', 'google', 'blue', 4, 1, '2026-06-03 00:00:00'),
                ('2026-06-03', 'o''hara', null, 8, 1, null)
            """
        )
        connection.execute("insert into marts.seats values ('2026-06-01', 'cursor', 16)")
        return connection.execute(statement.sql, dict(statement.values)).fetchall()


def usd(choices: dict[str, Choice]) -> list[float]:
    return [float(str(amount)) for _, amount in rows(bind(card(), choices))]


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({}, [1, 6, 8]),
        ({"dates": Between("2026-06-02", "2026-06-02")}, [6]),
        ({"dates": Between("2026-06-02", None)}, [6, 8]),
        ({"dates": Between(None, "2026-06-02")}, [1, 6]),
        ({"dates": Between(None, None)}, [1, 6, 8]),
        ({"vendor": AnyOf(("cursor",))}, [1, 2]),
        ({"vendor": AnyOf(("cursor", "google"))}, [1, 6]),
        ({"vendor": AnyOf(("nobody",))}, []),
        ({"vendor": AnyOf(("o'hara",))}, [8]),
        ({"dates": Between("2026-06-02", "2026-06-02"), "vendor": AnyOf(("google",))}, [4]),
        ({"team": AnyOf(("blue",))}, [1, 6, 8]),
    ],
)
def test_what_is_chosen_is_asked(choices: dict[str, Choice], found: list[float]) -> None:
    assert usd(choices) == found


def test_chosen_day_of_an_instant_ends_with_it() -> None:
    by_instant = card(BARS_SQL, filters={"dates": "read_at", "vendor": "vendor"})
    found = rows(bind(by_instant, {"dates": Between("2026-06-02", "2026-06-02")}))
    assert [usd for _, usd in found] == [1, 2]


def test_chosen_values_never_stand_in_the_sql() -> None:
    choice = "x') or true --"
    statement = bind(card(), {"vendor": AnyOf((choice,))})
    assert "true --" not in statement.sql
    assert list(statement.values.values()) == [choice]
    assert rows(statement) == []


def test_filter_that_may_not_be_left_out_lets_everything_through() -> None:
    sql = "select day, usd from marts.spend where {{vendor}} and {{dates}} order by day, usd"
    assert len(rows(bind(card(sql), {}))) == 4
    assert len(rows(bind(card(sql), {"vendor": AnyOf(("cursor",))}))) == 2


def test_part_with_two_filters_is_left_out_unless_both_are_chosen() -> None:
    sql = (
        "select day, usd from marts.spend where true [[and ({{vendor}} or {{dates}})]] order by day"
    )
    only_vendor: dict[str, Choice] = {"vendor": AnyOf(("cursor",))}
    assert len(rows(bind(card(sql), only_vendor))) == 4
    both: dict[str, Choice] = {**only_vendor, "dates": Between("2026-06-03", None)}
    assert len(rows(bind(card(sql), both))) == 3


def test_filter_names_its_table_where_the_card_reads_two() -> None:
    named = card(TWO_TABLES, filters={"dates": "marts.spend.day"})
    assert rows(bind(named, {"dates": Between("2026-06-03", None)})) == [(8, 16)]


def test_same_filter_twice_is_bound_twice() -> None:
    sql = "select day, usd from marts.spend where day = (select max(day) from marts.spend where {{dates}}) and {{dates}}"
    assert rows(bind(card(sql), {"dates": Between(None, "2026-06-01")}))[0][1] == 1


def test_rule_limits_every_table_wherever_it_is_read() -> None:
    def rule(table: str) -> tuple[str, Sequence[str]] | None:
        return ("vendor = ? and usd > 0", ["google"]) if table == "marts.spend" else None

    assert rows(bind(card(), {}, rule)) == [(dt.date(2026, 6, 2), 4)]
    assert rows(bind(card(TWO_TABLES, filters={"dates": "marts.spend.day"}), {}, rule)) == [(4, 16)]
    joined = """
        select spend.day, sum(spend.usd) as usd from marts.spend
        where spend.vendor in (select vendor from marts.spend) group by spend.day order by spend.day
    """
    statement = bind(card(joined), {}, rule)
    assert [amount for _, amount in rows(statement)] == [4]
    assert list(statement.values.values()) == ["google"]
    assert statement.sql.count("$value_0") == 2


def test_rule_limits_a_table_that_only_a_chosen_filter_brings() -> None:
    def rule(table: str) -> tuple[str, Sequence[str]] | None:
        return ("vendor = ?", ["nobody"]) if table == "marts.seats" else None

    sql = """
        select day, usd from marts.spend
        where vendor not in (select vendor from marts.seats) [[and vendor in (select vendor from marts.seats where {{dates}})]]
        order by day
    """
    only_there = "select day, usd from marts.spend where true [[and vendor in (select vendor from marts.seats where {{dates}})]]"
    choices: dict[str, Choice] = {"dates": Between(None, "2026-06-03")}
    assert len(rows(bind(card(only_there), choices))) == 2
    assert rows(bind(card(only_there), choices, rule)) == []
    assert rows(bind(card(sql), choices, rule)) == []


def test_rule_and_filter_hold_together() -> None:
    def rule(_table: str) -> tuple[str, Sequence[str]]:
        return "vendor in (?, ?)", ["cursor", "google"]

    statement = bind(card(), {"dates": Between("2026-06-02", None)}, rule)
    assert [amount for _, amount in rows(statement)] == [6]


def test_what_a_query_defines_itself_is_no_table_to_limit() -> None:
    asked = []

    def rule(table: str) -> None:
        asked.append(table)

    bind(
        card("with spend as (select day, usd from marts.spend) select day, usd from spend"),
        {},
        rule,
    )
    assert asked == ["marts.spend"]


def test_tags_and_the_text_without_them() -> None:
    assert tags_of(BARS_SQL) == ["dates", "vendor"]
    assert tags_of("where {{ dates }}") == ["dates"]
    assert "[[" not in without_filters(BARS_SQL)
    assert without_filters("where {{dates}} [[and {{team}}]]") == "where true "
