"""Whether the tables of the warehouse passed their tests: without that nothing is published.

Two things can say so. `bin/build.py`, which `make run` calls, notes beside the warehouse the fingerprint of the marts that
passed. And dbt itself, for whoever calls it alone: its `run_results.json`, if the last thing it did was a whole `dbt build`
of this warehouse in which nothing failed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from serving.config import Settings
from warehouse.engine import Fingerprint, Table

PASSED = {"success", "pass", "warn", "no-op"}
MAY_BE_LEFT_OUT = {"unit_test"}
"""Unit tests ask whether a rule is right, not whether the data are."""


@dataclass(frozen=True)
class Built:
    """What a build was made from, and what it made; without inputs it may not be skipped, without marts it failed."""

    inputs: str | None
    marts: str | None
    questions: dict[str, str] | None
    """Models that time or an attempt may change (`quality.dq_x`), with the SQL that makes them; None: not known."""
    ended_at: str = ""


def fingerprint(prints: Mapping[Table, Fingerprint]) -> str:
    """Return the fingerprint of all that is published."""
    found = [(str(table), *astuple(one)) for table, one in prints.items()]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def read_built(settings: Settings) -> Built | None:
    """Return the note of the last build; None when there is none that can be read."""
    try:
        return Built(**json.loads(settings.build_marker.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def note_built(settings: Settings, built: Built) -> None:
    """Write down what a build has made."""
    settings.build_marker.write_text(json.dumps(asdict(built)), encoding="utf-8")


def why_untested(settings: Settings, prints: Mapping[Table, Fingerprint]) -> str | None:
    """Say why nobody can tell that these tables passed their tests; None when they did."""
    built = read_built(settings)
    if built is not None and built.marts == fingerprint(prints):
        return None
    has_failed = built is not None and built.marts is None
    if has_failed and built is not None and built.ended_at >= _ended_at(settings):
        return "the last build failed"
    return _why_not(settings)


def _why_not(settings: Settings) -> str | None:
    """Say why dbt's own record is no whole build of this warehouse that passed."""
    path = settings.dbt_target_dir / "run_results.json"
    found = _read(path)
    if found is None:
        return f"{path} does not say that they did"
    args, results = found.get("args", {}), found.get("results", [])
    parts = [name for name in ("select", "exclude", "selector", "resource_types") if args.get(name)]
    left_out = set(args.get("exclude_resource_types") or ()) - MAY_BE_LEFT_OUT
    if args.get("which") != "build" or parts or left_out or args.get("empty"):
        return f"the last thing that dbt did ({path}) was no whole `dbt build`"
    failed = [one["unique_id"] for one in results if one.get("status") not in PASSED]
    if failed or not results:
        return f"{len(failed)} of the last dbt build failed or were skipped ({path})"
    if _place_of(path.with_name("manifest.json"), found) != _place(settings):
        return f"{path} is about another warehouse"
    return None


def _place(settings: Settings) -> str | None:
    """Return what dbt calls the warehouse."""
    if settings.warehouse == "bigquery":
        return settings.bigquery_project
    return settings.duckdb_path.stem


def _place_of(manifest: Path, results: Mapping[str, Any]) -> str | None:
    found = _read(manifest)
    if found is None or found["metadata"].get("invocation_id") != results["metadata"].get(
        "invocation_id"
    ):
        return None
    places = {
        str(node.get("database"))
        for node in found["nodes"].values()
        if node["resource_type"] == "model"
    }
    return places.pop() if len(places) == 1 else None


def _ended_at(settings: Settings) -> str:
    found = _read(settings.dbt_target_dir / "run_results.json")
    return str(found["metadata"].get("generated_at", "")) if found else ""


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
