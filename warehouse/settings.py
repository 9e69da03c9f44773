"""Where the warehouse is and which day it is: the settings that all programs share.

Each program's own `config.py` adds what only it needs. Every variable is listed in `.env.example` and explained in
`docs/configuration.md`.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

DUCKDB_FILE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.3.0"
}
"""How a new DuckDB file is made, here and in `profiles/profiles.yml`: text is compressed in the way of DuckDB 1.3, which
writes it in three quarters of the time. A file that exists keeps its way."""


ENVIRONMENTS = ("local", "staging", "production")
"""Where a pipeline, or a run of tests, may run; where software is deployed is another list (`deployment_environment`)."""


class ConfigError(Exception):
    """A setting is missing or cannot be used; the message names the variable."""


@dataclass(frozen=True, kw_only=True)
class WarehouseSettings:
    """Which engine holds the tables, where, and the instant that counts as now."""

    as_of: dt.datetime
    environment: str = "local"
    warehouse: str = "duckdb"
    duckdb_path: Path = Path("data/warehouse.duckdb")
    bigquery_project: str | None = None
    bigquery_location: str = "US"
    dataset_prefix: str = "ai_usage_"

    @property
    def prefix(self) -> str:
        """What stands before the name of every schema: BigQuery's datasets share a project with others."""
        return self.dataset_prefix if self.warehouse == "bigquery" else ""

    @property
    def unprefixed(self) -> tuple[str, ...]:
        """Schemas whose names are whole: they are not the project's, or have its prefix already."""
        return ()

    @property
    def build_marker(self) -> Path:
        """The file by which `bin/build.py` knows that nothing has changed; gone, it builds."""
        return Path(f"{self.duckdb_path}.{self.prefix}built")


class WarehouseFields(TypedDict):
    """The fields of these settings."""

    as_of: dt.datetime
    environment: str
    warehouse: str
    duckdb_path: Path
    bigquery_project: str | None
    bigquery_location: str
    dataset_prefix: str


def read_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables that say something, of the process unless others are given; blank is unset."""
    given = os.environ if environ is None else environ
    return {name: text.strip() for name, text in given.items() if text.strip()}


def read_warehouse_settings(env: Mapping[str, str]) -> WarehouseFields:
    """Read and check what the environment says of the warehouse.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    warehouse = env.get("WAREHOUSE", "duckdb")
    if warehouse not in ("duckdb", "bigquery"):
        raise ConfigError(f"WAREHOUSE: {warehouse!r} is neither 'duckdb' nor 'bigquery'.")
    if warehouse == "bigquery" and "BIGQUERY_PROJECT" not in env:
        raise ConfigError("BIGQUERY_PROJECT: must be set when WAREHOUSE is 'bigquery'.")
    return {
        "as_of": _instant("AS_OF", env["AS_OF"]) if "AS_OF" in env else dt.datetime.now(dt.UTC),
        "environment": read_place_of_run(env),
        "warehouse": warehouse,
        "duckdb_path": Path(env.get("DUCKDB_PATH", "data/warehouse.duckdb")),
        "bigquery_project": env.get("BIGQUERY_PROJECT"),
        "bigquery_location": env.get("BIGQUERY_LOCATION", "US"),
        "dataset_prefix": env.get("DATASET_PREFIX", "ai_usage_"),
    }


def read_place_of_run(env: Mapping[str, str]) -> str:
    """Return where this pipeline, or this run of tests, runs; which engine holds the tables has nothing to do with it.

    Raises:
        ConfigError: It is none of `ENVIRONMENTS`.
    """
    place = env.get("ENVIRONMENT", ENVIRONMENTS[0])
    if place not in ENVIRONMENTS:
        raise ConfigError(
            f"ENVIRONMENT: {place!r} is none of {', '.join(ENVIRONMENTS)}. Where software is deployed is no setting."
        )
    return place


def _instant(name: str, text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{name}: {text!r} is neither a day like 2026-06-01 nor an instant like 2026-06-01T12:00:00Z."
        ) from None
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)


MOST = 10**12
"""No limit of ours is larger; a mistyped number may be as long as it likes."""


def positive(name: str, text: str) -> int:
    """Return the whole number that a setting is.

    Raises:
        ConfigError: It is none from 1 to `MOST`.
    """
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdecimal()) or not digits or len(digits) > len(str(MOST)) - 1:
        raise ConfigError(f"{name}: {text[:40]!r} is not a whole number from 1 on.")
    return int(digits)
