"""The OpenAPI document as a page: for people who read before they ask. It needs no script and no other host."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from serving.api.addresses import REFERENCE
from serving.web.rendering import page

router = APIRouter(include_in_schema=False)
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """What an address may be asked with."""

    name: str
    place: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """What can be asked."""

    key: str
    method: str
    path: str
    description: str
    is_open: bool
    is_deprecated: bool
    parameters: list[Parameter]
    answers: list[tuple[str, str]]
    fields: list[tuple[str, str, str]]
    """Name, kind and description of each field of the answer."""


@router.get(REFERENCE)
async def reference(request: Request) -> Response:
    """Return the page."""
    document = request.app.openapi()
    return page(
        request,
        "reference.html",
        title=document["info"]["title"],
        operations=list(operations_of(document)),
        schemes=document["components"]["securitySchemes"],
        static="/static/",
        home="/",
        boards=[],
    )


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield what the document describes, in its order; names that go come last."""
    found = [
        _operation(document, path, method, operations[method])
        for path, operations in document["paths"].items()
        for method in _METHODS
        if method in operations
    ]
    yield from sorted(found, key=lambda one: one.is_deprecated)


def _operation(
    document: Mapping[str, Any], path: str, method: str, said: Mapping[str, Any]
) -> Operation:
    return Operation(
        key=re.sub(r"\W+", "-", f"{method}{path}"),
        method=method.upper(),
        path=path,
        description=str(said.get("description") or said.get("summary") or ""),
        is_open=said.get("security") == [],
        is_deprecated=bool(said.get("deprecated")),
        parameters=[
            Parameter(
                name=one["name"],
                place=one["in"],
                kind=_kind(document, one.get("schema", {})),
                is_required=bool(one.get("required")),
                description=str(one.get("description") or one["schema"].get("description") or ""),
            )
            for one in said.get("parameters", [])
        ],
        answers=[
            (status, str(answer.get("description", "")))
            for status, answer in sorted(said.get("responses", {}).items())
        ],
        fields=list(_fields(document, said)),
    )


def _fields(document: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    content = said.get("responses", {}).get("200", {}).get("content", {})
    schema = _resolved(document, content.get("application/json", {}).get("schema", {}))
    for name, one in schema.get("properties", {}).items():
        yield name, _kind(document, one), str(one.get("description") or "")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return what a value is, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    parts = schema.get("anyOf") or schema.get("oneOf")
    if parts:
        return " | ".join(dict.fromkeys(_kind(document, one) for one in parts))
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema.get('items', {}))}"
    kind = str(schema.get("format") or schema.get("type") or "anything")
    default = schema.get("default")
    return f"{kind} (default {default})" if default not in (None, [], "") else kind
