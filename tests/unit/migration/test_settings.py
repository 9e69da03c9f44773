"""Settings that cannot be used are refused with the variable's name, and the command line with exit code 2."""

import datetime as dt
from decimal import Decimal

import pytest

from migration.__main__ import main
from migration.config import read_settings
from migration.validating import passes
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


def test_wrong_setting_ends_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", "oracle")
    assert main(["status"]) == 2
    assert capsys.readouterr().err.startswith("migration: WAREHOUSE: 'oracle'")


def _row(
    reason: str, old: str | None, new: str | None, *, is_explained: bool = False
) -> tuple[object, ...]:
    gone = abs(Decimal(new or 0) - Decimal(old or 0))
    return ("m", reason, is_explained, 1, old and Decimal(old), new and Decimal(new), gone, gone)


def test_unexplained_share_up_to_the_tolerance_passes() -> None:
    equal = _row("equal", "99", "99", is_explained=True)
    assert passes([equal, _row("unexplained", "0", "1")], Decimal("0.01"))
    assert not passes([equal, _row("unexplained", "0", "1.01")], Decimal("0.01"))


def test_zero_against_nothing_is_no_share_of_an_amount() -> None:
    equal = _row("equal", "99", "99", is_explained=True)
    assert not passes([equal, _row("null_against_zero", None, "0")], Decimal(1))
    assert passes([equal, _row("null_read_as_zero", "0", None, is_explained=True)], Decimal(0))
