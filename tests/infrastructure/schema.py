"""What the provider's schema says of each resource, and what Terraform says of each reference."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.infrastructure.extracting import KEPT
from tests.infrastructure.parsing import Body, Declared, Folder, Tree, roots

META = {"for_each", "count", "depends_on", "provider", "lifecycle", "dynamic"}
"""What Terraform itself takes in every resource."""


@cache
def schema() -> dict[str, Any]:
    """Return the types that are kept, by name."""
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))["types"]
    return kept


def strangers(tree: Tree) -> Iterator[str]:
    """Yield what the provider does not know, and what it would miss."""
    for one in tree.declared:
        if not one.is_of_provider:
            yield f"{one.address}: not of hashicorp/google"
        elif one.kind not in schema():
            yield (
                f"{one.address}: its schema is not kept, or there is no such type:"
                " python -m tests.infrastructure.extracting"
            )
        else:
            yield from _block(one, one.body, schema()[one.kind], META)


def _block(one: Declared, body: Body, known: Body, more: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    dynamic = body.get("dynamic", {})
    for name in sorted(
        set(body) - set(known["attributes"]) - set(known["blocks"]) - more - {"dynamic"}
    ):
        yield f"{one.address}: there is no {name}"
    for name in sorted(set(dynamic) - set(known["blocks"])):
        yield f"{one.address}: there is no block {name}"
    for name in sorted(set(known["required"]) - set(body) - set(dynamic)):
        yield f"{one.address}: {name} is required"
    for name, inner in known["blocks"].items():
        found = body.get(name, [])
        for block in found if isinstance(found, list) else [found]:
            if isinstance(block, dict):
                yield from _block(one, block, inner)
        for block in dynamic.get(name, []):
            for content in block.get("content", []):
                yield from _block(one, content, inner)


def dangling(tree: Tree) -> Iterator[str]:
    """Yield references to what is not there, calls that do not fit, and what nobody uses."""
    folders = tree.folders
    for folder in folders.values():
        yield from _references(tree, folder)
        for name, call in folder.blocks("module").items():
            yield from _call(folders, folder, name, call)


def _references(tree: Tree, folder: Folder) -> Iterator[str]:
    paths = {file.path for file in folder.files}
    declared = {(one.kind, one.name): one for one in tree.declared if one.path in paths}
    variables, values = folder.blocks("variable"), folder.locals()
    calls = folder.blocks("module")
    used = set[tuple[str, str]]()
    for file in folder.files:
        for first, second, *rest in roots(file.parsed):
            where = f"{file.path}: {'.'.join((first, second, *rest))}"
            used.add((first, second))
            if first == "var" and second not in variables:
                yield f"{where}: there is no such variable"
            elif first == "local" and second not in values:
                yield f"{where}: there is no such local value"
            elif first == "module" and second not in calls:
                yield f"{where}: there is no such module"
            elif first == "module" and rest:
                target = _target(tree.folders, folder, calls[second])
                if target and rest[0] not in target.blocks("output"):
                    yield f"{where}: that module has no such output"
            elif first.startswith("google_"):
                yield from _of(declared.get((first, second)), rest, where)
            elif first == "data" and rest:
                yield from _of(declared.get((f"data.{second}", rest[0])), rest[1:], where)
    for name in sorted(variables):
        if ("var", name) not in used:
            yield f"{folder.name}: nobody uses var.{name}"
    for name in sorted(values):
        if ("local", name) not in used:
            yield f"{folder.name}: nobody uses local.{name}"


def _of(one: Declared | None, rest: list[str], where: str) -> Iterator[str]:
    if one is None:
        yield f"{where}: it is declared nowhere in that folder"
    elif rest and one.kind in schema() and rest[0] not in schema()[one.kind]["exports"]:
        yield f"{where}: a {one.kind} has no {rest[0]}"


def _target(folders: dict[str, Folder], folder: Folder, call: Body) -> Folder | None:
    parts = list[str]()
    for part in Path(folder.name, str(call["source"])).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return folders.get("/".join(parts))


def _call(folders: dict[str, Folder], folder: Folder, name: str, call: Body) -> Iterator[str]:
    where = f"{folder.name}: module.{name}"
    target = _target(folders, folder, call)
    if target is None:
        yield f"{where}: there is no folder {call['source']}"
        return
    takes = target.blocks("variable")
    given = set(call) - META - {"source"}
    for one in sorted(given - set(takes)):
        yield f"{where}: that module takes no {one}"
    for one in sorted(set(takes) - given):
        if "default" not in takes[one]:
            yield f"{where}: {one} is not given"
