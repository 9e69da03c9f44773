import datetime as dt
from decimal import Decimal

import pytest

from tests.bigquery.canonical import canonical, differences, duckdb_type


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("1.500000000"), Decimal("1.5")),
        (Decimal("100"), Decimal("1E+2")),
        (Decimal("-0.000"), Decimal(0)),
        (
            dt.datetime(2026, 6, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.datetime(2026, 5, 31, 23, tzinfo=dt.UTC),
        ),
        (0.1 + 0.2, 0.3),
        (float("nan"), float("nan")),
    ],
)
def test_equal_values_have_one_spelling(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("0.000000001"), Decimal(0)),
        (None, ""),
        (None, 0),
        (True, 1),
        ("1", "1.0"),
        (dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_other_values_have_another_spelling(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)


def test_order_of_rows_does_not_matter_but_how_often_does() -> None:
    rows: list[list[object]] = [[1, None], [2, "x"], [2, "x"]]
    assert differences(rows, rows[::-1], ["a", "b"]) == []
    assert differences(rows, rows[:2], ["a", "b"])[0] == "3 rows against 2"


def test_values_in_other_rows_are_a_difference() -> None:
    found = differences([[1, "a"], [2, "b"]], [[1, "b"], [2, "a"]], ["n", "t"])
    assert found[-1] == "the same values in other rows"


@pytest.mark.parametrize(
    ("duckdb", "bigquery"),
    [("DECIMAL(18,3)", "NUMERIC"), ("DECIMAL(38,18)", "DECIMAL(38,18)"), ("HUGEINT", "HUGEINT")],
)
def test_types_without_a_twin_keep_their_name(duckdb: str, bigquery: str) -> None:
    assert duckdb_type(duckdb) == bigquery
