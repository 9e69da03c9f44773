"""Settings: defaults, and errors that name the variable."""

import datetime as dt
from pathlib import Path

import pytest

from extract.config import dataset_name, read_settings
from warehouse.settings import ConfigError

AS_OF = {"AS_OF": "2026-06-30"}


def test_defaults_are_the_last_ninety_days() -> None:
    settings = read_settings(AS_OF)
    assert (settings.since, settings.until) == (dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert settings.sources == ()
    assert dataset_name(settings, "cursor") == "raw_cursor"


def test_where_a_pipeline_runs_has_nothing_to_do_with_its_engine() -> None:
    assert read_settings(AS_OF).environment == "local"
    settings = read_settings({**AS_OF, "ENVIRONMENT": "production", "WAREHOUSE": "duckdb"})
    assert (settings.environment, settings.warehouse) == ("production", "duckdb")
    with pytest.raises(ConfigError, match="ENVIRONMENT: 'development' is none of local, staging"):
        read_settings({**AS_OF, "ENVIRONMENT": "development"})


def test_arguments_win_over_the_environment() -> None:
    settings = read_settings(
        {**AS_OF, "SINCE": "2026-05-01"}, since="2026-06-01", until="2026-06-10"
    )
    assert (settings.since, settings.until) == (dt.date(2026, 6, 1), dt.date(2026, 6, 10))


def test_until_alone_moves_the_default_start() -> None:
    assert read_settings({**AS_OF, "UNTIL": "2026-04-01"}).since == dt.date(2026, 1, 1)


def test_a_source_is_on_when_its_credential_is_set() -> None:
    env = {**AS_OF, "ANTHROPIC_ADMIN_KEY": "k", "CURSOR_API_KEY": "c", "SHEETS_SPREADSHEET_ID": " "}
    assert read_settings(env).sources == ("cursor", "anthropic")
    assert read_settings({**env, "SOURCES": "anthropic"}).sources == ("anthropic",)


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"AS_OF": "yesterday"}, "AS_OF"),
        ({**AS_OF, "SINCE": "June"}, "SINCE"),
        ({**AS_OF, "SINCE": "2026-06-30"}, "SINCE"),
        ({**AS_OF, "UNTIL": "2026-13-01"}, "UNTIL"),
        ({**AS_OF, "UNTIL": "2026-07-01"}, "UNTIL"),
        ({"WAREHOUSE": "oracle"}, "WAREHOUSE"),
        ({"WAREHOUSE": "bigquery"}, "BIGQUERY_PROJECT"),
        ({"HTTP_BACKOFF_SECONDS": "soon"}, "HTTP_BACKOFF_SECONDS"),
        ({"HTTP_BACKOFF_SECONDS": "-1"}, "HTTP_BACKOFF_SECONDS"),
        ({"HTTP_BACKOFF_SECONDS": "nan"}, "HTTP_BACKOFF_SECONDS"),
        ({"CURSOR_API_URL": "api.cursor.example"}, "CURSOR_API_URL"),
        ({"ANTHROPIC_API_URL": "ftp://x"}, "ANTHROPIC_API_URL"),
        ({"SHEETS_API_URL": "x"}, "SHEETS_API_URL"),
        ({"SHEETS_CSV_DIR": "/nowhere"}, "SHEETS_CSV_DIR"),
        ({"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"}, "GOOGLE_APPLICATION_CREDENTIALS"),
        ({"SOURCES": "cursr"}, "SOURCES"),
        ({"SOURCES": "cursor"}, "CURSOR_API_KEY"),
        ({"SOURCES": "sheets"}, "SHEETS_SPREADSHEET_ID"),
    ],
)
def test_bad_value_is_refused_by_name(env: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read_settings(env)


def test_url_with_a_bad_value_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as error:
        read_settings({"CURSOR_API_URL": "crsr_secret"})
    assert "crsr_secret" not in str(error.value)


def test_secrets_are_neither_shown_nor_left_in_texts() -> None:
    settings = read_settings(
        {**AS_OF, "CURSOR_API_KEY": "crsr_secret", "ANTHROPIC_ADMIN_KEY": "sk-x"}
    )
    assert "crsr_secret" not in repr(settings)
    assert settings.redact("Basic Y3Jzcl9zZWNyZXQ6 crsr_secret sk-x") == (
        "Basic [redacted] [redacted] [redacted]"
    )


def test_bigquery_datasets_carry_the_prefix() -> None:
    settings = read_settings({**AS_OF, "WAREHOUSE": "bigquery", "BIGQUERY_PROJECT": "p"})
    assert dataset_name(settings, "cursor") == "ai_usage_raw_cursor"


def test_as_of_with_a_zone_is_utc(tmp_path: Path) -> None:
    settings = read_settings(
        {"AS_OF": "2026-06-30T01:00:00+02:00", "SHEETS_CSV_DIR": str(tmp_path)}
    )
    assert settings.until == dt.date(2026, 6, 29)
    assert settings.sources == ("sheets",)
