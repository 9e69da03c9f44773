"""`dbt build`, unless everything it depends on is as it was at the last build that passed all its tests.

    python bin/build.py            called by `make run`
    dbt build                      builds whatever changed or not

What a build depends on: the project's files, what the loaders have landed, and the day that counts as today. The last
two stand in the warehouse and in AS_OF; a fingerprint of all three is kept beside the warehouse when a build succeeds.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from serving.config import Settings, read_settings  # noqa: E402 - the root is on the path only now
from serving.publish import served_tables  # noqa: E402
from serving.sources import read_sources  # noqa: E402
from warehouse.connection import open_warehouse  # noqa: E402
from warehouse.engine import WarehouseError  # noqa: E402

PROJECT = ("dbt_project.yml", "profiles", "dbt_project", "macros", "tests/dbt", "requirements.lock")
# These say that somebody looked, not that something changed.
ATTEMPTS = {"last_status", "last_error", "last_attempt_at"}


def fingerprint(settings: Settings) -> str | None:
    """Return the fingerprint of everything a build depends on; None when it cannot be known."""
    digest = hashlib.sha256()
    for name in PROJECT:
        start = ROOT / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    try:
        with open_warehouse(settings, read_only=True) as warehouse:
            landed = read_sources(warehouse)
            marts = [str(table) for table in served_tables(warehouse)]
    except WarehouseError:
        return None
    kept = [{k: v for k, v in entry.items() if k not in ATTEMPTS} for entry in landed]
    state = [kept, marts, settings.as_of.date(), settings.data_origin]
    digest.update(json.dumps(state, default=str, sort_keys=True).encode())
    return digest.hexdigest()


def main() -> int:
    """Build if something changed and return dbt's exit code."""
    settings = read_settings()
    marker = settings.build_marker
    before = marker.read_text(encoding="utf-8") if marker.exists() else None
    if before is not None and before == fingerprint(settings):
        print("build: nothing changed since the last build that passed; skipped")
        return 0
    marker.unlink(missing_ok=True)
    print("build: dbt builds and tests every model (progress: logs/dbt.log)", flush=True)
    # Unit tests ask whether a rule is right, which no load changes: `make test` runs them.
    command = [
        *("dbt", "--log-level", "warn", "--log-level-file", "info"),
        *("build", "--exclude-resource-type", "unit_test"),
    ]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    after = fingerprint(settings) if code == 0 else None
    if after is not None:
        marker.write_text(after, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
