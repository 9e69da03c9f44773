"""The gate before every route: size, token, rate. A plain ASGI application, because every request passes it.

What was answered before, to whoever was permitted, is answered again from here (`answers.py`): the token is looked at
every time, the question only once per snapshot.
"""

import datetime as dt
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.access import Principal, presented_token, principal_of, unauthenticated
from serving.api.accounting import UNKNOWN, result_of
from serving.api.addresses import is_open, route_of
from serving.api.metrics import Meter
from serving.api.problems import Problem, named
from serving.api.rate import RateLimit
from serving.api.snapshots import Follower
from serving.api.token_uses import TokenUses, Use
from serving.api.tokens import TokenStore, TokenStoreError

MAX_QUERY_BYTES = 8_192
MAX_HEADER_BYTES = 32_768
MAX_BODY_BYTES = 65_536
_log = logging.getLogger(__name__)


class BrokenOffError(Exception):
    """An answer could not be finished. Raised instead of the error itself, whose words the server would log."""


class Gate:
    """The middleware; one per application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens: TokenStore,
        rate: RateLimit,
        uses: TokenUses,
        follower: Follower,
        meter: Meter,
    ) -> None:
        self._app, self._tokens, self._rate, self._uses = app, tokens, rate, uses
        self._follower, self._meter = follower, meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, answer it from what is kept, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, has_begun = time.perf_counter(), 500, False

        async def noting(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                status, has_begun = message["status"], True
                self._account(scope, status)
            await send(message)

        try:
            await self._admit(scope, receive, noting)
        except Exception as error:
            _log.error("a request failed: %s", named(error))
            if has_begun:
                # Whoever receives half an answer must see that it is one.
                raise BrokenOffError("an answer was broken off, see the line before") from None
            await _unexpected().response()(scope, receive, noting)
        finally:
            self._meter.observe(_resource(scope), status, time.perf_counter() - started)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            _refuse_what_is_too_large(scope, headers)
            principal = self._who(scope, headers)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if principal is None:
            await self._app(scope, _bounded(receive), send)
            return
        state = scope["state"]
        state["principal"] = principal
        answers = self._follower.answers
        kept = answers and answers.kept(scope, headers)
        if kept and principal.may(kept.permission):
            scope["kept_route"] = kept.route
            state["organizations"] = (kept.permission.organization,)
            await kept.cached_response(headers)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive), send)

    def _account(self, scope: Scope, status: int) -> None:
        """Note the use of a token before the first byte leaves: by now the route has said whose data it is about."""
        state = scope.get("state", {})
        if "token_id" in state:
            for name in state.get("organizations") or (None,):
                use = Use(state["token_id"], name, _resource(scope), result_of(status))
                self._uses.note(use)

    def _who(self, scope: Scope, headers: dict[bytes, bytes]) -> Principal | None:
        """Return who asks; None where nobody has to say."""
        if is_open(scope["path"]):
            return None
        if self._uses.is_broken:
            raise Problem(503, "The audit log cannot be written, so nothing may be read.")
        sent = headers.get(b"authorization")
        presented = presented_token(None if sent is None else sent.decode("latin-1"))
        try:
            token = self._tokens.find(presented)
        except TokenStoreError as error:
            _log.error("the token store is closed: %s", error)
            raise Problem(503, "Tokens cannot be checked now, so nobody is let in.") from error
        scope.setdefault("state", {})["token_id"] = token.token_id if token else UNKNOWN
        if token is None or not token.is_valid(dt.datetime.now(dt.UTC)):
            raise unauthenticated("This token is unknown, expired or revoked.")
        wait = self._rate.wait(token.token_id)
        if wait:
            raise Problem(
                429, "Too many requests with this token.", headers={"Retry-After": str(wait)}
            )
        return principal_of(token)


def _resource(scope: Scope) -> str:
    return scope.get("kept_route") or route_of(scope)


def _refuse_what_is_too_large(scope: Scope, headers: dict[bytes, bytes]) -> None:
    if len(scope["query_string"]) + len(scope["path"]) > MAX_QUERY_BYTES:
        raise Problem(413, f"The address is longer than {MAX_QUERY_BYTES} bytes.")
    if sum(len(name) + len(text) for name, text in scope["headers"]) > MAX_HEADER_BYTES:
        raise Problem(413, f"The headers are longer than {MAX_HEADER_BYTES} bytes.")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        raise _too_large()


def _unexpected() -> Problem:
    return Problem(500, "Something went wrong here; the service's log says where.")


def _too_large() -> Problem:
    return Problem(413, f"The body is longer than {MAX_BODY_BYTES} bytes.")


def _bounded(receive: Receive) -> Receive:
    """Count what arrives, for bodies that do not say how long they are."""
    n_bytes = 0

    async def counted() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > MAX_BODY_BYTES:
            raise _too_large()
        return message

    return counted
