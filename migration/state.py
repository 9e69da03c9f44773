"""What the migration remembers: tables of its own, only ever added to, so that a killed phase leaves nothing half true.

`migration_state` is the log of phases; its newest level counts. `validation_tables` is written after the results of a
validation, in one statement, and says what was compared; without it a validation did not happen. `archives` lists the
copies of the old tables.
"""

import datetime as dt
from dataclasses import dataclass

from migration.config import Settings
from warehouse.engine import Fingerprint, Warehouse

PHASES = ("nothing", "deploy", "validate", "archive", "cutover", "drop")
"""A level is the number of the last phase that is done."""

DDL = {
    "migration_state": "event_number int64, phase string, status string, level int64, validation_date date,"
    " detail string, recorded_at timestamp",
    "validation_results": "run_number int64, validation_date date, table_name string, usage_date date, platform string,"
    " measure string, reason string, n_rows int64, old_value {numeric}, new_value {numeric}, difference {numeric},"
    " is_explained bool",
    "validation_tables": "run_number int64, validation_date date, table_name string, n_rows int64,"
    " content_hash string, is_passed bool, recorded_at timestamp",
    "archives": "event_number int64, archive_name string, table_name string, n_rows int64, content_hash string,"
    " archived_date date, expires_date date, status string, recorded_at timestamp",
}


@dataclass(frozen=True)
class Validation:
    """The newest finished validation."""

    number: int
    day: dt.date
    is_passed: bool
    tables: dict[str, Fingerprint]


@dataclass(frozen=True)
class Archive:
    """A copy of an old table."""

    name: str
    table: str
    fingerprint: Fingerprint
    archived: dt.date
    expires: dt.date


@dataclass(frozen=True)
class _Event:
    """A line of the log."""

    number: int
    phase: str
    status: str
    level: int


class State:
    """The migration's own tables."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings
        self._schema = settings.own_schema
        self._last: _Event | None = None

    @property
    def exists(self) -> bool:
        """Whether deploy has made the tables."""
        return set(DDL) <= set(self._warehouse.names(self._schema))

    def create(self) -> None:
        """Make the tables that do not exist."""
        self._warehouse.create_schema(self._schema)
        for table, columns in DDL.items():
            listed = columns.format(numeric=self._warehouse.dialect.numeric)
            self._warehouse.run(f"create table if not exists {self.name(table)} ({listed})")

    def name(self, table: str) -> str:
        """Return the qualified name of one of the tables."""
        return self._warehouse.name(self._schema, table)

    def level(self) -> int:
        """Return the number of the last phase that is done; 0 before deploy."""
        newest = self._newest()
        return newest.level if newest else 0

    def interrupted(self) -> str | None:
        """Return the phase that began and neither ended nor failed."""
        newest = self._newest()
        return newest.phase if newest and newest.status == "begun" else None

    def log(self, phase: str, status: str, level: int, detail: str = "") -> None:
        """Add an event."""
        newest = self._newest()
        event = _Event(newest.number + 1 if newest else 1, phase, status, level)
        self._warehouse.insert(
            self._schema,
            "migration_state",
            [
                {
                    "event_number": event.number,
                    "phase": phase,
                    "status": status,
                    "level": level,
                    "validation_date": self._settings.day,
                    "detail": detail,
                    "recorded_at": dt.datetime.now(dt.UTC),
                }
            ],
        )
        self._last = event

    def _newest(self) -> "_Event | None":
        """Return the newest event; asked once, for nobody else writes while a phase runs."""
        if self._last is None and self.exists:
            found = self._warehouse.rows(
                f"select event_number, phase, status, level from {self.name('migration_state')}"
                " order by event_number desc limit 1"
            )
            for number, phase, status, level in found:
                self._last = _Event(int(number), phase, status, int(level))
        return self._last

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

    def record_archives(self, archives: list[Archive], status: str) -> None:
        """Record copies that were made, extended or dropped."""
        if not archives:
            return
        now = dt.datetime.now(dt.UTC)
        number = self._next("archives", "event_number")
        self._warehouse.insert(
            self._schema,
            "archives",
            [
                {
                    "event_number": number + index,
                    "archive_name": one.name,
                    "table_name": one.table,
                    "n_rows": one.fingerprint.n_rows,
                    "content_hash": one.fingerprint.content,
                    "archived_date": one.archived,
                    "expires_date": one.expires,
                    "status": status,
                    "recorded_at": now,
                }
                for index, one in enumerate(archives)
            ],
        )

    def archives(self) -> list[Archive]:
        """Return the copies that are kept, newest first."""
        found = self._warehouse.rows(
            "select archive_name, table_name, n_rows, content_hash, archived_date, expires_date, status"
            f" from {self.name('archives')} order by event_number desc"
        )
        newest: dict[str, tuple[Archive, str]] = {}
        for name, table, n_rows, content, archived, expires, status in found:
            one = Archive(name, table, Fingerprint(int(n_rows), content), archived, expires)
            newest.setdefault(name, (one, status))
        return [one for one, status in newest.values() if status != "dropped"]

    def _next(self, table: str, column: str) -> int:
        ((number,),) = self._warehouse.rows(
            f"select coalesce(max({column}), 0) + 1 from {self.name(table)}"
        )
        return int(number)
