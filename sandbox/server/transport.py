"""Hands the connection of a request to those who must be able to drop it.

ASGI has no word for "hang up without an answer". uvicorn's `send` is a method of the object
that owns the connection, so the outermost application puts it into the scope, before any
middleware wraps `send`.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

TRANSPORT = "sandbox.transport"


class WithTransport:
    """ASGI application that adds the connection to the scope."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its connection."""
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)
