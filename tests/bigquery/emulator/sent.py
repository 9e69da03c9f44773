"""What was sent to the emulator, checked by GoogleSQL: the emulator takes more than BigQuery does.

Tables exist from the statement, the load job with a schema, or the copy job that made them. Statements of the scripting language and queries of
INFORMATION_SCHEMA are beyond the analyser; they are counted and not checked.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.bigquery.analysing import statements_of
from tests.bigquery.googlesql.engine import GoogleSql, GoogleSqlError, type_of
from tests.bigquery.googlesql.engine import Path as RelationPath

CLIENT_TYPES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}
"""The REST interface's own names of types."""

_SCRIPTING = re.compile(r"(declare|set|begin|end|if|call|execute)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"^(\s|--[^\n]*\n|/\*.*?\*/)+", re.DOTALL)


@dataclass
class Sent:
    """How many statements were checked and left, and what GoogleSQL refused."""

    checked: int = 0
    left: int = 0
    failures: list[str] = field(default_factory=list)


def check_sent(entries: Iterable[Mapping[str, Any]]) -> Sent:
    """Check every recorded statement once, in order."""
    sent = Sent()
    bigquery = GoogleSql()
    seen: set[str] = set()
    for entry in entries:
        if entry.get("refused"):
            # dlt asks for tables that are not there yet and goes by the error.
            sent.left += 1
            continue
        if entry.get("schema"):
            bigquery.add_table(*_loaded(entry))
        if entry.get("copy"):
            bigquery.copy_table(_path(entry["source"]), _path(entry["copy"]))
        for statement in statements_of(entry.get("sql", "")):
            text = _COMMENTS.sub("", statement)
            if _SCRIPTING.match(text) or "INFORMATION_SCHEMA" in text.upper():
                sent.left += 1
            elif text and text not in seen:
                seen.add(text)
                sent.checked += 1
                _check(bigquery, text, sent)
    return sent


def _check(bigquery: GoogleSql, text: str, sent: Sent) -> None:
    try:
        resolved = bigquery.check(text)
    except GoogleSqlError as error:
        sent.failures.append(f"{error}: {' '.join(text.split())[:160]}")
        return
    created = _created(resolved)
    if created is not None:
        bigquery.add_table(*created)


def _loaded(entry: Mapping[str, Any]) -> tuple[RelationPath, dict[str, str]]:
    """Return the table that a load job fills, with the columns that the job declares."""
    fields = entry["schema"]["fields"]
    columns = {one["name"]: CLIENT_TYPES.get(one["type"], one["type"]) for one in fields}
    return _path(entry["load"]), columns


def _path(table: Mapping[str, str]) -> RelationPath:
    return (table["projectId"], table["datasetId"], table["tableId"])


def _created(resolved: Any) -> tuple[RelationPath, dict[str, str]] | None:
    """Return the table or view that a statement makes, with its columns."""
    node = resolved
    while chosen := _choice(node):
        node = getattr(node, chosen)
    base: Any = getattr(node, "parent", None)
    if hasattr(base, "column_definition_list"):
        columns = {one.name: type_of(one)[0] for one in base.column_definition_list}
    elif hasattr(base, "output_column_list"):
        columns = {one.name: type_of(one.column)[0] for one in base.output_column_list}
    else:
        return None
    project, dataset, name = ".".join(base.parent.name_path).split(".")
    return (project, dataset, name), columns


def _choice(message: Any) -> str | None:
    """Return which of the kinds of a node a message is, if it is a choice at all."""
    choices = message.DESCRIPTOR.oneofs
    return message.WhichOneof(choices[0].name) if choices else None
