"""What an export says about a table, and how it writes what a table holds."""

from decimal import Decimal

import pytest

from persons.identifiers import Identifier, Kind, Label, Replacement
from privacy.exporting import Section, about
from tests.e2e.test_retention import AGGREGATES, TASK_ROWS

ANNA = "anna@x.example"
WHO = Replacement({"erased-0000000000000000": [Identifier(Label(Kind.EMAIL), ANNA)]})


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
