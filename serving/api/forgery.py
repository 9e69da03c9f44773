"""Requests that another site makes a browser send: none of them changes anything here.

A request that came by cookie and is not a mere question has to show two things: that a page of ours sent it
(`Sec-Fetch-Site`, else `Origin`), and a token that only our page could hold, made of the session's id. `Origin` alone is not enough:
with our referrer policy browsers send `null` for forms.
"""

import hashlib
import hmac
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from serving.api.cookies import origin_of
from serving.api.problems import Problem

FIELD, HEADER = "csrf_token", "x-csrf-token"
FORM = "application/x-www-form-urlencoded"
QUESTIONS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


def form_token(secret: str) -> str:
    """Return what a form has to send back, of a secret that only the browser and its requests hold."""
    return hmac.digest(secret.encode(), b"form", hashlib.sha256).hex()


def refuse_other_sites(scope: Scope, public_url: str | None) -> None:
    """Let through only what a page of ours sent.

    Raises:
        Problem: Another one did, or nobody can tell (403).
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    is_ours = (
        site == "same-origin"
        if site is not None
        else headers.get("origin", "").lower() == origin_of(scope, public_url)
    )
    if not is_ours:
        raise _not_ours()


def refuse_without(sent: str | None, secret: str) -> None:
    """Let through only what holds the token of this secret.

    Raises:
        Problem: It does not (403).
    """
    if not hmac.compare_digest((sent or "").encode(errors="replace"), form_token(secret).encode()):
        raise _not_ours()


async def checked(scope: Scope, receive: Receive, secret: str, public_url: str | None) -> Receive:
    """Check a request that came by cookie; return what still yields its body.

    Raises:
        Problem: It changes something and no page of ours sent it (403).
    """
    if scope["method"] in QUESTIONS:
        return receive
    refuse_other_sites(scope, public_url)
    headers = Headers(scope=scope)
    sent = headers.get(HEADER)
    if sent is None and headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        body = await _body(receive)
        sent = dict(parse_qsl(body.decode("latin-1"))).get(FIELD)
        receive = _again(body)
    refuse_without(sent, secret)
    return receive


async def _body(receive: Receive) -> bytes:
    parts, is_whole = [], False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        is_whole = not message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes) -> Receive:
    left = [body]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    return receive


def _not_ours() -> Problem:
    return Problem(403, "This did not come from a page of ours: open the page again and repeat it.")
