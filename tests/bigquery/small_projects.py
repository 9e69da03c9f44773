"""Projects of a few nodes, made by hand, for the tests of the tools."""

from typing import Any

from tests.bigquery.compiling import Compiled
from tests.bigquery.manifest import Manifest, Node
from tests.bigquery.workspace import PREFIX, PROJECT

LINES = f"`{PROJECT}`.`{PREFIX}raw`.`lines`"
DOLLARS = f"`{PROJECT}`.`{PREFIX}marts`.`dollars`"


def source(**columns: str | None) -> Node:
    return Node(
        unique_id="source.lines",
        kind="source",
        name="lines",
        path=(PROJECT, f"{PREFIX}raw", "lines"),
        sql="",
        columns=dict(columns),
        config={},
    )


def model(sql: str, name: str = "dollars", **changes: Any) -> Node:
    values: dict[str, Any] = {
        "unique_id": f"model.{name}",
        "kind": "model",
        "name": name,
        "path": (PROJECT, f"{PREFIX}marts", name),
        "sql": sql,
        "columns": {},
        "config": {"materialized": "table"},
        "depends_on": ("source.lines",),
    }
    return Node(**values | changes)


def manifest(*nodes: Node) -> Manifest:
    return Manifest({node.unique_id: node for node in nodes})


def project(*nodes: Node, incremental: tuple[Node, ...] = ()) -> Compiled:
    first = manifest(*nodes)
    return Compiled(first, Manifest(first.nodes | manifest(*incremental).nodes))
