"""Every card of every board is BigQuery SQL too: translated, and read by Google's own analyser.

As Metabase asks: a filter that is chosen stands as a condition on the table's full name.
"""

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from dashboards.binding import DIALECT, with_marks, without_filters
from dashboards.definition import Card, read_boards
from tests.bigquery.googlesql.engine import GoogleSql
from tests.bigquery.googlesql.types import canonical_name
from tests.declared import declared

PROJECT = "project"
AMOUNTS = ("NUMERIC", "BIGNUMERIC", "FLOAT64")
TYPES = {
    **dict.fromkeys(("usd", "usd_rate", "percent", "number", "seconds"), (*AMOUNTS, "INT64")),
    "count": ("INT64",),
    "date": ("DATE",),
    "month": ("DATE",),
    "instant": ("TIMESTAMP",),
    "text": ("STRING", "BOOL"),
}
"""Types in which a column of each format may come."""
INSTANTS = {"timestamp": "timestamptz"}
"""What BigQuery calls a timestamp has a zone elsewhere."""
CARDS = {
    f"{board.name}/{card.name}": card
    for board in read_boards().values()
    for card in board.cards.values()
}


@pytest.fixture(scope="module")
def bigquery() -> GoogleSql:
    engine = GoogleSql()
    for table, columns in declared().items():
        schema, name = table.split(".", 1)
        typed = {column: canonical_name(kind) for column, kind in columns.items()}
        engine.add_table((PROJECT, schema, name), typed)
    return engine


def translated(card: Card, *, filtered: bool) -> str:
    """Return the card's SQL as BigQuery would get it; a translation that loses something is an error."""
    tree = sqlglot.parse_one(
        with_marks(card.sql) if filtered else without_filters(card.sql), dialect=DIALECT
    )
    for mark in list(tree.find_all(exp.Placeholder)):
        around = mark.find_ancestor(exp.Select)
        assert around is not None
        table = around.args["from_"].this
        column = card.column_of(mark.name).rpartition(".")[2]
        kind = declared()[f"{table.db}.{table.name}"][column]
        value = (
            "in ('a', 'b')"
            if kind == "string"
            else f">= cast('2026-06-01' as {INSTANTS.get(kind, kind)})"
        )
        mark.replace(sqlglot.condition(f"{table.name}.{column} {value}", dialect=DIALECT))
    for table in tree.find_all(exp.Table):
        if table.db:
            table.set("catalog", exp.to_identifier(PROJECT, quoted=True))
            table.set("db", exp.to_identifier(table.db, quoted=True))
            table.set("this", exp.to_identifier(table.name, quoted=True))
    return tree.sql(dialect="bigquery", unsupported_level=ErrorLevel.RAISE)


@pytest.mark.parametrize("name", CARDS)
def test_card_is_bigquery_sql(bigquery: GoogleSql, name: str) -> None:
    card = CARDS[name]
    for filtered in (False, True):
        found = bigquery.analyse(translated(card, filtered=filtered))
        assert [column for column, _ in found] == list(card.columns)
        wrong = [
            f"{column} is {kind}"
            for column, kind in found
            if kind not in TYPES[card.columns[column].format]
        ]
        assert not wrong, name
