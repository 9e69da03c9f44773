"""The run of the orchestrator's files: what is new is converted and loaded as one dlt package.

A file counts as loaded when the package that brought it is complete. Rows that are taken out of the tables
later, because they are too old or a person wants their data gone, do not bring the file back.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.storages.load_package import load_package_state
from dlt.extract import DltResource

from extract.config import Credentials, Settings, pipeline
from extract.landing.contracts import Table
from extract.landing.errors import SourceError
from extract.landing.ledger import LEDGER, QUARANTINE, reader
from extract.landing.load import (
    LOAD_ID_OF_FILES,
    arrow_resource,
    ensure_tables,
    replace_scope,
    run_record,
    write_runs,
)
from extract.landing.progress import Outcome, Progress, TableResult
from extract.sources.orchestrator.files import Listing, TaskFile, look
from extract.sources.orchestrator.spooled import FileResult, Spooled
from extract.sources.orchestrator.tables import KEYS, TABLES
from persons.suppression import Suppression

SOURCE = "orchestrator"
NAMED = 3
"""So many files are named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Loaded:
    """What the ledger says of a file."""

    fingerprint: str
    n_quarantined: int


@dataclass
class _Package:
    """What the package's resources share; the first that is drawn from converts all files."""

    spool: Spooled
    files: Mapping[Table, list[TaskFile]]
    results: list[FileResult] = field(default_factory=list)
    paths: dict[Table, list[Path]] = field(default_factory=dict)
    is_converted: bool = False

    def convert(self) -> None:
        """Convert all files, once, under the id of the package they travel in."""
        if self.is_converted:
            return
        self.is_converted = True
        load_id = load_package_state()["load_id"]
        for table, files in self.files.items():
            found = []
            for file in files:
                result, path = self.spool.convert(file, load_id)
                self.results.append(result)
                if path is not None:
                    found.append(path)
            self.paths[table] = self.spool.one_row_per_key(table, found) if found else []


