"""A card's SQL as Metabase needs it: for DuckDB as it is written, for BigQuery translated.

Metabase compiles a field filter to the column of the table itself, on BigQuery `` `dataset.table`.column ``. That is
understood only where the table stands in ONE pair of backticks, without project and without an alias.
"""

import re
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp

from dashboards.binding import DIALECT, tags_of
from dashboards.definition import Card
from dashboards.reading import Tables, tables_read

OPTIONAL = re.compile(r"\[\[\s*and\s+\{\{\s*([a-z_]+)\s*\}\}\s*\]\]", re.IGNORECASE)
_BARE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_WRITTEN_OPTIONAL = re.compile(r"\bAND\s+filter_optional_([a-z_]+)\b")
_WRITTEN_BARE = re.compile(r"\bfilter_always_([a-z_]+)\b")
_PLACE = re.compile(r"filter_(?:optional|always)_([a-z_]+)")

Engine = str
"""`duckdb` or `bigquery`."""


def for_metabase(
    card: Card, engine: Engine, *, prefix: str = "", tables: Tables | None = None
) -> str:
    """Return the SQL with Metabase's places for filters.

    Args:
        card: The card.
        engine: What runs it.
        prefix: What stands before every dataset's name.
        tables: The published tables, whose types decide how BigQuery shortens a day.
    """
    if engine == "duckdb":
        return card.sql.strip()
    tree = parsed(card.sql)
    own = tables_read(tree)
    types = _types(own, tables or {})
    for table in list(tree.find_all(exp.Table)):
        if f"{table.db}.{table.name}" in own and table.db:
            name = f"{prefix}{table.db}.{table.name}"
            table.set("this", exp.to_identifier(name, quoted=True))
            table.set("db", None)
    if engine == "bigquery":
        for shortened in list(tree.find_all(exp.TimestampTrunc, exp.DateTrunc)):
            shortened.replace(_shortened(shortened, types))
    written = tree.sql(dialect=engine, pretty=True)
    written = _WRITTEN_OPTIONAL.sub(r"[[AND {{\1}}]]", written)
    return _WRITTEN_BARE.sub(r"{{\1}}", written)


def parsed(sql: str) -> exp.Expr:
    """Return the SQL's tree, in which each filter's place is a column of that name."""
    sql = OPTIONAL.sub(r"and filter_optional_\1", sql)
    return sqlglot.parse_one(_BARE.sub(r"filter_always_\1", sql), dialect=DIALECT)


def filter_faults(card: Card) -> Iterator[str]:
    """Say which filters Metabase could not compile; where each may stand holds `dashboards/lint.py`."""
    without = OPTIONAL.sub("", card.sql)
    if "[[" in without or "]]" in without:
        yield "a filter that may be left out is written [[and {{name}}]], alone"
        return
    tree = parsed(card.sql)
    places = [
        found[1] for column in tree.find_all(exp.Column) if (found := _PLACE.fullmatch(column.name))
    ]
    if sorted(places) != sorted(tags_of(card.sql)):
        yield "a filter stands where no condition can stand"


def table_of(card: Card, filter_name: str, read: list[str]) -> str:
    """Return the table whose column a filter looks at."""
    table, _, _ = card.column_of(filter_name).rpartition(".")
    return table or (read[0] if read else "")


def _shortened(call: exp.Expr, types: Mapping[str, str]) -> exp.Expr:
    """Return BigQuery's way to the first day of a week or month: of a day or of an instant, and weeks begin on Monday."""
    of, unit = call.this, call.args["unit"].name.upper()
    is_day = isinstance(of, exp.Column) and types.get(of.name, "").upper() == "DATE"
    is_day |= isinstance(of, exp.Cast) and of.is_type("date")
    word = "date_trunc" if is_day else "timestamp_trunc"
    made = sqlglot.parse_one(
        f"{word}(x, {'isoweek' if unit == 'WEEK' else unit})", dialect="bigquery"
    )
    made.set("this", of.copy())
    return made


def _types(read: set[str], tables: Tables) -> Mapping[str, str]:
    return {
        column: kind for table in read if table in tables for column, kind in tables[table].items()
    }
