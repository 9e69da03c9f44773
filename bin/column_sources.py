"""Where a number of a mart comes from: the columns of the facts and the ledger, or the vendors' fields, it is made of.

Read from the SQL that dbt compiled, with sqlglot's column lineage. A fact's number is followed down to the landed fields;
any other mart's to the facts and the ledger. Only what the expression itself uses counts: joins and filters decide which
rows there are, not what a number is.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.lineage import Node, lineage

DIALECT = "duckdb"

LEDGERS = {"loaded_partitions", "extract_runs"}
"""The loader's own record: it decides which days there are."""

PEOPLE = "int_usage__active_person_days"
"""Who used what: what every count of people is made of."""

POSITION = "sheet_row"
"""Where a row of a sheet stands: which of two alike counts hangs on it, and no figure is made of it."""

NUMBER_AS_TEXT = re.compile(r"amount|cents|_usd|usd_|multiplier")
"""Landed numbers that stay text so that no decimal is lost."""


class ColumnSources:
    """The lineage of one compiled project."""

    def __init__(self, manifest: Path) -> None:
        """Read a manifest that `dbt compile` wrote."""
        read: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        nodes = [*read["nodes"].values(), *read["sources"].values()]
        self._nodes = {
            _key(node["schema"], node.get("alias") or node["identifier"]): node
            for node in nodes
            if node["resource_type"] in ("model", "seed", "source")
        }
        self._schema: dict[str, Any] = {}
        for node in self._nodes.values():
            tables = self._schema.setdefault(node["database"], {}).setdefault(node["schema"], {})
            name = node.get("alias") or node["identifier"]
            tables[name] = {
                column: _type(described.get("data_type"))
                for column, described in node["columns"].items()
            }

    def of(self, schema: str, table: str, column: str) -> list[str]:
        """Return `table.column` of what a number is made of: numbers if there are any, else all."""
        reached = self._behind(schema, table, column)
        numbers = {name for name, is_number in reached if is_number}
        return sorted(numbers or {name for name, _ in reached})

    @cache  # noqa: B019 - one object per run
    def _behind(self, schema: str, table: str, column: str) -> frozenset[tuple[str, bool]]:
        found: set[tuple[str, bool]] = set()
        for leaf in _leaves(self._trees(schema, table).get(column)):
            if not isinstance(leaf.expression, exp.Table):
                continue
            name = leaf.name.split(".")[-1].strip('"')
            parent = self._nodes.get(_key(leaf.expression.db, leaf.expression.name))
            if parent is None or _table(parent) in LEDGERS:
                continue
            if parent["resource_type"] != "model" or _is_core(parent):
                kind = (parent["columns"].get(name) or {}).get("data_type") or ""
                found.add((f"{_table(parent)}.{name}", _is_number(name, kind)))
            else:
                found |= self._behind(leaf.expression.db, leaf.expression.name, name)
        return frozenset(found)

    @cache  # noqa: B019 - one object per run
    def _trees(self, schema: str, table: str) -> dict[str, Node]:
        compiled = self._nodes[_key(schema, table)].get("compiled_code")
        if not compiled:
            return {}
        return dict(
            lineage(None, compiled, schema=self._schema, dialect=DIALECT, trim_selects=False)
        )


def _leaves(node: Node | None) -> list[Node]:
    return [one for one in node.walk() if not one.downstream] if node else []


def _key(schema: str, table: str) -> tuple[str, str]:
    return schema.lower(), table.lower()


def _table(node: dict[str, Any]) -> str:
    return str(node.get("alias") or node["identifier"])


def _is_core(node: dict[str, Any]) -> bool:
    return "/marts/core/" in node["original_file_path"] or _table(node) == PEOPLE


def _is_number(name: str, kind: str) -> bool:
    is_typed = kind.startswith(("int64", "numeric", "float")) and name != POSITION
    return is_typed or bool(NUMBER_AS_TEXT.search(name))


def _type(described: str | None) -> str:
    return {"int64": "bigint", "string": "varchar"}.get(described or "", described or "varchar")
