"""Every raw column that can hold personal data says so: erasing and exporting rely on it."""

import re

from extract.landing.contracts import PERSONAL_FIELD, Kind
from extract.sources import TABLES
from privacy.columns import KINDS, personal_columns

# A text column of such a name holds a person, or text in which somebody may be named.
PERSONAL_NAME = re.compile(
    r"(^|_)(email|name|aliases|owner|creator|approved_by|created_by|user_id|account_id|account_uuid"
    r"|actor_uuid|profile_id|principal_id|purpose|rationale|notes|description|unknown_fields)($|_)"
)
# Names of machines, rules and products, which nobody is called by.
IMPERSONAL = {
    ("raw_cursor", "usage_events", "service_account_id"),
    ("raw_anthropic", "usage_report_messages", "service_account_id"),
    ("raw_anthropic", "api_keys", "created_by_type"),
    ("raw_anthropic", "api_keys", "principal_type"),
    ("raw_anthropic", "organizations", "name"),
    ("raw_gemini", "activity_events", "application_name"),
    ("raw_gemini", "activity_events", "event_name"),
    ("raw_gemini", "activity_events", "app_name"),
}
TEXT = {Kind.STRING, Kind.CODE, Kind.ID, Kind.JSON}


def _declared() -> dict[tuple[str, str, str], str]:
    return {(one.schema, one.table, one.column): one.kind for one in personal_columns()}


def test_the_yaml_is_read() -> None:
    declared = _declared()
    assert len(declared) > 60
    assert declared["raw_sheets", "people", "aliases"] == "aliases"
    assert set(declared.values()) == set(KINDS)


def test_a_personal_column_of_a_contract_has_its_kind() -> None:
    declared = _declared()
    missing = [
        key
        for source, tables in TABLES.items()
        for table in tables
        for column in table.columns
        if column.kind in TEXT
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
