"""Pages from templates: whatever stands in a figure or a name is escaped, and a value that is missing is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from serving.api.access import Principal
from serving.api.answers import CACHE_CONTROL, VARY
from serving.api.forgery import form_token
from serving.api.view import View

TEMPLATES = Path(__file__).parent / "templates"
STATIC_FILES = Path(__file__).parent / "static"
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,  # noqa: ANN401 - whatever the template shows
) -> HTMLResponse:
    """Return a page; its template also knows who asks, and the token that its forms send back."""
    state = request.scope.get("state", {})
    principal = state.get("principal")
    secret = state.get("session_secret")
    shown = {
        "principal": principal if isinstance(principal, Principal) else None,
        "csrf_token": form_token(secret) if secret else "",
        **context,
    }
    text = ENVIRONMENT.get_template(template).render(shown)
    return HTMLResponse(
        text, status, {"Cache-Control": CACHE_CONTROL, "Vary": VARY, **(headers or {})}
    )


def frame(view: View) -> dict[str, Any]:
    """Return what stands around every page of a snapshot."""
    return {
        "as_of": view.as_of[:16].replace("T", " "),
        "snapshot_id": view.snapshot_id,
        "edition": view.edition,
        "origin": view.data_origin,
        "static": "/static/",
        "home": "/",
        "address_of": lambda name: f"/boards/{name}",
        "is_live": True,
    }
