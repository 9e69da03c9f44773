"""Fix `json-columns`: a JSON column is reported as JSON and not as STRING by `tables.get`."""

from typing import Any

from bqemulator.catalog import ddl_sync
from bqemulator.storage.sql_identifiers import quoted_table_ref

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Correct the schema that the emulator reads from its engine."""
    original = ddl_sync._introspect_schema

    def introspect(project: str, dataset: str, table: str, ctx: Any) -> Any:
        schema = original(project, dataset, table, ctx)
        reference = quoted_table_ref(project, dataset, table)
        described = ctx.engine.execute(f"pragma table_info({reference})").fetchall()
        types = {row[1]: str(row[2]).upper() for row in described}
        fields = tuple(
            field.model_copy(update={"type": "JSON"})
            if types.get(field.name) == "JSON" and field.type == "STRING"
            else field
            for field in schema.fields
        )
        if fields != schema.fields:
            used("json-columns")
        return schema.model_copy(update={"fields": fields})

    ddl_sync._introspect_schema = introspect
