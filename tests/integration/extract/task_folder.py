"""A folder of an orchestrator's files that a test fills."""

import csv
import datetime as dt
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.integration.extract.harness import Bench, Loaded

Row = dict[str, Any]
START = dt.datetime(2026, 5, 4, 10, 0, tzinfo=dt.UTC)


def task(number: int, **fields: object) -> Row:
    """Return a task as an orchestrator writes it."""
    return {
        "id": f"uuid-{number}",
        "task_id": f"t-{number}",
        "user_id": "ADA@corp.example",
        "organization_id": "org-1",
        "provider": "claude_code",
        "model": "claude-opus-5",
        "task_type": "bug_fix",
        "task_description": "Ada Secret wants src/secret.py mended",
        "start_time": START + dt.timedelta(minutes=number),
        "duration_ms": 1500,
        "output_tokens": 100 + number,
        "compute_units": Decimal("1.250"),
        "actual_cost": Decimal("0.000001"),
        "success": True,
        "error_message": None,
        "confidence_score": 0.5,
        "routing_decision_id": f"r-{number}",
        **fields,
    }


class Folder:
    """A folder of task files that a test fills, and a warehouse."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder, self.written = bench, folder, 0

    def write(self, name: str, rows: list[Row], table: str = "task_executions") -> Path:
        """Write a file by its ending; each is a second younger than the one before."""
        path = self.folder / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        writers = {".parquet": _parquet, ".jsonl": _jsonl, ".csv": _csv}
        writers[path.suffix](path, rows)
        self.written += 1
        os.utime(path, (1_780_000_000 + self.written, 1_780_000_000 + self.written))
        return path

    def load(self, *, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        loaded: Loaded = self.bench.load(
            "orchestrator", env={"TASK_EVENTS_URL": str(self.folder), **(env or {})}
        )
        assert loaded.code == code, loaded.text
        return loaded.text

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.bench.rows(sql)


def _parquet(path: Path, rows: list[Row]) -> None:
    pq.write_table(pa.Table.from_pylist(rows), path)


def _jsonl(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))


def _csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
