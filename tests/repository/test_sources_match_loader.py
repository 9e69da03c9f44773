"""What dbt reads is what the loader lands: tables, columns and types."""

import pytest

from bin.sources_yaml import TYPES, MissingDescriptionError, path_of, written
from extract.landing.contracts import Mode, Table
from extract.landing.ledger import SYSTEM_TABLES
from extract.sources import TABLES
from tests.repository.project import ROOT, manifest

# The loader's own tables, which every source has beside the vendor's.
LEDGERS = {"_dlt_loads", *SYSTEM_TABLES}


def _declared() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for source in manifest().sources.values():
        columns = {column.name: str(column.data_type) for column in source.columns.values()}
        found.setdefault(source.source_name, {})[source.identifier] = columns
    return found


def _landed(table: Table) -> dict[str, str]:
    columns = {field.name: TYPES[field.type] for field in table.schema}
    if table.mode is Mode.SCD2:
        columns |= {"_dlt_valid_from": "timestamp", "_dlt_valid_to": "timestamp"}
    return columns | {"_dlt_load_id": "string"}


def test_the_sources_are_what_the_contracts_say() -> None:
    for source in TABLES:
        known = path_of(source).read_text(encoding="utf-8")
        assert written(source, known) == known, "python bin/sources_yaml.py writes it anew"


def test_what_people_wrote_is_kept_and_the_rest_made_anew() -> None:
    known = path_of("cursor").read_text(encoding="utf-8")
    own = known.replace("Request units; never money.", "Units, not money.").replace(
        "        columns:\n", "        data_tests: [loaded_lately]\n        columns:\n", 1
    )
    assert "Units, not money." in written("cursor", own)
    assert "- loaded_lately" in written("cursor", own)
    stale = known.replace(
        "name: is_headless, data_type: boolean", "name: headless, data_type: int64"
    )
    assert stale != known
    assert written("cursor", stale) == known


def test_a_table_that_nobody_described_is_named() -> None:
    known = path_of("cursor").read_text(encoding="utf-8")
    with pytest.raises(
        MissingDescriptionError, match=r"raw_cursor\.team_members: say what one row is"
    ):
        written("cursor", known.replace("- name: team_members", "- name: members"))
    with pytest.raises(
        MissingDescriptionError, match=r"raw_cursor\.usage_events\.event_row is set by the loader"
    ):
        written("cursor", known.replace("name: event_row,", "name: place,"))


def test_every_landed_table_is_a_source() -> None:
    declared = _declared()
    for source, tables in TABLES.items():
        names = {table.name for table in tables}
        assert set(declared[source]) - LEDGERS == names


def test_every_landed_column_is_declared_with_its_type() -> None:
    declared = _declared()
    for source, tables in TABLES.items():
        for table in tables:
            assert declared[source][table.name] == _landed(table), f"raw_{source}.{table.name}"


def test_every_column_of_the_loaders_own_tables_is_declared() -> None:
    for source, tables in _declared().items():
        for name, schema in SYSTEM_TABLES.items():
            landed = {field.name: TYPES[field.type] for field in schema}
            assert tables[name] == landed | {"_dlt_load_id": "string"}, f"raw_{source}.{name}"


def test_every_source_has_a_readme() -> None:
    for source in TABLES:
        readme = ROOT / "extract" / "sources" / source / "README.md"
        assert readme.exists(), f"{readme.relative_to(ROOT)}: endpoint, grain, key, window, lag"
        text = readme.read_text(encoding="utf-8")
        for table in TABLES[source]:
            assert table.name in text, f"{readme.relative_to(ROOT)} does not mention {table.name}"
