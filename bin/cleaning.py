"""Remove what runs have made: `make clean CONFIRM=sandbox`, or `CONFIRM=vendors` where the data are vendors'.

It goes where the settings lead (`.env` included) and nowhere else. What vendors have said cannot always be loaded again: they
keep it for months, and sheets change. So nothing is removed before somebody has named whose data it is, and a warehouse with
vendors' data is not removed but moved to `backups` beside it. STATE_DIR, `.env` and the environments always stay.
"""

import datetime as dt
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from warehouse.command import begin  # noqa: E402 - the root is on the path only now
from warehouse.exit_codes import Exit  # noqa: E402
from warehouse.origin import SANDBOX, VENDORS, held_origin  # noqa: E402
from warehouse.settings import (  # noqa: E402
    ConfigError,
    WarehouseSettings,
    read_environment,
    read_warehouse_settings,
)
from warehouse.snapshot import MANIFEST, POINTER  # noqa: E402

CACHES = (
    *("data/lint", "data/test", "data/proofs", "data/bench", "data/.cache"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
)
COPIES = ("data/site", "data/reports", "data/metabase")
BESIDE = ("", ".wal", ".origin", ".built")


@dataclass(frozen=True)
class Found:
    """Something that is there and would go."""

    path: Path
    what: str
    is_kept: bool = False
    """Moved to the backup instead of being removed."""


def main() -> int:
    """Say what would go, or remove it, and return the exit code."""
    os.chdir(ROOT)
    env = read_environment()
    try:
        settings = WarehouseSettings(**read_warehouse_settings(env))
    except ConfigError as error:
        print(f"clean: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    found = list(_found(settings, env))
    whose = held_origin(settings) or VENDORS
    if found and env.get("CONFIRM") != whose:
        _refuse(found, whose, env.get("CONFIRM"))
        return Exit.SETTING_WRONG
    if _is_open(settings.duckdb_path):
        print(f"clean: {settings.duckdb_path} is open in another program", file=sys.stderr)
        return Exit.FAILED
    backup = settings.duckdb_path.parent / "backups" / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    for one in found:
        _take_away(one, backup)
    for name in (*COPIES, *CACHES, env.get("DBT_TARGET_PATH", "target"), "logs"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    if backup.exists():
        print(
            f"clean: the warehouse is kept in {backup}. Moved back, it goes on; it holds personal data, so remove it when"
            " nobody needs it."
        )
    print(f"clean: {len(found)} places cleared" if found else "clean: caches removed")
    return Exit.WELL


def _found(settings: WarehouseSettings, env: dict[str, str]) -> Iterator[Found]:
    """Yield what runs have made where the settings lead, and nothing that somebody else may have put there."""
    is_kept = held_origin(settings) != SANDBOX
    if settings.warehouse == "duckdb":
        for end in BESIDE:
            path = Path(f"{settings.duckdb_path}{end}")
            if path.is_file():
                yield Found(path, "the warehouse", is_kept and end != ".built")
    else:
        # The datasets stay, so whose data they hold has to be known.
        for path in (settings.build_marker,):
            if path.is_file():
                yield Found(path, "the note of the last build; the datasets in BigQuery stay")
    pipelines = Path(env.get("PIPELINES_DIR", "data/dlt"))
    for folder in sorted(pipelines.glob("*")) if pipelines.is_dir() else ():
        if folder.name == "spool" or folder.name.startswith(("duckdb-", "bigquery-")):
            yield Found(folder, "the loaders' working folder")
    published = Path(env.get("PUBLISH_DIR", "data/published"))
    for path in sorted(published.glob("*")) if published.is_dir() else ():
        if path.name.startswith(POINTER.partition(".")[0] + ".") or (path / MANIFEST).is_file():
            yield Found(path, "published tables")
    focus = Path(env.get("FOCUS_DIR", "data/focus"))
    for path in sorted(focus.glob("*")) if focus.is_dir() else ():
        if path.is_symlink() or (path / MANIFEST).is_file():
            yield Found(path, "FOCUS files")


def _refuse(found: list[Found], whose: str, said: str | None) -> None:
    n_bytes = sum(_size(one.path) for one in found)
    print(f"clean: this would remove {n_bytes / 1e6:,.0f} MB:", file=sys.stderr)
    for one in found:
        print(f"  {one.path}  {one.what}{', moved to a backup' * one.is_kept}", file=sys.stderr)
    if whose == VENDORS:
        print(
            "clean: these are VENDORS' DATA. Vendors keep some of them for months only, and sheets change: what is removed"
            " cannot always be loaded again.",
            file=sys.stderr,
        )
    wrong = f"CONFIRM={said} does not name whose data it is. " if said else ""
    print(
        f"clean: {wrong}Nothing was touched. If it must go: make clean CONFIRM={whose}",
        file=sys.stderr,
    )


def _take_away(one: Found, backup: Path) -> None:
    if one.is_kept:
        backup.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(one.path, backup / one.path.name)
    elif one.path.is_dir() and not one.path.is_symlink():
        shutil.rmtree(one.path)
    else:
        one.path.unlink()


def _size(path: Path) -> int:
    if path.is_symlink() or path.is_file():
        return path.lstat().st_size
    return sum(inner.lstat().st_size for inner in path.rglob("*") if inner.is_file())


def _is_open(path: Path) -> bool:
    """Tell whether another program has the DuckDB file open, as DuckDB itself would."""
    if not path.is_file():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


if __name__ == "__main__":
    begin("clean", main)
