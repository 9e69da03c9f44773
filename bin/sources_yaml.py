"""Write `_<source>__sources.yml`, in which dbt is told what the loaders land, from the loaders' own contracts.

    python bin/sources_yaml.py            after extract/sources/<source>/tables.py changed
    python bin/sources_yaml.py --check    name the files that are not what it would write, and end with 1

From the contracts come tables, columns, types, the vendor's field behind each column and what is never NULL; from here the
loaders' own tables and columns. What only people know stands in the file itself and is kept: what the source and each table
is, a description that says more than the field, `config` (`meta.pii`) and further tests.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extract.landing.contracts import Mode, Table  # noqa: E402 - the root is on the path only now
from extract.landing.ledger import SYSTEM_TABLES  # noqa: E402
from extract.sources import TABLES  # noqa: E402

STAGING = ROOT / "dbt_project" / "models" / "staging"
WIDTH = 130
TYPES = {
    pa.string(): "string",
    pa.int64(): "int64",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamp",
    pa.decimal128(38, 9): "numeric(38, 9)",
    pa.float64(): "float64",
}
VERSIONS = {"_dlt_valid_from": "timestamp", "_dlt_valid_to": "timestamp"}
LOADS = {
    "load_id": "string",
    "schema_name": "string",
    "status": "int64",
    "inserted_at": "timestamp",
    "schema_version_hash": "string",
}
"""Columns of dlt's own ledger, `_dlt_loads`."""

OF_THE_LOADER = {
    "loaded_partitions": "The loaders' ledger: one row per table and partition that was written.",
    "quarantine": "Vendor rows that broke their contract, with the reason; personal fields are dropped.",
    "extract_runs": "One row per extract run and table.",
    "_dlt_loads": "dlt's own ledger: one row per load package.",
}
KEYS = {"loaded_partitions": ["resource_name", "partition_id"]}
SAID_ONCE = {
    "usage_date": "raw_usage_date",
    "snapshot_date": "snapshot_date",
    "sheet_tab": "sheet_tab",
    "sheet_row": "sheet_row",
    "file_id": "file_id",
    "unknown_fields": "unknown_fields",
    "_loaded_at": "_loaded_at",
    "_dlt_load_id": "_dlt_load_id",
    "_dlt_valid_from": "_dlt_valid_from",
    "_dlt_valid_to": "_dlt_valid_to",
}
"""Columns that the loaders set in many tables, and the doc block that says what they are."""
SAID_ONCE_OF_THE_LOADER = {
    "resource_name": "resource_name",
    "partition_id": "partition_id",
    "n_rows": "n_rows",
    "n_quarantined": "n_quarantined",
    "content_hash": "content_hash",
    "field": "field_name",
    "reason": "quarantine_reason",
    "row_number": "row_number",
    "payload": "payload_json",
    "run_id": "extract_run_id",
    "since": "window_start_date",
    "until": "window_end_date",
    "started_at": "started_at",
    "finished_at": "finished_at",
    "n_rows_read": "n_rows_read",
    "n_partitions_changed": "n_partitions_changed",
    "error": "error_text",
    "error_class": "error_class",
    "whole_run_id": "whole_run_id",
    "loader_versions": "loader_versions",
    "load_id": "load_id",
    "schema_name": "dlt_schema_name",
    "inserted_at": "dlt_inserted_at",
    "schema_version_hash": "dlt_schema_version_hash",
}
PERSONAL = {
    "unknown_fields": "mention",
    "partition_id": "file",
    "payload": "mention",
    "error": "mention",
}
"""What the loaders' own columns may hold of people: see persons/declared.py."""

_PLAIN = re.compile(r"The (vendor|file|tab)'s (field|column) .+\.")


class MissingDescriptionError(Exception):
    """Something that only people know stands nowhere; the message says what."""


def path_of(source: str) -> Path:
    """Return where dbt reads about a source."""
    return STAGING / source / f"_{source}__sources.yml"


def written(source: str, known: str) -> str:
    """Return the file of a source.

    Args:
        source: A name in `extract.sources.TABLES`.
        known: The file as it is; what people wrote in it is kept.

    Raises:
        MissingDescriptionError: The source, a table or a column that is no plain field has no description.
    """
    (before,) = (yaml.safe_load(known) or {}).get("sources") or [{}]
    tables = {table["name"]: table for table in before.get("tables", [])}
    said = before.get("description")
    if not said:
        raise MissingDescriptionError(
            f"raw_{source}: say what it is and who lands it ({path_of(source).name})"
        )
    lines = [
        f"# Made by bin/sources_yaml.py from extract/sources/{source}/tables.py; descriptions, config and further tests are kept.",
        "version: 2",
        "",
        "sources:",
        f"  - name: {source}",
        *_described(said, 4),
        "    schema: \"{{ (env_var('DATASET_PREFIX', 'ai_usage_') if target.type == 'bigquery' else '')"
        f" ~ 'raw_{source}' }}}}\"",
        "    config:",
        '      loaded_at_query: "{{ last_successful_read(this) }}"',
        "      freshness:",
        "        warn_after: {count: 2, period: hour}",
        "        error_after: {count: 24, period: hour}",
        "    tables:",
    ]
    for table in TABLES[source]:
        lines += _landed_table(source, table, tables.get(table.name, {}))
    for name, what in OF_THE_LOADER.items():
        lines += _loaders_table(name, what)
    return "\n".join(lines) + "\n"


