"""What `python -m dashboards plan | apply | prune | export` do."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from dashboards.breaks import read_breaks
from dashboards.definition import Board, FilterName
from dashboards.lint import faults_of
from dashboards.metabase import mail
from dashboards.metabase.apply import Change, Desired, Walk
from dashboards.metabase.client import Client
from dashboards.metabase.database import database_body
from dashboards.metabase.export import export
from dashboards.metabase.lint import metabase_faults
from dashboards.metabase.prune import prune
from dashboards.metabase.settings import MetabaseSettings
from dashboards.metabase.wanted import WantedBoard, Warehouse, wanted_boards
from dashboards.published import open_tables
from dashboards.reading import Tables, columns_read
from persons.columns import personal_columns
from warehouse.settings import ConfigError
from warehouse.snapshot import Snapshot, open_current

_MOST_WORDS = 500
"""A list longer than this is asked of the table."""


class FaultyError(Exception):
    """The definitions have faults; each is a line of the message."""


def run(
    command: str,
    settings: MetabaseSettings,
    definitions: Sequence[Board],
    *,
    folder: Path = Path("data/metabase"),
) -> tuple[list[Change], str]:
    """Run one command and return what it wrote, or would write, and what it says at the end.

    Raises:
        FaultyError: A definition has a fault.
        ConfigError: A setting is missing.
    """
    snapshot = open_current(settings.publish_dir)
    connection, tables = open_tables(snapshot)
    faults = all_faults(definitions, tables)
    if faults:
        raise FaultyError("\n".join(faults))
    warehouse = Warehouse(settings.warehouse, settings.prefix)
    boards = wanted_boards(
        definitions,
        warehouse,
        tables,
        words=words_of(definitions, tables, connection),
        personal=personal_columns,
        breaks=read_breaks(connection, tables),
    )
    if command == "export":
        files = export(
            folder,
            boards,
            warehouse=warehouse,
            database=settings.database,
            collection=settings.collection,
            creator=settings.creator,
        )
        return [], f"{len(files)} files written to {folder}"
    return _on_server(command, settings, _desired(settings, snapshot, boards, definitions, tables))


def _on_server(
    command: str, settings: MetabaseSettings, desired: Desired
) -> tuple[list[Change], str]:
    if settings.url is None or settings.api_key is None:
        raise ConfigError("METABASE_URL and METABASE_API_KEY: where Metabase is, and a key to it.")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    client = Client(settings.url, settings.api_key)
    if command == "prune":
        changes = prune(client, desired, write=True)
        return changes, f"{len(changes)} put into Metabase's trash"
    walk = Walk(client, desired, write=command == "apply")
    changes = walk.run()
    left = prune(client, desired, write=False)
    notes = [*walk.notes, *(f"no longer defined: {change.what}" for change in left)]
    notes += ["`make metabase-prune` puts these into Metabase's trash"] if left else []
    done = "written" if walk.write else "to write"
    return changes, "\n".join([*notes, f"{len(changes)} {done}"])


def all_faults(boards: Sequence[Board], tables: Tables) -> list[str]:
    """Return the faults of all definitions, those that only Metabase would have among them."""
    found = []
    for board in boards:
        own = faults_of(board, tables)
        found += own or metabase_faults(board, tables, personal_columns)
    return found


def words_of(
    boards: Sequence[Board], tables: Tables, connection: duckdb.DuckDBPyConnection
) -> Mapping[str, Sequence[str]]:
    """Return what each filter can be set to: the words of all columns that it looks at."""
    looked_at: dict[FilterName, set[tuple[str, str]]] = {}
    for board in boards:
        for card in board.cards.values():
            for name, column in card.filters.items():
                table, _, bare = column.rpartition(".")
                table = table or next(iter(columns_read(card.sql, tables)))
                if name != "dates":
                    looked_at.setdefault(name, set()).add((table, bare))
    found = {}
    for name, columns in looked_at.items():
        asked = " union ".join(
            f"select {bare} as word from {table}" for table, bare in sorted(columns)
        )
        rows = connection.sql(
            f"select word from ({asked}) where word is not null order by word limit {_MOST_WORDS + 1}"
        ).fetchall()
        if len(rows) <= _MOST_WORDS:
            found[str(name)] = [str(word) for (word,) in rows]
    return found


def _desired(
    settings: MetabaseSettings,
    snapshot: Snapshot,
    boards: Sequence[WantedBoard],
    definitions: Sequence[Board],
    tables: Tables,
) -> Desired:
    shown = {card.key for board in boards for card in board.cards}
    read = {
        table
        for board in definitions
        for card in board.cards.values()
        if f"{board.name}/{card.name}" in shown
        for table in columns_read(card.sql, tables)
    }
    mails = {
        board.name: mail.Mailing(mail.mailing_name(board.title), board.mail, settings.subscribers)
        for board in definitions
        if board.mail and settings.subscribers and any(one.key == board.name for one in boards)
    }
    return Desired(
        database=database_body(settings, snapshot, read),
        collection=settings.collection,
        boards=tuple(boards),
        warehouse=Warehouse(settings.warehouse, settings.prefix),
        mails=mails,
    )
