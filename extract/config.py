"""Settings of a run: the only file that reads the environment and knows where data lands.

Every variable is listed in `.env.example`. A value that cannot be used is refused with an error that
names its variable. Secrets never leave this module in a message: print nothing that has not been
through `Settings.redact`.
"""

import base64
import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dlt
import duckdb
from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.specs import GcpServiceAccountCredentials
from dlt.common.destination import Destination
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials

from extract.limits import Limits, read_limits
from extract.places import folder, place_of_files
from warehouse.addresses import safe_address
from warehouse.settings import (
    DUCKDB_FILE,
    ConfigError,
    WarehouseSettings,
    read_environment,
    read_warehouse_settings,
)

SOURCE_NAMES = (
    "cursor",
    "anthropic",
    "claude_ai",
    "gemini",
    "github",
    "dev_events",
    "sheets",
    "orchestrator",
)
"""The sources of this release, in the order in which they are loaded."""

DEFAULT_DAYS = 90
OPEN_WINDOW_DAYS = 30

Credentials = GcpServiceAccountCredentials | duckdb.DuckDBPyConnection
"""What a destination can be given instead of finding it itself; nobody needs to."""


@dataclass(frozen=True, kw_only=True)
class Settings(WarehouseSettings):
    """One run's settings, validated."""

    since: dt.date
    until: dt.date
    sources: tuple[str, ...] = ()
    reads_again: bool = False
    """Days are read whether or not they are loaded."""
    pipelines_dir: Path = Path("data/dlt")
    http_backoff_seconds: float = 1.0
    cursor_api_url: str = "https://api.cursor.com"
    cursor_api_key: str | None = field(default=None, repr=False)
    anthropic_api_url: str = "https://api.anthropic.com"
    anthropic_admin_key: str | None = field(default=None, repr=False)
    claude_analytics_key: str | None = field(default=None, repr=False)
    claude_ai_export_dir: str | None = None
    google_reports_api_url: str = "https://admin.googleapis.com"
    google_reports_customer: str | None = None
    google_reports_subject: str | None = field(default=None, repr=False)
    github_api_url: str = "https://api.github.com"
    github_token: str | None = field(default=None, repr=False)
    github_repositories: tuple[str, ...] = ()
    github_organization: str | None = None
    dev_events_url: str | None = None
    sheets_api_url: str | None = None
    sheets_spreadsheet_id: str | None = None
    sheets_csv_dir: Path | None = None
    task_events_url: str | None = None
    google_credentials: Path | None = None
    state_dir: Path = Path("data/state")
    privacy_key: str | None = field(default=None, repr=False)
    run_id: str | None = None
    """The run of `bin/run` that this is a step of."""
    limits: Limits = field(default_factory=Limits)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        found = (
            self.cursor_api_key,
            self.anthropic_admin_key,
            self.claude_analytics_key,
            self.github_token,
            self.privacy_key,
        )
        keys = [key for key in found if key]
        basic = [base64.b64encode(f"{key}:".encode()).decode() for key in keys]
        return tuple(sorted(keys + basic, key=len, reverse=True))

    def redact(self, text: str) -> str:
        """Return the text with every secret replaced."""
        for secret in self.secrets:
            text = text.replace(secret, "[redacted]")
        return text


