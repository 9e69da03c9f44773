"""Settings that cannot be used are refused with the variable's name, and the command line ends with its exit code."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from migration.__main__ import main
from migration.config import read_settings
from migration.tables import TABLES
from migration.validating import Found, out_of_bounds, passes
from warehouse.settings import ConfigError


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"WAREHOUSE": "oracle"}, "WAREHOUSE"),
        ({"WAREHOUSE": "bigquery"}, "BIGQUERY_PROJECT"),
        ({"LEGACY_SCHEMA": "old; drop"}, "LEGACY_SCHEMA"),
        ({"LEGACY_SCHEMA": "compatibility"}, "LEGACY_SCHEMA"),
        ({"LEGACY_SCHEMA": "migration"}, "LEGACY_SCHEMA"),
        ({"AS_OF": "yesterday"}, "AS_OF"),
        ({"MIGRATION_TOLERANCE": "much"}, "MIGRATION_TOLERANCE"),
        ({"MIGRATION_TOLERANCE": "nan"}, "MIGRATION_TOLERANCE"),
        ({"MIGRATION_TOLERANCE": "-0.001"}, "MIGRATION_TOLERANCE"),
        ({"MIGRATION_TOLERANCE": "0.02"}, "MIGRATION_TOLERANCE"),
    ],
)
def test_setting_that_cannot_be_used(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigError, match=f"^{variable}: "):
        read_settings(environ)


def test_day_is_the_utc_day() -> None:
    settings = read_settings({"AS_OF": "2026-05-12T01:00:00+02:00"})
    assert settings.day == dt.date(2026, 5, 11)


def test_datasets_have_the_prefix_and_schemas_have_none() -> None:
    there = read_settings(
        {"WAREHOUSE": "bigquery", "BIGQUERY_PROJECT": "p", "DATASET_PREFIX": "a_"}
    )
    assert (there.own_schema, there.new_schema) == ("a_migration", "a_compatibility")
    here = read_settings({"DATASET_PREFIX": "a_"})
    assert (here.own_schema, here.new_schema) == ("migration", "compatibility")


def test_wrong_setting_ends_with_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", "oracle")
    assert main(["status"]) == 7
    assert capsys.readouterr().err.startswith("migration: WAREHOUSE: 'oracle'")


def _row(
    reason: str, old: str | None, new: str | None, *, is_explained: bool = False, n_rows: int = 1
) -> Found:
    apart = Decimal(new or 0) - Decimal(old or 0)
    sides = (Decimal(old) if old else None, Decimal(new) if new else None)
    return Found("m", reason, is_explained, n_rows, *sides, apart, abs(apart))


def test_unexplained_share_up_to_the_tolerance_passes() -> None:
    equal = _row("equal", "99", "99", is_explained=True)
    assert passes([equal, _row("unexplained", "0", "1")], Decimal("0.01"))
    assert not passes([equal, _row("unexplained", "0", "1.01")], Decimal("0.01"))


def test_zero_against_nothing_is_no_share_of_an_amount() -> None:
    equal = _row("equal", "99", "99", is_explained=True)
    assert not passes([equal, _row("null_against_zero", None, "0")], Decimal(1))
    assert passes([equal, _row("null_read_as_zero", "0", None, is_explained=True)], Decimal(0))


def test_differences_that_make_up_for_each_other_are_apart_all_the_same() -> None:
    equal = _row("equal", "99", "99", is_explained=True)
    cancelled = Found("m", "unexplained", False, 2, Decimal(5), Decimal(5), Decimal(0), Decimal(10))
    assert not passes([equal, cancelled], Decimal("0.01"))


@pytest.mark.parametrize(
    ("reason", "n_rows", "is_too_much"),
    [
        ("late_revision", 10, False),
        ("late_revision", 11, True),
        ("double_counted_rows", 35, True),
        ("dropped_by_inner_join", 50, False),
        ("dropped_by_inner_join", 51, True),
        ("cents_read_as_dollars", 99, False),
    ],
)
def test_reason_explains_a_share_of_rows_and_no_more(
    reason: str, n_rows: int, is_too_much: bool
) -> None:
    equal = _row("equal", "99", "99", is_explained=True, n_rows=100 - n_rows)
    rows = [equal, _row(reason, "0", "0", is_explained=True, n_rows=n_rows)]
    assert bool(out_of_bounds(rows)) == is_too_much
    assert not out_of_bounds(rows, lambda name: name == reason), "accepted by name"


def test_late_revision_explains_a_share_of_the_amount_and_no_more() -> None:
    equal = _row("equal", "90", "90", is_explained=True, n_rows=99)
    assert not out_of_bounds([equal, _row("late_revision", "0", "10", is_explained=True)])
    assert out_of_bounds([equal, _row("late_revision", "0", "11", is_explained=True)])


def test_every_column_is_compared_or_named_with_the_reason_why_not() -> None:
    for table in TABLES:
        keys = re.findall(r"\w+", " ".join([*table.row_key, table.platform, table.day or ""]))
        names = [name for name, _ in table.columns]
        listed = [*table.measures, *table.attributes, *table.not_compared]
        assert len(listed) == len(set(listed)), table.name
        assert set(names) - set(keys) - set(listed) == set(), table.name
        assert set(listed) <= set(names), table.name
        assert all(len(why) > 10 for why in table.not_compared.values())


@pytest.mark.parametrize("given", ["nan", "inf", "-0.1", "0.011", "one"])
def test_tolerance_that_passes_everything_or_nothing_is_refused(
    given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--tolerance", given]) == 7
    assert "--tolerance: " in capsys.readouterr().err
