"""The gate before every route: size, token or session, rate. A plain ASGI application, because every request passes it.

Whatever is not on the list of open addresses is closed, also what does not exist. A browser that asks for a page is led to
the login page instead of a problem.

What was answered before, to whoever was permitted, is answered again from here (`answers.py`): the token is looked at
every time, the question only once per snapshot. `HEAD` is answered as `GET` is, without the body.
"""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.access import Principal
from serving.api.accounting import result_of
from serving.api.addresses import is_open, route_of
from serving.api.admission import Admission
from serving.api.as_sent import said_once
from serving.api.cookies import is_secure
from serving.api.events import EVENTS, no_place
from serving.api.forgery import checked
from serving.api.metrics import Meter
from serving.api.problems import Problem, named
from serving.api.rate import RateLimit
from serving.api.safe_headers import with_safe_headers
from serving.api.sending import bounded, without_body
from serving.api.signing_in import led_to_sign_in, wants_page
from serving.api.snapshots import Follower
from serving.api.token_uses import TokenUses, Use
from serving.api.tokens import TokenStoreError
from serving.door.asker import ASKER
from serving.door.slots import Share
from warehouse.log_entries import trace_in, trace_of_request

MAX_QUERY_BYTES = 8_192
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
        admission: Admission,
        rate: RateLimit,
        uses: TokenUses,
        follower: Follower,
        meter: Meter,
        sending: Share,
        event_streams: Share,
    ) -> None:
        self._app, self._admission, self._rate, self._uses = app, admission, rate, uses
        self._follower, self._meter, self._sending = follower, meter, sending
        self._event_streams = event_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, answer it from what is kept, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing of ours speaks anything else
            await send({"type": "websocket.close", "code": 1008})
            return
        started, status, has_begun = time.perf_counter(), 500, False
        for name, value in scope["headers"]:
            if name == b"traceparent":
                trace_of_request.set(trace_in(value.decode("latin-1")))
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = without_body(send)

        async def noting(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                status, has_begun = message["status"], True
                self._account(scope, status)
                # Not in place: the headers may be those of an answer that is kept.
                secure = is_secure(scope, self._admission.public_url)
                headers = with_safe_headers(message["headers"], is_secure=secure)
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._admit(scope, receive, bounded(scope, noting, self._sending))
        except Exception as error:
            _log.error("a request failed: %s", named(error))
            if has_begun:
                # Whoever receives half an answer must see that it is one.
                raise BrokenOffError("an answer was broken off, see the line before") from None
            await _unexpected().response()(scope, receive, noting)
        finally:
            self._meter.observe(_resource(scope), status, time.perf_counter() - started)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope["headers"] = said_once(scope)
            headers = dict(scope["headers"])
            _refuse_what_is_too_large(scope, headers)
            principal = self._who(scope, headers)
            if principal is not None and principal.session is not None:
                receive = await checked(
                    scope,
                    _bounded(receive),
                    scope["state"]["session_secret"],
                    self._admission.public_url,
                )
        except Problem as problem:
            is_led = problem.status_code == 401 and wants_page(scope)
            response = led_to_sign_in(scope) if is_led else problem.response()
            await response(scope, receive, send)
            return
        if principal is None:
            await self._app(scope, _bounded(receive), send)
            return
        state = scope["state"]
        state["principal"] = principal
        if scope["path"] == EVENTS and self._event_streams.is_closed_to(principal.token_id):
            # Here, because thousands may be refused.
            scope["kept_route"] = EVENTS
            await no_place().response()(scope, receive, send)
            return
        ASKER.set(principal.token_id)
        answers = self._follower.answers
        kept = answers and answers.kept(scope, principal)
        if kept and principal.may(kept.permission):
            scope["kept_route"] = kept.route
            state["is_shared"] = True
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
        try:
            principal = self._admission.who(scope, None if sent is None else sent.decode("latin-1"))
        except TokenStoreError as error:
            _log.error("the token store is closed: %s", error)
            raise Problem(503, "Tokens cannot be checked now, so nobody is let in.") from error
        wait = self._rate.wait(principal.token_id)
        if wait:
            raise Problem(
                429, "Too many requests with this token.", headers={"Retry-After": str(wait)}
            )
        return principal


def _resource(scope: Scope) -> str:
    return scope.get("kept_route") or route_of(scope)


def _refuse_what_is_too_large(scope: Scope, headers: dict[bytes, bytes]) -> None:
    if len(scope["query_string"]) + len(scope["path"]) > MAX_QUERY_BYTES:
        raise Problem(413, f"The address is longer than {MAX_QUERY_BYTES} bytes.")
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
