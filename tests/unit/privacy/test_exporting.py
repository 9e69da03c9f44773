"""What an export says about a table, and how it writes what a table holds."""

import json
from decimal import Decimal

import duckdb
import pytest

from extract.sources import SOURCES
from persons.matching import Replacement
from privacy.exporting import SOMEBODY_ELSE, Section, about
from privacy.subject import Subject
from privacy.warehouse_export import export_subject
from serving.config import SERVED_SCHEMAS
from tests.e2e.test_retention import AGGREGATES, TASK_ROWS
from warehouse.duckdb import DuckDB

ANNA = "anna@x.example"
BOB = "bob@x.example"
SUBJECT = Subject(
    emails=[ANNA],
    ids=["17"],
    names=["Anna Berg"],
    namespaces={"17": {"cursor"}},
    others={BOB, f"jo{ANNA}"},
)
WHO = Replacement({"erased-0000000000000000": SUBJECT.identifiers()}, SUBJECT.others)


@pytest.mark.parametrize("schema", [*SERVED_SCHEMAS, *(f"raw_{source}" for source in SOURCES)])
def test_every_schema_says_what_it_is_for(schema: str) -> None:
    """One that does not ends the export of everybody."""
    assert Section(f"{schema}.anything", ()).description()["purpose"]


@pytest.mark.parametrize("table", TASK_ROWS)
def test_rows_that_leave_with_the_tasks_say_so(table: str) -> None:
    assert Section(table, ()).description()["retention"] == "90 days, or as the organisation says"


@pytest.mark.parametrize(
    "table", [*AGGREGATES, "raw_orchestrator.quarantine", "marts.dim_people", "raw_cursor.x"]
)
def test_rows_that_stay_say_so(table: str) -> None:
    assert Section(table, ()).description()["retention"] == "until the person is erased"


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0E-9", "0.000000000"), ("1E-9", "0.000000001"), ("1E+3", "1000"), ("-2.50", "-2.50")],
)
def test_an_amount_has_no_exponent(amount: str, text: str) -> None:
    found = about({"email": ANNA, "spend_usd": Decimal(amount)}, ["email"], WHO)
    assert found == {"email": ANNA, "spend_usd": text}


@pytest.mark.parametrize(
    "row",
    [
        {"person_email": BOB, "month_end_manager_email": ANNA, "spend_usd": 1},
        {"person_email": BOB, "manager_email": f"<{ANNA.upper()}>"},
        {"person_email": BOB, "person_name": "Anna Berg"},
        {"person_email": f"jo{ANNA}", "person_name": "Joanna Berg"},
        {"api_key_id": "k", "creator_email": ANNA, "owner_email": BOB},
        {"workspace_id": "w", "sole_member_email": ANNA},
        {"policy": "p", "approved_by": ANNA},
    ],
)
def test_a_row_that_is_somebody_else_s_is_left_out(row: dict[str, object]) -> None:
    texts = [name for name, value in row.items() if isinstance(value, str)]
    assert about(row, texts, WHO) is None


def test_what_a_row_says_of_others_is_left_out() -> None:
    row = {
        "person_email": ANNA.title(),
        "manager_email": BOB,
        "manager_name": "Bob Holm",
        "note": f"with bob%40x.example and {ANNA}; jo{ANNA}",
        "month_end_manager_email": ANNA,
    }
    assert about(row, list(row), WHO) == {
        "person_email": ANNA.title(),
        "manager_email": SOMEBODY_ELSE,
        "manager_name": SOMEBODY_ELSE,
        "note": f"with {SOMEBODY_ELSE} and {ANNA}; {SOMEBODY_ELSE}",
        "month_end_manager_email": ANNA,
    }


def test_the_copy_of_the_warehouse_holds_the_person_s_rows_alone() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema raw_cursor; create schema raw_sheets; create schema raw_gemini; create schema marts"
        )
        for sql in (
            "create table raw_sheets.people (email varchar, name varchar, manager_email varchar)",
            f"insert into raw_sheets.people values ('{ANNA}', 'Anna Berg', '{BOB}'), ('{BOB}', 'Bob', '{ANNA}')",
            f"insert into raw_sheets.people values ('else@x.example', 'Anna Berg', '{ANNA}')",
            'create table raw_cursor.team_members (id varchar, email varchar, "order" varchar)',
            f"insert into raw_cursor.team_members values ('17', '{ANNA}', 'x'), ('18', '{BOB}', 'y')",
            "create table raw_cursor.daily_usage (user_id varchar, email varchar, n bigint)",
            "insert into raw_cursor.daily_usage values ('17', null, 1), ('18', null, 2), ('117', null, 3)",
            "create table raw_gemini.activity_events (actor_email varchar, actor_profile_id varchar)",
            f"insert into raw_gemini.activity_events values ('{BOB}', '17')",
            "create table marts.mart_executive__person_monthly (person_email varchar, month_end_manager_email varchar)",
            f"insert into marts.mart_executive__person_monthly values ('{ANNA}', '{BOB}'), ('{BOB}', '{ANNA}')",
        ):
            connection.execute(sql)
        document = json.loads(b"".join(export_subject(DuckDB(connection), ANNA)))
    rows = {one["table"]: one["rows"] for one in document["tables"]}
    assert rows == {
        "marts.mart_executive__person_monthly": [
            {"person_email": ANNA, "month_end_manager_email": SOMEBODY_ELSE}
        ],
        "raw_cursor.daily_usage": [{"user_id": "17", "email": None, "n": 1}],
        "raw_cursor.team_members": [{"id": "17", "email": ANNA, "order": "x"}],
        "raw_gemini.activity_events": [],
        "raw_sheets.people": [{"email": ANNA, "name": "Anna Berg", "manager_email": SOMEBODY_ELSE}],
    }
