"""Whose data a warehouse holds: vendors', or the invented company's. The two must never meet in one warehouse."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.settings import ConfigError, WarehouseSettings

VENDORS, SANDBOX = "vendors", "sandbox"

CREDENTIALS = (
    *("CURSOR_API_KEY", "ANTHROPIC_ADMIN_KEY", "CLAUDE_ANALYTICS_KEY", "CLAUDE_AI_EXPORT_DIR"),
    *("GOOGLE_REPORTS_CUSTOMER", "SHEETS_SPREADSHEET_ID", "SHEETS_CSV_DIR", "TASK_EVENTS_URL"),
    *("GITHUB_REPOSITORIES", "DEV_EVENTS_URL"),
)
"""Whoever sets one of these has a source; what is said of the sources themselves is in `extract/config.py`."""


def chosen_origin(env: Mapping[str, str], env_file: Path | None) -> str:
    """Say where this run takes its data from.

    Raises:
        ConfigError: Nobody said, and guessing would show invented figures to somebody who wants real ones.
    """
    on = [name for name in CREDENTIALS if env.get(name, "").strip()]
    wanted = env.get("DATA_ORIGIN", "").strip()
    if wanted not in ("", VENDORS, SANDBOX):
        raise ConfigError(f"DATA_ORIGIN: {wanted!r} is neither {VENDORS!r} nor {SANDBOX!r}.")
    if wanted == SANDBOX and on:
        raise ConfigError(f"DATA_ORIGIN is 'sandbox', and {on[0]} is set: take one of the two out.")
    if on:
        return VENDORS
    if wanted == VENDORS:
        raise ConfigError(f"no source is on, and DATA_ORIGIN is 'vendors': set one of {_names()}.")
    if wanted != SANDBOX and env_file is not None:
        raise ConfigError(
            f"no source is on: {env_file} sets none of {_names()}. Set one; or say DATA_ORIGIN=sandbox there to try it"
            " with invented data."
        )
    return SANDBOX


def origin_file(settings: WarehouseSettings) -> Path:
    """Return the file beside the warehouse that says whose data it holds; of BigQuery, where a DuckDB file would be."""
    if settings.warehouse == "bigquery":
        name = f"bigquery-{settings.bigquery_project}-{settings.dataset_prefix}.origin"
        return settings.duckdb_path.parent / name
    return Path(f"{settings.duckdb_path}.origin")


def held_origin(settings: WarehouseSettings) -> str | None:
    """Return whose data the warehouse holds; None while nobody has loaded any."""
    try:
        return origin_file(settings).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def bind(settings: WarehouseSettings, origin: str, env_file: Path | None) -> None:
    """Note whose data this warehouse holds from now on.

    Raises:
        ConfigError: It holds the other's; the message says what is probably wrong.
    """
    file = origin_file(settings)
    place = file.with_suffix("")
    held = held_origin(settings)
    if held not in (None, origin):
        if held == VENDORS:
            lost = f"{env_file} names no source" if env_file else "there is no .env"
            raise ConfigError(
                f"{place} holds vendors' data, and no source is on: {lost}, and the environment names none. Was .env lost or"
                " moved? Put it back. Nothing was touched. To try the sandbox beside it, set DATA_ORIGIN=sandbox and"
                " other places (DUCKDB_PATH or DATASET_PREFIX, PIPELINES_DIR, PUBLISH_DIR, STATE_DIR)."
            )
        raise ConfigError(
            f"{place} holds invented data of the sandbox, this run would add vendors' data. `make clean CONFIRM=sandbox`"
            " removes the invented data; or choose another place (DUCKDB_PATH or DATASET_PREFIX, and PUBLISH_DIR)."
        )
    if held is None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{origin}\n", encoding="utf-8")


def _names() -> str:
    return ", ".join(CREDENTIALS[:-1]) + f" or {CREDENTIALS[-1]}"
