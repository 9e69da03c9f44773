"""The files that CI jobs leave in a folder: one line an event, one file for each table and week of recording."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sandbox.task_files import no_fault
from sandbox.world import World
from sandbox.world.ci_events import TABLES, Row, ci_events


def write_ci_files(
    world: World, folder: Path, *, fault: Callable[[str], str | None] = no_fault
) -> list[Path]:
    """Write what CI has recorded by today; files of an earlier day are removed.

    Args:
        world: The company; without the shape ``delivery`` nothing is written.
        folder: Where the tables' folders go.
        fault: Asked once per file of a table, see ``sandbox/task_files.py``.
    """
    for table in TABLES:
        for old in (folder / table).glob("*"):
            old.unlink()
    if world.delivery is None:
        return []
    files: defaultdict[tuple[str, datetime], list[tuple[datetime, Row]]] = defaultdict(list)
    for table, at, row in ci_events(world.delivery):
        monday = datetime.combine(at.date() - timedelta(days=at.weekday()), time(), UTC)
        files[table, monday].append((at, row))
    paths = []
    for (table, monday), rows in sorted(files.items()):
        year, week, _ = monday.isocalendar()
        path = folder / table / f"{year}-W{week:02d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.sort(key=lambda pair: (pair[0], pair[1]["event_id"]))
        lines = [json.dumps(row) for _, row in rows]
        wrong = fault(table)
        if wrong == "malformed_row":
            lines[0] = json.dumps({**rows[0][1], "recorded_at": "some time yesterday"})
        text = "\n".join(lines) + "\n"
        whole = text.encode()
        path.write_bytes(whole[:100] + b"\0" * 40 if wrong == "corrupt_file" else whole)
        written = rows[-1][0].timestamp()
        os.utime(path, (written, written))
        paths.append(path)
    return paths
