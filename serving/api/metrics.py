"""Prometheus metrics: what the API does, and what its snapshot says. No organisation and no person is a label."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from serving.api import lanes
from serving.api.boards_opened import BoardsOpened
from serving.api.snapshots import Follower
from serving.api.view import View

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)


class Meter:
    """Metrics of one application."""

    def __init__(
        self, follower: Follower, now: Callable[[], dt.datetime], boards: BoardsOpened
    ) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "api_request_seconds",
            "Time until a request was answered in full.",
            ["route", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._names = Counter(
            "api_renamed_requests",
            "Requests by a name of a mart or column that goes with the next release.",
            ["name"],
            registry=self._registry,
        )
        # Finding a label's series costs more than counting in it.
        self._series: dict[tuple[str, int], Histogram] = {}
        self._registry.register(_SnapshotMetrics(follower, now))
        self._registry.register(_ServiceMetrics(boards))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        series = self._series.get((route, status))
        if series is None:
            series = self._series[route, status] = self._seconds.labels(route, str(status))
        series.observe(seconds)

    def count_names(self, names: Iterable[str]) -> None:
        """Count the names that go, by which a mart was asked."""
        for name in names:
            self._names.labels(name).inc()

    def text(self) -> bytes:
        """Return the exposition."""
        return generate_latest(self._registry)


class _SnapshotMetrics(Collector):
    def __init__(self, follower: Follower, now: Callable[[], dt.datetime]) -> None:
        self._follower, self._now = follower, now

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "api_snapshot_open_failures",
            "Times that the published snapshot could not be opened.",
            value=self._follower.n_failures,
        )
        view = self._follower.current
        yield _gauge("api_snapshot_open", "1 while a snapshot is served.", float(view is not None))
        if view is None:
            return
        yield from families_of(view, self._now())


def families_of(view: View, now: dt.datetime) -> Iterator[Metric]:
    """Yield what a published snapshot tells."""
    figures = view.figures
    yield _gauge(
        "ai_snapshot_age_seconds",
        "Time since the marts were last published or found unchanged.",
        (now - figures.published_at).total_seconds(),
    )
    rows = GaugeMetricFamily("ai_table_rows", "Rows of a published table.", labels=["table"])
    for table, n_rows in sorted(figures.n_rows.items()):
        rows.add_metric([table], n_rows)
    yield rows
    loaded = GaugeMetricFamily(
        "ai_pipeline_rows_loaded", "Rows of a raw table.", labels=["source", "table"]
    )
    for entry in view.sources:
        loaded.add_metric([entry["source"], entry["table"]], entry["n_rows"])
    yield loaded
    success = GaugeMetricFamily(
        "ai_pipeline_last_success_timestamp_seconds",
        "When a raw table was last read from its source without an error.",
        labels=["source", "table"],
    )
    for names, moment in sorted(figures.last_success_at.items()):
        success.add_metric(names, moment.timestamp())
    yield success
    yield _gauge(
        "ai_savings_compared_tasks",
        "Tasks whose saving is known.",
        figures.n_compared_tasks,
    )
    yield _gauge(
        "ai_savings_negative_tasks",
        "Tasks that cost more than their baseline.",
        figures.n_negative_savings_tasks,
    )
    if figures.n_compared_tasks:
        yield _gauge(
            "ai_savings_negative_ratio",
            "Tasks that cost more than their baseline, of those whose saving is known.",
            figures.n_negative_savings_tasks / figures.n_compared_tasks,
        )
    yield _gauge(
        "ai_unpriced_tokens",
        "Units of usage without a price, tokens of routed tasks among them.",
        figures.n_unpriced_units,
    )
    updated = GaugeMetricFamily(
        "provider_pricing_last_update_timestamp_seconds",
        "When the orchestrator's feed or the sheet last delivered a price.",
        labels=["source"],
    )
    age = GaugeMetricFamily(
        "ai_price_age_seconds",
        "Time since the orchestrator's feed or the sheet last delivered a price.",
        labels=["source"],
    )
    for source, moment in sorted(figures.prices_changed_at.items()):
        updated.add_metric([source], moment.timestamp())
        age.add_metric([source], (now - moment).total_seconds())
    yield updated
    yield age
    yield from figures.told.families()
    yield from _steps(figures.steps)


class _ServiceMetrics(Collector):
    """What the service itself is at, whatever it serves."""

    def __init__(self, boards: BoardsOpened) -> None:
        self._boards = boards

    def collect(self) -> Iterator[Metric]:
        threads = GaugeMetricFamily("api_lane_threads", "Threads of a lane.", labels=["lane"])
        at_work = GaugeMetricFamily(
            "api_lane_questions",
            "Questions that a lane's threads are at or that stand in line for one.",
            labels=["lane"],
        )
        for name, n_questions, n_threads in lanes.usage():
            threads.add_metric([name], n_threads)
            at_work.add_metric([name], n_questions)
        yield threads
        yield at_work
        opened = self._boards.newest()
        if opened is not None:
            yield _gauge(
                "ai_board_last_opened_timestamp_seconds",
                "When somebody last opened a board; when the audit log began, where nobody ever did.",
                opened.timestamp(),
            )


def _steps(steps: Mapping[str, tuple[float, int, dt.datetime]]) -> Iterator[Metric]:
    seconds = GaugeMetricFamily(
        "ai_pipeline_step_seconds",
        "What a step of the run that published took.",
        labels=["step"],
    )
    ended = GaugeMetricFamily(
        "ai_pipeline_step_end_timestamp_seconds",
        "When a step of the run that published ended.",
        labels=["step"],
    )
    code = GaugeMetricFamily(
        "ai_pipeline_step_exit_code", "How that step ended (docs/exit-codes.md).", labels=["step"]
    )
    for name, (took, exit_code, moment) in sorted(steps.items()):
        seconds.add_metric([name], took)
        ended.add_metric([name], moment.timestamp())
        code.add_metric([name], exit_code)
    yield seconds
    yield ended
    yield code


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, value=value)
