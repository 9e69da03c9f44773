"""The connection from Metabase to the marts: the settings that keep BigQuery's bill small, or the published files.

BigQuery: only the datasets that boards read; no scan of values, no fingerprints; without the comment that Metabase writes
into every query, which makes BigQuery's own cache miss each time. DuckDB: an empty database in memory, with a view on
each published file that a board reads; the next snapshot is taken by the next `apply`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboards.metabase.settings import MetabaseSettings
from warehouse.files import parquet
from warehouse.settings import ConfigError
from warehouse.snapshot import Snapshot

SECRET = "service-account-json"  # noqa: S105 - the name of a field
"""What the server does not give back, so it cannot be compared."""
_ENGINES = {"duckdb": "duckdb", "bigquery": "bigquery-cloud-sdk"}


def database_body(
    settings: MetabaseSettings, snapshot: Snapshot, tables: Iterable[str]
) -> dict[str, Any]:
    """Return the body that makes the connection, or brings it back to what it should be.

    Raises:
        ConfigError: BigQuery's project or key is not set.
    """
    read = sorted(set(tables))
    details = (
        _bigquery(settings, read)
        if settings.warehouse == "bigquery"
        else _duckdb(settings, snapshot, read)
    )
    return {
        "name": settings.database,
        "engine": _ENGINES[settings.warehouse],
        "details": details,
        "is_full_sync": False,
        "is_on_demand": False,
        "auto_run_queries": True,
        "connection_source": "admin",
        "schedules": {"metadata_sync": {"schedule_type": "daily", "schedule_hour": 5}},
    }


def comparable(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be compared of a connection's details."""
    return {name: value for name, value in details.items() if name != SECRET}


def _bigquery(settings: MetabaseSettings, tables: list[str]) -> dict[str, Any]:
    if settings.bigquery_project is None:
        raise ConfigError("BIGQUERY_PROJECT: Metabase has to know where the datasets are.")
    if settings.bigquery_key is None:
        raise ConfigError(
            "METABASE_BIGQUERY_KEY: the file of a service account of Metabase's own, which may read the marts and nothing else."
        )
    try:
        key = settings.bigquery_key.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"METABASE_BIGQUERY_KEY: {error}") from error
    schemas = sorted({f"{settings.prefix}{table.split('.', 1)[0]}" for table in tables})
    return {
        "project-id": settings.bigquery_project,
        "billing-project-id": settings.billing_project or settings.bigquery_project,
        SECRET: key,
        "dataset-filters-type": "inclusion",
        "dataset-filters-patterns": ",".join(schemas),
        "advanced-options": True,
        "use-jvm-timezone": False,
        "include-user-id-and-hash": False,
        "let-user-control-scheduling": True,
    }


def _duckdb(settings: MetabaseSettings, snapshot: Snapshot, tables: list[str]) -> dict[str, Any]:
    folder = f"{settings.published_dir.rstrip('/')}/{snapshot.snapshot_id}"
    lines = [
        f'create schema if not exists "{schema}";'
        for schema in sorted({table.split(".", 1)[0] for table in tables})
    ]
    for table in tables:
        schema, name = table.split(".", 1)
        path = f"{folder}/{snapshot.manifest['tables'][table]['path']}"
        lines.append(
            f'create or replace view "{schema}"."{name}" as select * from {parquet(path)};'
        )
    return {
        "database_file": ":memory:",
        "read_only": False,  # a database in memory cannot be opened otherwise
        "old_implicit_casting": True,
        "let-user-control-scheduling": True,
        "init_sql": "\n".join(lines),
    }
