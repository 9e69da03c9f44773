"""The five phases forward. Each is a list of small steps, looks at what is there, does what is missing, and can be repeated.

A step is written down before it is done and after; it looks whether it is done already, does it, and looks whether it did.
Nothing is dropped unless its content's fingerprint was just seen in another table that the journal names. The way back is in
`back.py`, the steps of both in `steps.py`; where a table's rows are, in `standing.py`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from migration.checking import check_all
from migration.config import KEEP_DAYS
from migration.reporting import report_end
from migration.standing import RefusedError
from migration.state import (
    ARCHIVE,
    ASIDE,
    DROPPED,
    FORWARD,
    INTENDED,
    KEPT,
    Copy,
)
from migration.steps import Steps
from migration.tables import OldTable
from migration.validating import Outcome, validate_tables
from warehouse.engine import Fingerprint

DEPLOY, VALIDATE, ARCHIVED, CUTOVER, DROP = range(1, 6)

__all__ = ["Migration", "RefusedError"]


@dataclass
class Migration(Steps):
    """The phases over one warehouse."""

    # ── Forward ──────────────────────────────────────────────────────────────────────────────────────────────

    def deploy(self, *, accept_losses: bool = False) -> None:
        """Check everything that cut-over and way back will need, and make the migration's own tables."""
        if self.set_aside and self.state.is_own:
            if not self.dry_run:
                self.state.create()
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
            there = {t.name: t.kept for t in kept if t not in gone}
            seen = (
                {name: self.places.seen(beside) for name, beside in there.items()}
                if self._is_resumed(DROP)
                else self._needs_validation("drop", set(there))
            )
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

    # ── The state ────────────────────────────────────────────────────────────────────────────────────────────

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