class FilesRun:
    """The run of this source; `accept_shrink` means nothing to it, because a file takes no row away."""

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Progress | None = None,
        credentials: Credentials | None = None,
        suppression: Suppression | None = None,
    ) -> None:
        """Read nothing yet."""
        self._suppression = suppression or Suppression()
        self._settings, self._progress = settings, progress or Progress()
        self.outcome = Outcome()
        self._pipeline: dlt.Pipeline = pipeline(settings, SOURCE, credentials)
        self._results: dict[str, TableResult] = {}

    def run(self) -> Outcome:
        """Load what is new; every failure ends up in the outcome."""
        started = _now()
        for table in TABLES:
            self._results[table.name] = TableResult(SOURCE, table.name, None, None, started)
        self.outcome.results = list(self._results.values())
        if self._pipeline.has_pending_data:
            # Its files are read again: an append that was half done must not be finished twice.
            self._pipeline.abort_packages()
            self.outcome.warnings.append(
                f"{SOURCE}: dropped an unfinished load package, its files are read again"
            )
        ensure_tables(self._pipeline, TABLES)
        try:
            listing = look(self._settings.task_events_url or "", self._settings.redact)
        except SourceError as error:
            self._fail(TABLES, self._settings.redact(str(error)))
            write_runs(self._pipeline, run_record(self.outcome.results))
            return self.outcome
        self.outcome.warnings.extend(listing.warnings)
        ledger = self._ledger()
        new = [file for file in listing.files if not _is_loaded(file, ledger)]
        self._name_quarantined(listing, ledger)
        if new:
            self._load(listing, new)
        else:
            write_runs(self._pipeline, run_record(self.outcome.results))
        for name, result in self._results.items():
            self._progress.line(
                f"{SOURCE}.{name}: {result.n_rows_read:,} rows read, {result.n_partitions_changed} files "
                f"loaded, {result.status}"
            )
        return self.outcome

    def _ledger(self) -> dict[str, Loaded]:
        with reader(self._pipeline) as raw:
            rows = raw.rows(
                """
                select ledger.partition_id, ledger.content_hash, ledger.n_quarantined
                from {0} as ledger
                inner join {1} as loads on ledger._dlt_load_id = loads.load_id
                where loads.status = 0
                """,
                "loaded_partitions",
                "_dlt_loads",
            )
        return {file_id: Loaded(digest, n_bad) for file_id, digest, n_bad in rows}

    def _is_empty(self, table: Table) -> bool:
        with reader(self._pipeline) as raw:
            return not raw.rows("select 1 from {0} limit 1", table.name)

    def _load(self, listing: Listing, new: list[TaskFile]) -> None:
        files = {table: [file for file in new if file.table is table] for table in TABLES}
        self._progress.under_way(f"{SOURCE}: {len(new)} new files")
        folder = Path(tempfile.mkdtemp(prefix="extract-"))
        spool = Spooled(folder, listing.fs, listing.is_local, _now(), self._suppression)
        try:
            package = _Package(spool, files)
            self._pipeline.run(self._resources(package))
        finally:
            spool.close()

    def _resources(self, package: _Package) -> list[DltResource]:
        """Describe the package. What is drawn last sees what became of the files."""

        def rows(table: Table) -> Iterator[Any]:
            package.convert()
            for path in package.paths[table]:
                yield dlt.mark.with_file_import(str(path), "parquet")

        def quarantine() -> Iterator[pa.Table]:
            package.convert()
            # Also with no row: what a mended file had there is taken out.
            yield pa.concat_tables([QUARANTINE.empty_table(), *package.spool.rejects])

        def ledger() -> Iterator[pa.Table]:
            package.convert()
            yield _ledger_rows(package.results, package.spool.loaded_at)

        def runs() -> Iterator[pa.Table]:
            package.convert()
            self._account(package.results)
            yield run_record(self.outcome.results)

        ids = ", ".join(f"'{file.file_id}'" for files in package.files.values() for file in files)
        scope = replace_scope(f"partition_id in ({ids})")
        return [
            *(
                _keyed(table, rows, is_empty=self._is_empty(table))
                for table, files in package.files.items()
                if files
            ),
            arrow_resource("quarantine", quarantine, scope),
            arrow_resource("loaded_partitions", ledger, scope),
            arrow_resource("extract_runs", runs, "append"),
        ]

    def _account(self, results: list[FileResult]) -> None:
        """Count what was read, and say what went to the quarantine."""
        for table in TABLES:
            own = [result for result in results if result.file.table is table]
            total = self._results[table.name]
            total.n_rows_read = sum(result.n_read for result in own)
            total.n_partitions_changed = sum(not result.reason for result in own)
            total.n_quarantined = sum(result.n_quarantined for result in own)
            for result in own:
                if result.reason:
                    self._fail(
                        [table],
                        f"{SOURCE}: {result.file.name}: {result.reason}. Nothing of it is loaded; write it "
                        "again, or take it out of TASK_EVENTS_URL.",
                        kept=f"file {result.file.file_id}: {result.reason}",
                    )
            bad = [result for result in own if result.n_quarantined and not result.reason]
            if bad:
                self.outcome.problems.append(
                    f"{SOURCE}.{table.name}: {sum(result.n_quarantined for result in bad)} rows of "
                    f"{_named([result.file for result in bad])} went to raw_{SOURCE}.quarantine. The other "
                    "rows are loaded."
                )

    def _name_quarantined(self, listing: Listing, ledger: dict[str, Loaded]) -> None:
        """Say again what is still wrong with files that are still there and were not mended."""
        held = [
            file
            for file in listing.files
            if _is_loaded(file, ledger) and ledger[file.file_id].n_quarantined
        ]
        if held:
            self.outcome.problems.append(
                f"{SOURCE}: rows of {_named(held)} are still in raw_{SOURCE}.quarantine. Write the files "
                "again without the faults, or take them out of TASK_EVENTS_URL."
            )

    def _fail(self, tables: Any, text: str, *, kept: str | None = None) -> None:  # noqa: ANN401
        """Note a problem; `kept` is what the warehouse keeps of it, without the name of a file."""
        self.outcome.problems.append(text)
        for table in tables:
            self._results[table.name].status = "failed"
            self._results[table.name].error = kept or text


def _keyed(table: Table, rows: Any, *, is_empty: bool) -> DltResource:  # noqa: ANN401
    """Return the resource of a table: an empty one is filled, in another one keys replace themselves."""
    merge = {"disposition": "merge", "strategy": "delete-insert", "deduplicated": True}
    # Nullable, as the tables were made: the conversion has refused rows without a key.
    key = {KEYS[table]: {"merge_key": True, "nullable": True}}
    return arrow_resource(
        table.name,
        lambda: rows(table),
        "append" if is_empty else merge,
        columns=LOAD_ID_OF_FILES | ({} if is_empty else key),
    )


def _ledger_rows(results: list[FileResult], loaded_at: dt.datetime) -> pa.Table:
    rows = [
        {
            "resource_name": result.file.table.name,
            "partition_id": result.file.file_id,
            "usage_date": None,
            "n_rows": result.n_rows,
            "n_quarantined": result.n_quarantined,
            "content_hash": result.file.fingerprint,
            "_loaded_at": loaded_at,
        }
        for result in results
    ]
    return pa.Table.from_pylist(rows, schema=LEDGER)


def _is_loaded(file: TaskFile, ledger: dict[str, Loaded]) -> bool:
    held = ledger.get(file.file_id)
    return held is not None and held.fingerprint == file.fingerprint


def _named(files: list[TaskFile]) -> str:
    names = ", ".join(file.name for file in files[:NAMED])
    return names + (f" and {len(files) - NAMED} more files" if len(files) > NAMED else "")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
