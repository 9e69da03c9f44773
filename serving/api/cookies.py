"""The cookies of the pages: over https with the prefix that makes browsers keep them to this host, on loopback without.

`__Host-` needs `Secure`, which browsers do not keep for `http://127.0.0.1`. Anywhere else there is no session without https.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

SESSION = "session"
BEFORE_SIGN_IN = "signin"
"""Binds the form of the login page, or a way to single sign-on and back, to one browser."""
_PREFIX = "__Host-"


def origin_of(scope: Scope, public_url: str | None) -> str:
    """Return where the browser thinks that it is: as configured, or as it says."""
    if public_url is not None:
        return public_url.rstrip("/")
    return f"{scope.get('scheme', 'http')}://{Headers(scope=scope).get('host', '')}".lower()


def is_secure(scope: Scope, public_url: str | None) -> bool:
    """Say whether the browser came over https."""
    return urlsplit(origin_of(scope, public_url)).scheme == "https"


def may_have_session(scope: Scope, public_url: str | None) -> bool:
    """Say whether a session is safe here: over https, or without leaving the machine."""
    return is_secure(scope, public_url) or is_loopback(
        urlsplit(origin_of(scope, public_url)).hostname or ""
    )


def knows_itself(scope: Scope, public_url: str | None) -> bool:
    """Say whether an address of ours may be told to others: the one that is configured, or one of this machine.

    What else a request says of the host may be anybody's, and whoever is led there is gone.
    """
    return public_url is not None or is_loopback(urlsplit(origin_of(scope, None)).hostname or "")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read(scope: Scope, public_url: str | None, name: str) -> str | None:
    """Return what a cookie of ours holds."""
    wanted = name_of(name, is_secure=is_secure(scope, public_url))
    for sent in Headers(scope=scope).getlist("cookie"):
        found = cookie_parser(sent).get(wanted)
        if found:
            return found
    return None


def give(
    response: Response,
    scope: Scope,
    public_url: str | None,
    name: str,
    value: str,
    *,
    seconds: int,
    comes_from_elsewhere: bool = False,
) -> None:
    """Have the browser keep a cookie; an empty value has it forget it.

    Args:
        response: The answer that says so.
        scope: Of the request.
        public_url: As configured.
        name: Without a prefix.
        value: What to keep.
        seconds: How long.
        comes_from_elsewhere: Whether it has to be sent when another site leads back here.
    """
    secure = is_secure(scope, public_url)
    response.set_cookie(
        name_of(name, is_secure=secure),
        value,
        max_age=seconds if value else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax" if comes_from_elsewhere else "strict",
    )


def name_of(name: str, *, is_secure: bool) -> str:
    """Return what a cookie is called for browsers."""
    return f"{_PREFIX}{name}" if is_secure else name
