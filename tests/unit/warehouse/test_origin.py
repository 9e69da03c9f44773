"""Invented figures are never shown to somebody who wants real ones, and the two never meet in one warehouse."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from warehouse.origin import CREDENTIALS, bind, chosen_origin
from warehouse.settings import ConfigError, WarehouseSettings

ENV = Path(".env")


@pytest.mark.parametrize(
    ("env", "file", "origin"),
    [
        ({}, None, "sandbox"),
        ({"DATA_ORIGIN": "sandbox"}, ENV, "sandbox"),
        *(({name: "x"}, ENV, "vendors") for name in CREDENTIALS),
        ({"CURSOR_API_KEY": "x", "DATA_ORIGIN": "vendors"}, None, "vendors"),
    ],
)
def test_whose_data_is_loaded(env: Mapping[str, str], file: Path | None, origin: str) -> None:
    assert chosen_origin(env, file) == origin


@pytest.mark.parametrize(
    ("env", "file", "said"),
    [
        ({}, ENV, "no source is on: .env sets none of CURSOR_API_KEY"),
        ({"CURSOR_API_KEY": " "}, ENV, "no source is on"),
        ({"DATA_ORIGIN": "vendors"}, None, "no source is on, and DATA_ORIGIN is 'vendors'"),
        ({"DATA_ORIGIN": "sandbox", "SHEETS_CSV_DIR": "x"}, None, "and SHEETS_CSV_DIR is set"),
        ({"DATA_ORIGIN": "test"}, None, "DATA_ORIGIN: 'test' is neither"),
    ],
)
def test_what_nobody_said_is_not_guessed(
    env: Mapping[str, str], file: Path | None, said: str
) -> None:
    """Naive: with a slip in `.env` the sandbox answers, exit code 0."""
    with pytest.raises(ConfigError, match=said):
        chosen_origin(env, file)


@pytest.fixture
def settings(tmp_path: Path) -> WarehouseSettings:
    return WarehouseSettings(
        as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC), duckdb_path=tmp_path / "made" / "w.duckdb"
    )


def test_a_lost_settings_file_is_named_and_nothing_is_to_be_removed(
    settings: WarehouseSettings,
) -> None:
    """Naive: 'make clean', which removes what vendors will not send again."""
    bind(settings, "vendors", ENV)
    bind(settings, "vendors", ENV)
    with pytest.raises(ConfigError, match=r"there is no \.env.*Put it back") as lost:
        bind(settings, "sandbox", None)
    assert "clean" not in str(lost.value)
    with pytest.raises(ConfigError, match=r"\.env names no source"):
        bind(settings, "sandbox", ENV)
    bind(settings, "vendors", ENV)


def test_invented_data_may_go_before_real_ones_come(settings: WarehouseSettings) -> None:
    bind(settings, "sandbox", None)
    with pytest.raises(ConfigError, match="make clean CONFIRM=sandbox"):
        bind(settings, "vendors", ENV)
