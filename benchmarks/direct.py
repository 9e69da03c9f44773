"""The least that transformation could do: the models' compiled SQL, run by DuckDB in one process.

    python -m benchmarks.direct WAREHOUSE TARGET

TARGET holds dbt's manifest of a first build, so the SQL is that of a full build. Views stay views. No test, no hook,
no contract.
"""

import json
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb


def main(warehouse: str, target: str) -> None:
    """Build every model."""
    nodes = json.loads((Path(target) / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    order = TopologicalSorter({name: node["depends_on"]["nodes"] for name, node in models.items()})
    with duckdb.connect(warehouse) as connection:
        connection.execute("set TimeZone = 'UTC'; set threads = 2; set memory_limit = '3GB'")
        for name in order.static_order():
            if name in models:
                node = models[name]
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create schema if not exists {node['schema']}")
                connection.execute(
                    f"create or replace {kind} {node['relation_name']} as {node['compiled_code']}"
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
