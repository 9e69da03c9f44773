"""A build that replays dbt's statements leaves what dbt leaves: in an empty warehouse and in a full one."""

from pathlib import Path

import duckdb

from tests.e2e.chain import Chain
from tests.e2e.tables import changed_rows

SCHEMAS = ("staging", "intermediate", "marts", "quality", "compatibility")
_VIEWS = (
    "select schema_name || '.' || view_name, sql from duckdb_views()"
    " where not internal and list_contains(?, schema_name)"
)
_TABLES = (
    "select schema_name || '.' || table_name, sql from duckdb_tables()"
    " where not internal and list_contains(?, schema_name)"
)


def _relations(warehouse: Path) -> dict[str, str]:
    """Return how every view and every table says it was made: columns, types, constraints, query."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = [
            row
            for query in (_VIEWS, _TABLES)
            for row in connection.execute(query, [list(SCHEMAS)]).fetchall()
        ]
    return dict(rows)


def _assert_same(by_dbt: Chain, replayed: Chain) -> None:
    relations = _relations(by_dbt.warehouse)
    assert len(relations) > 200
    assert _relations(replayed.warehouse) == relations
    # Every row and every column, also when and by which run it was written.
    assert changed_rows(by_dbt.warehouse, replayed.warehouse, schemas=SCHEMAS) == {}


def test_a_first_build(small: Chain, tmp_path: Path) -> None:
    replayed = small.copy(tmp_path, only_loaded=True)
    replayed.build(tested=True)
    _assert_same(small, replayed)


def test_a_build_of_restated_days(small: Chain, revised: Chain, tmp_path: Path) -> None:
    replayed = revised.copy(tmp_path, only_loaded=True)
    replayed.build(run_id="revised")
    _assert_same(revised, replayed)
    assert changed_rows(small.warehouse, replayed.warehouse, schemas=("marts",)) != {}
