"""Builds a warehouse with the statements that dbt sent for the same project, without dbt.

dbt takes a tenth of a second of CPU for a node, whatever the node does; DuckDB a hundredth. A
scenario asks what the statements do with its rows. That a replay leaves the same tables as dbt is
tested in `test_replay.py`; that dbt does the right thing when it is killed, in `test_killed.py`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from tests.recording import DAY, RUN, Node, Recording


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
        for name, node in first.nodes.items():
            if name in chosen and node.kind != "test":
                known = again.nodes[name] if node.name in there else node
                for statement in known.statements:
                    if not statement.lower().startswith("comment on"):
                        connection.execute(_filled(statement, as_of, run_id))
        failed = list(_failures(connection, first, chosen, as_of)) if tested else []
    assert not failed, failed


_RELATIONS = "select table_name from information_schema.tables where table_schema not like 'raw%'"


def _failures(
    connection: duckdb.DuckDBPyConnection,
    recording: Recording,
    chosen: Collection[str],
    as_of: date,
) -> Iterator[str]:
    for name, node in recording.nodes.items():
        if name in chosen and node.kind == "test":
            (statement,) = node.statements
            row = connection.execute(_filled(statement, as_of, "")).fetchone()
            assert row is not None
            n_failures, _, is_error = row
            if is_error and node.severity != "warn":
                yield f"{node.name}: {n_failures}"


def _filled(statement: str, as_of: date, run_id: str) -> str:
    return statement.replace(DAY, as_of.isoformat()).replace(RUN, run_id)


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
