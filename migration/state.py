"""What the migration remembers: tables of its own in the warehouse, only ever added to.

`journal` says what is meant to happen before it happens and what has happened after it, in both directions. `copies` names
every table that holds rows of the predecessor's beside the one under the old name, with the fingerprint of its content.
Both stand beside the tables they speak of, so a step and the line that it is done are one transaction where the engine has
them, a copy of the warehouse has its own journal, and two machines read the same.
`validation_tables` is written after the results of a validation, in one statement; without it a validation did not happen.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from migration.config import Settings
from warehouse.engine import Fingerprint, Warehouse

PHASES = ("nothing", "deploy", "validate", "archive", "cutover", "drop")
"""A level is the number of the last phase that is done."""

FORWARD, BACK = "forward", "back"
ARCHIVE, ASIDE, FOUND = "archive", "set_aside", "found"
"""What a copy is: made by `archive`; the old table beside the view; a table under an old name that nobody knew."""
INTENDED, KEPT, DROPPED, RETURNED = "intended", "kept", "dropped", "returned"
"""What became of it. A table that was set aside returns under its own name when the cut-over is undone."""

DDL = {
    "journal": "event_number int64, recorded_at timestamp, run_date date, phase string, direction string, step string,"
    " table_name string, status string, level int64, half_done int64, target int64, detail string",
    "copies": "event_number int64, recorded_at timestamp, table_name string, role string, schema_name string,"
    " copy_name string, n_rows int64, content_hash string, archived_date date, expires_date date, status string",
    "validation_results": "run_number int64, validation_date date, table_name string, usage_date date, platform string,"
    " measure string, reason string, n_rows int64, old_value {numeric}, new_value {numeric}, difference {numeric},"
    " is_explained bool, absolute_difference {numeric}, largest_difference {numeric}",
    "validation_tables": "run_number int64, validation_date date, table_name string, n_rows int64,"
    " content_hash string, is_passed bool, recorded_at timestamp",
}


@dataclass(frozen=True)
class Validation:
    """The newest finished validation."""

    number: int
    day: dt.date
    is_passed: bool
    tables: dict[str, Fingerprint]


@dataclass(frozen=True)
class Copy:
    """A table with rows of the predecessor's that does not stand under the old name."""

    table: str
    role: str
    schema: str
    name: str
    fingerprint: Fingerprint
    archived: dt.date
    expires: dt.date
    status: str = KEPT

    @property
    def place(self) -> tuple[str, str]:
        """The schema and the name."""
        return self.schema, self.name


@dataclass(frozen=True)
class Event:
    """A line of the journal, with the state after it."""

    number: int
    phase: str
    direction: str
    status: str
    level: int
    half_done: int
    """The number of the phase that is half done, or half undone; 0 for none. It is always the one after `level`."""
    target: int
    """Of a rollback that is not at its end: the level it goes to."""


_NOTHING = Event(0, PHASES[0], FORWARD, "done", 0, 0, 0)


