"""Settings of the migration: the only file of `migration` that reads the environment.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OWN_SCHEMA = "migration"
NEW_SCHEMA = "compatibility"
"""Where dbt puts the models of `marts/legacy`."""

KEEP_DAYS = 30


class ConfigError(Exception):
    """A setting cannot be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """Where the tables are, and which day it is."""

    as_of: dt.datetime
    warehouse: str = "duckdb"
    duckdb_path: Path = Path("data/warehouse.duckdb")
    bigquery_project: str | None = None
    bigquery_location: str = "US"
    dataset_prefix: str = "ai_usage_"
    legacy_schema: str = "legacy"

    @property
    def day(self) -> dt.date:
        """The UTC day that counts as today."""
        return self.as_of.date()

    @property
    def own_schema(self) -> str:
        """The schema or dataset with the migration's own tables and the archives."""
        return self._prefix + OWN_SCHEMA

    @property
    def new_schema(self) -> str:
        """The schema or dataset with the compatibility views."""
        return self._prefix + NEW_SCHEMA

    @property
    def _prefix(self) -> str:
        return self.dataset_prefix if self.warehouse == "bigquery" else ""


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
    settings = Settings(
        as_of=_instant(env["AS_OF"]) if "AS_OF" in env else dt.datetime.now(dt.UTC),
        warehouse=warehouse,
        duckdb_path=Path(env.get("DUCKDB_PATH", "data/warehouse.duckdb")),
        bigquery_project=env.get("BIGQUERY_PROJECT"),
        bigquery_location=env.get("BIGQUERY_LOCATION", "US"),
        dataset_prefix=env.get("DATASET_PREFIX", "ai_usage_"),
        legacy_schema=env.get("LEGACY_SCHEMA", "legacy"),
    )
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", settings.legacy_schema):
        raise ConfigError(f"LEGACY_SCHEMA: {settings.legacy_schema!r} is not a schema's name.")
    if settings.legacy_schema in (settings.own_schema, settings.new_schema):
        raise ConfigError(f"LEGACY_SCHEMA: {settings.legacy_schema!r} is a schema of this project.")
    return settings


def _instant(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"AS_OF: {text!r} is not an ISO date or datetime.") from error
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
