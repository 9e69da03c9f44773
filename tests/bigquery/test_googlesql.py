import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.bigquery.googlesql.engine import GoogleSql, GoogleSqlError

TABLE = ("a-project", "a_dataset", "things")
PATH = "`a-project`.`a_dataset`.`things`"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("INT64", -(2**63)),
        ("NUMERIC", Decimal("-0.000000001")),
        ("NUMERIC", Decimal("99999999999999999999999999999.999999999")),
        ("STRING", "Ünï'; --"),
        ("BOOL", False),
        ("FLOAT64", 0.1),
        ("DATE", dt.date(1969, 12, 31)),
        ("TIMESTAMP", dt.datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=dt.UTC)),
        ("DATETIME", dt.datetime(2026, 12, 31, 23, 59, 59, 999999)),  # noqa: DTZ001 - a civil time
        ("TIME", dt.time(23, 59, 59, 1)),
        ("BYTES", b"\x00\xff"),
        ("ARRAY<STRING>", ["a", "b"]),
        ("STRUCT<a INT64, b STRING>", {"a": 1, "b": None}),
    ],
)
def test_values_come_back_as_they_went(kind: str, value: Any) -> None:
    bigquery = GoogleSql()
    bigquery.add_table(TABLE, {"thing": kind, "nothing": kind})
    result = bigquery.execute(f"select * from {PATH}", {TABLE: [[value, None]]})
    assert result.columns[0][1].replace(", ", ",") == kind.replace(", ", ",")
    assert result.rows[0][0] == value


def test_question_marks_of_patterns_and_comments_are_no_parameters() -> None:
    bigquery = GoogleSql()
    sql = "select regexp_contains('ac', r'^ab?c$') as plain, 'it\\'s?' as quoted  -- or not?"
    assert bigquery.execute(sql, {}).rows == [[True, "it's?"]]


def test_table_may_be_described_again() -> None:
    bigquery = GoogleSql()
    bigquery.add_table(TABLE, {"thing": "INT64"})
    assert bigquery.analyse(f"select thing from {PATH}") == [("thing", "INT64")]
    bigquery.add_table(TABLE, {"other": "bigint"})
    assert bigquery.analyse(f"select other from {PATH}") == [("other", "INT64")]
    with pytest.raises(GoogleSqlError, match="thing"):
        bigquery.analyse(f"select thing from {PATH}")


def test_parameters_of_a_type_belong_to_columns_and_not_to_casts() -> None:
    bigquery = GoogleSql()
    bigquery.check("-- one\ncreate table `p`.`d`.`t` (usd numeric(38, 9) not null)")
    with pytest.raises(GoogleSqlError, match="Parameterized types"):
        bigquery.analyse("select cast(1 as numeric(38, 9)) as usd")


def test_error_of_a_running_query_is_an_error() -> None:
    with pytest.raises(GoogleSqlError, match="division by zero"):
        GoogleSql().execute("select 1 / 0 as nothing", {})


def test_deeply_nested_query_still_has_its_columns() -> None:
    deep = "1" + " + 1" * 200
    assert GoogleSql().analyse(f"select {deep} as many") == [("many", "INT64")]
