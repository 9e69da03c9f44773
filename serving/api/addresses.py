"""Where things are, which addresses need nobody to say who they are, and how an address is named in logs and metrics."""

from starlette.types import Scope

PREFIX = "/api/v1"
API = "/api/"
STATIC = "/static/"
"""Style sheets, scripts and pictures of the pages: the same for everybody, of nobody."""
SIGN_IN, SIGN_OUT = "/login", "/logout"
LINK = f"{SIGN_IN}/link"
SSO, SSO_CALLBACK = f"{SIGN_IN}/sso", f"{SIGN_IN}/sso/callback"
REFERENCE = f"{PREFIX}/docs"
"""The OpenAPI document for people."""
_PROBES = ("healthz", "readyz")
SCRAPED = frozenset({"/metrics", f"{PREFIX}/metrics"})
"""Where the service's instruments are read."""
OPEN = frozenset(
    {
        f"{PREFIX}/openapi.json",
        REFERENCE,
        *(f"{PREFIX}/{name}" for name in _PROBES),
        *(f"/{name}" for name in _PROBES),
        SIGN_IN,
        LINK,
        SSO,
        SSO_CALLBACK,
    }
)
"""All that is answered to anybody, beside static files. Every other address needs a token or a session."""


def is_open(path: str) -> bool:
    """Say whether an address may be asked by anybody."""
    return path in OPEN or path.startswith(STATIC)


def route_of(scope: Scope) -> str:
    """Return the route's address with its parameters' names, never what was sent for them."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return STATIC if scope["path"].startswith(STATIC) else "unknown"
    # A group's routes know their address within the group.
    is_ours = str(scope["path"]).startswith(PREFIX) and not path.startswith(PREFIX)
    return f"{PREFIX}{path}" if is_ours else str(path)
