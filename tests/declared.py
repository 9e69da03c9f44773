"""What is published, as the dbt project's YAML declares it: no warehouse is needed to look at a card."""

from collections.abc import Mapping
from functools import cache

from serving.config import SERVED_SCHEMAS
from warehouse.documentation import MODELS, documented

Types = Mapping[str, Mapping[str, str]]
"""By table with schema, and by column."""

_DUCKDB = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "numeric(38, 9)": "DECIMAL(38,9)",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "json": "JSON",
    "float64": "DOUBLE",
}


@cache
def declared() -> Types:
    """Return the columns of each table that is served, with their types as BigQuery names them."""
    return {
        f"{folder}.{model['name']}": {
            one["name"]: "float64" if "float64" in one["data_type"] else one["data_type"]
            for one in model.get("columns") or []
        }
        for path, model in documented(MODELS, "models")
        if (folder := path.relative_to(MODELS).parts[0]) in SERVED_SCHEMAS
    }


@cache
def published() -> Types:
    """Return the same with the types of DuckDB."""
    return {
        table: {column: _DUCKDB[kind] for column, kind in columns.items()}
        for table, columns in declared().items()
    }
