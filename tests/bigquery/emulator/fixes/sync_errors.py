"""Fix `sync-errors`: a synchronous query that fails has to fail.

The emulator answers 200 with a list of errors and no rows, so that a client's `query_and_wait()`
takes a failure for an empty result. BigQuery answers 400, 403, 404 or 409.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from bqemulator import server
from bqemulator.api import app as applications

from tests.bigquery.emulator.fixes.counting import used
from tests.bigquery.emulator.fixes.default_dataset import qualify_body

STATUS_OF_REASON = {"notFound": 404, "duplicate": 409, "accessDenied": 403}

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def apply() -> None:
    """Put the correction around the emulator's application."""
    original = applications.create_app

    def create_app(context: Any) -> Any:
        app = original(context)
        app.add_middleware(StrictQueries)
        return app

    server.create_app = create_app


class StrictQueries:
    """ASGI middleware over `jobs.query`."""

    def __init__(self, app: Any) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass everything on, synchronous queries with their errors as errors."""
        path = str(scope.get("path", ""))
        is_query = path.startswith("/bigquery/v2/projects/") and path.endswith("/queries")
        if scope["type"] != "http" or scope["method"] != "POST" or not is_query:
            await self._app(scope, receive, send)
            return
        body = qualify_body(await _whole_body(receive), path.split("/")[4])
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_body() -> Message:
            return unread.pop() if unread else await receive()

        sent: list[Message] = []

        async def collect(message: Message) -> None:
            sent.append(message)

        request = {**scope, "headers": _with_length(scope["headers"], body)}
        await self._app(request, receive_body, collect)
        start = next(one for one in sent if one["type"] == "http.response.start")
        content = b"".join(one.get("body", b"") for one in sent)
        status, content = _strict(int(start["status"]), content)
        headers = _with_length(start["headers"], content)
        await send({**start, "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


async def _whole_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body", False))
    return body


def _with_length(headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [*kept, (b"content-length", str(len(body)).encode())]


def _strict(status: int, content: bytes) -> tuple[int, bytes]:
    """Return an answer's status and content; errors of a finished job become an error."""
    try:
        document = json.loads(content)
    except ValueError:
        return status, content
    finished = isinstance(document, dict) and document.get("jobComplete")
    if status != 200 or not finished or not document.get("errors"):
        return status, content
    used("sync-errors")
    error = document["errors"][0]
    status = STATUS_OF_REASON.get(error.get("reason"), 400)
    body = {"code": status, "message": error.get("message"), "errors": [error]}
    return status, json.dumps({"error": body}).encode()
