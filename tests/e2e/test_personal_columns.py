"""Which columns of marts are about persons, held against a company whose people are known: the list says all of them, and no other.

By name (`persons/columns.py`), because a column's name says what is in it wherever it goes on its way through the models; here by
what stands in it: an address, an account's id, a name, a person's id, from wherever in the raw tables it came.
"""

import re
from collections import defaultdict

import duckdb
import pytest

from persons.columns import KEYS_OF_ROWS, MADE_OF_KEYS, NOT_PERSONAL
from persons.identifiers import ColumnKind
from privacy.columns import MAP
from serving.config import SERVED_SCHEMAS
from tests.e2e.chain import Chain
from warehouse.duckdb import DuckDB
from warehouse.engine import TEXT

NAMED_BY_PEOPLE = frozenset(
    """
    alias_email api_key_id api_key_name author author_login branch cell_text charge_description context_id
    deployed_by environment_name evidence field_name first_person_email labels last_person_email limit_scope_key
    line_key mapped_key owner_name partial_key_hint pr_title quarantine_reason record_text reviewer seat_id
    sub_account_id sub_account_name title workspace_id workspace_key workspace_name
    """.split()  # noqa: SIM905 - a list of names reads better than a list of strings
)
"""What may hold a person's name or address, and in this company does not."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PERSON_ID = re.compile(r"[0-9a-f]{32}")
_WHO = (ColumnKind.EMAIL, ColumnKind.ID, ColumnKind.NAME, ColumnKind.ALIASES)


def _people(warehouse: DuckDB) -> set[str]:
    """Return everything that names somebody in the raw tables, as it is written but for its case."""
    found: set[str] = set()
    for table in warehouse.tables():
        if not table.schema.startswith("raw_") or table.schema.endswith("_staging"):
            continue
        for name, one in MAP.of(table).items():
            if one.kind in _WHO:
                rows = warehouse.rows(
                    f'select distinct "{name}" from {warehouse.name(*table.place)}'
                )
                cells = [str(cell).casefold() for (cell,) in rows if cell]
                found.update(
                    *(_parts(cell) if one.kind is ColumnKind.ALIASES else [cell] for cell in cells)
                )
    ids = warehouse.rows(
        "select distinct person_id from raw_sheets.people where person_id is not null"
    )
    return {text.strip() for text in found if text.strip()} | {str(one) for (one,) in ids}


def _parts(cell: str) -> list[str]:
    return re.split(r"[;,\s]+", cell)


def _names_somebody(cell: str, people: set[str]) -> bool:
    text = cell.casefold()
    return text in people or not people.isdisjoint(
        _ADDRESS.findall(text) + _PERSON_ID.findall(text)
    )


@pytest.fixture(scope="module")
def columns(small: Chain) -> dict[str, bool]:
    """Return the text columns of all marts, and whether they name somebody in one of them."""
    found: dict[str, bool] = defaultdict(bool)
    with duckdb.connect(str(small.warehouse), read_only=True) as connection:
        warehouse = DuckDB(connection)
        people = _people(warehouse)
        assert len(people) > 100
        for table in warehouse.tables():
            names = table.of_kind(TEXT)
            if table.schema not in SERVED_SCHEMAS or not names:
                continue
            relation = warehouse.name(*table.place)
            cells = warehouse.dialect.cells(relation, [f'"{name}"' for name in names])
            for name in names:
                found[name] |= False
            for number, cell in warehouse.rows(
                f"select distinct number, cell from {cells} where cell <> ''"
            ):
                found[names[number]] = found[names[number]] or _names_somebody(cell, people)
    return found


def test_no_column_that_is_said_to_name_nobody_names_somebody(columns: dict[str, bool]) -> None:
    assert [name for name in sorted(NOT_PERSONAL) if columns.get(name)] == []


def test_no_other_column_is_kept_from_readers(columns: dict[str, bool]) -> None:
    personal = columns.keys() - NOT_PERSONAL
    assert {name for name in personal if not columns[name]} == KEYS_OF_ROWS | NAMED_BY_PEOPLE


def test_the_list_names_columns_that_there_are(columns: dict[str, bool]) -> None:
    assert columns.keys() >= NOT_PERSONAL | KEYS_OF_ROWS | MADE_OF_KEYS