def _landed_table(source: str, table: Table, known: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table of the vendor."""
    if not known.get("description"):
        raise MissingDescriptionError(f"raw_{source}.{table.name}: say what one row is")
    kept = {column["name"]: column for column in known.get("columns", [])}
    fields = {column.name: column.path for column in table.columns}
    types = {field.name: TYPES[field.type] for field in table.schema}
    types |= VERSIONS if table.mode is Mode.SCD2 else {}
    columns = []
    for name, data_type in {**types, "_dlt_load_id": "string"}.items():
        said = kept.get(name, {}).get("description", "")
        more = {
            key: value
            for key, value in kept.get(name, {}).items()
            if key not in ("name", "data_type", "description")
        }
        if name in SAID_ONCE:
            said = _doc(SAID_ONCE[name])
        elif name == "row_hash" and table.mode is Mode.SCD2:
            said = _doc("version_hash")
        elif not said or _PLAIN.fullmatch(said):
            said = _plain(table, fields.get(name))
        if not said:
            raise MissingDescriptionError(
                f"raw_{source}.{table.name}.{name} is set by the loader: say what it is"
            )
        columns.append(_column(name, data_type, said, more))
    # What a tab requires is where the row stands, which the loader itself writes.
    required = [column.name for column in table.columns if column.required]
    never_null = [] if table.mode is Mode.TAB else required
    others = [test for test in known.get("data_tests", []) if "not_null_columns" not in test]
    yield from _table(table.name, known["description"], never_null, others, columns)


def _loaders_table(name: str, what: str) -> Iterator[str]:
    """Yield the lines of a table that the loaders, or dlt, keep beside the vendor's."""
    schema = SYSTEM_TABLES.get(name)
    types = {field.name: TYPES[field.type] for field in schema} if schema else LOADS
    columns = []
    for column, data_type in (types | ({"_dlt_load_id": "string"} if schema else {})).items():
        said = {**SAID_ONCE, **SAID_ONCE_OF_THE_LOADER}.get(column) or (
            "run_status" if schema else "dlt_status"
        )
        columns.append(_column(column, data_type, _doc(said), {}))
    yield from _table(name, what, KEYS.get(name, []), [], columns)


def _plain(table: Table, field: str | None) -> str:
    """Say which field of the vendor a column is; nothing of a column that the loader sets."""
    if field is None:
        return ""
    if table.mode is Mode.TAB:
        return f"The tab's column {field}."
    is_delivered = table.mode is Mode.FILE or any(one.name == "file_id" for one in table.columns)
    whose = "file" if is_delivered else "vendor"
    return f"The {whose}'s field {field}."


def _doc(name: str) -> str:
    return f"{{{{ doc('{name}') }}}}"


def _table(
    name: str, what: str, never_null: list[str], others: list[Any], columns: list[list[str]]
) -> Iterator[str]:
    yield f"      - name: {name}"
    yield from _described(what, 8)
    tests = [f"- {_flow(test)}" for test in others]
    if never_null:
        tests.insert(0, f"- not_null_columns: {{arguments: {{columns: {_flow(never_null)}}}}}")
    if tests:
        yield "        data_tests:"
        yield from (f"          {test}" for test in tests)
    yield "        columns:"
    for column in columns:
        yield from column


def _column(name: str, data_type: str, said: str, more: Mapping[str, Any]) -> list[str]:
    """Return the lines of a column: one, or one per part where it is too long."""
    config = {"config": {"meta": {"pii": PERSONAL[name]}}} if name in PERSONAL else {}
    shown = json.dumps(data_type) if "," in data_type else data_type
    parts = [
        f"name: {name}, data_type: {shown}",
        f"description: {json.dumps(said, ensure_ascii=False)}",
    ]
    parts += [f"{key}: {_flow(value)}" for key, value in {**more, **config}.items()]
    lines = ["          - {" + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 4 <= WIDTH:
            lines[-1] += f", {part}"
        else:
            lines[-1] += ","
            lines.append(" " * 13 + part)
    lines[-1] += "}"
    return lines


def _described(text: str, indent: int) -> list[str]:
    one = " " * indent + "description: " + json.dumps(text, ensure_ascii=False)
    if len(one) <= WIDTH:
        return [one]
    lines = [" " * indent + "description: >-", " " * (indent + 2)]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) >= WIDTH:
            lines.append(" " * (indent + 2))
        lines[-1] += word if lines[-1].isspace() else f" {word}"
    return lines


def _flow(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z_]\w*", value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def main() -> int:
    """Write the files, or compare them; return 1 when one is not as it should be."""
    stale = []
    for source in TABLES:
        path = path_of(source)
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        try:
            text = written(source, known)
        except MissingDescriptionError as unsaid:
            print(f"sources: {unsaid}", file=sys.stderr)
            return 1
        if text != known:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in sys.argv[1:]:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv[1:] and stale:
        print(
            f"sources: `python bin/sources_yaml.py` would change {', '.join(stale)}",
            file=sys.stderr,
        )
        return 1
    print(f"sources: {len(stale)} files written" if stale else "sources: as the contracts say")
    return 0


if __name__ == "__main__":
    sys.exit(main())
