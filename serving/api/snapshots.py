"""The snapshot that answers come from: opened once, read by many, followed when a new one is published.

A request keeps the view it began with by holding it; whoever lets go last closes it. The view's files stay open, so
publishing may remove the folder underneath: what is open stays readable.
"""

import asyncio
import hashlib
import json
import logging
import os
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from privacy import jobs
from privacy.masking import NOBODY, Mask, mask_of
from serving.api.answers import Answers, Question
from serving.api.figures import Figures, read_figures
from serving.api.personal import personal_columns
from serving.api.problems import named
from warehouse.snapshot import POINTER, Snapshot, SnapshotError, open_current

POLL_SECONDS = 1.0
WARMED_ANSWERS = 500
_MEMORY = "512MB"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mart:
    """A published table; `columns` maps its columns to their DuckDB types."""

    schema: str
    name: str
    columns: Mapping[str, str]

    @property
    def relation(self) -> str:
        """Return the view's quoted name."""
        return f'"{self.schema}"."{self.name}"'

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


class View:
    """One snapshot, open."""

    def __init__(self, snapshot: Snapshot, mask: Mask = NOBODY) -> None:
        self.mask = mask
        self.snapshot_id = snapshot.snapshot_id
        self.as_of = str(snapshot.pointer["as_of"])
        self.sources: list[dict[str, Any]] = list(snapshot.pointer.get("sources", []))
        self._made_from: Mapping[str, list[str]] = snapshot.pointer.get("made_from", {})
        # The same snapshot under another pointer is another edition: as_of and freshness are part of every answer.
        pointer = json.dumps(dict(snapshot.pointer), sort_keys=True)
        self.edition = hashlib.sha256(f"{pointer}{mask.version}".encode()).hexdigest()[:16]
        self.answers = Answers()
        self._connection = duckdb.connect()
        descriptors: list[int] = []
        weakref.finalize(self, _close, self._connection, descriptors)
        # One thread a question: many ask at once, and the thread that serves them must not be starved.
        self._connection.execute(f"set memory_limit = '{_MEMORY}'; set threads = 1")
        self._connection.execute("set TimeZone = 'UTC'; set parquet_metadata_cache = true")
        self.marts: dict[str, Mart] = {}
        for table in sorted(snapshot.manifest["tables"]):
            mart = self._open(table, snapshot.path(table), descriptors)
            self.marts[table] = mart
        self._connection.execute("set lock_configuration = true")
        self.figures: Figures = read_figures(self, snapshot)
        self.organizations = self.figures.organizations

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own to the snapshot's tables."""
        return self._connection.cursor()

    def has(self, table: str) -> bool:
        """Say whether the snapshot holds the table."""
        return table in self.marts

    def sources_of(self, tables: Iterable[str]) -> list[dict[str, Any]]:
        """Return what is known of the raw tables that these are made from; of all where nobody knows from which."""
        known = [self._made_from.get(table) for table in tables]
        names = {name for found in known for name in found or ()}
        if not known or None in known:
            return self.sources
        return [one for one in self.sources if f"{one['source']}.{one['table']}" in names]

    def _open(self, table: str, path: Path, descriptors: list[int]) -> Mart:
        schema, name = table.split(".", 1)
        descriptor = os.open(path, os.O_RDONLY)
        descriptors.append(descriptor)
        self._connection.execute(f'create schema if not exists "{schema}"')
        # By its open file: the path may be gone by the time somebody asks.
        rows = f"read_parquet('/dev/fd/{descriptor}', file_row_number = true)"
        self._connection.execute(
            f'create view "{schema}"."{name}" as select {self._shown(rows)} from {rows}'
        )
        found = self._connection.execute(f'describe "{schema}"."{name}"').fetchall()
        columns = {column: kind for column, kind, *_ in found if column != "file_row_number"}
        return Mart(schema, name, columns)

    def _shown(self, rows: str) -> str:
        """Return the select list: everything, and people who asked to be erased under a pseudonym."""
        if not self.mask.pairs:
            return "*"
        described = self._connection.execute(f"describe select * from {rows}").fetchall()
        masked = ", ".join(
            f'{self.mask.expression(_quoted(column))} as "{column}"'
            for column in personal_columns({column: kind for column, kind, *_ in described})
        )
        return f"* replace ({masked})" if masked else "*"


