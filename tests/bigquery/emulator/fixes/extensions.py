"""Fix `extensions`: the emulator downloads DuckDB extensions at its start; a closed network has none.

BigQuery's GEOGRAPHY and Avro loads are what they serve, and this project uses neither.
"""

from typing import Any

from bqemulator.storage.engine import DuckDBEngine

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Leave out the two downloads."""

    def skip(_: Any) -> None:
        used("extensions")

    DuckDBEngine._load_spatial = skip
    DuckDBEngine._load_format_extensions = skip
