"""A published snapshot, open: what an answer is worked out from.

A request keeps the view it began with by holding it; whoever lets go last closes it. The view's files stay open, so
publishing may remove the folder underneath: what is open stays readable.
"""

import hashlib
import json
import os
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from privacy.masking import NOBODY, Mask
from serving.api.figures import Figures, read_figures
from serving.api.hidden import Cells, Rows, hide
from serving.api.intact import Intact
from serving.renamed import RENAMED
from warehouse.files import parquet
from warehouse.snapshot import Snapshot

_MEMORY = "512MB"


@dataclass(frozen=True)
class Mart:
    """A published table; `columns` maps its columns to their DuckDB types, names of before at the end."""

    schema: str
    name: str
    columns: Mapping[str, str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Names that columns had before, and the columns that they are copies of."""
    renamed_to: str | None = None
    """What the mart is called now, when this is the name that it had before."""

    @property
    def own_columns(self) -> dict[str, str]:
        """Return the columns by the names that they have now."""
        return {name: kind for name, kind in self.columns.items() if name not in self.renamed}

    @property
    def published(self) -> str:
        """Return the name of the published table that the rows are from."""
        return self.renamed_to or str(self)

    @property
    def relation(self) -> str:
        """Return the view's quoted name."""
        return f'"{self.schema}"."{self.name}"'

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


class View:
    """One snapshot, open."""

    def __init__(
        self,
        snapshot: Snapshot,
        mask: Mask = NOBODY,
        *,
        cells: Cells | None = None,
        intact: Intact | None = None,
    ) -> None:
        """Open a snapshot.

        Args:
            snapshot: What is published.
            mask: Who is hidden.
            cells: The snapshot's texts, where another view of the same snapshot has read them.
            intact: Knows which files were found to be what was published.

        Raises:
            SnapshotError: A file is not what was published.
        """
        self.mask = mask
        self.cells = cells or Cells()
        self.snapshot_id = snapshot.snapshot_id
        self.as_of = str(snapshot.pointer["as_of"])
        self.data_origin = str(snapshot.pointer.get("data_origin", "unknown"))
        """Whose data it is: `sandbox` or `vendors`."""
        self.environment = str(snapshot.pointer.get("environment", "unknown"))
        """Where the pipeline ran that published it: `local`, `staging` or `production`."""
        self.sources: list[dict[str, Any]] = list(snapshot.pointer.get("sources", []))
        self.described: Mapping[str, Mapping[str, Any]] = snapshot.pointer.get("described", {})
        """What tables and columns mean; nothing of a snapshot from before."""
        self._made_from: Mapping[str, list[str]] = snapshot.pointer.get("made_from", {})
        # The same snapshot under another pointer is another edition: as_of and freshness are part of every answer.
        pointer = json.dumps(dict(snapshot.pointer), sort_keys=True)
        self.edition = hashlib.sha256(f"{pointer}{mask.version}".encode()).hexdigest()[:16]
        self._connection = duckdb.connect()
        descriptors: list[int] = []
        weakref.finalize(self, _close, self._connection, descriptors)
        # One thread a question: many ask at once, and the thread that serves them must not be starved.
        self._connection.execute(f"set memory_limit = '{_MEMORY}'; set threads = 1")
        self._connection.execute("set TimeZone = 'UTC'; set parquet_metadata_cache = true")
        tables = {
            table: self._rows(table, snapshot, name, intact or Intact(), descriptors)
            for name, table in sorted(RENAMED.tables(snapshot.manifest["tables"]).items())
        }
        shown = hide(self._connection, mask, tables, self.cells)
        self.marts: dict[str, Mart] = {
            table: self._mart(table, rows.columns, shown(table)) for table, rows in tables.items()
        }
        for before, now in RENAMED.marts.items():
            if now in self.marts:
                self.marts[before] = self._as_before(before, self.marts[now])
        self._connection.execute("set lock_configuration = true")
        self.figures: Figures = read_figures(self.cursor(), self.sources, snapshot)
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

    def _rows(
        self, table: str, snapshot: Snapshot, name: str, intact: Intact, descriptors: list[int]
    ) -> Rows:
        """Open a published file."""
        path = snapshot.path(name)
        descriptor = os.open(path, os.O_RDONLY)
        descriptors.append(descriptor)
        intact.check(descriptor, path, snapshot.manifest["tables"][name])
        # By its open file: the path may be gone by the time somebody asks.
        rows = parquet(f"/dev/fd/{descriptor}", "file_row_number = true")
        renamed = RENAMED.columns_of(table)
        found = self._columns(rows)
        # A snapshot from before the renaming is read by the names of now.
        late = {
            before: now for before, now in renamed.items() if before in found and now not in found
        }
        if late:
            pairs = ", ".join(f'"{before}" as "{now}"' for before, now in late.items())
            rows = f"(select * rename ({pairs}) from {rows})"
        return Rows(rows, {late.get(column, column): kind for column, kind in found.items()})

    def _mart(self, table: str, columns: Mapping[str, str], rows: str) -> Mart:
        """Make a mart of its rows."""
        schema, name = table.split(".", 1)
        self._connection.execute(f'create schema if not exists "{schema}"')
        renamed = RENAMED.columns_of(table)
        copied = {
            before: columns[now]
            for before, now in renamed.items()
            if now in columns and before not in columns
        }
        copies = "".join(f', "{renamed[before]}" as "{before}"' for before in copied)
        self._connection.execute(f'create view "{schema}"."{name}" as select *{copies} from {rows}')
        return Mart(
            schema, name, {**columns, **copied}, {before: renamed[before] for before in copied}
        )

    def _as_before(self, table: str, now: Mart) -> Mart:
        """Open a mart under the name that it had before."""
        schema, name = table.split(".", 1)
        self._connection.execute(f'create view "{schema}"."{name}" as select * from {now.relation}')
        return Mart(schema, name, now.columns, now.renamed, renamed_to=str(now))

    def _columns(self, rows: str) -> dict[str, str]:
        found = self._connection.execute(f"describe select * from {rows}").fetchall()
        return {column: kind for column, kind, *_ in found if column != "file_row_number"}


def _close(connection: duckdb.DuckDBPyConnection, descriptors: list[int]) -> None:
    connection.close()
    for descriptor in descriptors:
        os.close(descriptor)