def read_settings(
    environ: Mapping[str, str] | None = None,
    *,
    since: str | None = None,
    until: str | None = None,
    sources: tuple[str, ...] = (),
) -> Settings:
    """Read and check the environment; arguments win over it.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    env = read_environment(environ)
    found = read_warehouse_settings(env)
    today = found["as_of"].date()
    until_text = until or env.get("UNTIL")
    since_text = since or env.get("SINCE")
    until_day = _day("UNTIL", until_text) if until_text else today
    since_day = (
        _day("SINCE", since_text) if since_text else until_day - dt.timedelta(days=DEFAULT_DAYS)
    )
    if until_day > today:
        raise ConfigError(
            f"UNTIL: {until_day} is after {today}, the day of AS_OF. UNTIL is exclusive and a day "
            "that is not over must not be loaded as if it were."
        )
    if since_day >= until_day:
        raise ConfigError(f"SINCE: {since_day} must be before UNTIL ({until_day}, exclusive).")
    settings = Settings(
        since=since_day,
        until=until_day,
        **found,
        pipelines_dir=Path(env.get("PIPELINES_DIR", "data/dlt")),
        http_backoff_seconds=_seconds(env.get("HTTP_BACKOFF_SECONDS", "1")),
        cursor_api_url=safe_address(
            "CURSOR_API_URL", env.get("CURSOR_API_URL", "https://api.cursor.com"), env
        ),
        cursor_api_key=env.get("CURSOR_API_KEY"),
        anthropic_api_url=safe_address(
            "ANTHROPIC_API_URL", env.get("ANTHROPIC_API_URL", "https://api.anthropic.com"), env
        ),
        anthropic_admin_key=env.get("ANTHROPIC_ADMIN_KEY"),
        claude_analytics_key=env.get("CLAUDE_ANALYTICS_KEY"),
        claude_ai_export_dir=place_of_files(
            "CLAUDE_AI_EXPORT_DIR", env.get("CLAUDE_AI_EXPORT_DIR")
        ),
        google_reports_api_url=safe_address(
            "GOOGLE_REPORTS_API_URL",
            env.get("GOOGLE_REPORTS_API_URL", "https://admin.googleapis.com"),
            env,
        ),
        google_reports_customer=env.get("GOOGLE_REPORTS_CUSTOMER"),
        google_reports_subject=env.get("GOOGLE_REPORTS_SUBJECT"),
        github_api_url=safe_address(
            "GITHUB_API_URL", env.get("GITHUB_API_URL", "https://api.github.com"), env
        ),
        github_token=env.get("GITHUB_TOKEN"),
        github_repositories=_repositories(env.get("GITHUB_REPOSITORIES")),
        github_organization=env.get("GITHUB_ORGANIZATION"),
        dev_events_url=place_of_files("DEV_EVENTS_URL", env.get("DEV_EVENTS_URL")),
        sheets_api_url=safe_address("SHEETS_API_URL", env["SHEETS_API_URL"], env)
        if "SHEETS_API_URL" in env
        else None,
        sheets_spreadsheet_id=env.get("SHEETS_SPREADSHEET_ID"),
        sheets_csv_dir=folder("SHEETS_CSV_DIR", env.get("SHEETS_CSV_DIR")),
        task_events_url=place_of_files("TASK_EVENTS_URL", env.get("TASK_EVENTS_URL")),
        google_credentials=_file(
            "GOOGLE_APPLICATION_CREDENTIALS", env.get("GOOGLE_APPLICATION_CREDENTIALS")
        ),
        state_dir=Path(env.get("STATE_DIR", "data/state")),
        privacy_key=env.get("PRIVACY_KEY"),
        run_id=env.get("RUN_ID") or env.get("PIPELINE_RUN_ID"),
        limits=read_limits(env),
    )
    chosen = sources or tuple(part.strip() for part in env.get("SOURCES", "").split(",") if part)
    return _choose(settings, chosen, explicit_arguments=bool(sources))


def _choose(settings: Settings, chosen: tuple[str, ...], *, explicit_arguments: bool) -> Settings:
    """Fill in the sources: the chosen ones, or all whose credential is set."""
    credentials = {
        "cursor": ("CURSOR_API_KEY", bool(settings.cursor_api_key)),
        "anthropic": ("ANTHROPIC_ADMIN_KEY", bool(settings.anthropic_admin_key)),
        "claude_ai": (
            "CLAUDE_ANALYTICS_KEY or CLAUDE_AI_EXPORT_DIR",
            bool(settings.claude_analytics_key or settings.claude_ai_export_dir),
        ),
        "gemini": ("GOOGLE_REPORTS_CUSTOMER", bool(settings.google_reports_customer)),
        # The token alone is no choice: every job of GitHub Actions has one.
        "github": (
            "GITHUB_REPOSITORIES",
            bool(settings.github_repositories),
        ),
        "dev_events": ("DEV_EVENTS_URL", bool(settings.dev_events_url)),
        "sheets": (
            "SHEETS_SPREADSHEET_ID or SHEETS_CSV_DIR",
            bool(settings.sheets_spreadsheet_id or settings.sheets_csv_dir),
        ),
        "orchestrator": ("TASK_EVENTS_URL", bool(settings.task_events_url)),
    }
    for name in chosen:
        if name not in credentials:
            raise ConfigError(f"SOURCES: {name!r} is not one of {', '.join(SOURCE_NAMES)}.")
        if not credentials[name][1]:
            origin = "asked for" if explicit_arguments else "listed in SOURCES"
            raise ConfigError(f"{credentials[name][0]}: must be set, because '{name}' is {origin}.")
    names = tuple(
        name for name in SOURCE_NAMES if (name in chosen if chosen else credentials[name][1])
    )
    if "gemini" in names and not settings.google_reports_subject:
        raise ConfigError(
            "GOOGLE_REPORTS_SUBJECT: must be set with GOOGLE_REPORTS_CUSTOMER: the administrator whom "
            "the service account acts for. Google gives its audit log to nobody else."
        )
    if "github" in names and not settings.github_token:
        raise ConfigError("GITHUB_TOKEN: must be set with GITHUB_REPOSITORIES.")
    return Settings(**{**settings.__dict__, "sources": names})


def destination(
    settings: Settings, credentials: Credentials | None = None
) -> Destination[Any, Any]:
    """Return dlt's stock destination; credentials only if they are not to be found by dlt.

    dlt asks it hundreds of times in a load how it is configured. So that it does not look for each field again, the
    credentials of an open DuckDB file are resolved once, and it is told that nothing is staged.
    """
    if settings.warehouse == "duckdb":
        found: Any = str(settings.duckdb_path)
        if isinstance(credentials, duckdb.DuckDBPyConnection):
            found = resolve_configuration(DuckDbCredentials(), explicit_value=credentials)
        return dlt.destinations.duckdb(found, staging_config=None)
    extra: dict[str, Any] = {} if credentials is None else {"credentials": credentials}
    return dlt.destinations.bigquery(
        project_id=settings.bigquery_project,
        location=settings.bigquery_location,
        staging_config=None,
        **extra,
    )


@contextmanager
def warehouse(settings: Settings, *, read_only: bool = False) -> Iterator[Credentials | None]:
    """Open the warehouse once for the whole run; yield what `pipeline` needs to share it.

    Raises:
        ConfigError: The DuckDB file cannot be opened.
    """
    if settings.warehouse != "duckdb":
        yield None
        return
    path = settings.duckdb_path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path), read_only=read_only, config=DUCKDB_FILE)
    except (OSError, duckdb.Error) as error:
        raise ConfigError(
            f"DUCKDB_PATH: {path} cannot be opened; another program may be writing to it, or a newer "
            f"DuckDB made it. {str(error).splitlines()[0]}"
        ) from None
    with connection:
        yield connection


def dataset_name(settings: Settings, source: str) -> str:
    """Return the schema (DuckDB) or dataset (BigQuery) of a source's raw tables."""
    return f"{settings.prefix}raw_{source}"


