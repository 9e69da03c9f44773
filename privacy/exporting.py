"""Everything held on a person, as JSON that a machine reads and a person understands, table by table.

The order of tables, rows and fields is always the same, so that two exports of the same data are the same bytes. What
a row says about somebody else is left out. A person of whom nothing is held gets the same document without rows.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from persons.declared import PersonalColumn
from persons.identifiers import ANYWHERE, ColumnKind
from persons.matching import Replacement
from persons.written import without_addresses
from privacy.config import RETENTION_DAYS
from warehouse.documentation import MODELS, documented

FORMAT = 1
SOMEBODY_ELSE = "[another person]"
_OTHERS = re.compile(
    r"(^|_)(manager|approved|approver|created_by|creator|updated_by|principal|sole_member|entity)(_|$)"
)
"""What names of columns have that name somebody other than whom the row is about, in raw tables and in marts."""
_UNTIL_ERASED = "until the person is erased"
_AS_TASKS = f"{RETENTION_DAYS} days, or as the organisation says"
_PURPOSES: tuple[tuple[str, str, str, str], ...] = (
    # Beginning of the table's name, purpose, origin, retention: the first that fits.
    ("raw_orchestrator.task_executions", "savings by routing", "the task orchestrator", _AS_TASKS),
    ("raw_orchestrator.routing_decisions", "savings by routing", "the task orchestrator", _AS_TASKS),
    ("raw_orchestrator", "savings by routing", "the task orchestrator", _UNTIL_ERASED),
    ("raw_sheets", "whose use and cost something is", "the company's own sheets", "as long as the sheet says it"),
    ("raw_cursor", "use and cost of AI tools", "Cursor Admin API", _UNTIL_ERASED),
    ("raw_anthropic", "use and cost of AI tools", "Anthropic Admin API", _UNTIL_ERASED),
    ("raw_claude_ai", "use and cost of AI tools", "claude.ai: Analytics API and exports", _UNTIL_ERASED),
    ("raw_github", "delivery of software, and what AI tools do to it", "GitHub REST API", _UNTIL_ERASED),
    ("raw_dev_events", "delivery of software, and what AI tools do to it", "the company's own CI", _UNTIL_ERASED),
    ("raw_gemini", "use of AI tools", "Google Workspace Reports API", _UNTIL_ERASED),
    ("marts.fct_task_executions", "savings by routing", "computed from the orchestrator's tasks", _AS_TASKS),
    ("marts.fct_routing_decisions", "savings by routing", "computed from the orchestrator's decisions", _AS_TASKS),
    ("marts.mart_savings__user_days", "savings by routing", "computed from the orchestrator's tasks", _AS_TASKS),
    ("marts.mart_savings__review", "savings by routing", "computed from the orchestrator's tasks", _AS_TASKS),
    ("marts.mart_savings", "savings by routing", "computed from the orchestrator's tasks", _UNTIL_ERASED),
    ("marts.dim_", "whose use and cost something is", "computed from the sheets and the vendors' directories", _UNTIL_ERASED),
    ("marts.mart_adoption", "how many people use AI tools", "computed from the vendors' reports", _UNTIL_ERASED),
    ("marts.", "use and cost of AI tools", "computed from the vendors' reports", _UNTIL_ERASED),
    ("metrics.", "delivery of software, and what AI tools do to it", "computed from GitHub and the company's own CI", _UNTIL_ERASED),
    ("quality.", "finding mistakes in figures", "computed by the checks", "until the next build"),
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One table of an export."""

    table: str
    columns: tuple[str, ...]

    def description(self) -> dict[str, Any]:
        """Return what is said about the table before its rows."""
        _, purpose, origin, retention = next(
            found for found in _PURPOSES if self.table.startswith(found[0])
        )
        known = descriptions().get(self.table, {})
        return {
            "table": self.table,
            "purpose": purpose,
            "origin": origin,
            "retention": retention,
            "fields": {name: known.get(name, "") for name in self.columns},
        }


@cache
def descriptions() -> dict[str, dict[str, str]]:
    """Return the descriptions of all columns by table, from the project's YAML."""
    result: dict[str, dict[str, str]] = {}
    for path, model in documented(MODELS, "models"):
        result[f"{path.relative_to(MODELS).parts[0]}.{model['name']}"] = _of(model)
    for _, source in documented(MODELS, "sources"):
        for table in source["tables"]:
            result[f"raw_{source['name']}.{table['name']}"] = _of(table)
    return result


def _of(table: Mapping[str, Any]) -> dict[str, str]:
    return {
        one["name"]: str(one.get("description", "")).strip() for one in table.get("columns", [])
    }


def names_somebody_else(column: str, kind: ColumnKind | None = None) -> bool:
    """Tell whether a column names somebody other than whom its row is about."""
    return kind is ColumnKind.MENTION_ID or _OTHERS.search(column) is not None


def about(
    row: Mapping[str, Any],
    texts: Iterable[str],
    who: Replacement,
    columns: Mapping[str, PersonalColumn] | None = None,
) -> dict[str, Any] | None:
    """Return a row as it may be given to the person; None when it is about somebody else.

    Whose a row is say the person's addresses and ids in it, never a name: others bear it too.

    Args:
        row: A row.
        texts: The names of its columns that may hold personal data.
        who: Knows the person's identifiers.
        columns: What the columns hold, where somebody has declared it.
    """
    known = columns or {}
    cells = {name: row[name] for name in texts if isinstance(row[name], str)}
    if not any(
        not names_somebody_else(name, known[name].kind if name in known else None)
        and _is_theirs(cell, who, known.get(name))
        for name, cell in cells.items()
    ):
        return None
    shown = {
        name: _without_others(name, cell, who, known.get(name)) for name, cell in cells.items()
    }
    return {name: _plain(shown.get(name, value)) for name, value in row.items()}


def _is_theirs(cell: str, who: Replacement, column: PersonalColumn | None) -> bool:
    if column is None:
        return who.is_named(cell, ColumnKind.MENTION) or who.is_named(cell, ColumnKind.ID, ANYWHERE)
    return who.is_named(cell, column.kind, column.namespace)


def _without_others(name: str, cell: str, who: Replacement, column: PersonalColumn | None) -> str:
    """Return a cell without other people: their addresses, and the whole of what a column says of somebody else."""
    kind = column.kind if column else None
    if names_somebody_else(name, kind) and not _is_theirs(cell, who, column):
        return SOMEBODY_ELSE
    return without_addresses(
        cell, SOMEBODY_ELSE, keeps=lambda found: who.is_named(found, ColumnKind.MENTION)
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):  # its own text has an exponent: 0E-9
        return f"{value:f}"
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def written(
    head: Mapping[str, Any], tables: Iterable[tuple[Section, Iterator[dict[str, Any]]]]
) -> Iterator[bytes]:
    """Yield the document piece by piece; no table is held whole."""
    yield _json({"format": FORMAT, **head})[:-1] + b',\n"tables":['
    separator, n_all = b"\n", 0
    for section, rows in tables:
        yield separator + _json(section.description())[:-1] + b',"rows":['
        n_rows = 0
        for row in rows:
            yield (b",\n" if n_rows else b"\n") + _json(row)
            n_rows += 1
        yield f'],"n_rows":{n_rows}}}'.encode()
        separator, n_all = b",\n", n_all + n_rows
    yield f'],\n"n_rows":{n_all}}}\n'.encode()


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
