"""A difference between the engines is found, wherever it is."""

import dataclasses
from pathlib import Path

import duckdb
import pytest

from tests.bigquery.comparing import Comparison, check_second_run, compare
from tests.bigquery.manifest import Node
from tests.bigquery.small_projects import DOLLARS, LINES, manifest, model, source

RAW = source(line="int64", cents="string", used_at="timestamp")
ROWS = """
    (1, '0.05', timestamptz '2026-05-31 23:59:59.999999+00'),
    (2, '-0.00000005', timestamptz '2026-06-01 00:00:00+02'),
    (3, null, null),
    (3, null, null)
"""
USD = f"""
    select
        line,
        cast(cast(cents as numeric) * cast('0.01' as numeric) as numeric) as usd,
        cast(used_at as date) as usage_date
    from {LINES}
"""
SAME = """
    select
        line,
        cast(cast(cents as decimal(38, 9)) * cast('0.01' as decimal(38, 9)) as decimal(38, 9)) as usd,
        cast(used_at as date) as usage_date
    from raw.lines
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "world.duckdb"


def compared(file: Path, duckdb_sql: str, node: Node) -> Comparison:
    with duckdb.connect(str(file)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw; create schema marts")
        connection.execute(
            "create table raw.lines (line bigint, cents varchar, used_at timestamptz)"
        )
        connection.execute(f"insert into raw.lines values {ROWS}")
        connection.execute(f"create table marts.dollars as {duckdb_sql}")
    return compare(manifest(RAW, node), file)


def found(comparison: Comparison) -> str:
    return "\n".join(text for one in comparison.outcomes for text in one.differences)


def test_same_rows_pass(file: Path) -> None:
    comparison = compared(file, SAME, model(USD))
    assert found(comparison) == ""
    assert comparison.rows == 4


@pytest.mark.parametrize(
    ("duckdb_sql", "complaint"),
    [
        (SAME.replace("38, 9", "18, 3"), "usd: "),  # DuckDB's bare numeric
        (SAME.replace("cast(used_at as date)", "cast(used_at + interval 2 hour as date)"), "date"),
        (SAME.replace("as usd", "as dollars"), "columns"),
        (f"select * replace (cast(usd as double) as usd) from ({SAME})", "FLOAT64 in DuckDB"),
        (f"select * replace (cast(line as hugeint) as line) from ({SAME})", "HUGEINT in DuckDB"),
        (f"select distinct * from ({SAME})", "3 rows against 4"),
        (f"select * replace (coalesce(usd, 0) as usd) from ({SAME})", "null"),
    ],
)
def test_difference_fails(file: Path, duckdb_sql: str, complaint: str) -> None:
    assert complaint in found(compared(file, duckdb_sql, model(USD)))


def test_half_a_billionth_that_is_cut_off_and_not_rounded_fails(file: Path) -> None:
    cut_off = "cast(trunc(usd * 100000000) / 100000000 as decimal(38, 9)) as usd"
    found_here = found(compared(file, f"select * replace ({cut_off}) from ({SAME})", model(USD)))
    assert 'usd: ["0"] against ["-0.000000001"]' in found_here


def test_column_of_the_run_is_left_out(file: Path) -> None:
    node = model(f"select *, 'there' as run_id from ({USD})")
    other = f"select *, 'here' as run_id from ({SAME})"
    declared = {"materialized": "table", "meta": {"nondeterministic": ["run_id"]}}
    assert "run_id" in found(compared(file, other, node))
    file.unlink()
    assert found(compared(file, other, dataclasses.replace(node, config=declared))) == ""


def test_query_that_fails_when_it_runs_is_reported(file: Path) -> None:
    node = model(USD.replace("cast(cents as numeric)", "cast('x' || cents as numeric)"))
    assert "not executed" in found(compared(file, SAME, node))


def test_second_run_that_adds_or_deletes_is_reported(file: Path) -> None:
    config = {"materialized": "incremental"}
    node = model(USD, config=config)
    idle = model(f"{USD} where line not in (select line from {DOLLARS})", config=config)
    for again, complaint in (
        (idle, ""),
        (node, "adds 4 rows"),
        (
            dataclasses.replace(idle, extras=(("hook", f"delete from {DOLLARS} where line = 3"),)),
            "deletes 2 rows",
        ),
    ):
        file.unlink(missing_ok=True)
        comparison = compared(file, SAME, node)
        check_second_run(comparison, manifest(RAW, again))
        assert complaint in found(comparison)
        assert bool(complaint) == bool(found(comparison))


def test_one_query_of_each_way_is_enough_by_day_and_all_deletions_are_tried(file: Path) -> None:
    config = {"materialized": "incremental"}
    first = model(USD, config=config)
    deletes = (("hook", f"delete from {DOLLARS} where line = 3"),)
    nodes = [
        dataclasses.replace(first, unique_id=f"{number}", changing=ways, extras=deletes)
        for number, ways in enumerate((("one",), ("one",), ("other",), (), ()))
    ]
    for of_each_way, n_added in ((True, 4), (False, 5)):
        file.unlink(missing_ok=True)
        comparison = compared(file, SAME, first)
        check_second_run(comparison, manifest(RAW, *nodes), of_each_way=of_each_way)
        said = found(comparison)
        assert (said.count("adds 4 rows"), said.count("deletes 2 rows")) == (n_added, 5)
