"""Where the predecessor's rows are: looked up in the warehouse, and held against what the journal knows.

A table's rows are under its own name, or under `<name>__before_cutover` while its own name is a view, or (after the drop) only
in an archive. Any other table under one of these two names is a stranger: it is never read as the old one, never dropped and
never written over.
"""

from dataclasses import dataclass

from migration.config import Settings
from migration.state import ARCHIVE, DROPPED, KEPT, Copy, State
from migration.tables import OldTable
from warehouse.engine import Fingerprint, Warehouse
from warehouse.fingerprint import fingerprint


class RefusedError(Exception):
    """The phase must not run now; the message says what to do first."""


@dataclass(frozen=True)
class Standing:
    """What stands under the two names of an old table, and what the journal says of the one beside the view."""

    table: OldTable
    live: str | None
    kept: str | None
    aside: Copy | None


@dataclass(frozen=True)
class Places:
    """The old tables and their copies, as they are now."""

    warehouse: Warehouse
    settings: Settings
    state: State

    def look(self, table: OldTable) -> Standing:
        """Return what stands under the table's two names."""
        legacy = self.settings.legacy_schema
        return Standing(
            table,
            self.warehouse.kind(legacy, table.name),
            self.warehouse.kind(legacy, table.kept),
            self.state.aside(table.name),
        )

    def seen(self, name: str, schema: str | None = None) -> Fingerprint:
        """Return what a table holds; one of the old schema unless another is given."""
        return fingerprint(self.warehouse, schema or self.settings.legacy_schema, name)

    def said(self, name: str, schema: str | None = None) -> str:
        """Return a table's name and size, for a message."""
        schema = schema or self.settings.legacy_schema
        return f"{schema}.{name} ({self.seen(name, schema).n_rows:,} rows)"

    def known(self, table: OldTable) -> set[Fingerprint]:
        """Return every content that the journal knows of a table."""
        return {one.fingerprint for one in self.state.copies(table.name)}

    # ── Where the rows are ───────────────────────────────────────────────────────────────────────────────────

    def find(self, table: OldTable) -> str | None:
        """Return the name under which the old rows are, or None when there is no such table any more."""
        stands = self.look(table)
        return _found(stands, self._stranger(stands))

    def stranger(self, table: OldTable) -> str | None:
        """Return which of the two names holds a table that is not the predecessor's."""
        return self._stranger(self.look(table))

    def _stranger(self, stands: Standing) -> str | None:
        table, aside = stands.table, stands.aside
        live, kept = stands.live == "table", stands.kept == "table"
        if live and kept:
            of_live, of_kept = self.seen(table.name), self.seen(table.kept)
            if of_live == of_kept:
                return None
            if aside is None:
                return table.kept
            return table.kept if of_live == aside.fingerprint else table.name
        if live and aside is not None and not self.is_aside(table.name, aside):
            return table.name
        if kept and aside is not None and aside.status == DROPPED:
            return None if self.is_aside(table.kept, aside) else table.kept
        return None

    def is_aside(self, name: str, aside: Copy) -> bool:
        """Tell whether a table is the one that was set aside."""
        return self.seen(name) == aside.fingerprint

    def place(self, table: OldTable, phase: str) -> tuple[str, str]:
        """Return where the old rows are, and refuse where that is not one table without doubt."""
        stands = self.look(table)
        stranger = self._stranger(stands)
        if stranger is not None:
            self.refuse_stranger(table, phase)
        live = stands.live
        if live is not None and live not in ("table", "view"):
            raise RefusedError(
                f"{phase}: {self.settings.legacy_schema}.{table.name} is {_an(live)}, which cannot be renamed or copied."
                " Rename it, or make a table of its rows, then run this again."
            )
        name = _found(stands, stranger)
        if name is None:
            raise RefusedError(self._missing(table, phase))
        return self.settings.legacy_schema, name

    def refuse_stranger(self, table: OldTable, phase: str) -> None:
        """Refuse two tables where one is expected, or one that the journal does not know."""
        text = self.stranger_text(table)
        if text:
            raise RefusedError(
                f"{phase}: {text} Nothing was changed. First: {command(phase, '--set-aside')}"
            )

    def stranger_text(self, table: OldTable) -> str | None:
        """Return what to say of a table that nobody knows."""
        stranger = self.stranger(table)
        if stranger is None:
            return None
        stands = self.look(table)
        other = table.kept if stranger == table.name else table.name
        if self.warehouse.kind(self.settings.legacy_schema, other) == "table":
            there = f"{self.said(stranger)} and {self.said(other)} are both tables, where one is expected"
        else:
            there = f"{self.said(stranger)} is a table that the migration does not know, and {other} is none"
        rows = stands.aside.fingerprint.n_rows if stands.aside else self.seen(other).n_rows
        return (
            f"{there}; the predecessor's {table.name} has {rows:,} rows and is {self._whereabouts(table, other)}. Rename"
            f" {stranger} if somebody needs it; --set-aside calls it {self.found_name(table)}, and it is never dropped."
        )

    def _whereabouts(self, table: OldTable, other: str) -> str:
        if self.warehouse.kind(self.settings.legacy_schema, other) == "table":
            return other
        proofs = [one.name for one in self.archives(table) if self.exists(one)]
        return f"in {', '.join(proofs)}" if proofs else "nowhere that the journal knows"

    def _missing(self, table: OldTable, phase: str) -> str:
        legacy, stands = self.settings.legacy_schema, self.look(table)
        there = f"{legacy}.{table.name} is {_an(stands.live) if stands.live else 'not there'}"
        archives = [one for one in self.archives(table) if self.exists(one)]
        if archives:
            return (
                f"{phase}: {there} and {table.kept} does not exist; {archives[0].name} holds"
                f" {archives[0].fingerprint.n_rows:,} rows. First: make migrate-rollback"
            )
        return f"{phase}: {there} and {table.kept} does not exist. Is LEGACY_SCHEMA right?"

    def found_name(self, table: OldTable) -> str:
        """Return a name that nothing has and nothing had, for a table that nobody knows."""
        return self._free(f"{table.name}__found", self.settings.legacy_schema, always=True)

    # ── Copies ───────────────────────────────────────────────────────────────────────────────────────────────

    def archives(self, table: OldTable) -> list[Copy]:
        """Return the archives of a table that were not dropped, newest first."""
        return [
            one
            for one in self.state.copies(table.name)
            if one.role == ARCHIVE and one.status == KEPT
        ]

    def copies_of(self, table: OldTable) -> list[Copy]:
        """Return every archive that was ever made of a table, newest first."""
        return [one for one in self.state.copies(table.name) if one.role == ARCHIVE]

    def exists(self, copy: Copy) -> bool:
        """Tell whether a copy is still a table."""
        return self.warehouse.kind(*copy.place) == "table"

    def is_whole(self, copy: Copy) -> bool:
        """Tell whether a copy is there and holds what was recorded of it."""
        return self.exists(copy) and self.seen(copy.name, copy.schema) == copy.fingerprint

    def proof(self, table: OldTable, content: Fingerprint) -> Copy | None:
        """Return the newest archive that holds a content, looked at now."""
        for one in self.archives(table):
            if one.fingerprint == content and self.is_whole(one):
                return one
        return None

    def archive_name(self, table: OldTable) -> str:
        """Return the name of the next archive: of the day, and with a number when the day has one already."""
        day = self.settings.day
        return self._free(f"archive_{table.name}_{day:%Y%m%d}", self.settings.own_schema)

    def _free(self, stem: str, schema: str, *, always: bool = False) -> str:
        taken = {name.lower() for name in self.warehouse.names(schema)}
        taken |= {one.name.lower() for one in self.state.copies() if one.schema == schema}
        number = 1
        while True:
            name = stem if number == 1 and not always else f"{stem}_{number}"
            if name.lower() not in taken:
                return name
            number += 1

    def holders(self, table: OldTable) -> list[tuple[str, str]]:
        """Return every table that may hold rows of an old one: what the state names, as far as it is there."""
        legacy = self.settings.legacy_schema
        names = [(legacy, table.name), (legacy, table.kept)]
        names += [one.place for one in self.state.copies(table.name) if one.status != DROPPED]
        return [place for place in dict.fromkeys(names) if self.warehouse.kind(*place) == "table"]


def _found(stands: Standing, stranger: str | None) -> str | None:
    """Return the name under which the old rows are."""
    table = stands.table
    if stranger != table.name and stands.live == "table":
        if stranger is None and stands.kept == "table":
            return table.kept  # the same content twice: a move that was interrupted
        return table.name
    if stranger != table.kept and stands.kept == "table":
        return table.kept
    return None


def command(phase: str, *options: str) -> str:
    """Return the command that runs a phase with more options than it had."""
    name, *given = phase.split()
    arguments = " ".join(dict.fromkeys([*given, *options]))
    quoted = f"'{arguments}'" if " " in arguments else arguments
    return f"make migrate-{name} ARGS={quoted}" if arguments else f"make migrate-{name}"


def _an(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"
