"""Where things are, which addresses need no token, and how an address is named in logs and metrics."""

from starlette.types import Scope

PREFIX = "/api/v1"
PROTECTED = "/api/"
"""What lies below needs a token, unless it is one of the next."""
OPEN = frozenset(f"{PREFIX}/{name}" for name in ("openapi.json", "healthz", "readyz", "metrics"))


def is_open(path: str) -> bool:
    """Say whether an address may be asked without a token."""
    return path in OPEN or not path.startswith(PROTECTED)


def route_of(scope: Scope) -> str:
    """Return the route's address with its parameters' names, never what was sent for them."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "unknown"
    # A group's routes know their address within the group.
    is_ours = str(scope["path"]).startswith(PREFIX) and not path.startswith(PREFIX)
    return f"{PREFIX}{path}" if is_ours else str(path)
