"""What neither program would notice until somebody looks at an empty card: each fault with its board and card.

Metabase draws a card whose settings name a column that the query does not return as nothing at all, and drops a filter
that no tag is there for. So every name is held against the published tables and against what the SQL returns.
"""

from collections.abc import Collection, Iterator

import duckdb
import sqlglot
from sqlglot import exp

from dashboards.binding import DIALECT, tags_of, without_filters
from dashboards.definition import GRID, Board, Card
from dashboards.reading import Tables, UnreadableError, columns_read, places_of_filters

_TYPES = {"dates": ("DATE", "TIMESTAMP")}
"""Types of the column that a filter looks at; all other filters look at words."""
_CLOCKS = (
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.CurrentDatetime,
    exp.Localtime,
    exp.Localtimestamp,
    exp.Rand,
)
_ONE_ROW = ("number", "sentence")


def faults_of(board: Board, tables: Tables) -> list[str]:
    """Return what is wrong with a board, a line each; `tables` are those that are published."""
    found = [f"{board.name}: {what}" for what in _layout(board)]
    for card in board.cards.values():
        found += [f"{board.name}/{card.name}: {what}" for what in _card(board, card, tables)]
    return found


def _layout(board: Board) -> Iterator[str]:
    placed = [place.card for place in board.places]
    for name in sorted(set(placed) - board.cards.keys()):
        yield f"the card {name!r} has no definition"
    for name in sorted({name for name in placed if placed.count(name) > 1}):
        yield f"the card {name!r} stands twice"
    for name in sorted(board.cards.keys() - set(placed) - {board.answer}):
        yield f"the card {name!r} stands nowhere"
    if board.answer not in board.cards or board.cards[board.answer].display != "sentence":
        yield f"its answer {board.answer!r} is no card with sentences"
    if len({section.tab is None for section in board.sections}) > 1:
        yield "some of its sections have a tab, others have none"
    for section in board.sections:
        taken: dict[tuple[int, int], str] = {}
        for place in section.cards:
            if place.col + place.width > GRID:
                yield f"the card {place.card!r} ends at column {place.col + place.width} of {GRID}"
            for spot in (
                (col, row)
                for col in range(place.col, place.col + place.width)
                for row in range(place.row, place.row + place.height)
            ):
                other = taken.setdefault(spot, place.card)
                if other != place.card:
                    yield f"the cards {other!r} and {place.card!r} overlap"
                    break
    obeyed = {name for card in board.cards.values() for name in card.filters}
    for name in sorted(set(board.filters) - obeyed):
        yield f"no card obeys the filter {name!r}"
    for name in sorted(obeyed - set(board.filters)):
        yield f"cards obey the filter {name!r}, which the board does not offer"


def _card(board: Board, card: Card, tables: Tables) -> Iterator[str]:
    tags = tags_of(card.sql)
    for tag in sorted(set(tags) - card.filters.keys()):
        yield f"{{{{{tag}}}}} is no filter of the card"
    for name in sorted(card.filters.keys() - set(tags)):
        yield f"the filter {name!r} has no place in the SQL"
    if card.link and card.link.filter not in board.filters:
        yield f"it links to the filter {card.link.filter!r}, which the board does not offer"
    try:
        read = columns_read(card.sql, tables)
    except UnreadableError as error:
        yield f"the SQL: {error}"
        return
    yield from _filters(card, read, tables)
    yield from _text(card)
    yield from _result(card, {name: tables[name] for name in read})


def _filters(card: Card, read: Collection[str], tables: Tables) -> Iterator[str]:
    tables_of: dict[str, str] = {}
    for name, column in card.filters.items():
        table, _, bare = column.rpartition(".")
        table = table or next(iter(read), "no table")
        if table not in read:
            yield f"the filter {name!r} is of {table}, which the SQL does not read"
        elif bare not in tables[table]:
            yield f"the filter {name!r} is of {table}.{bare}, which does not exist"
        elif "." not in column and len(read) > 1:
            yield f"the filter {name!r} does not say of which table {bare} is"
        else:
            tables_of[name] = table
            kind = tables[table][bare]
            if kind not in _TYPES.get(name, ("VARCHAR",)):
                yield f"the filter {name!r} cannot be of {table}.{bare}, a {kind}"
    for place in places_of_filters(card.sql):
        table = tables_of.get(place.filter_name, "")
        if table and place.sources != (table,):
            yield (
                f"{{{{{place.filter_name}}}}} stands where {', '.join(place.sources)} is read; "
                f"Metabase writes {table} in full, so it must stand alone there, without another name"
            )


def _text(card: Card) -> Iterator[str]:
    tree = sqlglot.parse_one(without_filters(card.sql), dialect=DIALECT)
    for function in sorted({one.name for one in tree.find_all(exp.Anonymous)}):
        yield f"the SQL: {function} is no function that every engine has"
    if any(tree.find_all(*_CLOCKS)):
        yield "the SQL: what it returns depends on when it is asked; marts say what day it is"
    if tree.find(exp.Extract):
        yield "the SQL: engines number weeks and weekdays differently; marts.dim_dates says which it is"
    if tree.find(exp.Limit):
        yield "the SQL: it cuts rows; the page says what it has no room for"
    if card.display not in _ONE_ROW and not tree.args.get("order"):
        yield "the SQL: its rows have no order"


def _result(card: Card, tables: Tables) -> Iterator[str]:
    with duckdb.connect() as connection:
        for table, columns in tables.items():
            schema, name = table.split(".", 1)
            connection.execute(f'create schema if not exists "{schema}"')
            typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f'create table "{schema}"."{name}" ({typed})')
        try:
            result = connection.execute(without_filters(card.sql))
        except duckdb.Error as error:
            yield f"the SQL: {error}"
            return
        returned = [column for column, *_ in result.description or ()]
    if returned != list(card.columns):
        yield f"the SQL returns {', '.join(returned)}; the card describes {', '.join(card.columns)}"
