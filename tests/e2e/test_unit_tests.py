"""Every rule of the models is right on its few rows: dbt's unit tests, most of them without dbt (see `unit_tests.py`)."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.e2e.chain import AS_OF, DBT, Chain
from tests.e2e.unit_tests import Types, UnitTests


@pytest.fixture(scope="module")
def unit_tests(built_by_dbt: Path) -> UnitTests:
    """Read the project's unit tests and the SQL that dbt compiled for a new warehouse."""
    return UnitTests.read(built_by_dbt / "dbt" / "manifest.json", AS_OF.isoformat())


@pytest.fixture(scope="module")
def types(small: Chain) -> Iterator[Types]:
    """Read the types of all columns of a built warehouse."""
    with duckdb.connect(str(small.warehouse), read_only=True, config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield Types(connection)


def _difference(unit_tests: UnitTests, test: Mapping[str, Any], types: Types) -> str | None:
    try:
        return unit_tests.difference(test, types)
    except (duckdb.Error, ValueError) as error:
        return str(error)


def test_the_rules_of_the_models(unit_tests: UnitTests, types: Types) -> None:
    asked = [test for test in unit_tests.all() if not unit_tests.needs_dbt(test)]
    assert len(asked) > 300
    differences = {test["name"]: _difference(unit_tests, test, types) for test in asked}
    assert {name: text for name, text in differences.items() if text} == {}


def test_the_rules_that_dbt_has_to_compile_anew(
    small: Chain, unit_tests: UnitTests, tmp_path: Path
) -> None:
    asked = [test for test in unit_tests.all() if unit_tests.needs_dbt(test)]
    copy = small.copy(tmp_path)
    # As `dbt build` finds it on a new warehouse: what a test gives as `this` is not there yet.
    given = {
        unit_tests.manifest["nodes"][test["depends_on"]["nodes"][0]]["relation_name"]
        for test in asked
        if any(one["input"] == "this" for one in test["given"])
    }
    assert given
    copy.change(*(f"drop table {relation}" for relation in sorted(given)))
    words = ["info" if word == "warn" else word for word in DBT]
    done = copy.run("dbt", *words, "test", "--select", *(test["name"] for test in asked))
    assert done.code == 0, done.text
    assert f"{len(asked)} unit tests" in done.text


def test_what_is_given_is_there_on_a_new_warehouse(unit_tests: UnitTests) -> None:
    not_read = {test["name"]: unit_tests.not_read(test) for test in unit_tests.all()}
    assert {name: inputs for name, inputs in not_read.items() if inputs} == {}


def test_a_wrong_rule_is_seen(unit_tests: UnitTests, types: Types) -> None:
    # A row too many, a row too few, another value, a column that is not there, an input that is not given.
    able = [test for test in unit_tests.all() if not unit_tests.needs_dbt(test)]
    able = [test for test in able if test["expect"]["rows"]]
    for test in able[::20]:
        assert _difference(unit_tests, test, types) is None
        for change in (
            lambda rows: [*rows, rows[-1]],
            lambda rows: rows[:-1],
            lambda rows: [_changed(rows[0]), *rows[1:]],
            lambda rows: [{**row, "no_such_column": 1} for row in rows],
        ):
            wrong = deepcopy(test)
            wrong["expect"]["rows"] = change(test["expect"]["rows"])
            assert _difference(unit_tests, wrong, types), test["name"]
        wrong = deepcopy(test)
        wrong["given"].pop()
        assert "not given" in str(_difference(unit_tests, wrong, types)), test["name"]


def _changed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with NULL for its first value, or without NULL there."""
    name, value = next(iter(row.items()))
    return {**row, name: "1" if value is None else None}


@pytest.mark.proofs
def test_plain_dbt_build_on_a_new_warehouse(small: Chain, tmp_path: Path) -> None:
    new = small.copy(tmp_path, only_loaded=True)
    done = new.run("dbt", *DBT, "build", PIPELINE_RUN_ID="plain")
    assert done.code == 0, done.text
