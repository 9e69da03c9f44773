"""What Metabase makes of a card's SQL when somebody chooses: it puts the table's own column into the place of a filter.

The rule is written here once more, apart from the code: a field filter becomes `"schema"."table"."column" …`, and an optional
part goes when nothing is chosen.
"""

import datetime as dt
import re

import duckdb
import pytest

from dashboards.definition import Board
from dashboards.metabase.apply import Desired
from tests.integration.dashboards.conftest import TABLES, desired_of, settings_of

CHOSEN = {
    "dates": "between date '2026-06-01' and date '2026-06-30'",
    "team": "in ('Red')",
    "vendor": "in ('cursor')",
}


@pytest.fixture
def marts() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    for table, columns in TABLES.items():
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table {table} ({typed})")
    connection.execute(
        "insert into marts.mart_money values ('2026-05-01', 'cursor', 'Red', 1), ('2026-06-01', 'cursor', 'Red', 2), "
        "('2026-06-01', 'anthropic', 'Red', 4), ('2026-06-01', 'cursor', 'Blue', 8)"
    )
    connection.execute("insert into marts.mart_teams values ('Red', 2), ('Blue', 5)")
    connection.execute(
        "insert into marts.mart_use values ('2026-06-03', '2026-06-01', 'Red', 6), "
        "('2026-06-08', '2026-06-08', 'Blue', 10), ('2026-07-01', '2026-06-29', 'Red', 100)"
    )
    return connection


def compiled(desired: Desired, key: str, chosen: dict[str, str]) -> str:
    (card,) = [card for card in desired.cards if card.key == key]
    tags = {tag.name: tag for tag in card.tags}

    def condition(name: str) -> str:
        schema, table = tags[name].table.split(".")  # type: ignore[index]
        return f'"{schema}"."{table}"."{tags[name].column}" {chosen[name]}'  # type: ignore[index]

    def optional(found: re.Match[str]) -> str:
        names = re.findall(r"\{\{(\w+)\}\}", found[1])
        return found[1] if all(name in chosen for name in names) else ""

    sql = re.sub(r"\[\[(.*?)\]\]", optional, card.sql, flags=re.DOTALL)
    return re.sub(
        r"\{\{(\w+)\}\}", lambda found: condition(found[1]) if found[1] in chosen else "1 = 1", sql
    )


@pytest.mark.parametrize(
    ("card", "filters", "expected"),
    [
        ("spend", [], [(dt.date(2026, 5, 1), 1), (dt.date(2026, 6, 1), 14)]),
        ("spend", ["dates"], [(dt.date(2026, 6, 1), 14)]),
        ("spend", ["dates", "team"], [(dt.date(2026, 6, 1), 6)]),
        ("spend_by_team", ["dates"], [("Blue", 8), ("Red", 6)]),
        ("spend_by_month", ["dates", "vendor"], [(dt.date(2026, 6, 1), "cursor", 10)]),
        ("sessions", ["dates", "team"], [(dt.date(2026, 6, 1), 6, 3.0)]),
        ("sessions", ["dates"], [(dt.date(2026, 6, 1), 6, 3.0), (dt.date(2026, 6, 8), 10, 2.0)]),
    ],
)
def test_a_choice_filters_as_on_the_pages(
    marts: duckdb.DuckDBPyConnection,
    desired: Desired,
    card: str,
    filters: list[str],
    expected: list[object],
) -> None:
    sql = compiled(desired, f"overview/{card}", {name: CHOSEN[name] for name in filters})
    assert marts.execute(sql).fetchall() == expected


def test_every_card_runs_whatever_is_chosen(
    marts: duckdb.DuckDBPyConnection, desired: Desired
) -> None:
    for card in desired.cards:
        for names in ([], ["dates"], ["team"], ["vendor"], ["dates", "team", "vendor"]):
            marts.execute(compiled(desired, card.key, {name: CHOSEN[name] for name in names}))


def test_bigquery_asks_the_same_question(
    marts: duckdb.DuckDBPyConnection,
    boards: dict[str, Board],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Read back from BigQuery's dialect, every card gives the same rows."""
    import sqlglot

    key = tmp_path_factory.mktemp("key") / "key.json"
    key.write_text("{}", encoding="utf-8")
    there = desired_of(
        boards,
        settings_of(WAREHOUSE="bigquery", BIGQUERY_PROJECT="p", METABASE_BIGQUERY_KEY=str(key)),
    )
    here = desired_of(boards, settings_of())
    for card in there.cards:
        sql = re.sub(r"\[\[.*?\]\]", "", card.sql).replace("{{dates}}", "TRUE")
        sql = sql.replace("`ai_usage_marts.", "`marts`.`").replace("ISOWEEK", "WEEK(MONDAY)")
        (translated,) = sqlglot.transpile(sql, read="bigquery", write="duckdb")
        assert (
            marts.execute(translated).fetchall()
            == marts.execute(compiled(here, card.key, {})).fetchall()
        ), card.key
