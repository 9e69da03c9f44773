"""What differs between a body that we send and what the server holds.

The server adds fields of its own; those are ignored, except in settings, where a key that nobody wrote down is a change
that somebody made by hand.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]
_TAG = ("id", "name", "display-name", "type", "widget-type", "required", "default")


def card_differences(wanted: Body, actual: Body) -> list[str]:
    """Return what of a saved question is not as wanted, a line each."""
    found = list(
        differences(
            {
                name: wanted[name]
                for name in ("name", "description", "display", "collection_id", "type")
            },
            actual,
        )
    )
    if actual.get("archived"):
        found.append("archived: True, not False")
    found += differences(plain_query(wanted["dataset_query"]), plain_query(actual["dataset_query"]))
    found += _settings(
        wanted["visualization_settings"], actual.get("visualization_settings") or {}, "settings"
    )
    return found


def board_differences(wanted: Body, actual: Body) -> list[str]:
    """Return what of a dashboard is not as wanted; both as `payloads.board_body` writes it."""
    found = list(
        differences(
            {
                name: wanted[name]
                for name in (
                    "name",
                    "description",
                    "collection_id",
                    "archived",
                    "width",
                    "auto_apply_filters",
                    "parameters",
                )
            },
            {"archived": False, "parameters": [], **actual},
        )
    )
    tabs, actual_tabs = (_tabs(one) for one in (wanted, actual))
    if list(tabs.values()) != list(actual_tabs.values()):
        found.append(f"tabs: {list(actual_tabs.values())}, not {list(tabs.values())}")
    there = {one["id"]: one for one in actual.get("dashcards") or []}
    for place in wanted["dashcards"]:
        name = place["visualization_settings"].get("text") or f"card {place['card_id']}"
        if place["id"] not in there:
            found.append(f"{name!r} does not stand on it")
            continue
        found += _place(name, place, there.pop(place["id"]), tabs, actual_tabs)
    found += [f"{_called(one)!r} stands on it" for one in there.values()]
    return found


def _place(
    name: str, wanted: Body, actual: Body, tabs: Mapping[int, str], actual_tabs: Mapping[int, str]
) -> Iterator[str]:
    fields = ("card_id", "col", "row", "size_x", "size_y")
    yield from differences({one: wanted[one] for one in fields}, actual, name)
    yield from _settings(
        wanted["visualization_settings"], actual.get("visualization_settings") or {}, name
    )
    tab, other = (
        names.get(one.get("dashboard_tab_id") or 0)
        for names, one in ((tabs, wanted), (actual_tabs, actual))
    )
    if tab != other:
        yield f"{name}.tab: {other!r}, not {tab!r}"
    mappings, others = (
        sorted(
            json.dumps([one["parameter_id"], one.get("card_id"), one["target"][:2]])
            for one in place.get("parameter_mappings") or []
        )
        for place in (wanted, actual)
    )
    if mappings != others:
        yield f"{name}.filters: {', '.join(others)}, not {', '.join(mappings)}"


def _tabs(board: Body) -> dict[int, str]:
    return {one["id"]: one["name"] for one in board.get("tabs") or []}


def _called(dashcard: Body) -> str:
    settings = dashcard.get("visualization_settings") or {}
    return str(settings.get("text") or (dashcard.get("card") or {}).get("name") or "something")


def plain_query(query: Body) -> dict[str, Any]:
    """Return what a query of either form asks."""
    if stages := query.get("stages"):
        sql, tags = stages[0].get("native"), stages[0].get("template-tags") or {}
    else:
        native = query.get("native") or {}
        sql, tags = native.get("query"), native.get("template-tags") or {}
    each = tags.values() if isinstance(tags, Mapping) else tags
    return {
        "database": query.get("database"),
        "sql": sql,
        "filters": {tag["name"]: _tag(tag) for tag in each},
    }


def _tag(tag: Body) -> dict[str, Any]:
    made = {name: tag.get(name) for name in _TAG}
    made["required"] = bool(made["required"])
    field = tag.get("dimension") or []
    # ["field", {…}, 501] and ["field", 501, null] say the same.
    made["field"] = next((part for part in field if isinstance(part, int)), None)
    return made


def differences(wanted: Any, actual: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Return where `actual` lacks what `wanted` says."""
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        for name, value in wanted.items():
            yield from differences(value, actual.get(name), f"{path}.{name}" if path else str(name))
        if path.endswith("filters"):
            yield from (
                f"{path}.{name}: is there" for name in sorted(actual.keys() - wanted.keys())
            )
    elif _is_list(wanted) and _is_list(actual) and len(wanted) == len(actual):
        for place, (one, other) in enumerate(zip(wanted, actual, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif wanted != actual:
        yield f"{path}: {_short(actual)}, not {_short(wanted)}"


def _settings(wanted: Body, actual: Body, path: str) -> Iterator[str]:
    """Compare settings to the letter; a key that is NULL is a key that is not there."""
    one, other = _without_null(wanted), _without_null(actual)
    if one == other:
        return
    named = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    for name in named:
        yield f"{path}.{name}: {_short(other.get(name))}, not {_short(one.get(name))}"


def _without_null(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {name: _without_null(one) for name, one in value.items() if one is not None}
    return [_without_null(one) for one in value] if _is_list(value) else value


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else f"{text[:77]}…"
