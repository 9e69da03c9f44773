"""The statements that dbt sends to DuckDB, written down while it builds: what `replay.py` runs again.

A statement depends on the project, on AS_OF, on PIPELINE_RUN_ID and, node by node, on whether its
relation is there already. Two builds are recorded therefore: one of an empty warehouse, one of a
full one. The day and the run stand in them as literals, which a replay exchanges for its own.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_COMMENT = re.compile(r"^\s*/\*.*?\*/", re.DOTALL)
# What dbt asks in order to decide what to do; a replay decides nothing.
_ASKED = ("select", "describe")
_COUNTED = "dbt_internal_test"
_DAY = ("cast('{}", "cast(/* as of */ '{}")
_RUN = ("cast('{}' as",)


@dataclass(frozen=True)
class Node:
    """A node and the statements that make it, or for a test the one that counts its failures."""

    name: str
    kind: str
    path: str
    severity: str
    parents: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Recording:
    """The nodes of one build, parents before children."""

    schemas: tuple[str, ...]
    nodes: dict[str, Node]

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """Read what `Recorder.write` wrote."""
        held = json.loads(path.read_text(encoding="utf-8"))
        nodes = {
            name: Node(**node | {key: tuple(node[key]) for key in ("parents", "statements")})
            for name, node in held["nodes"].items()
        }
        return cls(tuple(held["schemas"]), nodes)


class Recorder:
    """Listens to dbt's events during one build."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._schemas: list[str] = []
        self._heard: dict[str, list[str]] = {}

    def hear(self, event: Any) -> None:
        """Keep a statement; dbt calls this for every event."""
        if event.info.name != "SQLQuery":
            return
        # dbt shortens what it says of a seed's COPY, behind the end of the statement.
        sql = _COMMENT.sub("", event.data.sql).strip().removesuffix("...").rstrip()
        node = event.data.node_info.unique_id
        if not node:
            if sql.lower().startswith("create schema"):
                self._schemas.append(sql)
        elif _COUNTED in sql if node.startswith("test.") else not sql.lower().startswith(_ASKED):
            self._heard.setdefault(node, []).append(sql)

    def write(self, path: Path, manifest: Any, env: Mapping[str, str]) -> None:
        """Write the recording, with the day and the run as blanks to fill in."""
        day, run = env["AS_OF"], env["PIPELINE_RUN_ID"]
        nodes = {}
        for name, heard in self._heard.items():
            known = manifest.nodes[name]
            statements = tuple(_with_blanks(sql, day, run) for sql in heard)
            nodes[name] = asdict(
                Node(
                    name=known.name,
                    kind=str(known.resource_type),
                    path=known.original_file_path,
                    severity=str(getattr(known.config, "severity", "")).lower(),
                    parents=tuple(known.depends_on_nodes),
                    statements=statements,
                )
            )
        held = {"schemas": self._schemas, "nodes": nodes}
        path.write_text(json.dumps(held, indent=1), encoding="utf-8")


DAY, RUN = "{the day}", "{the run}"


def _with_blanks(sql: str, day: str, run: str) -> str:
    for value, forms, blank in ((day, _DAY, DAY), (run, _RUN, RUN)):
        # Anything else that looks like it would stay in a replay of another day or run.
        if sql.count(f"'{value}") != sum(sql.count(form.format(value)) for form in forms):
            msg = f"{value} stands in a statement otherwise than as {forms}: {sql[:300]}"
            raise ValueError(msg)
        for form in forms:
            sql = sql.replace(form.format(value), form.format(blank))
    return sql
