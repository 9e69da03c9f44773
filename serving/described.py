"""What tables and columns mean, as dbt's documentation says: an answer that lists them says it too.

Read from the manifest that dbt leaves with each build, as lineage is. Without one nothing is known.
"""

import json
from pathlib import Path
from typing import Any

from serving.config import SERVED_SCHEMAS
from serving.lineage import MANIFEST

Described = dict[str, dict[str, Any]]


def read_descriptions(target_dir: Path) -> Described:
    """Return, for each served table, its description, its columns', and over which of its rows money may be added."""
    path = target_dir / MANIFEST
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        f"{node['config']['schema']}.{node['name']}": {
            "description": _line(node.get("description")),
            "money": {
                name: said if isinstance(said, list) else _line(said)
                for name, said in node["config"].get("meta", {}).get("money", {}).items()
            },
            "columns": {
                name: _line(column.get("description"))
                for name, column in node.get("columns", {}).items()
            },
        }
        for node in document["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("schema") in SERVED_SCHEMAS
    }


def _line(text: object) -> str:
    return " ".join(str(text or "").split())
