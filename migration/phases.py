"""The five phases forward. Each is a list of small steps, looks at what is there, does what is missing, and can be repeated.

A step is written down before it is done and after; it looks whether it is done already, does it, and looks whether it did.
Nothing is dropped unless its content's fingerprint was just seen in another table that the journal names. The way back is in
`back.py`; where a table's rows are, in `standing.py`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from migration.checking import check_all
from migration.config import KEEP_DAYS, Settings
from migration.reporting import report_end
from migration.standing import Places, RefusedError
from migration.state import (
    ARCHIVE,
    ASIDE,
    DROPPED,
    FORWARD,
    FOUND,
    INTENDED,
    KEPT,
    PHASES,
    Copy,
    State,
)
from migration.tables import TABLES, OldTable
from migration.validating import Outcome, validate_tables
from warehouse.engine import Fingerprint, Warehouse

Say = Callable[[str], None]
DEPLOY, VALIDATE, ARCHIVED, CUTOVER, DROP = range(1, 6)

__all__ = ["Migration", "RefusedError"]


@dataclass
class Migration:
    """The phases over one warehouse."""

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

    # ── Forward ──────────────────────────────────────────────────────────────────────────────────────────────

    def deploy(self, *, accept_losses: bool = False) -> None:
        """Check everything that cut-over and way back will need, and make the migration's own tables."""
        if self.state.exists and self.state.is_own:
            self.set_strangers_aside("deploy")
        found = check_all(self.places, self.tables)
        for one in found:
            self.say(f"deploy: {one}")
        stops = [one for one in found if one.is_stop or not accept_losses]
        if stops:
            option = "" if any(one.is_stop for one in stops) else " ARGS=--accept-losses"
            raise RefusedError(
                f"deploy: {len(stops)} findings, see above. First: what they say, then make migrate-deploy{option}"
            )
        self.say(
            f"deploy: {len(self.tables)} old tables in {self.settings.legacy_schema}, all with a view of the same shape"
        )
        if self.would(f"make schema {self.settings.own_schema} and its tables"):
            return
        self.state.create()
        detail = {"accepted": [str(one) for one in found]}
        if self.state.level() < DEPLOY:
            self.state.end("deploy", DEPLOY, FORWARD, detail)
        else:
            self.state.note("deploy", "done", detail)
        self.say("deploy: done. The loaders of both systems go on. Next: make migrate-validate")

    def validate(self, tolerance: Decimal, accepted: Mapping[str, str] | None = None) -> bool:
        """Compare and explain; return whether everything is explained."""
        self._needs("validate", DEPLOY)
        if self.state.level() >= DROP or self.state.newest().half_done == DROP:
            raise RefusedError(
                "validate: the old tables are dropped, or about to be; nothing is left to compare. make migrate-rollback brings them back."
            )
        self.set_strangers_aside("validate")
        for table in self.tables:
            self.places.place(table, "validate")
        if self.would("compare all tables and write validation_results"):
            return True
        outcome: Outcome = validate_tables(
            self.warehouse,
            self.settings,
            self.state,
            lambda table: self.places.place(table, "validate"),
            tolerance,
            self.tables,
            accepted,
        )
        for line in outcome.lines:
            self.say(line)
        detail = {"run": outcome.number, "tolerance": tolerance, "accepted": accepted or {}}
        if not outcome.is_passed:
            self.state.note("validate", "failed", detail)
        elif self.state.level() < VALIDATE:
            self.state.end("validate", VALIDATE, FORWARD, detail)
        else:
            self.state.note("validate", "done", detail)
        if outcome.is_passed:
            self.say("validate: passed. Next: make migrate-archive")
        return outcome.is_passed

    def archive(self) -> None:
        """Copy every old table, and prove the copies."""
        self._needs("archive", VALIDATE)
        if self.state.level() >= DROP:
            raise RefusedError(
                "archive: the old tables are dropped; their archives are all there is. make migrate-rollback brings them back."
            )
        self.set_strangers_aside("archive")
        there = [
            (table, self.places.place(table, "archive")[1])
            for table in self.tables
            if not self._is_dropped(table)
        ]
        if self.would(
            f"copy {len(there)} tables to {self.settings.own_schema}.archive_<table>_{self.settings.day:%Y%m%d}"
        ):
            return
        self.begin(ARCHIVED)
        for table, name in there:
            self._archive(table, name)
        self._end("archive", ARCHIVED)
        self.say(
            "archive: done. Next: stop the predecessor's loaders, then make migrate-cutover (the same UTC day as a passed validation)"
        )

    def cutover(self) -> None:
        """Let every old name be a view on the new figures; the old table stays beside it."""
        self._needs("cutover", ARCHIVED)
        if self.state.level() >= DROP or self.state.newest().half_done == DROP:
            raise RefusedError(
                "cutover: already dropped, or about to be; the old names are views. First: make migrate-drop, or make migrate-rollback"
            )
        self.set_strangers_aside("cutover")
        for table in self.tables:
            self.places.place(table, "cutover")
        if any(
            self.warehouse.kind(self.settings.legacy_schema, t.name) == "table" for t in self.tables
        ):
            self._needs_archives("cutover", self._needs_validation("cutover"))
        if self.would(
            "rename each old table to <name>__before_cutover and put a view in its place"
        ):
            return
        self.begin(CUTOVER)
        for table in self.tables:
            self._cut_over(table)
        self._end("cutover", CUTOVER)
        self.say(
            "cutover: done. Old readers read the new figures. Next, when nobody complains: make migrate-validate, make migrate-drop"
        )

    def drop(self) -> None:
        """Drop the old tables; their archives stay for thirty days from then."""
        self._needs("drop", CUTOVER)
        self.set_strangers_aside("drop")
        for table in self.tables:
            self.places.refuse_stranger(table, "drop")
        kept = [t for t in self.tables if not self._is_dropped(t)]
        gone = [t for t in kept if self.places.find(t) is None]
        back = [t for t in kept if self.places.find(t) == t.name]
        if back:
            first = "rollback" if self._is_resumed(DROP) else "cutover"
            raise RefusedError(
                f"drop: {', '.join(t.name for t in back)} is under its old name again. First: make migrate-{first}"
            )
        lost = [t.name for t in gone if self.places.look(t).aside is None]
        again = [t for t in kept if self.state.level() >= DROP]
        if lost or again:
            names = ", ".join([*lost, *(t.kept for t in again)])
            raise RefusedError(
                f"drop: {names}: not as the journal has it. First: make migrate-rollback"
            )
        if self.state.level() < DROP:
            there = {t.name: self.places.seen(t.kept) for t in kept if t not in gone}
            seen = there if self._is_resumed(DROP) else self._needs_validation("drop", set(there))
            aside = {t.name: self.places.look(t).aside for t in gone}
            seen |= {name: one.fingerprint for name, one in aside.items() if one is not None}
            self._needs_archives("drop", seen)
        if self.would(f"drop {', '.join(t.kept for t in kept) or 'nothing'}"):
            return
        if kept:
            self.begin(DROP)
            for table in kept:
                self._drop(table)
            self._end("drop", DROP)
            report_end(self.warehouse, self.settings)
        elif self.state.level() < DROP:
            self._end("drop", DROP)
        promised = [self.places.proof(t, one.fingerprint) for t, one in self._dropped()]
        days = [one.expires if one else None for one in promised]
        if None in days:
            lost = [
                t.name for (t, _), day in zip(self._dropped(), days, strict=True) if day is None
            ]
            self.say(f"drop: done. {', '.join(lost)} cannot be brought back: no archive holds it.")
            return
        until = min((day for day in days if day), default=self.settings.day)
        self.say(
            f"drop: done. Rollback is possible until {until}, and as long as the archives are there; then:"
            " make migrate-drop ARGS=--expired"
        )

    def drop_expired(self, *, last_copies: bool = False) -> None:
        """Drop archives whose days are over: such whose content another copy holds; the last copy only when that is asked."""
        self._needs("drop --expired", DROP)
        day = self.settings.day
        over: list[tuple[Copy, Copy]] = []
        last: list[Copy] = []
        for table in self.tables:
            archives = self.places.archives(table)
            staying = [one for one in archives if one.expires > day]
            for one in reversed([one for one in archives if one.expires <= day]):
                others = [
                    other
                    for other in archives
                    if other not in [one, *staying, *(gone for gone, _ in over)]
                ]
                holder = self._holder(one, [*staying, *others])
                if holder is None:
                    last.append(one)
                else:
                    over.append((one, holder))
        if last and not last_copies:
            raise RefusedError(
                f"drop --expired: {', '.join(one.name for one in last)}: the last copy of the old table; nothing was dropped."
                " To end the migration for good, without a way back: make migrate-drop ARGS='--expired --last-copies'"
            )
        going = [*(one for one, _ in over), *last]
        if self.would(
            f"drop {', '.join(one.name for one in going) or 'nothing: no archive has expired'}"
        ):
            return
        for one, holder in over:
            self.drop_copy(one, holder.place)
        for one in last:
            self.drop_copy(one, None)
        for one in going:
            self.say(f"drop: {one.name} dropped, expired {one.expires}")
        if not going:
            self.say("drop: no archive has expired")

    # ── One table ────────────────────────────────────────────────────────────────────────────────────────────

    def _archive(self, table: OldTable, name: str) -> None:
        """Copy one table under a name that nothing has; an archive that holds the same is enough."""
        seen = self.places.seen(name)
        one = self.places.proof(table, seen) or self._finish_archive(table, seen)
        if one is None:
            day = self.settings.day
            one = Copy(
                table.name,
                ARCHIVE,
                self.settings.own_schema,
                self.places.archive_name(table),
                seen,
                day,
                day + dt.timedelta(days=KEEP_DAYS),
            )
            self.state.step("copy", table.name, INTENDED, {"from": name, "to": one.name})
            self.state.record(replace(one, status=INTENDED))
            with self.warehouse.transaction():
                self.warehouse.copy((self.settings.legacy_schema, name), one.place)
            copied = self._keep(one)
            if copied != seen:
                raise RefusedError(
                    f"archive: {one.name} has {copied.n_rows} rows, {table.name} had {seen.n_rows} or other content: it was "
                    "written to meanwhile. Stop the predecessor's loaders and run make migrate-archive again."
                )
        self.say(
            f"archive: {one.name}: {seen.n_rows:,} rows, content equal, kept until {one.expires}"
        )

    def _finish_archive(self, table: OldTable, seen: Fingerprint) -> Copy | None:
        """Look at a copy that was meant to be made when a phase was killed: it counts for what it holds."""
        result = None
        for one in self.state.copies(table.name):
            if one.role == ARCHIVE and one.status == INTENDED and self.places.exists(one):
                held = self._keep(one)
                result = replace(one, fingerprint=seen, status=KEPT) if held == seen else result
        return result

    def _keep(self, one: Copy) -> Fingerprint:
        held = self.places.seen(one.name, one.schema)
        self.state.record(replace(one, fingerprint=held, status=KEPT))
        self.state.step("copy", one.table, "done", {"to": one.name, "rows": held.n_rows})
        return held

    def _cut_over(self, table: OldTable) -> None:
        legacy, view = self.settings.legacy_schema, self._view(table)
        stands = self.places.look(table)
        if stands.live == "table":
            seen = self.places.seen(table.name)
            day = self.settings.day
            aside = Copy(table.name, ASIDE, legacy, table.kept, seen, day, dt.date.max, INTENDED)
            self.state.step("set aside", table.name, INTENDED, {"to": table.kept})
            self.state.record(aside)
            with self.warehouse.transaction():
                if stands.kept == "table":
                    self.drop_table(table.name, legacy, table.kept, legacy)
                else:
                    self.warehouse.move((legacy, table.name), (legacy, table.kept))
                self.warehouse.run(view)
                self._same(table.kept, seen)
                self.state.record(replace(aside, status=KEPT))
                self.state.step("set aside", table.name, "done", {"to": table.kept})
        else:
            if stands.aside is None:  # a move that was killed where DDL has no transactions
                aside = Copy(
                    table.name,
                    ASIDE,
                    legacy,
                    table.kept,
                    self.places.seen(table.kept),
                    self.settings.day,
                    dt.date.max,
                )
                self.state.record(aside)
            with self.warehouse.transaction():
                self.warehouse.run(view)
                self.state.step("view", table.name, "done")
        self.say(f"cutover: {table.name} is a view on {table.view}; its rows stay in {table.kept}")

    def _view(self, table: OldTable) -> str:
        names = ", ".join(name for name, _ in table.columns)
        return (
            f"create or replace view {self.warehouse.name(self.settings.legacy_schema, table.name)} as select {names}"
            f" from {self.warehouse.name(self.settings.new_schema, table.view)}"
        )

    def _drop(self, table: OldTable) -> None:
        legacy = self.settings.legacy_schema
        stands = self.places.look(table)
        is_there = stands.kept == "table"
        seen = self.places.seen(table.kept) if is_there else None
        if seen is None and stands.aside is not None:
            seen = stands.aside.fingerprint
        proof = self.places.proof(table, seen) if seen else None
        if seen is None or proof is None:
            raise RefusedError(
                f"drop: no archive holds what {table.kept} holds. First: make migrate-archive"
            )
        self.state.step("drop", table.name, INTENDED, {"held by": proof.name})
        expires = max(proof.expires, self.settings.day + dt.timedelta(days=KEEP_DAYS))
        day = self.settings.day
        aside = Copy(table.name, ASIDE, legacy, table.kept, seen, day, dt.date.max, DROPPED)
        with self.warehouse.transaction():
            self.state.record(replace(proof, expires=expires))
            if is_there:
                self.drop_table(table.kept, legacy, proof.name, proof.schema)
            self.state.record(aside)
            self.state.step("drop", table.name, "done", {"held by": proof.name})
        self.say(f"drop: {table.kept} dropped; {proof.name} stays until {expires}")

    # ── Steps that both directions take ──────────────────────────────────────────────────────────────────────

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

    # ── The state ────────────────────────────────────────────────────────────────────────────────────────────

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

    def _is_resumed(self, number: int) -> bool:
        return self.state.newest().half_done == number

    def _is_dropped(self, table: OldTable) -> bool:
        stands = self.places.look(table)
        return (
            stands.aside is not None and stands.aside.status == DROPPED and stands.kept != "table"
        )

    def _dropped(self) -> list[tuple[OldTable, Copy]]:
        asides = [(table, self.places.look(table).aside) for table in self.tables]
        return [(table, one) for table, one in asides if one is not None and one.status == DROPPED]

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

    def would(self, action: str) -> bool:
        """Say what would be done; return whether that is all."""
        if self.dry_run:
            self.say(f"dry run: would {action}")
        return self.dry_run
