"""History that lies before what is there: read into a temporary place, checked as a whole, merged in one package.

Tables of days are loaded as ever: a day is replaced whole or not at all, and one that is loaded is not read again.
"""

from collections.abc import Callable
from pathlib import Path

from dlt.pipeline.exceptions import PipelineStepFailed

from extract.landing.contracts import Mode
from extract.landing.coverage import COVERAGE
from extract.landing.ledger import reader
from extract.landing.reading import Reading
from extract.landing.resource import Resource
from extract.landing.run import SourceRun
from extract.landing.sink import Sink, Unit
from extract.landing.spool import Spool
from extract.landing.staging import Stage, opened
from extract.landing.validation import RefusedError, Validation


class BackfillRun(SourceRun):
    """The backfill of one source, since the settings' first day."""

    _stage: Stage | None = None
    _staged: frozenset[tuple[str, str]] = frozenset()

    def _read_and_load(self, resources: list[Resource]) -> bool:
        if not any(table.mode is Mode.KEY for table in self._tables):
            return super()._read_and_load(resources)
        folder = Path(self._pipeline.pipelines_dir) / "backfill" / self._source
        stage = self._stage = opened(folder, self._settings.since, self._tables)
        if stage.n_read:
            self._progress.line(
                f"{self._source}: goes on with the backfill that was begun at {stage.began_at:%Y-%m-%d %H:%M} UTC:"
                f" {sum(stage.n_read.values()):,} rows are here already"
            )
        self._staged = frozenset(stage.reached)
        self._marks |= {part: one.content_hash for part, one in stage.reached.items()}
        last_file = max(stage.kept_at, default=0)
        spool = Spool(
            folder, self._suppression, self._key, self._settings.limits, first_number=last_file
        )
        try:
            readings = [self._whole(resource, spool, stage) for resource in resources]
            recorded = self._merge(spool, readings, stage)
        finally:
            spool.close(keep=True)
        for resource in resources:
            self._announce(resource)
        return recorded

    def _sink(self, spool: Spool, unit: Unit, doubted: frozenset[str]) -> Sink:
        sink = super()._sink(spool, unit, doubted)
        sink.is_backfill = self._stage is not None
        sink.staged = self._staged
        return sink

    def _whole(self, resource: Resource, spool: Spool, stage: Stage) -> Reading:
        """Read a resource to its end; what is read by key is kept part by part, also by the run before this one."""
        is_kept = resource.tables[0].mode is Mode.KEY and not resource.delivered_to
        window = Unit(self._settings.since, self._settings.until)
        whole = Reading(resource)
        has_more = True
        while has_more:
            part = self._read(resource, spool, [window])
            has_more = part.has_more
            whole.complete += part.complete
            whole.deliveries += part.deliveries
            whole.n_read |= part.n_read
            if is_kept and part.complete:
                stage.keep(part.numbers, part.n_read, part.reached, part.covered)
        if is_kept and stage.n_read:
            names = {table.name for table in resource.tables}
            whole.reached = {part: one for part, one in stage.reached.items() if part[0] in names}
            whole.covered = {part: one for part, one in stage.covered.items() if part[0] in names}
            whole.n_read = {name: n for name, n in stage.n_read.items() if name in names}
            # What was kept counts also where the rest could not be read now.
            whole.complete = whole.complete or [window]
        return whole

    def _merge(self, spool: Spool, readings: list[Reading], stage: Stage) -> bool:
        """Load everything in one package, or nothing; what is merged is staged no more."""
        try:
            recorded = self._load(spool, readings, last=True)
        except PipelineStepFailed as error:
            refused = _refusal(error)
            if refused is None:
                raise
            self._pipeline.abort_packages()
            self._refuse(refused)
            if any(one.is_of_the_stage for one in refused.broken):
                stage.forget()
            return False
        if not self.outcome.merged:
            self.outcome.merged.append(f"{self._source}: nothing changed")
        stage.forget()
        return recorded

    def _refuse(self, refused: RefusedError) -> None:
        for one in refused.broken:
            self.outcome.problems.append(f"{self._source}: nothing is merged. {one}")
        for result in self.outcome.results:
            result.status, result.error = "failed", "a check of the backfill does not hold"

    def _check(self, spool: Spool) -> Callable[[], None] | None:
        stage = self._stage
        if stage is None:
            return None

        def check() -> None:
            tables = [one for one in self._tables if one is not COVERAGE]
            with reader(self._pipeline) as raw:
                merged = Validation(spool, stage, raw, self._settings.as_of).of(tables)
            self.outcome.merged += [
                f"{self._source}.{one}" for one in merged if one.n_added or one.n_different
            ]
            self.outcome.merged += [
                f"{self._source}.{table}: whole since {one.since} ({scope})"
                for (table, scope), one in sorted(stage.covered.items())
            ]

        return check


def _refusal(error: BaseException | None) -> RefusedError | None:
    """Return what a check found, if that is where an error of dlt comes from."""
    while error is not None:
        if isinstance(error, RefusedError):
            return error
        error = error.__cause__ or error.__context__
    return None
