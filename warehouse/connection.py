"""The configured warehouse, opened."""

import contextlib
from collections.abc import Iterator

import duckdb

from warehouse.duckdb import DuckDB
from warehouse.engine import Warehouse, WarehouseError
from warehouse.settings import WarehouseSettings


@contextlib.contextmanager
def open_warehouse(
    settings: WarehouseSettings,
    *,
    read_only: bool = False,
    may_quote: bool = False,
    alone: bool = False,
) -> Iterator[Warehouse]:
    """Open the warehouse.

    Args:
        settings: Where it is.
        read_only: Refuse changes, where the engine can.
        may_quote: Let errors repeat the engine's words, which can quote a value.
        alone: This process changes what is in the file by what is returned, and in no other way.

    Raises:
        WarehouseError: It is not there, or its engine refused.
    """
    if settings.warehouse == "bigquery":
        with _open_bigquery(settings, may_quote=may_quote) as found:
            yield found
        return
    if not settings.duckdb_path.exists():
        raise WarehouseError(
            f"{settings.duckdb_path} does not exist: nothing has been built yet (make run)."
            " Set DUCKDB_PATH to the file that holds the tables."
        )
    try:
        with duckdb.connect(str(settings.duckdb_path), read_only=read_only) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield DuckDB(connection, alone=alone)
    except duckdb.Error as error:
        raise _refused("DuckDB", error, may_quote=may_quote) from error


@contextlib.contextmanager
def _open_bigquery(settings: WarehouseSettings, *, may_quote: bool) -> Iterator[Warehouse]:
    # A second of start-up that only BigQuery needs.
    from google.api_core.exceptions import GoogleAPICallError
    from google.cloud import bigquery

    from warehouse.bigquery import BigQuery

    client = bigquery.Client(project=settings.bigquery_project, location=settings.bigquery_location)
    with contextlib.closing(client):
        try:
            yield BigQuery(client, settings.dataset_prefix, settings.unprefixed)
        except GoogleAPICallError as error:
            raise _refused("BigQuery", error, may_quote=may_quote) from error


def _refused(engine: str, error: Exception, *, may_quote: bool) -> WarehouseError:
    return WarehouseError(str(error) if may_quote else f"{engine}: {type(error).__name__}")
