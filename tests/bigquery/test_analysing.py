"""Each fault that the analysis is there for, planted once."""

from typing import Any

import pytest

from tests.bigquery.analysing import analyse, statements_of
from tests.bigquery.manifest import Node
from tests.bigquery.small_projects import DOLLARS, LINES, model, project, source

CLEAN = f"select usage_date, cast(amount as numeric) as usd from {LINES}"
RAW = source(usage_date="date", amount="string", loaded_at="timestamp")
CONTRACT = {"usage_date": "date", "usd": "numeric(38, 9)"}


def failures(*nodes: Node, incremental: tuple[Node, ...] = ()) -> str:
    found = analyse(project(RAW, *nodes, incremental=incremental)).failures
    return "\n".join(f"{failure.name}: {failure.message}" for failure in found)


def test_clean_model_passes() -> None:
    assert failures(model(CLEAN, columns=CONTRACT, enforced=True)) == ""


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        (f"select amount + 1 as usd from {LINES}", "No matching signature"),
        (f"select amount::numeric as usd from {LINES}", "Syntax error"),
        (f"select try_cast(amount as numeric) as usd from {LINES}", "Function not found"),
        (f"select median(usage_date) as day from {LINES}", "Function not found"),
        (f"select count(*) filter (where true) as n from {LINES}", "Syntax error"),
        (f"select bool_or(true) as is_any from {LINES}", "Function not found"),
        (f"select cast(amount as numeric(38, 9)) as usd from {LINES}", "Parameterized types"),
        (f"select usage_date = loaded_at as is_same from {LINES}", "No matching signature"),
        (f"select vanished from {LINES}", "Unrecognized name"),
        (f"select 1 as one, 2 as one from {LINES}", "doubled"),
        (f"select usage_date, max(amount) from {LINES} group by 1", "unnamed"),
        (f"select usd from (select sum(1) as usd from {LINES}) union select 2", "Syntax error"),
        ("", "was not compiled"),
    ],
)
def test_sql_that_bigquery_refuses_fails(sql: str, complaint: str) -> None:
    assert complaint in failures(model(sql))


@pytest.mark.parametrize("kind", ["float64", "int64", "string"])
def test_contract_of_another_type_fails(kind: str) -> None:
    assert "the query gives NUMERIC" in failures(model(CLEAN, columns={"usd": kind}))


def test_contract_with_another_column_fails() -> None:
    columns = CONTRACT | {"team_name": "string"}
    assert "no such column" in failures(model(CLEAN, columns=columns, enforced=True))


def test_contract_without_a_column_fails() -> None:
    columns = {"usd": "numeric"}
    assert "contract and query differ" in failures(model(CLEAN, columns=columns, enforced=True))


def test_type_that_bigquery_lacks_fails() -> None:
    assert "'hugeint' is not a BigQuery type" in failures(model(CLEAN, columns={"usd": "hugeint"}))


def test_source_column_without_type_fails() -> None:
    nodes = project(source(amount="string", usage_date=None))
    assert "without data_type: usage_date" in analyse(nodes).failures[0].message


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"partition_by": {"field": "usage_date", "data_type": "timestamp"}}, "DATE, not"),
        ({"partition_by": {"field": "day", "data_type": "date"}}, "no such column"),
        ({"cluster_by": ["team_name"]}, "no such column"),
        ({"cluster_by": ["usd", "usd", "usd", "usd", "usd"]}, "takes 4 columns"),
    ],
)
def test_layout_that_bigquery_refuses_fails(config: dict[str, Any], complaint: str) -> None:
    assert complaint in failures(model(CLEAN, config=config))


def test_incremental_branch_is_analysed() -> None:
    config = {"materialized": "incremental"}
    first = model(CLEAN, config=config)
    good = model(f"{CLEAN} where usage_date > (select max(usage_date) from {DOLLARS})")
    other = model(f"select usage_date from {LINES}")
    broken = model(f"{CLEAN} where usage_date > (select max(usd) from {DOLLARS})")
    assert failures(first, incremental=(good,)) == ""
    assert "other columns" in failures(first, incremental=(other,))
    assert "[incremental branch]" in failures(first, incremental=(broken,))


def test_hooks_and_contract_queries_are_analysed() -> None:
    wrong_hook = ("hook", f"delete from {DOLLARS} where vanished = 1")
    wrong_cast = ("contract", "select cast(null as numeric(38, 9)) as usd")
    assert "[hook] " in failures(model(CLEAN, extras=(wrong_hook,)))
    assert "[contract] " in failures(model(CLEAN, extras=(wrong_cast,)))


def test_data_test_is_analysed() -> None:
    test = model(f"select nothing from {DOLLARS}", name="assert_something", kind="test")
    assert "assert_something: [test]" in failures(model(CLEAN), test)


def test_script_is_split_at_its_semicolons_only() -> None:
    script = 'select \';\' -- a; b\n; select """x;"y""" /* ; */ ;; select `a;b`'
    assert [one[:8] for one in statements_of(script)] == ["select '", 'select "', "select `"]
