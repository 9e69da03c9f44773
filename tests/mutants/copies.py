"""Scratch copies of the checkout, in which faults are planted: the checkout itself is never touched."""

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.mutants.locating import Checkout, Place

ROOT = Path(__file__).resolve().parents[2]
DATA = Path("data") / "mutants"
"""Where a copy has its warehouse and everything else that runs make."""
SETTINGS = {
    "AS_OF": "2026-07-01",
    "SINCE": "2026-05-17",
    "SANDBOX_PEOPLE": "6",
    "SANDBOX_DAYS": "45",
    "DATA_ORIGIN": "sandbox",
    "WAREHOUSE": "duckdb",
    "DUCKDB_PATH": str(DATA / "warehouse.duckdb"),
    "PIPELINES_DIR": str(DATA / "dlt"),
    "PUBLISH_DIR": str(DATA / "published"),
    "STATE_DIR": str(DATA / "state"),
    "DBT_TARGET_PATH": str(DATA / "target"),
    "DBT_LOG_PATH": str(DATA / "logs"),
}


def make_copy(checkout: Checkout, folder: Path) -> Path:
    """Copy the checkout's files, as they are now, into an empty folder."""
    for path in checkout.files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout.root / path, folder / path)
    (folder / DATA).mkdir(parents=True)
    (folder / ".venv").symlink_to(sys.prefix)  # what tests start as a program of its own
    return folder


def environment() -> dict[str, str]:
    """Return what programs in a copy may know: nothing of the user's settings."""
    keep = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**keep, "PATH": programs}


@contextlib.contextmanager
def planted(folder: Path, places: list[Place]) -> Iterator[None]:
    """Plant a fault in a copy and take it out again."""
    before = {place.path: (folder / place.path).read_text(encoding="utf-8") for place in places}
    try:
        for place in places:
            _write(folder / place.path, place.text)
        yield
    finally:
        for path, text in before.items():
            _write(folder / path, text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    if path.suffix == ".py":
        # It counts as current when second and size are the same, and a fault may be of the same size.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
