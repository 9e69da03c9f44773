"""Where the last run ran and what its steps took: a small file in `STATE_DIR` that `bin/run` writes and `publish` carries to its readers.

```json
{"environment": "production", "steps": {"build": {"seconds": 41.2, "exit_code": 0, "ended_at": "2026-12-01T06:03:10+00:00"}}}
```

A step's entry is replaced when the step has ended; the others stay as they were. A file that cannot be read counts as none:
how long something took is never worth a run.
"""

import contextlib
import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUN_FILE = "last_run.json"


def note_step(
    state_dir: Path,
    step: str,
    seconds: float,
    exit_code: int,
    *,
    ended_at: dt.datetime,
    environment: str,
) -> None:
    """Write down how a step ended, in one replacement of the file; a disk that refuses costs the note only."""
    steps = {**read_steps(state_dir), step: step_entry(seconds, exit_code, ended_at)}
    with contextlib.suppress(OSError):
        state_dir.mkdir(parents=True, exist_ok=True)
        new = state_dir / f"{RUN_FILE}.{os.getpid()}.new"
        new.write_text(json.dumps({"environment": environment, "steps": steps}), encoding="utf-8")
        new.replace(state_dir / RUN_FILE)


def step_entry(seconds: float, exit_code: int, ended_at: dt.datetime) -> dict[str, Any]:
    """Return what is written of a step."""
    return {
        "seconds": round(seconds, 3),
        "exit_code": exit_code,
        "ended_at": ended_at.isoformat(timespec="seconds"),
    }


def read_steps(state_dir: Path) -> dict[str, Mapping[str, Any]]:
    """Return the entries by step; nothing where there is no file or it cannot be read."""
    try:
        steps = json.loads((state_dir / RUN_FILE).read_text(encoding="utf-8"))["steps"]
        return {
            str(name): {
                "seconds": float(entry["seconds"]),
                "exit_code": int(entry["exit_code"]),
                "ended_at": str(entry["ended_at"]),
            }
            for name, entry in steps.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
