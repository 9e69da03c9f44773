"""How often each fix was needed, and which statements the clients sent."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

USED: Counter[str] = Counter()
_STATEMENTS: list[Path] = []


def used(name: str) -> None:
    """Count one use of a fix."""
    USED[name] += 1


def record_to(file: Path) -> None:
    """Have every statement written to a file, one JSON object per line."""
    file.unlink(missing_ok=True)
    _STATEMENTS[:] = [file]


def record(entry: dict[str, Any]) -> None:
    """Write down a statement or a load as its client sent it."""
    for file in _STATEMENTS:
        with file.open("a") as lines:
            lines.write(json.dumps(entry) + "\n")
