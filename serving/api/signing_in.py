"""How a browser without a session gets to the login page and from there to where it wanted to go."""

import html
import re
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from serving.api.addresses import API, SIGN_IN, SIGN_OUT

NEXT = "next"
LONGEST_NEXT = 2_000
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*\Z")
"""An address of this host in printable ASCII; browsers take a backslash for a slash."""


def wants_page(scope: Scope) -> bool:
    """Say whether a browser asks for a page to be shown."""
    return (
        scope["method"] in ("GET", "HEAD")
        and not scope["path"].startswith(API)
        and "text/html" in Headers(scope=scope).get("accept", "")
    )


def led_to_sign_in(scope: Scope) -> Response:
    """Return what leads a browser to the login page.

    A session's cookie is not sent along a link on another site, in a mail for instance. Such a request is asked once more,
    by a page of ours, which it is sent with.
    """
    query = scope["query_string"].decode("latin-1")
    asked = quote(scope["path"]) + (f"?{query}" if query else "")
    if Headers(scope=scope).get("sec-fetch-site") == "cross-site":
        return leading_on(asked)
    wanted = safe_next(asked)
    more = f"?{urlencode({NEXT: wanted})}" if wanted != "/" else ""
    return RedirectResponse(
        f"{SIGN_IN}{more}", 303, {"Cache-Control": "no-store", "Vary": "Accept, Cookie"}
    )


def leading_on(address: str) -> Response:
    """Return a page that leads on to another address of ours as if a link on it was followed."""
    wanted = html.escape(safe_next(address), quote=True)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>One moment</title>'
        f'<meta http-equiv="refresh" content="0;url={wanted}"></head>'
        f'<body><p><a href="{wanted}">Go on</a></p></body></html>',
        headers={"Cache-Control": "no-store"},
    )


def safe_next(wanted: str | None) -> str:
    """Return an address of ours to go on to: never one of another host, never that of the login itself."""
    if (
        wanted is None
        or len(wanted) > LONGEST_NEXT
        or not _LOCAL.match(wanted)
        or wanted.startswith((SIGN_IN, SIGN_OUT, API))
    ):
        return "/"
    return wanted
