"""Builds a warehouse with the statements that dbt sent for the same project, without dbt.

dbt takes a tenth of a second of CPU for a node, whatever the node does; DuckDB a hundredth. A
scenario asks what the statements do with its rows. That a replay leaves the same tables as dbt is
tested in `test_replay.py`; that dbt does the right thing when it is killed, in `test_killed.py`.

DuckDB plans a view anew, with all views below it, in every statement that reads it, which is most of what a build of a
small company costs. A replay works the rows of each view out once, keeps them in memory, and has tables and tests read
them there. By night (`PROOFS_THROUGH_VIEWS`) they read through the views, as they do in builds by dbt.
"""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from tests.recording import DAY, RUN, Node, Recording

HELD = "held"
"""The database in memory with the rows of views."""
_VIEW = re.compile(r'create\s+view\s+"warehouse"\.("\w+"\."\w+)__dbt_tmp"\s+as', re.IGNORECASE)
THROUGH_VIEWS = bool(os.environ.get("PROOFS_THROUGH_VIEWS"))
_NAME = re.compile(r'"warehouse"\.("\w+"\."\w+")')


@dataclass(frozen=True)
class Recordings:
    """Where the builds of an empty and of a full warehouse are written down."""

    first: Path
    again: Path


_read = cache(Recording.read)


def replay(
    recordings: Recordings,
    warehouse: Path,
    *,
    as_of: date,
    run_id: str,
    select: Sequence[str] = (),
    tested: bool = False,
) -> None:
    """Build what dbt would build, and expect success.

    Args:
        recordings: The statements.
        warehouse: The DuckDB file.
        as_of: What stands for today.
        run_id: The name of this run.
        select: Names, `+name` for a node and what it is made from, or `path:` and the beginning of a
            path; everything if empty.
        tested: Run the data tests of what is selected afterwards.

    Raises:
        AssertionError: A test of the data fails.
    """
    first, again = _read(recordings.first), _read(recordings.again)
    chosen = set(_selected(first, select)) if select else first.nodes.keys()
    with duckdb.connect(str(warehouse), config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for statement in first.schemas:
            connection.execute(statement)
        there = {name for (name,) in connection.execute(_RELATIONS).fetchall()}
        build = _Build(connection, as_of, run_id)
        for name, node in first.nodes.items():
            if name in chosen and node.kind != "test":
                is_there = node.name in there
                build.make(again.nodes.get(name, node) if is_there else node, is_there=is_there)
        failed = list(build.failures(first, chosen)) if tested else []
    assert not failed, failed


_RELATIONS = "select table_name from information_schema.tables where table_schema not like 'raw%'"


class _Build:
    """One build of a warehouse, and the rows of the views that it has made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: date, run_id: str) -> None:
        self._connection = connection
        self._as_of, self._run_id = as_of, run_id
        self._held: set[str] = set()
        connection.execute(f"attach ':memory:' as {HELD}")

    def make(self, node: Node, *, is_there: bool) -> None:
        """Make a view, a table or a seed; a seed that is there stays."""
        if node.kind == "seed" and is_there:
            return
        view = next((found for one in node.statements if (found := _VIEW.match(one))), None)
        if view is not None:
            self._make_view(f'{view[1]}"', view.string[view.end() :], is_there)
            return
        for statement in node.statements:
            if not statement.lower().startswith("comment on"):
                self._connection.execute(self._of_held_rows(statement))

    def failures(self, recording: Recording, chosen: Collection[str]) -> Iterator[str]:
        """Run the tests of the data and return those that fail."""
        for name, node in recording.nodes.items():
            if name in chosen and node.kind == "test":
                (statement,) = node.statements
                row = self._connection.execute(self._of_held_rows(statement)).fetchone()
                assert row is not None
                n_failures, _, is_error = row
                if is_error and node.severity != "warn":
                    yield f"{node.name}: {n_failures}"

    def _make_view(self, name: str, query: str, is_there: bool) -> None:
        # A view that is there is what it was: nothing of its statement can be another, unless it names the day.
        if not is_there or DAY in query or RUN in query:
            self._connection.execute(
                f'create or replace view "warehouse".{name} as {self._filled(query)}'
            )
        if not THROUGH_VIEWS:
            self._connection.execute(f"create schema if not exists {HELD}.{name.partition('.')[0]}")
            self._connection.execute(f"create table {HELD}.{name} as {self._of_held_rows(query)}")
            self._held.add(name)

    def _of_held_rows(self, statement: str) -> str:
        return _NAME.sub(
            lambda found: f"{HELD}.{found[1]}" if found[1] in self._held else found[0],
            self._filled(statement),
        )

    def _filled(self, statement: str) -> str:
        return statement.replace(DAY, self._as_of.isoformat()).replace(RUN, self._run_id)


def _selected(recording: Recording, words: Sequence[str]) -> Iterator[str]:
    named: dict[str, str] = {node.name: key for key, node in recording.nodes.items()}
    for word in words:
        if word.startswith("path:"):
            start = word.removeprefix("path:")
            found = [key for key, node in recording.nodes.items() if node.path.startswith(start)]
            assert found, f"nothing below {start}"
            yield from found
        elif word.startswith("+"):
            yield from _with_ancestors(recording.nodes, named[word[1:]])
        else:
            yield named[word]


def _with_ancestors(nodes: dict[str, Node], key: str) -> Iterator[str]:
    waiting, seen = [key], set()
    while waiting:
        one = waiting.pop()
        if one in nodes and one not in seen:
            seen.add(one)
            waiting += nodes[one].parents
    yield from seen
