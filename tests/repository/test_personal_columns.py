"""Every column that can hold personal data is in the map, or is declared free of people: erasing and exporting rely on it."""

import re
from functools import cache
from pathlib import Path

import yaml

from extract.landing.contracts import PERSONAL_FIELD, Kind
from extract.landing.ledger import SYSTEM_TABLES
from extract.sources import TABLES
from migration.tables import TABLES as PREDECESSORS
from persons.declared import FREE, personal_columns
from persons.identifiers import ColumnKind
from privacy.columns import MAP, PREDECESSOR
from privacy.config import ROOT
from privacy.exporting import names_somebody_else
from warehouse.engine import JSON, NESTED, TEXT, Table

# A text column of such a name holds a person, or text in which somebody may be named.
PERSONAL_NAME = re.compile(
    r"(^|_)(email|name|aliases|owner|creator|approved_by|created_by|user_id|account_id|account_uuid"
    r"|actor_uuid|profile_id|principal_id|purpose|rationale|notes|description|unknown_fields|error)($|_)"
)
# Names of machines, rules and products, which nobody is called by: an address in one is found all the same.
IMPERSONAL = {
    ("raw_cursor", "usage_events", "service_account_id"),
    ("raw_anthropic", "usage_report_messages", "service_account_id"),
    ("raw_anthropic", "analytics_cost", "actor_service_account_id"),
    ("raw_anthropic", "analytics_cost", "actor_aws_account_id"),
    ("raw_anthropic", "analytics_cost_requests", "actor_service_account_id"),
    ("raw_anthropic", "analytics_cost_requests", "actor_aws_account_id"),
    ("raw_anthropic", "service_account_workspaces", "service_account_id"),
    ("raw_anthropic", "api_keys", "created_by_type"),
    ("raw_anthropic", "api_keys", "principal_type"),
    ("raw_anthropic", "organizations", "name"),
    ("raw_github", "coverage", "resource_name"),
    ("raw_gemini", "activity_events", "application_name"),
    ("raw_gemini", "activity_events", "event_name"),
    ("raw_gemini", "activity_events", "app_name"),
    ("raw_orchestrator", "task_executions", "error_class"),
    ("raw_github", "deployments", "creator_type"),
    ("raw_github", "deployment_statuses", "creator_type"),
    ("raw_github", "releases", "tag_name"),
    *(
        ("raw_github", table, "repository_name")
        for table in ("repositories", "pull_requests", "deployments")
    ),
    *(
        ("raw_dev_events", table, "repository_name")
        for table in ("deployments", "test_runs", "rule_compliance")
    ),
    ("raw_dev_events", "rule_compliance", "rule_name"),
    *(
        ("raw_github", "workflow_runs", name)
        for name in ("workflow_id", "workflow_name", "workflow_path")
    ),
}
TEXTS = {Kind.STRING, Kind.CODE, Kind.ID, Kind.JSON}
MODELS = ROOT / "dbt_project" / "models"
# Text columns of tables that dbt adds to and never makes anew: what they hold is no person's.
ADDED_TO = {
    "migration_differences": "legacy_table_name largest_difference_measure",
    "price_restatements": "price_restatement_id provider restatement_reason price_versions baseline_price_versions"
    " policy_version changed_prices pipeline_run_id",
    "dq_mart_builds": "pipeline_run_id",
    "int_savings__deletions": "organization_id",
}


def _declared() -> dict[tuple[str, str, str], str]:
    return {(one.schema, one.table, one.column): one.kind for one in personal_columns()}


def test_the_yaml_is_read() -> None:
    declared = _declared()
    assert len(declared) > 60
    assert declared["raw_sheets", "people", "aliases"] == "aliases"
    assert set(declared.values()) == set(ColumnKind)


def test_a_personal_column_of_a_contract_has_its_kind() -> None:
    declared = _declared()
    missing = [
        key
        for source, tables in TABLES.items()
        for table in tables
        for column in table.columns
        if column.kind in TEXTS
        and (column.personal or PERSONAL_NAME.search(column.name) or _is_personal(column.path))
        and (key := (f"raw_{source}", table.name, column.name)) not in declared
        and key not in IMPERSONAL
    ]
    assert missing == [], (
        "give them config: {meta: {pii: …}} in the source's YAML (docs/privacy.md)"
    )


