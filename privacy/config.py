"""Settings of the privacy programs: the only file of `privacy` that reads the environment.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RETENTION_DAYS = 90


class ConfigError(Exception):
    """A setting cannot be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """Where personal data and its copies are, and which day it is."""

    as_of: dt.datetime
    warehouse: str = "duckdb"
    duckdb_path: Path = Path("data/warehouse.duckdb")
    bigquery_project: str | None = None
    bigquery_location: str = "US"
    dataset_prefix: str = "ai_usage_"
    legacy_schema: str = "legacy"
    pipelines_dir: Path = Path("data/dlt")
    publish_dir: Path = Path("data/published")
    focus_dir: Path = Path("data/focus")
    target_dir: Path = Path("target")
    log_dir: Path = Path("logs")
    state_dir: Path = Path("data/state")
    privacy_key: str | None = field(default=None, repr=False)

    @property
    def prefix(self) -> str:
        """What stands before the name of every schema."""
        return self.dataset_prefix if self.warehouse == "bigquery" else ""

    @property
    def build_marker(self) -> Path:
        """The file by which `bin/build.py` knows that nothing has changed; gone, it builds."""
        return Path(f"{self.duckdb_path}.{self.prefix}built")

    @property
    def data_origin(self) -> str:
        """Whose data the warehouse holds, as `make run` noted it: sandbox or vendors."""
        place = str(self.duckdb_path)
        if self.warehouse == "bigquery":
            place = f"data/bigquery-{self.bigquery_project}-{self.dataset_prefix}"
        noted = Path(f"{place}.origin")
        return noted.read_text(encoding="utf-8").strip() if noted.exists() else "unknown"

    @property
    def file_places(self) -> tuple[Path, ...]:
        """Folders in which runs leave files that may hold personal data."""
        return (
            self.pipelines_dir,
            self.publish_dir,
            self.focus_dir,
            self.target_dir,
            self.log_dir,
        )


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
        legacy_schema=env.get("LEGACY_SCHEMA", "legacy"),
        pipelines_dir=Path(env.get("PIPELINES_DIR", "data/dlt")),
        publish_dir=Path(env.get("PUBLISH_DIR", "data/published")),
        focus_dir=Path(env.get("FOCUS_DIR", "data/focus")),
        target_dir=Path(env.get("DBT_TARGET_PATH", "target")),
        log_dir=Path(env.get("DBT_LOG_PATH", "logs")),
        state_dir=Path(env.get("STATE_DIR", "data/state")),
        privacy_key=env.get("PRIVACY_KEY"),
    )


def _instant(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"AS_OF: {text!r} is not an ISO date or datetime.") from error
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
