"""What the API says of itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from serving.api import cookies, forgery, mart_names
from serving.api.addresses import OPEN, SIGN_IN
from serving.api.problems import ProblemDetails, Wrong

_SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": cookies.name_of(cookies.SESSION, is_secure=True),
        "description": f"What signing in at {SIGN_IN} gives a browser; over http on this machine it is called"
        f" {cookies.name_of(cookies.SESSION, is_secure=False)}. What changes something needs the header"
        f" {forgery.HEADER}, too, and has to come from a page of ours. A token in the header decides alone.",
    },
}


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        parts = found.setdefault("components", {})
        for model in (ProblemDetails, Wrong):
            parts.setdefault("schemas", {})[model.__name__] = model.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
        parts["securitySchemes"] = _SECURITY
        mart_names.describe(found["paths"])
        for path, operations in found["paths"].items():
            for operation in operations.values():
                # One of them is enough.
                operation["security"] = [] if path in OPEN else [{name: []} for name in _SECURITY]
                _our_shape_of_422(operation)
        app.openapi_schema = found
    return app.openapi_schema


def _our_shape_of_422(operation: dict[str, Any]) -> None:
    """Take out the shape that the framework would have answered with."""
    operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