class State:
    """The migration's own tables."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings
        self._schema = settings.own_schema
        self._last: Event | None = None
        self._copies: list[Copy] | None = None
        self._exists = False

    @property
    def exists(self) -> bool:
        """Whether deploy has made the tables."""
        self._exists = self._exists or set(DDL) <= set(self._warehouse.names(self._schema))
        return self._exists

    @property
    def is_own(self) -> bool:
        """Whether tables of these names, where there are any, are the migration's."""
        there = self._warehouse.names(self._schema)
        return all(
            list(self._warehouse.columns(self._schema, table)) == columns
            for table, columns in self.columns().items()
            if table in there
        )

    def create(self) -> None:
        """Make the tables that do not exist."""
        self._warehouse.create_schema(self._schema)
        for table, columns in self.ddl().items():
            self._warehouse.run(f"create table if not exists {self.name(table)} ({columns})")

    def ddl(self) -> dict[str, str]:
        """Return the columns of the tables."""
        return {
            table: columns.format(numeric=self._warehouse.dialect.numeric)
            for table, columns in DDL.items()
        }

    def columns(self) -> dict[str, list[str]]:
        """Return the names of the tables' columns."""
        return {
            table: [part.split()[0] for part in columns.split(", ")]
            for table, columns in DDL.items()
        }

    def name(self, table: str) -> str:
        """Return the qualified name of one of the tables."""
        return self._warehouse.name(self._schema, table)

    # ── The journal ──────────────────────────────────────────────────────────────────────────────────────────

    def newest(self) -> Event:
        """Return the newest line; asked once, for nobody else writes while a phase runs."""
        if self._last is None:
            found = (
                self._warehouse.rows(
                    "select event_number, phase, direction, status, level, half_done, target"
                    f" from {self.name('journal')} order by event_number desc limit 1"
                )
                if self.exists
                else []
            )
            self._last = _NOTHING
            for number, phase, direction, status, *levels in found:
                self._last = Event(
                    int(number), phase, direction, status, *(int(level) for level in levels)
                )
        return self._last

    def level(self) -> int:
        """Return the number of the last phase that is done; 0 before deploy."""
        return self.newest().level

    def interrupted(self) -> str | None:
        """Return what began and has not come to its end: a phase, or `rollback`."""
        newest = self.newest()
        if not newest.half_done:
            return None
        return "rollback" if newest.direction == BACK else PHASES[newest.half_done]

    def begin(self, number: int, direction: str, target: int = 0) -> None:
        """Record that a phase is about to be done, or undone."""
        self._add(
            PHASES[number],
            "",
            "",
            "begun",
            {},
            replace(
                self.newest(),
                direction=direction,
                level=number - 1,
                half_done=number,
                target=target if direction == BACK else 0,
            ),
        )

    def end(self, phase: str, level: int, direction: str, detail: Mapping[str, object]) -> None:
        """Record that a phase is done, or undone, and nothing is half done any more."""
        state = replace(self.newest(), direction=direction, level=level, half_done=0, target=0)
        self._add(phase, "", "", "done", detail, state)

    def note(self, phase: str, status: str, detail: Mapping[str, object]) -> None:
        """Record what happened to a phase without a change of the state: what is half done stays so."""
        self._add(phase, "", "", status, detail, self.newest())

    def step(
        self, step: str, table: str, status: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Record a step before it is done, or after it."""
        newest = self.newest()
        phase = PHASES[newest.half_done] if newest.half_done else newest.phase
        self._add(phase, step, table, status, detail or {}, newest)

    def _add(
        self,
        phase: str,
        step: str,
        table: str,
        status: str,
        detail: Mapping[str, object],
        state: Event,
    ) -> None:
        event = replace(state, number=self.newest().number + 1, phase=phase, status=status)
        self._warehouse.insert(
            self._schema,
            "journal",
            [
                {
                    "event_number": event.number,
                    "recorded_at": dt.datetime.now(dt.UTC),
                    "run_date": self._settings.day,
                    "phase": phase,
                    "direction": event.direction,
                    "step": step,
                    "table_name": table,
                    "status": status,
                    "level": event.level,
                    "half_done": event.half_done,
                    "target": event.target,
                    "detail": json.dumps(detail, default=str, sort_keys=True),
                }
            ],
        )
        self._last = event

    # ── Copies ───────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, copy: Copy) -> None:
        """Record what a copy is now."""
        self._copies = None
        self._warehouse.insert(
            self._schema,
            "copies",
            [
                {
                    "event_number": self._next("copies", "event_number"),
                    "recorded_at": dt.datetime.now(dt.UTC),
                    "table_name": copy.table,
                    "role": copy.role,
                    "schema_name": copy.schema,
                    "copy_name": copy.name,
                    "n_rows": copy.fingerprint.n_rows,
                    "content_hash": copy.fingerprint.content,
                    "archived_date": copy.archived,
                    "expires_date": copy.expires,
                    "status": copy.status,
                }
            ],
        )

    def copies(self, table: str | None = None) -> list[Copy]:
        """Return what every copy is by the newest line on it, the newest copy first."""
        if self._copies is None:
            self._copies = self._read_copies() if self.exists else []
        return [one for one in self._copies if table in (None, one.table)]

    def _read_copies(self) -> list[Copy]:
        found = self._warehouse.rows(
            "select table_name, role, schema_name, copy_name, n_rows, content_hash, archived_date, expires_date, status"
            f" from {self.name('copies')} order by event_number desc"
        )
        newest: dict[tuple[str, str], Copy] = {}
        for name, role, schema, copy, n_rows, content, archived, expires, status in found:
            newest.setdefault(
                (schema, copy),
                Copy(
                    name,
                    role,
                    schema,
                    copy,
                    Fingerprint(int(n_rows), content),
                    archived,
                    expires,
                    status,
                ),
            )
        return list(newest.values())

    def aside(self, table: str) -> Copy | None:
        """Return the old table that stands, or stood until it was dropped, beside the view."""
        for one in self.copies(table):
            if one.role == ASIDE:
                return one if one.status in (KEPT, DROPPED) else None
        return None

    # ── Validations ──────────────────────────────────────────────────────────────────────────────────────────

    def next_run(self) -> int:
        """Return a number for a validation; a killed one leaves results under a number that is not used again."""
        return max(
            self._next(table, "run_number") for table in ("validation_results", "validation_tables")
        )

    def record_validation(self, number: int, tables: dict[str, tuple[Fingerprint, bool]]) -> None:
        """Record that a validation has ended; until then it did not happen."""
        now = dt.datetime.now(dt.UTC)
        self._warehouse.insert(
            self._schema,
            "validation_tables",
            [
                {
                    "run_number": number,
                    "validation_date": self._settings.day,
                    "table_name": table,
                    "n_rows": seen.n_rows,
                    "content_hash": seen.content,
                    "is_passed": passed,
                    "recorded_at": now,
                }
                for table, (seen, passed) in tables.items()
            ],
        )

    def validation(self) -> Validation | None:
        """Return the newest finished validation."""
        found = self._warehouse.rows(
            "select run_number, validation_date, table_name, n_rows, content_hash, is_passed"
            f" from {self.name('validation_tables')}"
            f" where run_number = (select max(run_number) from {self.name('validation_tables')})"
        )
        if not found:
            return None
        return Validation(
            int(found[0][0]),
            found[0][1],
            all(row[5] for row in found),
            {row[2]: Fingerprint(int(row[3]), row[4]) for row in found},
        )

    def _next(self, table: str, column: str) -> int:
        ((number,),) = self._warehouse.rows(
            f"select coalesce(max({column}), 0) + 1 from {self.name(table)}"
        )
        return int(number)
