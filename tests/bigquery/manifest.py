"""The parts of dbt's manifest that the proof reads."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bigquery.googlesql.engine import Path as RelationPath
from tests.bigquery.workspace import ROOT


@dataclass(frozen=True)
class Node:
    """One source, seed, model, snapshot or test."""

    unique_id: str
    kind: str
    name: str
    path: RelationPath
    sql: str
    columns: dict[str, str | None]
    config: dict[str, Any]
    depends_on: tuple[str, ...] = ()
    file: Path = ROOT
    extras: tuple[tuple[str, str], ...] = ()
    """What dbt runs besides the model itself: kind (`hook`, `contract`) and SQL."""
    enforced: bool = False
    changing: tuple[str, ...] = ()
    """The project's macros by which an incremental model finds out what changed; none where it says so itself."""

    @property
    def nondeterministic(self) -> frozenset[str]:
        """Columns that say something about the run and not about the data."""
        meta = self.config.get("meta") or {}
        return frozenset(meta.get("nondeterministic") or ())

    def seed_types(self) -> dict[str, str]:
        """Return a seed's columns in the file's order; undeclared ones are text."""
        declared = self.config.get("column_types") or {}
        header = self.seed_rows()[0]
        return {name: declared.get(name, "STRING") for name in header}

    def seed_rows(self) -> list[list[str]]:
        """Return a seed's rows, the header first."""
        with self.file.open(newline="") as lines:
            return list(csv.reader(lines))


@dataclass(frozen=True)
class Manifest:
    """All nodes of one compilation."""

    nodes: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a target folder's manifest, and what was rendered beside it."""
        document = json.loads((folder / "manifest.json").read_text())
        extras_file = folder / "extras.json"
        extras = json.loads(extras_file.read_text()) if extras_file.exists() else {}
        nodes = {
            unique_id: _node(raw, extras.get(unique_id, []))
            for unique_id, raw in (document["sources"] | document["nodes"]).items()
        }
        return cls(nodes)

    def in_order(self) -> list[Node]:
        """Return every node after all it depends on, level by level."""
        levels: dict[str, int] = {}
        for unique_id in self.nodes:
            self._level(unique_id, levels)
        return [self.nodes[unique_id] for unique_id in sorted(levels, key=lambda key: levels[key])]

    def upstream(self, unique_ids: set[str]) -> set[str]:
        """Return the ids and everything they depend on, directly or not."""
        levels: dict[str, int] = {}
        for unique_id in unique_ids:
            self._level(unique_id, levels)
        return set(levels)

    def _level(self, unique_id: str, levels: dict[str, int]) -> int:
        """Note, and return, how many steps a node is away from its farthest source."""
        if unique_id not in levels:
            parents = [name for name in self.nodes[unique_id].depends_on if name in self.nodes]
            levels[unique_id] = 1 + max((self._level(name, levels) for name in parents), default=0)
        return levels[unique_id]


def _node(raw: dict[str, Any], extras: list[list[str]]) -> Node:
    config = dict(raw.get("config") or {})
    if raw.get("meta") and not config.get("meta"):
        config["meta"] = raw["meta"]
    name = raw.get("identifier") or raw.get("alias") or raw["name"]
    return Node(
        unique_id=raw["unique_id"],
        kind=raw["resource_type"],
        name=raw["name"],
        path=(
            (raw.get("database") or "").strip("`"),
            raw["schema"].strip("`"),
            name.strip("`"),
        ),
        sql=raw.get("compiled_code") or "",
        columns={
            column["name"]: column.get("data_type")
            for column in (raw.get("columns") or {}).values()
        },
        config=config,
        depends_on=tuple((raw.get("depends_on") or {}).get("nodes") or ()),
        file=Path(raw.get("root_path") or ROOT) / raw["original_file_path"],
        extras=tuple((kind, sql) for kind, sql in extras),
        enforced=bool((config.get("contract") or {}).get("enforced")),
        changing=tuple(
            sorted(
                macro
                for macro in (raw.get("depends_on") or {}).get("macros") or ()
                if "changed" in macro
            )
        ),
    )
