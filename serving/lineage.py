"""Which raw tables a served table is made from, as dbt knows it: an answer says how fresh these are, and no others.

Read from the manifest that dbt leaves with each build. Without one nothing is known, and whoever asks says all there are.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from serving.config import SERVED_SCHEMAS

MANIFEST = "manifest.json"


def read_lineage(target_dir: Path) -> dict[str, list[str]]:
    """Return, for each served table, its raw tables as `source.table`."""
    path = target_dir / MANIFEST
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    sources = {
        unique_id: f"{source['source_name']}.{source['name']}"
        for unique_id, source in document["sources"].items()
    }
    return {
        f"{node['config']['schema']}.{node['name']}": sorted(
            sources[parent]
            for parent in _ancestors(unique_id, document["parent_map"])
            if parent in sources
        )
        for unique_id, node in document["nodes"].items()
        if node["resource_type"] == "model" and _schema(node) in SERVED_SCHEMAS
    }


def _schema(node: Mapping[str, Any]) -> object:
    # As the project says it: on BigQuery the dataset's name has a prefix.
    return node["config"].get("schema")


def _ancestors(unique_id: str, parents: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        new = set(parents.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
