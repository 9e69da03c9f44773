"""Whoever has a file alone remembers what is in it, and looks again after each statement that changes it."""

import contextlib
from collections.abc import Iterator

import duckdb
import pytest

from warehouse.duckdb import DuckDB

TABLE = ("legacy", "dim_users")
COLUMNS = {"user_id": "string"}


@pytest.fixture
def alone() -> Iterator[DuckDB]:
    with duckdb.connect() as connection:
        warehouse = DuckDB(connection, alone=True)
        warehouse.create_schema("legacy")
        warehouse.run("create table legacy.dim_users (user_id varchar)")
        assert _seen(warehouse) == ("table", COLUMNS, ["dim_users"])
        yield warehouse


def _seen(warehouse: DuckDB) -> tuple[str | None, dict[str, str], list[str]]:
    return warehouse.kind(*TABLE), warehouse.columns(*TABLE), warehouse.names("legacy")


def test_table_that_was_dropped_or_renamed_is_gone(alone: DuckDB) -> None:
    alone.copy(TABLE, ("legacy", "again"))
    assert alone.names("legacy") == ["again", "dim_users"]
    alone.run("drop table legacy.dim_users")
    assert _seen(alone) == (None, {}, ["again"])
    alone.move(("legacy", "again"), TABLE)
    assert _seen(alone) == ("table", COLUMNS, ["dim_users"])


def test_view_in_its_place_is_seen(alone: DuckDB) -> None:
    alone.run("drop table legacy.dim_users")
    alone.run("create view legacy.dim_users as select 1::bigint as n")
    assert _seen(alone) == ("view", {"n": "int64"}, ["dim_users"])


def test_what_was_taken_back_is_there_again(alone: DuckDB) -> None:
    with contextlib.suppress(ZeroDivisionError), alone.transaction():
        alone.run("drop table legacy.dim_users")
        assert _seen(alone) == (None, {}, [])
        raise ZeroDivisionError
    assert _seen(alone) == ("table", COLUMNS, ["dim_users"])


def test_another_column_is_seen_and_rows_change_nothing(alone: DuckDB) -> None:
    alone.run("alter table legacy.dim_users add column team varchar")
    alone.insert(*TABLE, [{"user_id": "u1"}])
    assert _seen(alone) == ("table", COLUMNS | {"team": "string"}, ["dim_users"])


def test_whoever_is_not_alone_looks_each_time() -> None:
    with duckdb.connect() as connection:
        warehouse = DuckDB(connection)
        warehouse.create_schema("legacy")
        assert warehouse.kind(*TABLE) is None
        connection.execute("create table legacy.dim_users (user_id varchar)")
        assert _seen(warehouse) == ("table", COLUMNS, ["dim_users"])
