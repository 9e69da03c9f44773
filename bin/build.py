"""`dbt build`, unless everything it depends on is as it was at the last build that passed all its tests.

    python bin/build.py            called by `make run`
    dbt build                      builds whatever changed or not

What a build depends on: the project's files, what the loaders have landed, where it is built, the day that counts as
today. Beyond these, a few models say how old something is, or how the last attempt to read a source went: with every hour
and every run they may have something else to say, so they are asked, with the SQL of the last build at the present
instant, whether they would. And the marts have to be those that passed: whoever has built a part by hand has changed them.
All of it is kept beside the warehouse when a build succeeds.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from serving.config import Settings, read_settings  # noqa: E402 - the root is on the path only now
from serving.publish import served_tables  # noqa: E402
from serving.sources import read_sources  # noqa: E402
from warehouse.connection import open_warehouse  # noqa: E402
from warehouse.engine import Warehouse, WarehouseError  # noqa: E402
from warehouse.private import for_the_owner_only  # noqa: E402

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


@dataclass(frozen=True)
class Built:
    """What a build that passed was made from, and what it made."""

    inputs: str
    marts: str
    questions: dict[str, str]
    """Models that time or an attempt may change (`quality.dq_x`), with the SQL that makes them."""


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
    try:
        before = Built(**json.loads(settings.build_marker.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return False
    if before.inputs != inputs:
        return False
    try:
        with open_warehouse(settings, read_only=True) as warehouse:
            return _marts(warehouse) == before.marts and all(
                _would_say_the_same(warehouse, relation, sql, settings)
                for relation, sql in before.questions.items()
            )
    except WarehouseError:
        return False


def remember(settings: Settings, inputs: str) -> None:
    """Note that what stands in the warehouse was made from these inputs and passed its tests.

    Where dbt was told to write no manifest, nothing can be asked later, and nothing is noted.
    """
    manifest = ROOT / settings.dbt_target_dir / "manifest.json"
    if not manifest.exists():
        return
    questions = read_questions(json.loads(manifest.read_text(encoding="utf-8")))
    if questions is None:
        return
    with open_warehouse(settings, read_only=True) as warehouse:
        built = Built(inputs, _marts(warehouse), questions)
    settings.build_marker.write_text(json.dumps(asdict(built)), encoding="utf-8")


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
    found = [
        (str(table), *astuple(warehouse.checksum(*table.place)))
        for table in served_tables(warehouse)
    ]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def main() -> int:
    """Build if something changed and return dbt's exit code."""
    settings = read_settings()
    # Read before dbt reads: what is landed while it builds is of the next build.
    inputs = read_inputs(settings)
    if inputs is not None and is_current(settings, inputs):
        print("build: nothing changed since the last build that passed; skipped")
        return 0
    settings.build_marker.unlink(missing_ok=True)
    print("build: dbt builds and tests every model (progress: logs/dbt.log)", flush=True)
    command = ("dbt", "--log-level", "warn", "--log-level-file", "info", "build")
    # Unit tests ask whether a rule is right, which no load changes: `make test` runs them.
    env = {"DBT_EXCLUDE_RESOURCE_TYPES": "unit_test", **os.environ}
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if code == 0 and inputs is not None:
        remember(settings, inputs)
    return code


if __name__ == "__main__":
    for_the_owner_only()
    sys.exit(main())
