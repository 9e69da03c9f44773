"""What dbt reads is what the loader lands: tables, columns and types."""

import pyarrow as pa

from extract.landing.contracts import Mode, Table
from extract.landing.ledger import SYSTEM_TABLES
from extract.sources import TABLES
from tests.repository.project import ROOT, manifest

# The loader's own tables, which every source has beside the vendor's.
LEDGERS = {"_dlt_loads", *SYSTEM_TABLES}
WORDS = {
    pa.string(): "string",
    pa.int64(): "int64",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamp",
    pa.decimal128(38, 9): "numeric(38, 9)",
    pa.float64(): "float64",
}


def _declared() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for source in manifest().sources.values():
        columns = {column.name: str(column.data_type) for column in source.columns.values()}
        found.setdefault(source.source_name, {})[source.identifier] = columns
    return found


def _landed(table: Table) -> dict[str, str]:
    columns = {field.name: WORDS[field.type] for field in table.schema}
    if table.mode is Mode.SCD2:
        columns |= {"_dlt_valid_from": "timestamp", "_dlt_valid_to": "timestamp"}
    return columns | {"_dlt_load_id": "string"}


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
            landed = {field.name: WORDS[field.type] for field in schema}
            assert tables[name] == landed | {"_dlt_load_id": "string"}, f"raw_{source}.{name}"


def test_every_source_has_a_readme() -> None:
    for source in TABLES:
        readme = ROOT / "extract" / "sources" / source / "README.md"
        assert readme.exists(), f"{readme.relative_to(ROOT)}: endpoint, grain, key, window, lag"
        text = readme.read_text(encoding="utf-8")
        for table in TABLES[source]:
            assert table.name in text, f"{readme.relative_to(ROOT)} does not mention {table.name}"
