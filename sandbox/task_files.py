"""The files that an AI-task orchestrator leaves in a folder: a week of tasks and decisions each, and prices.

Parquet, JSON lines and CSV take turns. A file carries the time at which its last record was written, so that the
same company gives the same files; what was reported too early comes again in the next week's file.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.world import World
from sandbox.world.task_prices import Price, feed_prices
from sandbox.world.task_rows import Row, decision_row, price_row, task_row
from sandbox.world.tasks import Task, weeks

TABLES = ("task_executions", "routing_decisions", "provider_pricing")
FORMATS = ("parquet", "jsonl", "csv")
ROWS_PER_BATCH = 5_000

Fault = Callable[[str], str | None]
"""Asked once per file of a table: `malformed_row`, `corrupt_file` or nothing."""

_TEXT, _INT, _TIME = pa.string(), pa.int64(), pa.timestamp("us", "UTC")
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(
        [
            "duration_ms",
            "tokens_used",
            "uncached_input_tokens",
            "output_tokens",
            "cache_read_tokens",
            "cache_write_5m_tokens",
            "cache_write_1h_tokens",
            "estimated_duration_ms",
        ],
        _INT,
    ),
    **dict.fromkeys(["start_time", "end_time", "created_at", "updated_at"], _TIME),
    **dict.fromkeys(
        ["actual_cost", "baseline_cost", "savings", "estimated_cost", "potential_savings"],
        pa.decimal128(18, 6),
    ),
    "compute_units": pa.decimal128(18, 3),
    "confidence_score": pa.float64(),
    **dict.fromkeys(["success", "is_routing_overhead"], pa.bool_()),
    "alternative_providers": pa.list_(
        pa.struct(
            [("provider", _TEXT), ("score", pa.float64()), ("estimated_cost", pa.decimal128(18, 6))]
        )
    ),
}


def no_fault(_: str) -> None:
    """Write everything as it should be."""


def write_task_files(world: World, folder: Path, *, fault: Fault = no_fault) -> list[Path]:
    """Write what the orchestrator has written by today; files of an earlier day are removed."""
    for table in TABLES:
        place = folder / table
        place.mkdir(parents=True, exist_ok=True)
        for old in place.iterdir():
            old.unlink()
    if not world.days or world.scenario.has("empty"):
        return []
    paths: list[Path] = []
    late: list[Task] = []
    for number, (monday, end) in enumerate(weeks(world.first_day, world.as_of)):
        turn = monday.toordinal() // 7
        again, late = late, []
        written = datetime(end.year, end.month, end.day, 2, tzinfo=UTC)
        tasks = _Week(world, monday, end, again, late if end < world.as_of else [])
        if number == 0:
            paths += _write_prices(world, folder, fault)
        name = f"{monday.isocalendar().year}-W{monday.isocalendar().week:02d}"
        for table, rows, shift in (
            ("task_executions", tasks.rows, 0),
            ("routing_decisions", tasks.decisions, 1),
        ):
            path = folder / table / f"{name}.{FORMATS[(turn + shift) % 3]}"
            _write(path, rows(), written, fault(table))
            paths.append(path)
    return paths


class _Week:
    """A week's records; what is reported too early is noted for the next one."""

    def __init__(
        self, world: World, monday: date, end: date, again: list[Task], late: list[Task]
    ) -> None:
        self._world, self._monday, self._end = world, monday, end
        self._again, self._late = again, late

    def _tasks(self) -> Iterator[Task]:
        for number in range((self._end - self._monday).days):
            day = self._monday + timedelta(days=number)
            yield from self._world.tasks(day)

    def rows(self) -> Iterator[Row]:
        for task in self._again:
            yield task_row(task, reported_at=task.start + timedelta(days=7))
        for task in self._tasks():
            if task.early:
                self._late.append(task)
            yield task_row(task.first_report, reported_at=task.start + timedelta(minutes=5))

    def decisions(self) -> Iterator[Row]:
        for task in self._tasks():
            if task.decision:
                yield decision_row(task)


def _write_prices(world: World, folder: Path, fault: Fault) -> list[Path]:
    """Write the price feed: the first state, and each later month what it changed."""
    revision = world.scenario.revision
    states: list[tuple[date, str]] = [(world.first_day.replace(day=1), "csv")]
    month = _month_after(states[0][0])
    while month <= world.as_of:
        states.append((month, "jsonl"))
        month = _month_after(month)
    known: dict[str, Price] = {}
    paths = []
    for day, ending in states:
        now = {price.price_id: price for price in feed_prices(world.first_day, day)}
        path = folder / "provider_pricing" / f"prices-{day:%Y-%m}.{ending}"
        paths.append(_write_price_file(path, known, now, day, fault))
        known = now
    if revision:
        now = {one.price_id: one for one in feed_prices(world.first_day, world.as_of, revision)}
        path = folder / "provider_pricing" / f"correction-{revision}.parquet"
        paths.append(_write_price_file(path, known, now, world.as_of, fault))
    return paths


def _write_price_file(
    path: Path, known: dict[str, Price], now: dict[str, Price], day: date, fault: Fault
) -> Path:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    changed = [price for name, price in now.items() if known.get(name) != price]
    rows = (price_row(price, known_at=at) for price in changed)
    _write(path, rows, at, fault("provider_pricing"))
    return path


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _write(path: Path, rows: Iterable[Row], written: datetime, fault: str | None) -> None:
    if fault == "malformed_row":
        rows = _with_bad_row(rows)
        path = path.with_suffix(".jsonl")
    {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}[path.suffix[1:]](path, rows)
    if fault == "corrupt_file":
        path.write_bytes(path.read_bytes()[:100] + b"\0" * 40)
    os.utime(path, (written.timestamp(), written.timestamp()))


def _with_bad_row(rows: Iterable[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        bad = {"start_time": "some time yesterday", "created_at": "some time yesterday"}
        yield (
            {**row, **{name: text for name, text in bad.items() if name in row}}
            if number == 0
            else row
        )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_PER_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _parquet(path: Path, rows: Iterable[Row]) -> None:
    writer: pq.ParquetWriter | None = None
    for batch in _batches(rows):
        schema = pa.schema([(name, _TYPES.get(name, _TEXT)) for name in batch[0]])
        found = [
            {
                name: _texts(value) if schema.field(name).type == _TEXT else value
                for name, value in row.items()
            }
            for row in batch
        ]
        if writer is None:
            writer = pq.ParquetWriter(path, schema)
        writer.write_table(pa.Table.from_pylist(found, schema=schema))
    if writer is None:
        pq.write_table(pa.schema([("task_id", _TEXT)]).empty_table(), path)
    else:
        writer.close()


def _texts(value: object) -> object:
    return None if value is None else str(value)


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON and CSV can hold
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _jsonl(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, default=_plain) + "\n")


def _csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for number, row in enumerate(rows):
            if number == 0:
                writer.writerow(row)
            writer.writerow(_cell(value) for value in row.values())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, default=_plain) if isinstance(value, list) else str(_plain(value))
