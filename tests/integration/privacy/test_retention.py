"""Retention on a real DuckDB file: per organisation, at the boundary, and nothing else."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from privacy.config import Settings
from privacy.retention import Deleted, delete_expired, retention_days
from warehouse.connection import open_warehouse

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(
        as_of=dt.datetime(2026, 11, 21, tzinfo=dt.UTC), duckdb_path=tmp_path / "w.duckdb"
    )
    with duckdb.connect(str(made.duckdb_path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw_orchestrator; create schema raw_sheets")
        connection.execute(
            "create table raw_sheets.task_retention (organization_id varchar, retention_days varchar)"
        )
        connection.execute(
            "insert into raw_sheets.task_retention values"
            " ('short', ' 10 '), ('long', '400'), ('long', '30'), ('odd', 'a year'), (null, '5'),"
            # What dbt reads, and what it does not (assert_cells_are_read_strictly).
            " ('bl\u200bank\u200b', '\u00a02\u200b0\ufeff'), ('odd', '-5'), ('odd', '1_000'), ('odd', '9999999999')"
        )
        for table, instant in (
            ("task_executions", "start_time"),
            ("routing_decisions", "created_at"),
        ):
            connection.execute(
                f"create table raw_orchestrator.{table} as"
                f" select organization_id, timestamptz '2026-11-21 00:00:00+00' - to_days(age) as {instant}, age,"
                " concat(organization_id, ' ', age) as routing_decision_id"
                " from (values ('short'), ('long'), ('odd'), ('silent'), (null)) as o (organization_id),"
                " (values (9), (10), (11), (89), (90), (91), (399), (400), (401)) as a (age)"
            )
    return made


def _ages(settings: Settings, table: str) -> dict[str, list[int]]:
    with duckdb.connect(str(settings.duckdb_path), read_only=True) as connection:
        rows = connection.execute(
            "select coalesce(organization_id, 'none'), list(age order by age)"
            f" from raw_orchestrator.{table} group by all"
        ).fetchall()
    return dict(rows)


def test_each_organisation_keeps_its_days_and_others_ninety(settings: Settings) -> None:
    with open_warehouse(settings) as warehouse:
        assert retention_days(warehouse) == {"short": 10, "long": 400, "blank": 20}
        deleted = delete_expired(warehouse, TODAY)
    assert deleted == [
        Deleted("raw_orchestrator.task_executions", 7 + 1 + 4 + 4 + 4),
        Deleted("raw_orchestrator.routing_decisions", 7 + 1 + 4 + 4 + 4),
    ]
    kept = [9, 10, 11, 89, 90]
    expected = {
        "short": [9, 10],
        "long": [9, 10, 11, 89, 90, 91, 399, 400],
        "odd": kept,
        "silent": kept,
        "none": kept,
    }
    assert _ages(settings, "task_executions") == expected
    assert _ages(settings, "routing_decisions") == expected


def test_a_decision_that_names_no_organisation_stays_as_long_as_its_task(
    settings: Settings,
) -> None:
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        for decision, age in (("long 399", 399), ("short 399", 401)):
            connection.execute(
                "update raw_orchestrator.routing_decisions set routing_decision_id = ?"
                " where organization_id is null and age = ?",
                [decision, age],
            )
    with open_warehouse(settings) as warehouse:
        delete_expired(warehouse, TODAY)
    assert _ages(settings, "routing_decisions")["none"] == [9, 10, 11, 89, 90, 399]


def test_a_second_time_deletes_nothing(settings: Settings) -> None:
    with open_warehouse(settings) as warehouse:
        delete_expired(warehouse, TODAY)
        assert [one.n_rows for one in delete_expired(warehouse, TODAY)] == [0, 0]


def test_without_the_tab_everybody_keeps_ninety_days(settings: Settings) -> None:
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        connection.execute("drop table raw_sheets.task_retention")
    with open_warehouse(settings) as warehouse:
        delete_expired(warehouse, TODAY)
    assert set(map(max, _ages(settings, "task_executions").values())) == {90}
