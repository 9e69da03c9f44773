"""Every card of every board is BigQuery SQL too: what Metabase would send, read by Google's own analyser."""

import re

import pytest

from dashboards.definition import Card, read_boards
from dashboards.metabase.sql import for_metabase
from dashboards.reading import columns_read
from tests.bigquery.googlesql.engine import GoogleSql
from tests.bigquery.googlesql.types import canonical_name
from tests.declared import declared, published

PROJECT = "project"
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_TAG = re.compile(r"\{\{(\w+)\}\}")
AMOUNTS = ("NUMERIC", "BIGNUMERIC", "FLOAT64")
TYPES = {
    **dict.fromkeys(
        ("usd", "usd_rate", "percent", "number", "seconds", "hours"), (*AMOUNTS, "INT64")
    ),
    "count": ("INT64",),
    "date": ("DATE",),
    "month": ("DATE",),
    "instant": ("TIMESTAMP",),
    "text": ("STRING", "BOOL"),
}
"""Types in which a column of each format may come."""
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


def compiled(card: Card, *, filtered: bool) -> str:
    """Return what BigQuery would get from Metabase: every filter left out, or every filter chosen."""
    sql = for_metabase(card, "bigquery", tables=published())

    def condition(found: re.Match[str]) -> str:
        read = columns_read(card.sql, declared())
        table, _, column = card.column_of(found[1]).rpartition(".")
        table = table or next(iter(read))
        kind = canonical_name(declared()[table][column])
        return f"`{table}`.`{column}` " + (
            "in ('a', 'b')" if kind == "STRING" else f">= {kind} '2026-06-01'"
        )

    if not filtered:
        sql = _OPTIONAL.sub("", sql)
    sql = _TAG.sub(condition if filtered else "true", _OPTIONAL.sub(r"\1", sql))
    # The analyser knows a table by project, dataset and name, a column by the table's name.
    sql = re.sub(r"`(\w+)\.(\w+)`\.", r"`\2`.", sql)
    return re.sub(r"`(\w+)\.(\w+)`", rf"`{PROJECT}`.`\1`.`\2`", sql)


@pytest.mark.parametrize("name", CARDS)
def test_card_is_bigquery_sql(
    bigquery: GoogleSql, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    card = CARDS[name]
    for filtered in (False, True):
        found = bigquery.analyse(compiled(card, filtered=filtered))
        assert [column for column, _ in found] == list(card.columns)
        wrong = [
            f"{column} is {kind}"
            for column, kind in found
            if kind not in TYPES[card.columns[column].format]
        ]
        assert not wrong, name
    assert caplog.text == "", "a translation that loses something"
