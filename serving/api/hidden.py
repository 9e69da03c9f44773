"""People who asked to be erased, hidden in the tables of an open snapshot.

What is shown instead of a text is worked out once per snapshot and set of requests, for each text that a personal column
holds, however often it stands there; tables are read beside what came of it. So the SQL of an answer is as long for one
thousand requests that wait as for one, and marts that name none of these people are read as always.

The key of a row is a plain hash of what stands in it, whom it is about too: somebody with a list of staff would find by it who is
hidden. In rows in which somebody is, the key is hashed once more, with a secret.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from persons.columns import KEYS_OF_ROWS, MADE_OF_KEYS, personal_columns
from persons.identifiers import Kind, Label, pseudonym, tokens
from privacy.masking import Mask

_KEY = "[0-9a-f]{32}"
"""What the keys of rows look like. There is one in every row, and they name nobody unless they are known as a whole."""
_ID = re.compile(_KEY)
_PEOPLE = "marts.dim_people"
_SHAPE = pa.schema([("place", pa.int32()), ("cell", pa.string()), ("shown", pa.string())])


@dataclass
class Cells:
    """The different texts of a snapshot's personal columns, read when the first request waits."""

    of: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By table and column."""
    with_keys: list[tuple[str, str]] = field(default_factory=list)
    """Tables and columns that hold keys of rows, which are not among the texts."""
    is_read: bool = False

    def read(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, "Rows"]) -> None:
        """Read them, unless they were read before: a snapshot never changes."""
        if self.is_read:
            return
        known: dict[str, str] = {}
        for table, rows in tables.items():
            columns = personal_columns(rows.columns)
            if not columns:
                continue
            asked = ", ".join(
                f'list(distinct "{name}") filter (not {_is_key(name)}), coalesce(bool_or({_is_key(name)}), false)'
                for name in columns
            )
            found = connection.execute(f"select {asked} from {rows.sql}").fetchone() or ()
            for name, texts, has_keys in zip(columns, found[::2], found[1::2], strict=True):
                self.of[table, name] = tuple(known.setdefault(text, text) for text in texts or ())
                if has_keys:
                    self.with_keys.append((table, name))
        self.is_read = True


@dataclass(frozen=True)
class Rows:
    """The rows of a table as they are published."""

    sql: str
    columns: Mapping[str, str]


def hide(
    connection: duckdb.DuckDBPyConnection, mask: Mask, tables: Mapping[str, Rows], cells: Cells
) -> Callable[[str], str]:
    """Return what gives the SQL of a table's rows, with everybody hidden who is masked."""
    if not mask:
        return lambda table: tables[table].sql
    cells.read(connection, tables)
    texts = {text for texts in cells.of.values() for text in texts}
    hidden = mask.hidden(texts)
    ids = _person_ids(connection, tables, hidden)
    hidden |= _without_ids(texts, hidden, ids)
    found = {
        place: {text: hidden[text] for text in texts if text in hidden}
        for place, texts in cells.of.items()
    }
    keys = {*mask.row_keys, *ids}
    for place, theirs in _among(connection, keys, tables, cells.with_keys).items():
        found[place] |= {key: ids[key] for key in theirs if key in ids}
        found[place] |= mask.hidden(key for key in theirs if key not in ids)
    places = [place for place, texts in found.items() if texts]
    _write(connection, [found[place] for place in places], mask.secret)
    numbers: dict[str, dict[str, int]] = {}
    for number, (table, name) in enumerate(places):
        numbers.setdefault(table, {})[name] = number
    return lambda table: _shown(tables[table], numbers.get(table, {}))


def _is_key(name: str) -> str:
    return f"regexp_full_match(\"{name}\", '{_KEY}')"


def _person_ids(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Rows], hidden: Mapping[str, str]
) -> dict[str, str]:
    """Return what is shown instead of the ids under which pages and links know those whose addresses are hidden."""
    people = tables.get(_PEOPLE)
    if people is None or not {"person_email", "person_id"} <= people.columns.keys():
        return {}
    rows = connection.execute(
        f"select distinct person_email, person_id from {people.sql} where person_id is not null"
    ).fetchall()
    return {
        one: pseudonym(Label(Kind.ID), found[0])
        for email, one in rows
        if (found := tokens(hidden.get(email, "")))
    }


def _without_ids(
    texts: Iterable[str], hidden: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, str]:
    """Return what is shown instead of texts that hold such ids beside others, as the tags of a charge do."""
    if not ids:
        return {}
    found = {}
    for text in texts:
        before = hidden.get(text, text)
        instead = _ID.sub(lambda match: ids.get(match[0], match[0]), before)
        if instead != before:
            found[text] = instead
    return found


def _among(
    connection: duckdb.DuckDBPyConnection,
    theirs: Collection[str],
    tables: Mapping[str, Rows],
    places: Iterable[tuple[str, str]],
) -> dict[tuple[str, str], list[str]]:
    """Return which keys of rows are hashes or ids of the people, as a whole."""
    if not theirs:
        return {}
    connection.register("hidden_keys", pa.table({"key": pa.array([*theirs], pa.string())}))
    found = {
        (table, name): connection.execute(
            f'select distinct "{name}" from {tables[table].sql}'
            f' where "{name}" in (select key from hidden_keys)'
        ).fetchall()
        for table, name in places
    }
    connection.unregister("hidden_keys")
    return {place: [key for (key,) in rows] for place, rows in found.items()}


def _write(
    connection: duckdb.DuckDBPyConnection, places: Iterable[Mapping[str, str]], secret: str
) -> None:
    rows = [
        (number, cell, shown)
        for number, texts in enumerate(places)
        for cell, shown in texts.items()
    ]
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] or [[]] * 3
    written = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, _SHAPE.types, strict=True)],
        schema=_SHAPE,
    )
    connection.register("hidden_people", written)
    connection.execute(
        "create schema hidden; create table hidden.people as from hidden_people;"
        " create table hidden.shown as"
        " select place, map(list(cell), list(shown)) as instead from hidden.people group by place"
    )
    connection.unregister("hidden_people")
    connection.execute("create table hidden.keys as select ? as secret", [secret])


def _shown(rows: Rows, places: Mapping[str, int]) -> str:
    """Return the SQL of rows in which some columns show what is shown instead.

    A hidden text is found by a hash and what is shown by going through those of its column, which only rows of hidden
    people do. Not by a left join: it would bring the rows out of their file's order.
    """
    if not places:
        return rows.sql
    cases: dict[str, list[str]] = {}
    for name, number in places.items():
        instead = f'(select instead from hidden.shown where place = {number})[published."{name}"]'
        cases.setdefault(name, []).append(f"when {_is_hidden(name, number)} then {instead}")
    theirs = " or ".join(_is_hidden(name, number) for name, number in places.items())
    for name in rows.columns.keys() & (KEYS_OF_ROWS | MADE_OF_KEYS):
        key = f'md5((select secret from hidden.keys) || published."{name}")'
        cases.setdefault(name, []).append(f"when {theirs} then {key}")
    shown = ", ".join(
        f'case {" ".join(some)} else published."{name}" end as "{name}"'
        for name, some in sorted(cases.items())
    )
    return f"(select published.* replace ({shown}) from {rows.sql} as published)"


def _is_hidden(name: str, number: int) -> str:
    return f'published."{name}" in (select cell from hidden.people where place = {number})'
