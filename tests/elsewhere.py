"""Lines of a `.env` that lead every program to another place than the checkout's own."""

from pathlib import Path

_PLACES = {
    "DUCKDB_PATH": "w.duckdb",
    "PIPELINES_DIR": "dlt",
    "PUBLISH_DIR": "published",
    "FOCUS_DIR": "focus",
    "STATE_DIR": "state",
    "DBT_TARGET_PATH": "target",
    "DBT_LOG_PATH": "logs",
}


def lines_to(folder: Path | str) -> list[str]:
    """Return the lines that lead into a folder."""
    return [f"{name}={folder}/{place}" for name, place in _PLACES.items()]
