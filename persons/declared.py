"""Which columns of the raw tables hold what of people: `meta.pii` of the columns in the sources' YAML, and what follows for the rest.

email, id, aliases, name   name the person whom the row is about
mention                    may name anybody: a manager, free text, unknown fields
mention_id                 the id of somebody else: who made a key
label                      a thing's name, by which rows are joined: a key's, a group's
file                       a file's name, under which a partition is found again

A text column of a raw table that says nothing is a label: only a whole address is replaced in it. Those of `FREE` are never
touched: what stands there is no person's, whatever a person is called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from persons.identifiers import ColumnKind
from warehouse.documentation import MODELS, documented

FREE = frozenset(
    """
    _dlt_id _dlt_load_id actor_type algorithm_version amount caller_type charged_cents content_hash cost_per_million_usd
    cost_per_unit cost_type currency customer_type file_id inference_geo list_amount model most_used_model
    organization_id platform pricing_model provider row_hash schema_name schema_version_hash service_tier
    sheet_tab resource_name task_type token_class token_type vendor version_hash
    """.split()  # noqa: SIM905 - a list of names reads better than a list of strings
)
"""Columns of these names hold models, platforms, tenants, money, types, the loader's own hashes: no person, by contract."""
_IDS_OF = {"dev_events": "github"}
"""Sources in which the ids of another's accounts stand: CI names people by their logins of GitHub."""
_OF_THE_LOADER = {
    ("_dlt_pipeline_state", "state"): ColumnKind.MENTION,
    # Which files a table's rows were replaced by.
    ("_dlt_version", "schema"): ColumnKind.FILE,
}


@dataclass(frozen=True)
class PersonalColumn:
    """A column that may hold personal data; ids in it are unique in its namespace."""

    schema: str
    table: str
    column: str
    kind: ColumnKind
    namespace: str
    is_declared: bool = True


def namespace_of(source: str) -> str:
    """Return in which namespace the ids of people in a source's tables are unique."""
    return _IDS_OF.get(source, source)


@cache
def personal_columns() -> tuple[PersonalColumn, ...]:
    """Return every raw column with `meta.pii`, in the order of the files."""
    return tuple(
        PersonalColumn(
            f"raw_{source['name']}",
            table["name"],
            column["name"],
            ColumnKind(kind),
            namespace_of(source["name"]),
        )
        for _, source in documented(MODELS / "staging", "sources")
        for table in source["tables"]
        for column in table["columns"]
        if (kind := column.get("config", {}).get("meta", {}).get("pii")) is not None
    )


@cache
def _by_table() -> Mapping[tuple[str, str], Mapping[str, PersonalColumn]]:
    result: dict[tuple[str, str], dict[str, PersonalColumn]] = {}
    for one in personal_columns():
        result.setdefault((one.schema, one.table), {})[one.column] = one
    return result


def raw_columns(schema: str, table: str, texts: Iterable[str]) -> dict[str, PersonalColumn]:
    """Return what the text columns of a raw table, or of the loader's copy of one, hold; those of `FREE` are left out."""
    home = schema.removesuffix("_staging")
    declared = _by_table().get((home, table), {})
    source = home.removeprefix("raw_")
    found = {}
    for name in texts:
        if name in declared:
            kind, is_declared = declared[name].kind, True
        elif (table, name) in _OF_THE_LOADER:
            kind, is_declared = _OF_THE_LOADER[table, name], True
        elif name in FREE:
            continue
        else:
            kind, is_declared = ColumnKind.LABEL, False
        found[name] = PersonalColumn(schema, table, name, kind, source, is_declared)
    return found
