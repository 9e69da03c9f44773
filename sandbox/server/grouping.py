"""Summing of rows at the finest grain up to the dimensions that a query groups by."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from sandbox.server.answers import JsonObject

MESSAGE_DIMENSIONS = (
    "account_id",
    "api_key_id",
    "context_window",
    "inference_geo",
    "model",
    "service_account_id",
    "service_tier",
    "speed",
    "workspace_id",
)
COST_GROUPS = ("description", "workspace_id")
_OF_DESCRIPTION = (
    "description",
    "cost_type",
    "token_type",
    "model",
    "context_window",
    "service_tier",
    "inference_geo",
)

Key = tuple[tuple[str, object], ...]


def _sort_key(item: tuple[Key, JsonObject]) -> list[tuple[bool, str]]:
    return [(value is None, str(value)) for _, value in item[0]]


def _add(total: JsonObject, row: JsonObject, skip: Collection[str]) -> None:
    for name, value in row.items():
        if name in skip:
            continue
        if isinstance(value, dict):
            _add(total.setdefault(name, {}), value, ())
        elif isinstance(value, int) and not isinstance(value, bool):
            total[name] = total.get(name, 0) + value
        else:
            total.setdefault(name, value)


def group_messages(rows: Iterable[JsonObject], groups: Collection[str]) -> list[JsonObject]:
    """Sum usage by the asked dimensions; the others become null.

    A dimension that the rows do not have (an older shape) stays absent, and `speed` appears
    only when grouped by it.
    """
    totals: dict[Key, JsonObject] = {}
    for row in rows:
        shown = [name for name in MESSAGE_DIMENSIONS if name in row]
        if "speed" not in groups:
            shown = [name for name in shown if name != "speed"]
        key = tuple((name, row[name] if name in groups else None) for name in shown)
        _add(totals.setdefault(key, {}), row, MESSAGE_DIMENSIONS)
    return [{**total, **dict(key)} for key, total in sorted(totals.items(), key=_sort_key)]


def group_costs(rows: Iterable[JsonObject], groups: Collection[str]) -> list[JsonObject]:
    """Sum amounts by description and workspace as asked; parsed fields come with description."""
    totals: dict[Key, JsonObject] = {}
    for row in rows:
        kept = set(_OF_DESCRIPTION) if "description" in groups else set()
        if "workspace_id" in groups:
            kept.add("workspace_id")
        dimensions = [name for name in ("workspace_id", *_OF_DESCRIPTION) if name in row]
        shown = [(name, row[name] if name in kept else None) for name in dimensions]
        key = (("currency", row.get("currency")), *shown)
        total = totals.get(key)
        if total is None:
            totals[key] = {**row, **dict(key)}
        else:
            amount = Decimal(total["amount"]) + Decimal(row["amount"])
            total["amount"] = format(amount, "f")
    return [total for _, total in sorted(totals.items(), key=_sort_key)]
