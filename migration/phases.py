"""The five phases and the way back. Each looks at what is there, does what is missing, and can be repeated.

Where a table stands is read from the warehouse, never remembered: its rows are under its own name, or under
`<name>__before_cutover` while its own name is a view, or (after the drop) only in an archive.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from migration.config import KEEP_DAYS, Settings
from migration.state import PHASES, Archive, State
from migration.tables import TABLES, OldTable
from migration.validating import Outcome, validate_tables
from warehouse.engine import Fingerprint, Warehouse
from warehouse.fingerprint import fingerprint

Say = Callable[[str], None]


class RefusedError(Exception):
    """The phase must not run now; the message says what to do first."""


@dataclass
class Migration:
    """The phases over one warehouse."""

    warehouse: Warehouse
    settings: Settings
    say: Say
    dry_run: bool = False

    def __post_init__(self) -> None:
        self.state = State(self.warehouse, self.settings)

    # ── Forward ──────────────────────────────────────────────────────────────────────────────────────────────

    def deploy(self) -> None:
        """Check both sides and make the migration's own tables."""
        for table in TABLES:
            self._check_old(table)
            self._check_new(table)
        self.say(
            f"deploy: {len(TABLES)} old tables in {self.settings.legacy_schema}, all with a view of the same shape"
        )
        if self._would(f"make schema {self.settings.own_schema} and its tables"):
            return
        self.state.create()
        if self.state.level() < 1:
            self.state.log("deploy", "done", 1)
        self.say("deploy: done. The loaders of both systems go on. Next: make migrate-validate")

    def validate(self, tolerance: float) -> bool:
        """Compare and explain; return whether everything is explained."""
        self._needs("validate", 1)
        if self.state.level() >= 5:
            raise RefusedError(
                "validate: the old tables are dropped; nothing is left to compare. make migrate-rollback brings them back."
            )
        if self._would("compare all tables and write validation_results"):
            return True
        outcome: Outcome = validate_tables(
            self.warehouse, self.settings, self.state, self._place, tolerance
        )
        for line in outcome.lines:
            self.say(line)
        level = self.state.level()
        if outcome.is_passed:
            self.state.log("validate", "done", max(level, 2), f"run {outcome.number}")
            self.say("validate: passed. Next: make migrate-archive")
        else:
            self.state.log("validate", "failed", level, f"run {outcome.number}")
        return outcome.is_passed

    def archive(self) -> None:
        """Copy every old table, and prove the copies."""
        self._needs("archive", 2)
        if self.state.level() >= 5:
            raise RefusedError(
                "archive: the old tables are dropped; their archives are all there is. make migrate-rollback brings them back."
            )
        day = self.settings.day
        if self._would(
            f"copy {len(TABLES)} tables to {self.settings.own_schema}.archive_<table>_{day:%Y%m%d}"
        ):
            return
        self.state.log("archive", "begun", self.state.level())
        kept = {one.name: one for one in self.state.archives()}
        for table in TABLES:
            schema, place = self._place(table)
            seen = fingerprint(self.warehouse, schema, place)
            name = f"archive_{table.name}_{day:%Y%m%d}"
            target = (self.settings.own_schema, name)
            one = Archive(name, table.name, seen, day, day + dt.timedelta(days=KEEP_DAYS))
            if not (self.warehouse.kind(*target) and fingerprint(self.warehouse, *target) == seen):
                self.warehouse.copy((schema, place), target)
            copied = fingerprint(self.warehouse, *target)
            if copied != seen:
                raise RefusedError(
                    f"archive: {name} has {copied.n_rows} rows, {table.name} had {seen.n_rows} or other content: it was "
                    "written to meanwhile. Stop the predecessor's loaders and run make migrate-archive again."
                )
            self.warehouse.expire(*target, one.expires)
            if name not in kept or kept[name].fingerprint != seen:
                self.state.record_archives([one], "kept")
            self.say(
                f"archive: {name}: {seen.n_rows:,} rows, content equal, kept until {one.expires}"
            )
        self.state.log("archive", "done", max(self.state.level(), 3))
        self.say(
            "archive: done. Next: stop the predecessor's loaders, then make migrate-cutover (the same UTC day as a passed validation)"
        )

    def cutover(self) -> None:
        """Let every old name be a view on the new figures; the old table stays beside it."""
        self._needs("cutover", 3)
        if self.state.level() >= 5:
            raise RefusedError("cutover: already dropped; the old names are views.")
        seen = self._needs_validation("cutover")
        self._needs_archives("cutover", seen)
        if self._would(
            "rename each old table to <name>__before_cutover and put a view in its place"
        ):
            return
        self.state.log("cutover", "begun", self.state.level())
        for table in TABLES:
            self._cut_over(table)
        self.state.log("cutover", "done", max(self.state.level(), 4))
        self.say(
            "cutover: done. Old readers read the new figures. Next, when nobody complains: make migrate-validate, make migrate-drop"
        )

    def drop(self) -> None:
        """Drop the old tables; their archives stay for thirty days from now."""
        self._needs("drop", 4)
        kept = [t for t in TABLES if self._kind(t.kept) == "table"]
        if kept:
            if self.state.level() < 5 and self.state.interrupted() != "drop":
                seen = self._needs_validation("drop")
            else:
                seen = {t.name: fingerprint(self.warehouse, *self._place(t)) for t in kept}
            self._needs_archives("drop", seen)
        if self._would(f"drop {', '.join(t.kept for t in kept) or 'nothing'}"):
            return
        self.state.log("drop", "begun", self.state.level())
        expires = self.settings.day + dt.timedelta(days=KEEP_DAYS)
        archives = self._newest_archives()
        for table in kept:
            newest = self._archive_of(table, archives)
            if newest.expires < expires:
                self.warehouse.expire(self.settings.own_schema, newest.name, expires)
                self.state.record_archives(
                    [
                        Archive(
                            newest.name, newest.table, newest.fingerprint, newest.archived, expires
                        )
                    ],
                    "extended",
                )
            self.warehouse.run(
                f"drop table {self.warehouse.name(self.settings.legacy_schema, table.kept)}"
            )
            self.say(f"drop: {table.kept} dropped; {newest.name} stays until {expires}")
        self.state.log("drop", "done", 5)
        self.say(
            f"drop: done. Rollback is possible until {expires}; then: make migrate-drop ARGS=--expired"
        )

    def drop_expired(self) -> None:
        """Drop archives whose thirty days are over."""
        self._needs("drop --expired", 5)
        over = [one for one in self.state.archives() if one.expires <= self.settings.day]
        if self._would(
            f"drop {', '.join(one.name for one in over) or 'nothing: no archive has expired'}"
        ):
            return
        for one in over:
            self.warehouse.run(
                f"drop table if exists {self.warehouse.name(self.settings.own_schema, one.name)}"
            )
            self.state.record_archives([one], "dropped")
            self.say(f"drop: {one.name} dropped, expired {one.expires}")
        if not over:
            self.say("drop: no archive has expired")

    # ── Back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def rollback(self, to: str | None) -> None:
        """Go back to the state before a phase, and prove that the old tables are what they were."""
        level = self.state.level()
        begun = self.state.interrupted()
        undone = PHASES.index(begun) if begun in PHASES and PHASES.index(begun) > level else level
        target = PHASES.index(to) if to else max(undone - 1, 0)
        if undone == 0 or target >= undone:
            self.say(f"rollback: nothing to do; the last phase that is done is {PHASES[level]}")
            return
        if self._would(f"undo {', '.join(reversed(PHASES[target + 1 : undone + 1]))}"):
            return
        archives = self._newest_archives()
        before = {name: one.fingerprint for name, one in archives.items()}
        self.state.log("rollback", "begun", level, f"to {PHASES[target]}")
        for table in TABLES:
            if target < 5 <= undone:
                self._restore(table, archives)
            if target < 4 <= undone:
                self._put_back(table)
        for table in TABLES:
            seen = fingerprint(self.warehouse, *self._place(table))
            if table.name in before and undone >= 4 and seen != before[table.name]:
                raise RefusedError(
                    f"rollback: {table.name} is not what was archived; nothing was deleted. Compare it with the archive by hand."
                )
            proof = (
                "content equal to its archive" if seen == before.get(table.name) else "untouched"
            )
            self.say(f"rollback: {table.name}: {seen.n_rows:,} rows, {proof}")
        if target < 3:
            for one in self.state.archives():
                self.warehouse.run(
                    f"drop table if exists {self.warehouse.name(self.settings.own_schema, one.name)}"
                )
                self.state.record_archives([one], "dropped")
        self.state.log("rollback", "done", target)
        self.say(f"rollback: done; the state is the one after: {PHASES[target]}")

    # ── One table ────────────────────────────────────────────────────────────────────────────────────────────

    def _cut_over(self, table: OldTable) -> None:
        legacy, names = self.settings.legacy_schema, [name for name, _ in table.columns]
        view = (
            f"create or replace view {self.warehouse.name(legacy, table.name)} as select {', '.join(names)}"
            f" from {self.warehouse.name(self.settings.new_schema, table.view)}"
        )
        with self.warehouse.transaction():
            if self._kind(table.name) == "table":
                self.warehouse.move((legacy, table.name), (legacy, table.kept))
            self.warehouse.run(view)
        self.say(f"cutover: {table.name} is a view on {table.view}; its rows stay in {table.kept}")

    def _put_back(self, table: OldTable) -> None:
        legacy = self.settings.legacy_schema
        if self._kind(table.kept) != "table":
            return
        with self.warehouse.transaction():
            if self._kind(table.name) == "view":
                self.warehouse.run(f"drop view {self.warehouse.name(legacy, table.name)}")
            self.warehouse.move((legacy, table.kept), (legacy, table.name))

    def _restore(self, table: OldTable, archives: dict[str, Archive]) -> None:
        """Bring a dropped table back from its newest archive, beside the view."""
        if self._kind(table.kept) == "table" or self._kind(table.name) == "table":
            return
        newest = self._archive_of(table, archives)
        source = (self.settings.own_schema, newest.name)
        if self.warehouse.kind(*source) is None:
            raise RefusedError(
                f"rollback: {newest.name} is gone (kept until {newest.expires}); {table.name} cannot be brought back."
            )
        self.warehouse.copy(source, (self.settings.legacy_schema, table.kept))

    def _place(self, table: OldTable) -> tuple[str, str]:
        """Return where the old rows are now."""
        legacy = self.settings.legacy_schema
        for name in (table.name, table.kept):
            if self._kind(name) == "table":
                return legacy, name
        raise RefusedError(
            f"{legacy}.{table.name} is not a table and {table.kept} does not exist. Is LEGACY_SCHEMA right? "
            "After a drop: make migrate-rollback."
        )

    def _kind(self, name: str) -> str | None:
        return self.warehouse.kind(self.settings.legacy_schema, name)

    # ── Conditions ───────────────────────────────────────────────────────────────────────────────────────────

    def _check_old(self, table: OldTable) -> None:
        found = self.warehouse.columns(*self._place(table))
        missing = [name for name, _ in table.columns if name not in found]
        if missing:
            raise RefusedError(
                f"deploy: {table.name} has no column {', '.join(missing)}: not the predecessor's table?"
            )

    def _check_new(self, table: OldTable) -> None:
        found = self.warehouse.columns(self.settings.new_schema, table.view)
        if not found:
            raise RefusedError(
                f"deploy: {self.settings.new_schema}.{table.view} does not exist. First: make run"
            )
        if list(found.items()) != list(table.columns):
            raise RefusedError(
                f"deploy: {table.view} has other columns than {table.name}: {found}. First: make run"
            )

    def _needs(self, phase: str, level: int) -> None:
        found = self.state.level()
        if found < level:
            raise RefusedError(
                f"{phase}: the phase before it, {PHASES[level]}, is not done (done: {PHASES[found]}). "
                f"First: make migrate-{PHASES[found + 1]}"
            )
        begun = self.state.interrupted()
        if begun == "rollback" and phase != "rollback":
            raise RefusedError(f"{phase}: a rollback was interrupted. First: make migrate-rollback")

    def _needs_validation(self, phase: str) -> dict[str, Fingerprint]:
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
        for table in TABLES:
            seen[table.name] = fingerprint(self.warehouse, *self._place(table))
            if seen[table.name] != newest.tables[table.name]:
                raise RefusedError(
                    f"{phase}: {table.name} has changed since it was validated. Stop its writers, then: make migrate-validate, make migrate-archive"
                )
        return seen

    def _needs_archives(self, phase: str, seen: dict[str, Fingerprint]) -> None:
        """Refuse unless the archives hold what the old tables hold."""
        archives = self._newest_archives()
        for table in TABLES:
            if table.name not in seen:
                continue
            newest = self._archive_of(table, archives)
            place = (self.settings.own_schema, newest.name)
            if self.warehouse.kind(*place) is None:
                raise RefusedError(
                    f"{phase}: {newest.name} does not exist any more. First: make migrate-archive"
                )
            copied = fingerprint(self.warehouse, *place)
            if copied != newest.fingerprint or copied != seen[table.name]:
                raise RefusedError(
                    f"{phase}: {newest.name} and {table.name} differ. First: make migrate-archive"
                )

    def _newest_archives(self) -> dict[str, Archive]:
        """Return each table's newest archive."""
        return {one.table: one for one in reversed(self.state.archives())}

    def _archive_of(self, table: OldTable, archives: dict[str, Archive]) -> Archive:
        if table.name not in archives:
            raise RefusedError(f"{table.name} has no archive. First: make migrate-archive")
        return archives[table.name]

    def _would(self, action: str) -> bool:
        if self.dry_run:
            self.say(f"dry run: would {action}")
        return self.dry_run