def configure_dlt() -> None:
    """Set dlt's own switches: no telemetry, no chatter, a load id on every row."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")
    dlt.config["runtime.dlthub_telemetry"] = False
    dlt.config["runtime.log_level"] = "ERROR"
    dlt.config["normalize.parquet_normalizer.add_dlt_load_id"] = True


def pipeline(
    settings: Settings, source: str, credentials: Credentials | None = None
) -> dlt.Pipeline:
    """Return the dlt pipeline of one source.

    The working folder is bound to the place where data lands, so that a package left over by an
    interrupted run can never be finished in another warehouse.
    """
    configure_dlt()
    return dlt.pipeline(
        pipeline_name=source,
        destination=destination(settings, credentials),
        dataset_name=dataset_name(settings, source),
        pipelines_dir=str(settings.pipelines_dir.absolute() / _place(settings)),
    )


def _place(settings: Settings) -> str:
    if settings.warehouse == "duckdb":
        where = str(settings.duckdb_path.absolute())
    else:
        where = f"{settings.bigquery_project}/{settings.dataset_prefix}"
    return f"{settings.warehouse}-{hashlib.sha256(where.encode()).hexdigest()[:10]}"


def _day(name: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{name}: {text!r} is not a day like 2026-06-01.") from None


def _repositories(text: str | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", name):
            raise ConfigError(
                f"GITHUB_REPOSITORIES: {name!r} is not owner/name, without an address before it."
            )
    return names


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise ConfigError(f"HTTP_BACKOFF_SECONDS: {text!r} is not a number between 0 and 60.")
    return seconds


def _file(name: str, text: str | None) -> Path | None:
    if text is None:
        return None
    if not Path(text).is_file():
        raise ConfigError(f"{name}: {text!r} is not a file.")
    return Path(text)
