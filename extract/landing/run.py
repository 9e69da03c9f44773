"""One source, from its API to the warehouse: plan, read, compare, load, record.

A resource that fails leaves the others loaded. Calls that were complete before the failure count; the
call that failed is thrown away whole, so no day is ever half loaded.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

import dlt
import pyarrow as pa

from extract.config import Credentials, Settings, pipeline
from extract.landing.contracts import Mode, Table
from extract.landing.coverage import COVERAGE
from extract.landing.delivery_report import count, is_loaded, still_quarantined
from extract.landing.errors import NotOfferedError, SourceError, TornError
from extract.landing.ledger import Entry, read_latest, read_ledger, reader
from extract.landing.load import (
    Change,
    drop_unfinished,
    ensure_tables,
    run_record,
    write_package,
    write_runs,
)
from extract.landing.person_ids import OTHER_KEY, give_person_ids, made_with_another_key
from extract.landing.plan import calls, days_out_of_reach, days_to_read, packages
from extract.landing.progress import NOT_OFFERED, Outcome, Progress, TableResult
from extract.landing.pseudonyms import carry_over
from extract.landing.reading import Reading, coverage_of, with_undated
from extract.landing.resource import Resource, Source
from extract.landing.retention import keep_held
from extract.landing.sink import CURRENT, Partition, Sink, Unit
from extract.landing.spool import Spool
from persons.keys import Key
from persons.suppression import Suppression
from warehouse.shown import shown

FLOOR_ROWS = 20
FLOOR_SHARE = 0.5
READS_OF_A_TORN_LIST = 3


class SourceRun:
    """The run of one source."""

    def __init__(
        self,
        settings: Settings,
        source: Source,
        *,
        accept_shrink: bool = False,
        progress: Progress | None = None,
        credentials: Credentials | None = None,
        suppression: Suppression | None = None,
        key: Key,
        accept_new_person_ids: bool = False,
    ) -> None:
        """Read nothing yet."""
        self._suppression = (suppression or Suppression()).of_source(source.name)
        self._key, self._accept_new_person_ids = key, accept_new_person_ids
        self._settings, self._source, self._tables = settings, source.name, source.tables
        self._resources = source.resources
        self._accept_shrink, self._progress = accept_shrink, progress or Progress()
        self.outcome, self._results = Outcome(), dict[str, TableResult]()
        self._failed, self._announced = set[str](), set[str]()
        self._held_back: set[tuple[str, str]] = set()
        self._pipeline: dlt.Pipeline = pipeline(settings, source.name, credentials)

    def run(self) -> Outcome:
        """Load the source; every failure ends up in the outcome."""
        started = dt.datetime.now(dt.UTC)
        self.outcome.listen(self._progress)
        resources = self._resources(self._settings)
        dropped = drop_unfinished(self._pipeline)
        if dropped:
            self.outcome.warnings.append(f"{self._source}: {dropped}")
        ensure_tables(self._pipeline, self._tables)
        give_person_ids(self._pipeline, self._tables, self._key)
        with reader(self._pipeline) as raw:
            self._ledger = read_ledger(
                raw,
                self._tables,
                since=self._settings.since,
                until=self._settings.as_of.date(),
            )
        self._marks = {part: entry.content_hash for part, entry in self._ledger.items()}
        for resource in resources:
            for table in resource.tables:
                has_window = resource.by_day or self._source == "sheets"
                self._results[table.name] = TableResult(
                    self._source,
                    table.name,
                    self._settings.since if has_window else None,
                    self._settings.until if has_window else None,
                    started_at=started,
                )
        if COVERAGE in self._tables:
            name = COVERAGE.name
            self._results[name] = TableResult(self._source, name, None, None, started_at=started)
        self.outcome.results = list(self._results.values())
        for resource in (one for one in resources if one.by_day):
            self._name_days_out_of_reach(resource)
        if not self._read_and_load(resources):
            write_runs(self._pipeline, run_record(self._results.values(), self._settings.run_id))
        self.outcome.is_lost = any(one.status == "failed" for one in self.outcome.results)
        return self.outcome

    def _name_days_out_of_reach(self, resource: Resource) -> None:
        days = days_out_of_reach(
            resource, self._ledger, since=self._settings.since, until=self._settings.until
        )
        if days:
            text = (
                f"{self._source}.{resource.name}: {len(days)} days from {days[0]} to {days[-1]} are "
                f"not loaded and cannot be: the vendor's data begins on {resource.earliest}."
            )
            self._progress.line(text)
            self.outcome.warnings.append(text)

    def _read_and_load(self, resources: list[Resource]) -> bool:
        """Load package after package; return whether the last one carried the run's record."""
        settings = self._settings
        days = {
            resource.name: days_to_read(resource, self._ledger, settings)
            for resource in resources
            if resource.by_day
        }
        wanted = packages([day for some in days.values() for day in some])
        if not wanted:
            wanted = [Unit(settings.since, settings.until)]
        recorded = False
        # Not the system's temporary folder: what a killed run leaves of people has to be found and removed.
        spooled = settings.pipelines_dir / "spool" / self._source
        shutil.rmtree(spooled, ignore_errors=True)
        spooled.mkdir(parents=True, exist_ok=True, mode=0o700)
        for package in wanted:
            last = package is wanted[-1]
            now = [resource for resource in resources if resource.by_day or last]
            while now:
                with tempfile.TemporaryDirectory(prefix="extract-", dir=spooled) as folder:
                    spool = Spool(Path(folder), self._suppression, self._key, settings.limits)
                    try:
                        readings = [
                            self._read(resource, spool, calls(resource, days, package))
                            for resource in now
                        ]
                        now = [one.resource for one in readings if one.has_more]
                        recorded = self._load(spool, readings, last=last and not now)
                    finally:
                        spool.close()
        for resource in resources:
            self._announce(resource)
        return recorded

    def _read(self, resource: Resource, spool: Spool, wanted: list[Unit]) -> Reading:
        """Read the resource's calls until one fails."""
        reading = Reading(resource)
        if resource.name in self._failed:
            return reading
        for number, unit in enumerate(wanted, start=1):
            self._progress.under_way(
                f"{self._source}.{resource.name}: {unit.since} to {unit.until}, call {number} of "
                f"{len(wanted)}"
            )
            try:
                self._read_unit(reading, spool, unit)
            except SourceError as error:
                self._fail(resource, str(error), is_declined=isinstance(error, NotOfferedError))
                break
        return reading

    def _sink(self, spool: Spool, unit: Unit, doubted: frozenset[str]) -> Sink:
        sink = spool.sink(unit, doubted)
        sink.marks = self._marks
        return sink

    def _read_unit(self, reading: Reading, spool: Spool, unit: Unit) -> None:
        doubted: frozenset[str] = frozenset()
        for attempt in range(1, READS_OF_A_TORN_LIST + 1):
            sink = self._sink(spool, unit, doubted)
            try:
                reading.resource.read(unit, sink)
            except BaseException as error:
                sink.close(keep=False)
                if not isinstance(error, TornError):
                    raise
                if attempt == READS_OF_A_TORN_LIST:
                    raise error.after(attempt) from None
                doubted |= error.readings
                continue
            sink.close(keep=True)
            # A part read in several packages keeps its mark and quarantine from the first that had faults.
            fresh = {key: one for key, one in sink.reached.items() if key not in self._held_back}
            self._held_back |= {key for key, one in fresh.items() if one.n_quarantined}
            reading.take(unit, sink, fresh)
            self.outcome.warnings.extend(sink.warnings)
            for text in sink.problems:
                self._complain(reading.resource, text)
            for name, n_rows in sink.n_read.items():
                self._results[name].n_rows_read += n_rows
            return

    def _load(self, spool: Spool, readings: list[Reading], *, last: bool) -> bool:
        """Load what changed; return whether the run's record went with it."""
        changes: list[Change] = []
        for reading in readings:
            if reading.complete:
                changes.extend(self._changes(spool, reading))
        changes.extend(coverage_of(spool, readings, changes))
        if not changes:
            return False
        self._progress.under_way(f"{self._source}: loading {len(changes)} tables")
        for change in changes:
            if (
                change.table.name in self._results
                and change.data
                and not spool.deliveries.is_wanted(change.table)
            ):
                self._results[change.table.name].n_partitions_changed += len(change.partitions)
        with self.outcome.loading():
            write_package(
                self._pipeline,
                spool,
                changes,
                loaded_at=dt.datetime.now(dt.UTC),
                boundary=self._settings.as_of,
                runs=partial(self._record, spool, readings) if last else None,
                check=self._check(spool),
            )
        return last

    def _check(self, spool: Spool) -> Callable[[], None] | None:  # noqa: ARG002 - a backfill has checks
        """Return what has to hold before anything is written; nothing of an ordinary load."""
        return None

    def _record(self, spool: Spool, readings: list[Reading]) -> pa.Table:
        """Return the run's record; what became of delivered files is known only when the package is made."""
        for reading in readings:
            for table in reading.resource.tables:
                converted = spool.deliveries.converted.get(table, [])
                problems = count(self._results[table.name], reading.resource, converted)
                self.outcome.problems.extend(problems)
        return run_record(self._results.values(), self._settings.run_id)

    def _changes(self, spool: Spool, reading: Reading) -> list[Change]:
        """Compare what was read with the ledger; refuse a suspicious shrink."""
        found: list[Change] = []
        refused = False
        for table in reading.resource.tables:
            if table.mode is Mode.KEY and reading.resource.delivered_to:
                found.extend(self._new_files(spool, table, reading))
                continue
            now = self._partitions(spool, table, reading)
            if self._suppression:
                with reader(self._pipeline) as raw:
                    carry_over(raw, spool, table, list(now))
            # Of files the shrink is no sign of a fault: somebody removed one, and its rows stay.
            shrink = None if reading.resource.always else self._shrink(table, now)
            if not self._accept_new_person_ids and made_with_another_key(table, now, self._ledger):
                refused = True
                text = OTHER_KEY.format(source=self._source, table=table.name)
                self._fail(reading.resource, text)
            if table.log_key and not shrink and not self._accept_shrink:
                now = self._with_held(spool, table, reading, now)
            n_quarantined = sum(partition.n_quarantined for partition in now.values())
            if n_quarantined:
                self._results[table.name].n_quarantined += n_quarantined
                self.outcome.problems.append(
                    f"{self._source}.{table.name}: {n_quarantined} rows went to "
                    f"raw_{self._source}.quarantine because of: {spool.first_reason(table)}. The "
                    "other rows are loaded."
                )
            if shrink and not self._accept_shrink:
                refused = True
                self._fail(reading.resource, shrink)
            now = with_undated(reading, table.name, now)
            changed = {
                name: partition
                for name, partition in now.items()
                if self._ledger.get((table.name, name)) != Entry(**asdict(partition))
                or (table.mode is Mode.KEY and partition.n_rows)
            }
            # Rows by key land also before their part is read whole: each is right by itself.
            if changed or (table.mode is Mode.KEY and table.name in reading.n_read):
                found.append(Change(table, changed))
        if refused:
            return [
                Change(change.table, change.partitions, data=False)
                for change in found
                if any(partition.n_quarantined for partition in change.partitions.values())
            ]
        return found

    def _new_files(self, spool: Spool, table: Table, reading: Reading) -> list[Change]:
        """Have the files converted that are new or changed; say again what is wrong with those that are neither."""
        delivered = [file for file in reading.deliveries if file.table is table]
        new = [file for file in delivered if not is_loaded(file, self._ledger)]
        held = [file for file in delivered if file not in new]
        self.outcome.problems.extend(
            still_quarantined(self._source, reading.resource, held, self._ledger)
        )
        if not new:
            return []
        spool.deliveries.want(table, new, partial(read_latest, self._pipeline, table))
        self.outcome.count(sum(file.n_bytes for file in new))
        # How many rows they have is known when they are converted.
        return [Change(table, {file.file_id: Partition(0, 0, file.fingerprint) for file in new})]

    def _partitions(self, spool: Spool, table: Table, reading: Reading) -> dict[str, Partition]:
        """Return the partitions that were read completely, empty ones included."""
        if table.mode is Mode.DAY:
            days = {day for unit in reading.complete for day in unit.days} - reading.skipped
            names = {day.isoformat() for day in days}
        elif table.mode is Mode.SNAP:
            names = {self._settings.as_of.date().isoformat()}
        elif table.mode is Mode.FILE:
            names = reading.files.get(table.name, set())
        else:
            names = {CURRENT}
        if table.mode is Mode.KEY:
            return {
                part: one for (name, part), one in reading.reached.items() if name == table.name
            }
        found = spool.partitions(table)
        return {name: found.get(name, Partition(0, 0, "0")) for name in sorted(names)}

    def _with_held(
        self, spool: Spool, table: Table, reading: Reading, now: dict[str, Partition]
    ) -> dict[str, Partition]:
        with reader(self._pipeline) as raw:
            kept = keep_held(raw, spool, table, self._ledger, now)
        if not kept:
            return now
        self.outcome.warnings.append(
            f"{self._source}.{table.name}: {sum(kept.values())} rows of {len(kept)} days from "
            f"{min(kept)} to {max(kept)} were not sent again. They are kept, because a log's past does "
            "not change. If they must go, run again with --accept-shrink."
        )
        return self._partitions(spool, table, reading)

    def _shrink(self, table: Table, now: Mapping[str, Partition]) -> str | None:
        """Say why the new rows look like a loss rather than a revision; rows by key are only added to."""
        held = sum(entry.n_rows for name in now if (entry := self._ledger.get((table.name, name))))
        n_now = sum(
            partition.n_rows
            for name, partition in now.items()
            if (table.name, name) in self._ledger
        )
        emptied = table.mode in (Mode.SCD2, Mode.TAB, Mode.FILE) and held > 0 and n_now == 0
        if table.mode is Mode.KEY or (
            not emptied and (held < FLOOR_ROWS or n_now >= held * FLOOR_SHARE)
        ):
            return None
        return (
            f"{self._source}.{table.name}: refused to replace {held} rows by {n_now}: that looks like "
            "a lost permission or a vendor's fault, not like a revision. The rows held are kept. If "
            "it is true, run again with --accept-shrink."
        )

    def _fail(self, resource: Resource, message: str, *, is_declined: bool = False) -> None:
        """Give a resource up for this run; that the vendor does not offer it is noted, not complained of."""
        self._failed.add(resource.name)
        if is_declined:
            self._mark(resource, NOT_OFFERED, self._settings.redact(message))
        else:
            self._complain(resource, message)
        self._announce(resource)

    def _complain(self, resource: Resource, message: str) -> None:
        text = shown(self._settings.redact(message))
        self.outcome.problems.append(
            text if text.startswith(self._source) else f"{self._source}.{resource.name}: {text}"
        )
        self._mark(resource, "failed", text)

    def _mark(self, resource: Resource, status: str, text: str) -> None:
        for table in resource.tables:
            self._results[table.name].status, self._results[table.name].error = status, text

    def _announce(self, resource: Resource) -> None:
        if resource.name in self._announced:
            return
        self._announced.add(resource.name)
        for table in resource.tables:
            result = self._results[table.name]
            self._progress.line(
                f"{self._source}.{table.name}: {result.n_rows_read:,} rows read, "
                f"{result.n_partitions_changed} partitions changed, {result.status}"
            )
