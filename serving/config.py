"""Settings of the serving programs: the only file of `serving` that reads the environment.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SERVED_SCHEMAS = ("marts", "metrics", "quality")
"""Schemas whose tables are published; a schema that does not exist has nothing to publish."""


class ConfigError(Exception):
    """A setting cannot be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """What the serving programs need to know."""

    as_of: dt.datetime
    warehouse: str = "duckdb"
    duckdb_path: Path = Path("data/warehouse.duckdb")
    bigquery_project: str | None = None
    bigquery_location: str = "US"
    dataset_prefix: str = "ai_usage_"
    publish_dir: Path = Path("data/published")
    publish_keep: int = 5
    focus_dir: Path = Path("data/focus")
    data_origin: str = "unknown"
    dbt_target_dir: Path = Path("target")
    state_dir: Path = Path("data/state")
    privacy_key: str | None = field(default=None, repr=False)
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    api_rate_per_minute: int = 120_000
    api_request_seconds: int = 10


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    env = {
        name: text.strip()
        for name, text in (os.environ if environ is None else environ).items()
        if text.strip()
    }
    warehouse = env.get("WAREHOUSE", "duckdb")
    if warehouse not in ("duckdb", "bigquery"):
        raise ConfigError(f"WAREHOUSE: {warehouse!r} is neither 'duckdb' nor 'bigquery'.")
    if warehouse == "bigquery" and "BIGQUERY_PROJECT" not in env:
        raise ConfigError("BIGQUERY_PROJECT: must be set when WAREHOUSE is 'bigquery'.")
    return Settings(
        as_of=_instant(env["AS_OF"]) if "AS_OF" in env else dt.datetime.now(dt.UTC),
        warehouse=warehouse,
        duckdb_path=Path(env.get("DUCKDB_PATH", "data/warehouse.duckdb")),
        bigquery_project=env.get("BIGQUERY_PROJECT"),
        bigquery_location=env.get("BIGQUERY_LOCATION", "US"),
        dataset_prefix=env.get("DATASET_PREFIX", "ai_usage_"),
        publish_dir=Path(env.get("PUBLISH_DIR", "data/published")),
        publish_keep=_positive("PUBLISH_KEEP", env.get("PUBLISH_KEEP", "5")),
        focus_dir=Path(env.get("FOCUS_DIR", "data/focus")),
        data_origin=env.get("DATA_ORIGIN", "unknown"),
        dbt_target_dir=Path(env.get("DBT_TARGET_PATH", "target")),
        state_dir=Path(env.get("STATE_DIR", "data/state")),
        privacy_key=env.get("PRIVACY_KEY"),
        api_host=env.get("API_HOST", "127.0.0.1"),
        api_port=_positive("API_PORT", env.get("API_PORT", "8000")),
        api_rate_per_minute=_positive(
            "API_RATE_PER_MINUTE", env.get("API_RATE_PER_MINUTE", "120000")
        ),
        api_request_seconds=_positive("API_REQUEST_SECONDS", env.get("API_REQUEST_SECONDS", "10")),
    )


def _instant(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"AS_OF: {text!r} is not an ISO date or datetime.") from error
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _positive(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"{name}: {text!r} is not a whole number of at least 1.")
    return int(text)
