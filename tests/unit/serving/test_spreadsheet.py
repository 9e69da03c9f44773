"""What a spreadsheet is handed: no text that it would calculate, and numbers that stay numbers."""

import csv
import io
from decimal import Decimal

import duckdb
import pytest

from serving.spreadsheet import csv_for_people, text_cell, text_cell_sql

COLUMN = '"text"'
TEXTS = [
    ("=1+1", "'=1+1"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("a=1", "a=1"),
    ("'=1", "'=1"),
    (" =1", " =1"),
    ("", ""),
    ("\u2212 1", "\u2212 1"),
]


@pytest.mark.parametrize(("text", "cell"), TEXTS)
def test_a_text_is_no_formula(text: str, cell: str) -> None:
    assert text_cell(text) == cell


def test_duckdb_says_the_same() -> None:
    connection = duckdb.connect()
    sent = [text for text, _ in TEXTS]
    connection.execute("create table texts as select unnest(?) as text", [sent])
    found = connection.execute(f"select {text_cell_sql(COLUMN)} from texts").fetchall()
    assert [cell for (cell,) in found] == [cell for _, cell in TEXTS]
    assert connection.execute(f"select {text_cell_sql('cast(null as varchar)')}").fetchall() == [
        (None,)
    ]


def test_numbers_stay_numbers_and_nothing_stays_nothing() -> None:
    sent = csv_for_people(("a", "b", "c", "=d"), [(Decimal("-1E-7"), -5, None, 'x\r\n,"')])
    assert sent == b'a,b,c,\'=d\r\n-0.0000001,-5,,"x\r\n,"""\r\n'
    assert len(list(csv.reader(io.StringIO(sent.decode(), newline="")))) == 2
