"""Fixes of statements that BigQuery runs and the DuckDB behind the emulator does not.

* `alter-several`: DuckDB takes one action per ALTER TABLE.
* `array-agg-nulls`: ARRAY_AGG(DISTINCT x IGNORE NULLS), which dbt's insert_overwrite writes, is mistranslated.
* `keys-not-enforced`: PRIMARY KEY ... NOT ENFORCED is a remark in BigQuery and a syntax error in DuckDB.
* `typed-ctas`: CREATE TABLE with columns AS SELECT, which dbt's contracts write, becomes CREATE and INSERT.
"""

import re
from typing import Any

import sqlglot
from bqemulator.api.routes import jobs
from bqemulator.jobs import executor
from sqlglot import exp

from tests.bigquery.emulator.fixes.counting import record, used

_ARRAY_AGG = re.compile(
    r"set\s*\(\s*(?P<name>\w+)\s*\)\s*=\s*\(\s*select\s+as\s+struct\s+(?:--[^\n]*\n\s*)*"
    r"array_agg\(\s*distinct\s+(?P<value>[^;]*?)\s+ignore\s+nulls\s*\)\s*from\s+"
    r"(?P<table>`[^;)]+?)\s*\)\s*;",
    re.IGNORECASE | re.DOTALL,
)
_KEY = re.compile(
    r",\s*(?:primary\s+key|(?:constraint\s+\S+\s+)?foreign\s+key)\s*\([^)]*\)"
    r"(?:\s*references\s+\S+\s*\([^)]*\))?\s*not\s+enforced",
    re.IGNORECASE | re.DOTALL,
)


def apply() -> None:
    """Rewrite each statement before the emulator sees it; the statement as sent is recorded."""
    original = executor.execute_query_job

    async def execute(project: str, job: str, sql: str, *rest: Any, **options: Any) -> Any:
        refused = True
        try:
            done = await original(project, job, rewrite(sql), *rest, **options)
            refused = bool(done.error_result)
        finally:
            record({"sql": sql, "refused": refused})
        return done

    executor.execute_query_job = jobs.execute_query_job = execute


def rewrite(sql: str) -> str:
    """Return a script that the emulator can run and that does the same."""
    sql = _replace("array-agg-nulls", _ARRAY_AGG, _distinct_array, sql)
    sql = _replace("keys-not-enforced", _KEY, lambda _: "", sql)
    if not re.search(r"\b(alter\s+table|create\s+(or\s+replace\s+)?table)\b", sql, re.IGNORECASE):
        return sql
    try:
        statements = [one for one in sqlglot.parse(sql, read="bigquery") if one is not None]
    except sqlglot.errors.SqlglotError:
        return sql
    parts = [_split(statement) for statement in statements]
    if all(len(part) == 1 for part in parts):
        return sql
    return ";\n".join(text for part in parts for text in part)


def _replace(name: str, pattern: re.Pattern[str], by: Any, sql: str) -> str:
    new, count = pattern.subn(by, sql)
    if count:
        used(name)
    return new


def _distinct_array(match: re.Match[str]) -> str:
    name, value, table = match["name"], match["value"], match["table"]
    query = f"select distinct {value} from {table} where {value} is not null"
    return f"set {name} = (select array({query}));"


def _split(statement: Any) -> list[str]:
    """Return a statement as one or more statements that DuckDB has."""
    actions = statement.args.get("actions") if isinstance(statement, exp.Alter) else None
    if actions and len(actions) > 1:
        used("alter-several")
        return [_with_action(statement, action) for action in actions]
    if (
        isinstance(statement, exp.Create)
        and isinstance(statement.this, exp.Schema)
        and statement.args.get("expression") is not None
    ):
        used("typed-ctas")
        return _create_and_insert(statement)
    return [statement.sql(dialect="bigquery")]


def _with_action(statement: Any, action: Any) -> str:
    single = statement.copy()
    single.set("actions", [action.copy()])
    return str(single.sql(dialect="bigquery")).replace("ADD  COLUMN", "ADD COLUMN")


def _create_and_insert(statement: Any) -> list[str]:
    query = statement.args["expression"]
    query = query.unnest() if isinstance(query, exp.Subquery) else query
    columns = ", ".join(
        f"`{column.name}`"
        for column in statement.this.expressions
        if isinstance(column, exp.ColumnDef)
    )
    table = statement.this.this.sql(dialect="bigquery")
    create = statement.copy()
    create.set("expression", None)
    return [
        create.sql(dialect="bigquery"),
        f"insert into {table} ({columns}) {query.sql(dialect='bigquery')}",
    ]
