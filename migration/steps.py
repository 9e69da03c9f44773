"""What all phases share: steps, each written down before it is done and after it, and what has to hold before a phase."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migration.config import Settings
from migration.standing import Places, RefusedError
from migration.state import DROPPED, FORWARD, FOUND, INTENDED, PHASES, Copy, State
from migration.tables import TABLES, OldTable
from warehouse.engine import Fingerprint, Warehouse

Say = Callable[[str], None]


@dataclass
class Steps:
    """The steps over one warehouse."""

    warehouse: Warehouse
    settings: Settings
    say: Say
    dry_run: bool = False
    tables: Sequence[OldTable] = TABLES
    set_aside: bool = False
    """Give tables that nobody knows a name of their own, where they stand in the way."""
    state: State = field(init=False)
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.state = State(self.warehouse, self.settings)
        self.places = Places(self.warehouse, self.settings, self.state)

    def drop_table(self, name: str, schema: str, holder: str, held_in: str) -> None:
        """Drop a table whose content another one holds, looked at now."""
        if self.places.seen(name, schema) != self.places.seen(holder, held_in):
            raise RefusedError(
                f"{schema}.{name} and {held_in}.{holder} differ; nothing was dropped. Run the phase again, or: make migrate-rollback"
            )
        self.warehouse.run(f"drop table {self.warehouse.name(schema, name)}")

    def drop_copy(self, one: Copy, holder: tuple[str, str] | None) -> None:
        """Drop an archive whose content another table holds; without one, because that was asked for."""
        why = {"name": one.name, "held by": ".".join(holder) if holder else "nothing: as asked"}
        self.state.step("drop archive", one.table, INTENDED, why)
        with self.warehouse.transaction():
            if not self.places.exists(one):
                pass  # the engine, or somebody, dropped it; now the journal knows
            elif holder is not None:
                self.drop_table(one.name, one.schema, holder[1], holder[0])
            else:
                self.warehouse.run(f"drop table {self.warehouse.name(*one.place)}")
            self.state.record(replace(one, status=DROPPED))
            self.state.step("drop archive", one.table, "done", why)

    def set_strangers_aside(self, phase: str) -> None:
        """Rename tables that nobody knows, when that is asked for; an old name gets its view again."""
        if not self.set_aside:
            return
        for table in self.tables:
            stranger = self.places.stranger(table)
            if stranger is None:
                continue
            legacy, name = self.settings.legacy_schema, self.places.found_name(table)
            if self.would(f"rename {legacy}.{stranger} to {name}"):
                continue
            seen = self.places.seen(stranger)
            found = Copy(table.name, FOUND, legacy, name, seen, self.settings.day, dt.date.max)
            self.state.step("rename", table.name, INTENDED, {"from": stranger, "to": name})
            self.state.record(replace(found, status=INTENDED))
            with self.warehouse.transaction():
                self.warehouse.move((legacy, stranger), (legacy, name))
                if stranger == table.name and self.places.look(table).aside is not None:
                    self.warehouse.run(self._view(table))
                self.state.record(found)
                self.state.step("rename", table.name, "done", {"from": stranger, "to": name})
            self.say(f"{phase}: {stranger}, which nobody knew, is {name} now: {seen.n_rows:,} rows")

    def _same(self, name: str, seen: Fingerprint) -> None:
        if self.places.seen(name) != seen:
            raise RefusedError(
                f"{name} is not what it was a moment ago: stop its writers, then run the phase again."
            )

    def _holder(self, one: Copy, others: Sequence[Copy]) -> Copy | None:
        for other in others:
            if (
                other != one
                and other.fingerprint == one.fingerprint
                and self.places.is_whole(other)
            ):
                return other
        return None

    def begin(self, number: int) -> None:
        """Write down that a phase begins, unless it is repeated."""
        if self.state.level() < number:
            self.state.begin(number, FORWARD)
        else:
            self.state.note(PHASES[number], "begun", {})

    def _end(self, phase: str, number: int) -> None:
        if self.state.level() < number:
            self.state.end(phase, number, FORWARD, {})
        else:
            self.state.note(phase, "done", {})

    def _view(self, table: OldTable) -> str:
        names = ", ".join(name for name, _ in table.columns)
        return (
            f"create or replace view {self.warehouse.name(self.settings.legacy_schema, table.name)} as select {names}"
            f" from {self.warehouse.name(self.settings.new_schema, table.view)}"
        )

    def would(self, action: str) -> bool:
        """Say what would be done; return whether that is all."""
        if self.dry_run:
            self.say(f"dry run: would {action}")
        return self.dry_run

    # ── Conditions ───────────────────────────────────────────────────────────────────────────────────────────

    def _needs(self, phase: str, level: int) -> None:
        found = self.state.level()
        if found < level:
            raise RefusedError(
                f"{phase}: the phase before it, {PHASES[level]}, is not done (done: {PHASES[found]}). "
                f"First: make migrate-{PHASES[found + 1]}"
            )

    def _needs_validation(
        self, phase: str, only: Mapping[str, object] | set[str] | None = None
    ) -> dict[str, Fingerprint]:
        """Refuse unless what the old tables hold was validated today; return what they hold."""
        newest = self.state.validation()
        if newest is None or newest.day != self.settings.day or not newest.is_passed:
            said = (
                "there is none"
                if newest is None
                else f"the last one is of {newest.day} and {'passed' if newest.is_passed else 'failed'}"
            )
            raise RefusedError(
                f"{phase}: needs a validation that passed on {self.settings.day} (UTC); {said}. First: make migrate-validate"
            )
        seen: dict[str, Fingerprint] = {}
        for table in self.tables:
            if only is not None and table.name not in only:
                continue
            schema, name = self.places.place(table, phase)
            seen[table.name] = self.places.seen(name, schema)
            if seen[table.name] != newest.tables.get(table.name):
                raise RefusedError(
                    f"{phase}: {table.name} has changed since it was validated. Stop its writers. First: make migrate-validate, make migrate-archive"
                )
        return seen

    def _needs_archives(self, phase: str, seen: Mapping[str, Fingerprint]) -> None:
        """Refuse unless the archives hold what the old tables hold."""
        for table in self.tables:
            if table.name not in seen or self.places.proof(table, seen[table.name]):
                continue
            archives = self.places.archives(table)
            newest = archives[0] if archives else None
            if newest is None:
                raise RefusedError(
                    f"{phase}: {table.name} has no archive. First: make migrate-archive"
                )
            if not self.places.exists(newest):
                raise RefusedError(
                    f"{phase}: {newest.name} does not exist any more. First: make migrate-archive"
                )
            raise RefusedError(
                f"{phase}: {newest.name} and {table.name} differ. First: make migrate-archive"
            )