def _is_personal(path: str | None) -> bool:
    return path is not None and PERSONAL_FIELD.search(path.rpartition(".")[2]) is not None


def test_every_table_s_unknown_fields_are_declared() -> None:
    declared = _declared()
    missing = [
        (source, table.name)
        for source, tables in TABLES.items()
        for table in tables
        if (f"raw_{source}", table.name, "unknown_fields") not in declared
    ]
    assert missing == []


def test_every_text_column_of_every_raw_table_is_in_the_map_or_free_of_people() -> None:
    for source, tables in TABLES.items():
        names = {table.name: table.schema.names for table in tables}
        names |= {name: schema.names for name, schema in SYSTEM_TABLES.items()}
        for table, columns in names.items():
            for schema in (f"raw_{source}", f"raw_{source}_staging"):
                mapped = MAP.of(Table(schema, table, tuple((name, TEXT) for name in columns)))
                assert set(columns) - set(mapped) <= FREE, (schema, table)
                assert not set(mapped) & FREE


def test_what_is_free_of_people_is_no_personal_column() -> None:
    assert not {one.column for one in personal_columns()} & FREE
    assert not set(PREDECESSOR) & FREE
    assert {name for name in FREE if PERSONAL_NAME.search(name)} == {"schema_name", "resource_name"}
    contracts = {
        c.name
        for tables in TABLES.values()
        for table in tables
        for c in table.columns
        if c.personal
    }
    assert not contracts & FREE


def test_every_text_column_of_the_predecessor_is_in_the_map_or_free_of_people() -> None:
    for one in PREDECESSORS:
        columns = tuple(
            (name, JSON if kind == "json" else TEXT)
            for name, kind in one.columns
            if kind in ("string", "json")
        )
        for place in (("legacy", one.name), ("migration", f"archive_{one.name}_20260604")):
            mapped = MAP.of(Table(*place, columns))
            assert {name for name, _ in columns} - set(mapped) <= FREE
            personal = {name for name, _ in columns if PERSONAL_NAME.search(name)}
            assert personal <= {name for name, found in mapped.items() if found.is_declared}


def test_a_column_of_pieces_of_text_has_to_be_declared() -> None:
    table = Table("raw_cursor", "events", (("model", TEXT), ("place", NESTED), ("n", "")))
    assert MAP.undeclared(table) == ["place"]


def test_what_dbt_makes_is_not_in_the_map() -> None:
    for schema in ("staging", "intermediate", "marts", "metrics", "quality"):
        assert MAP.of(Table(schema, "x", (("person_email", TEXT), ("payload", JSON)))) == {}


@cache
def _documented() -> dict[str, dict[str, str]]:
    found = {}
    for path in MODELS.rglob("*.yml"):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for model in content.get("models", []):
            found[model["name"]] = {
                column["name"]: str(column.get("data_type", ""))
                for column in model.get("columns", [])
            }
    return found


def test_tables_that_are_only_added_to_hold_nobody() -> None:
    added_to = {
        path.stem
        for path in MODELS.rglob("*.sql")
        if "append_only()" in path.read_text(encoding="utf-8")
    }
    assert added_to == set(ADDED_TO)
    documented = _documented()
    for name, columns in ADDED_TO.items():
        texts = {
            column for column, kind in documented[name].items() if kind in ("string", "varchar")
        }
        assert texts <= set(columns.split()), name
        assert not any(map(PERSONAL_NAME.search, texts - {"price_row_name", "legacy_table_name"}))


def test_who_else_a_mart_s_column_names_is_known() -> None:
    """A person's copy leaves out what a row says about others: each address of a mart is the person's, or another's."""
    published = {
        name: columns
        for path in (MODELS / "marts").rglob("*.yml")
        for name, columns in _documented().items()
        if (Path(path).parent / f"{name}.sql").exists()
    }
    emails = {column for columns in published.values() for column in columns if "email" in column}
    assert {column for column in emails if names_somebody_else(column)} == {
        "manager_email",
        "month_end_manager_email",
        "creator_email",
        "sole_member_email",
    }