class Follower:
    """Opens the newest snapshot and replaces the view when the pointer changes."""

    def __init__(self, publish_dir: Path, state_dir: Path) -> None:
        self._publish_dir, self._state_dir = publish_dir, state_dir
        self._seen: tuple[object, ...] | None = None
        self._mask = NOBODY
        self._erasures: tuple[object, ...] = ()
        self._blind: str | None = "nobody has looked for erasures yet"
        self._looking = asyncio.Lock()
        self._changed = asyncio.Event()
        self.current: View | None = None
        self.trouble: str | None = "nothing was opened yet"
        self.n_failures = 0

    async def follow(self, seconds: float = POLL_SECONDS) -> None:
        """Look at the pointer again and again."""
        while True:
            await self.look()
            await asyncio.sleep(seconds)

    @property
    def exposes(self) -> str | None:
        """Say why an answer could show somebody who asked to be erased; None when all of them are hidden."""
        if self._blind is None and self.current and self.current.mask.version != self._mask.version:
            return "the snapshot cannot be opened again to hide whom the newest erasure is about"
        return self._blind

    async def look(self) -> None:
        """Open what the pointer names, if that is new; a snapshot that cannot be opened changes nothing."""
        async with self._looking:
            # Before the snapshot: a person is hidden until the snapshot without the person is there.
            await asyncio.to_thread(self._look_for_erasures)
            await self._look_for_snapshot()

    async def _look_for_snapshot(self) -> None:
        pointer = _signature(self._publish_dir / POINTER)
        signature = pointer and (pointer, self._erasures)
        if signature is not None and signature == self._seen:
            return
        try:
            asked = self.current.answers.asked_again(WARMED_ANSWERS) if self.current else []
            view = await asyncio.to_thread(self._open, self.current, asked)
        except Exception as error:
            # Publishing may have removed the folder between two steps: the next look will find the next one.
            self.n_failures += 1
            # An engine's words quote SQL, and with it whom the mask hides.
            words = str(error) if isinstance(error, SnapshotError) else named(error)
            if words != self.trouble:
                _log.warning("the published snapshot cannot be opened: %s", words)
            self.trouble = words
            return
        self._seen, self.trouble = signature, None
        if self.current is None or view.edition != self.current.edition:
            self.current = view
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    async def changed(self, edition: str | None, seconds: float) -> View | None:
        """Wait for another edition than this one; None when there is none within the time."""
        event = self._changed
        if self.current is not None and self.current.edition != edition:
            return self.current
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return None
        return self.current

    def _look_for_erasures(self) -> None:
        """Learn who must be hidden; while that cannot be read, those who were known stay hidden."""
        try:
            found = jobs.signature(self._state_dir)
            if self._blind is not None or found != self._erasures:
                self._mask, self._erasures = mask_of(self._state_dir), found
            self._blind = None
        except (jobs.UnreadableJobError, OSError) as error:
            if self._blind != str(error):
                _log.error("%s Nothing that could show a person is answered.", error)
            self._blind = str(error)

    def _open(self, before: View | None, asked: list[Question]) -> View:
        view = View(open_current(self._publish_dir), self._mask)
        if before is not None and before.edition != view.edition:
            # What is asked often is answered before the switch, so that nobody waits for it after.
            view.answers.prepare(view, asked)
        return view


def _quoted(column: str) -> str:
    return f'"{column}"'


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _close(connection: duckdb.DuckDBPyConnection, descriptors: list[int]) -> None:
    connection.close()
    for descriptor in descriptors:
        os.close(descriptor)
