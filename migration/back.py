"""The way back: planned and checked whole before its first step, undone phase by phase, and killed anywhere.

A rollback that is refused has changed nothing, the journal included. While a phase is half undone the state is the same as
when it is half done, so the phase leads forward again and a rollback on.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from migration.phases import ARCHIVED, CUTOVER, DROP, VALIDATE, Migration
from migration.reporting import report_end
from migration.standing import Places, RefusedError, command
from migration.state import ASIDE, BACK, INTENDED, KEPT, PHASES, RETURNED, Copy, State
from migration.tables import OldTable


@dataclass(frozen=True)
class _Step:
    """Something that a rollback does, or why it cannot, and the option with which it could."""

    text: str
    is_problem: bool = False
    option: str | None = None


@dataclass
class WayBack:
    """One rollback of a migration."""

    migration: Migration
    to: str | None = None
    accept_altered: bool = False
    """Bring back what is there, also where it is not what was archived."""
    places: Places = field(init=False)
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.places, self.state = self.migration.places, self.migration.state

    def run(self) -> None:
        """Go back to the state after a phase, and prove that the old tables are what they were."""
        undone, target = self._span()
        if undone == 0 or target >= undone:
            self.migration.say(
                f"rollback: nothing to do; the last phase that is done is {PHASES[self.state.level()]}"
            )
            return
        plan = self._plan(target, undone)
        if self.migration.would(f"undo {', '.join(reversed(PHASES[target + 1 : undone + 1]))}"):
            for line in plan:
                self.migration.say(f"dry run: would {line}")
            return
        self.migration.set_strangers_aside("rollback")
        for number in range(undone, target, -1):
            self.state.begin(number, BACK, target)
            if number in (undone, DROP):
                for table in self.migration.tables:
                    self._restore(table)
            if number == min(undone, CUTOVER):
                for table in self.migration.tables:
                    self._put_back(table)
            if number == ARCHIVED:
                self._drop_archives()
            self.state.end(PHASES[number], number - 1, BACK, {"to": PHASES[target]})
        self._prove()
        if target < VALIDATE <= undone:
            report_end(self.migration.warehouse, self.migration.settings)
        self.migration.say(f"rollback: done; the state is the one after: {PHASES[target]}")

    # ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────

    def _span(self) -> tuple[int, int]:
        """Return the last phase to undo and the level to reach; an interrupted rollback goes on to where it was going."""
        newest = self.state.newest()
        undone = newest.half_done or newest.level
        if self.to is not None:
            return undone, PHASES.index(self.to)
        if newest.half_done and newest.direction == BACK:
            return undone, newest.target
        return undone, max(undone - 1, 0)

    def _phase(self) -> str:
        given = {
            f"--to {self.to}": self.to is not None,
            "--set-aside": self.migration.set_aside,
            "--accept-altered": self.accept_altered,
        }
        return " ".join(["rollback", *(option for option, is_given in given.items() if is_given)])

    def _plan(self, target: int, undone: int) -> list[str]:
        """Return what will be done, and refuse, with every reason, what cannot be done to its end."""
        steps = [
            step for table in self.migration.tables for step in self._steps(table, target, undone)
        ]
        problems = [step for step in steps if step.is_problem]
        if problems:
            listed = "".join(f"\n  {one.text}" for one in problems)
            options = [one.option for one in problems]
            way = (
                f"\n  Look at what is named. First: {command(self._phase(), *(one for one in options if one))}"
                if all(options)
                else ""
            )
            raise RefusedError(f"{self._phase()}: nothing was changed.{listed}{way}")
        return [step.text for step in steps]

    def _steps(self, table: OldTable, target: int, undone: int) -> Iterator["_Step"]:
        """Tell each step of one table, or the reason why there is none."""
        stranger = self.places.stranger_text(table)
        if stranger and not self.migration.set_aside:
            yield _Step(stranger, is_problem=True, option="--set-aside")
        stands, name = self.places.look(table), self.places.find(table)
        if name is None:
            yield self._missing(table, undone)
        elif name == table.kept and target < CUTOVER and not self.accept_altered:
            seen = self.places.seen(table.kept)
            if seen not in self.places.known(table):
                before = f"{stands.aside.fingerprint.n_rows:,}" if stands.aside else "unknown"
                yield _Step(
                    f"{table.name} is not what was archived: {table.kept} has {seen.n_rows:,} rows, {before} when it was set"
                    " aside, or other content (an erasure changes it, too). --accept-altered brings it back as it is and"
                    " keeps the archive.",
                    is_problem=True,
                    option="--accept-altered",
                )
        if target < CUTOVER:
            if stands.live is not None and stands.live not in ("table", "view"):
                yield _Step(f"{table.name} is {stands.live} now: rename it first.", is_problem=True)
            yield _Step(f"give {table.kept}, where it is a table, the name {table.name}")
        if target < ARCHIVED <= undone:
            yield _Step(f"drop the archives of {table.name} that hold what it holds")

    def _missing(self, table: OldTable, undone: int) -> "_Step":
        """Tell how a table that is under neither name comes back."""
        source = self._source(table)
        if source is not None:
            return _Step(f"copy {source.name} to {table.kept}")
        there = [one for one in self.places.archives(table) if self.places.exists(one)]
        if there:
            return _Step(
                f"{table.name}: {', '.join(one.name for one in there)}: not what was recorded (an erasure changes it, too)."
                " --accept-altered brings the newest back as it is.",
                is_problem=True,
                option="--accept-altered",
            )
        if undone < ARCHIVED:
            return _Step(f"leave {table.name}, which is not there")
        made = ", ".join(one.name for one in self.places.copies_of(table)) or "none was made"
        return _Step(
            f"{table.name} cannot be brought back: it has no archive any more ({made}).",
            is_problem=True,
        )

    def _source(self, table: OldTable) -> Copy | None:
        """Return the archive that a table can be brought back from."""
        aside = self.state.aside(table.name)
        archives = [one for one in self.places.archives(table) if self.places.exists(one)]
        whole = [one for one in archives if self.places.is_whole(one)]
        for one in whole:
            if aside is not None and one.fingerprint == aside.fingerprint:
                return one
        if aside is None and whole:
            return whole[0]
        return archives[0] if archives and self.accept_altered else None

    # ── One table ────────────────────────────────────────────────────────────────────────────────────────────

    def _restore(self, table: OldTable) -> None:
        """Bring a table that is gone back from its archive, beside the view."""
        aside, legacy = self.state.aside(table.name), self.migration.settings.legacy_schema
        name = self.places.find(table)
        source = self._source(table) if name is None else None
        if source is not None:
            seen = self.places.seen(source.name, source.schema)
            one = Copy(table.name, ASIDE, legacy, table.kept, seen, source.archived, dt.date.max)
            detail = {"from": source.name, "to": table.kept}
            self.state.step("restore", table.name, INTENDED, detail)
            with self.migration.warehouse.transaction():
                self.migration.warehouse.copy(source.place, (legacy, table.kept))
                self._equal(table.kept, source)
                self.state.record(one)
                self.state.step("restore", table.name, "done", detail)
            self.migration.say(
                f"rollback: {table.kept}: {seen.n_rows:,} rows, content equal to {source.name}"
            )
        elif name == table.kept and aside is not None and aside.status != KEPT:
            self.state.record(replace(aside, status=KEPT))  # killed after the copy, before its line

    def _put_back(self, table: OldTable) -> None:
        legacy, stands = self.migration.settings.legacy_schema, self.places.look(table)
        if self.places.find(table) != table.kept:
            return
        seen = self.places.seen(table.kept)
        one = stands.aside or Copy(
            table.name, ASIDE, legacy, table.kept, seen, self.migration.settings.day, dt.date.max
        )
        self.state.step("put back", table.name, INTENDED, {"from": table.kept})
        with self.migration.warehouse.transaction():
            if stands.live == "table":  # a move that was killed where DDL has no transactions
                self.migration.drop_table(table.kept, legacy, table.name, legacy)
            else:
                if stands.live == "view":
                    self.migration.warehouse.run(
                        f"drop view {self.migration.warehouse.name(legacy, table.name)}"
                    )
                self.migration.warehouse.move((legacy, table.kept), (legacy, table.name))
            if self.places.seen(table.name) != seen:
                raise RefusedError(
                    f"rollback: {table.kept} changed while it was put back. Run it again."
                )
            self.state.record(replace(one, status=RETURNED))
            self.state.step("put back", table.name, "done", {"rows": seen.n_rows})

    def _drop_archives(self) -> None:
        """Drop every archive whose content stands under the old name; what holds something else stays."""
        for table in self.migration.tables:
            name = self.places.find(table)
            now = self.places.seen(name) if name else None
            for one in self.places.archives(table):
                if not self.places.exists(one) or self.places.seen(one.name, one.schema) == now:
                    holder = (self.migration.settings.legacy_schema, name) if name else None
                    self.migration.drop_copy(one, holder)
                else:
                    self.migration.say(
                        f"rollback: {one.name} stays: {table.name} does not hold what it holds"
                    )

    # ── The proof ────────────────────────────────────────────────────────────────────────────────────────────

    def _equal(self, name: str, source: Copy) -> None:
        if self.places.seen(name) != self.places.seen(source.name, source.schema):
            raise RefusedError(
                f"rollback: {name} is not equal to {source.name} of which it was copied; run it again."
            )

    def _prove(self) -> None:
        for table in self.migration.tables:
            name = self.places.find(table)
            if name is None:
                self.migration.say(f"rollback: {table.name} is not there")
                continue
            seen = self.places.seen(name)
            is_known = seen in self.places.known(table)
            proof = "content equal to what was archived" if is_known else "as it was found"
            self.migration.say(f"rollback: {name}: {seen.n_rows:,} rows, {proof}")
