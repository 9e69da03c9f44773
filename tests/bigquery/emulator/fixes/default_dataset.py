"""Fix `default-dataset`: names without a dataset, as BigQuery resolves them.

The emulator rewrites every statement that has a default dataset, stumbles over INFORMATION_SCHEMA
and gives temporary tables the dataset's name, and it forgets the default on synchronous queries.
Here only names that need it are qualified, and a temporary table comes before a dataset's table.
"""

import json
from typing import Any

import sqlglot
from bqemulator.api.routes import jobs
from bqemulator.sql.rewriter import default_dataset
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import used


def apply() -> None:
    """Replace the emulator's qualification for jobs; `qualify_body` serves synchronous queries."""
    jobs._apply_default_dataset = qualify


def qualify_body(body: bytes, project: str) -> bytes:
    """Return the body of a synchronous query with its default dataset written out."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    if not isinstance(document, dict) or not document.get("defaultDataset"):
        return body
    query = str(document.get("query", ""))
    document["query"] = qualify(query, document, request_project_id=project)
    return json.dumps(document).encode() if document["query"] != query else body


def qualify(sql: str, config: dict[str, Any], *, request_project_id: str) -> str:
    """Return the statement with every unqualified table of the default dataset qualified."""
    default = config.get("defaultDataset")
    if not isinstance(default, dict) or not default.get("datasetId"):
        return sql
    try:
        statements = [one for one in sqlglot.parse(sql, read="bigquery") if one is not None]
    except sqlglot.errors.SqlglotError:
        return sql
    if "INFORMATION_SCHEMA" in sql.upper():
        return sql
    temporary = {name for statement in statements for name in _temporary_tables(statement)}
    changed = False
    for statement in statements:
        shadowed = default_dataset._collect_cte_names(statement) | temporary
        bare = [table for table in statement.find_all(exp.Table) if not table.db and table.name]
        if any(table.name not in shadowed for table in bare):
            default_dataset._qualify_tables(
                statement,
                default_project=default.get("projectId") or request_project_id,
                default_dataset=default["datasetId"],
                shadowed_names=shadowed,
            )
            changed = True
    if not changed:
        return sql
    used("default-dataset")
    return ";\n".join(statement.sql(dialect="bigquery") for statement in statements)


def _temporary_tables(statement: Any) -> list[str]:
    if not isinstance(statement, exp.Create) or not statement.find(exp.TemporaryProperty):
        return []
    table = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    return [table.name] if isinstance(table, exp.Table) else []
