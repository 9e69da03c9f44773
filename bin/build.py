"""`dbt build`, unless everything it depends on is as it was at the last build that passed all its tests.

    python bin/build.py            called by `make run`
    dbt build                      builds whatever changed or not

What a build depends on: the project's files, what the loaders have landed, where it is built, the day that counts as
today. Beyond these, a few models say how old something is, or how the last attempt to read a source went: with every hour
and every run they may have something else to say, so they are asked, with the SQL of the last build at the present
instant, whether they would. And the marts have to be those that passed: whoever has built a part by hand has changed them.
All of it is kept beside the warehouse when a build succeeds.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bin.watched_dbt import run_dbt  # noqa: E402 - the root is on the path only now
from serving.config import Settings, read_settings  # noqa: E402
from serving.publish import served_tables  # noqa: E402
from serving.sources import read_sources  # noqa: E402
from serving.tested import Built, fingerprint, note_built, read_built  # noqa: E402
from warehouse.command import begin  # noqa: E402 - the root is on the path only now
from warehouse.connection import open_warehouse  # noqa: E402
from warehouse.engine import Warehouse, WarehouseError  # noqa: E402
from warehouse.exit_codes import Exit  # noqa: E402
from warehouse.logs import stdout_is_log, step  # noqa: E402

PROJECT = (
    *("dbt_project.yml", "profiles", "dbt_project", "macros", "tests/dbt"),
    *("requirements.lock", "requirements-bigquery.lock"),
)
# These say that somebody looked, not that something changed.
ATTEMPTS = {"last_status", "last_error", "last_attempt_at", "last_success_at"}
ATTEMPT_TABLE = "extract_runs"
NOW_MACRO = "macro.ai_usage.as_of_at"
# How that macro writes the present instant into a model's SQL.
NOW = re.compile(r"(/\* as of \*/ ')[^']*(')")


def read_inputs(settings: Settings) -> str | None:
    """Return the fingerprint of everything a build is made from; None when it cannot be known."""
    digest = hashlib.sha256()
    for name in PROJECT:
        start = ROOT / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    try:
        with open_warehouse(settings, read_only=True) as warehouse:
            landed = read_sources(warehouse)
    except WarehouseError:
        return None
    kept = [{k: v for k, v in entry.items() if k not in ATTEMPTS} for entry in landed]
    place = [settings.warehouse, settings.bigquery_project, settings.bigquery_location]
    state = [kept, place, settings.prefix, settings.as_of.date(), settings.data_origin]
    digest.update(json.dumps(state, default=str, sort_keys=True).encode())
    return digest.hexdigest()


def is_current(settings: Settings, inputs: str) -> bool:
    """Tell whether a build would change nothing."""
    before = read_built(settings)
    if before is None or before.inputs != inputs or before.questions is None:
        return False
    try:
        with open_warehouse(settings, read_only=True) as warehouse:
            return _marts(warehouse) == before.marts and all(
                _would_say_the_same(warehouse, relation, sql, settings)
                for relation, sql in before.questions.items()
            )
    except WarehouseError:
        return False


def remember(settings: Settings, inputs: str | None, *, passed: bool) -> None:
    """Note that what stands in the warehouse was made from these inputs, and whether it passed its tests.

    Where dbt was told to write no manifest, nothing can be asked later, and the next build is not skipped.
    """
    now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    if not passed:
        note_built(settings, Built(None, None, None, now))
        return
    manifest = ROOT / settings.dbt_target_dir / "manifest.json"
    questions = None
    if manifest.exists():
        questions = read_questions(json.loads(manifest.read_text(encoding="utf-8")))
    with open_warehouse(settings, read_only=True) as warehouse:
        note_built(settings, Built(inputs, _marts(warehouse), questions, now))


def read_questions(manifest: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the models that time or an attempt to read may change, with their SQL, from dbt's manifest.

    These are the models that name the present instant, and tables made over views from the loaders' record of attempts.
    None when the manifest is not one of a build: it has no SQL.
    """
    nodes, macros = manifest["nodes"], manifest["macros"]

    def names_now(unique_ids: list[str], seen: set[str]) -> bool:
        new = [name for name in unique_ids if name in macros and name not in seen]
        seen.update(new)
        return NOW_MACRO in new or any(
            names_now(macros[name]["depends_on"]["macros"], seen) for name in new
        )

    def reads_attempts(node: Mapping[str, Any]) -> bool:
        return any(
            manifest["sources"][name]["name"] == ATTEMPT_TABLE
            if name in manifest["sources"]
            else nodes[name]["config"]["materialized"] == "view" and reads_attempts(nodes[name])
            for name in node["depends_on"]["nodes"]
        )

    asked = {}
    for node in nodes.values():
        if node["resource_type"] != "model":
            continue
        is_view = node["config"]["materialized"] == "view"
        if names_now(node["depends_on"]["macros"], set()) or (not is_view and reads_attempts(node)):
            if not node.get("compiled_code"):
                return None
            columns = ", ".join(node["columns"])
            sql = f"select {columns} from (\n{node['compiled_code']}\n) as asked"
            asked[f"{node['schema']}.{node['alias']}"] = f"{columns}\n{sql}"
    return asked


def _would_say_the_same(
    warehouse: Warehouse, relation: str, question: str, settings: Settings
) -> bool:
    """Tell whether a model, asked at the present instant, gives the rows that it has."""
    schema, name = relation.split(".")
    columns, sql = question.split("\n", 1)
    table = warehouse.name(schema.removeprefix(settings.prefix), name)
    has = warehouse.rows(f"select {columns} from {table}")
    says = warehouse.rows(NOW.sub(rf"\g<1>{settings.as_of:%Y-%m-%d %H:%M:%S}\g<2>", sql))
    return Counter(has) == Counter(says)


def _marts(warehouse: Warehouse) -> str:
    """Return the fingerprint of all that is published."""
    return fingerprint(
        {table: warehouse.checksum(*table.place) for table in served_tables(warehouse)}
    )


def main() -> int:
    """Build if something changed and return the exit code."""
    stdout_is_log()
    began = time.monotonic()
    settings = read_settings()
    # Read before dbt reads: what is landed while it builds is of the next build.
    inputs = read_inputs(settings)
    if inputs is not None and is_current(settings, inputs):
        print("build: nothing changed since the last build that passed; skipped")
        step("build", outcome="ok", seconds=time.monotonic() - began, is_skipped=True)
        return 0
    settings.build_marker.unlink(missing_ok=True)
    # Unit tests ask whether a rule is right, which no load changes: `make test` runs them.
    env = {"DBT_EXCLUDE_RESOURCE_TYPES": "unit_test", **os.environ}
    # Until the end it counts as failed, so that one which is killed is none that passed.
    with contextlib.suppress(FileNotFoundError):
        remember(settings, None, passed=False)
    code = run_dbt(ROOT, env)
    if code == 0:
        remember(settings, inputs, passed=True)
        return Exit.WELL
    return Exit.INTERRUPTED if code == Exit.INTERRUPTED else Exit.NOT_PUBLISHED


if __name__ == "__main__":
    begin("build", main)
