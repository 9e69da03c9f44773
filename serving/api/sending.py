"""How answers leave: in pieces, so that what a client does not read stays here once, and no more of that than there is room for."""

import contextlib
from collections.abc import Callable, Iterator

from starlette.types import Message, Scope, Send

from serving.api.problems import Problem
from serving.door.slots import NoRoomError, Share

PIECE_BYTES = 65_536


def bounded(scope: Scope, send: Send, memory: Share) -> Send:
    """Return what sends an answer in pieces; one that is large takes its part of the memory until it has left.

    The head is held until the first piece is there, so that an answer for which there is no room is a problem and not half
    of something.
    """
    head: Message | None = None
    is_refused = False

    async def sending(message: Message) -> None:
        nonlocal head, is_refused
        if is_refused:
            return
        if message["type"] != "http.response.body":
            head = message
            return
        body = message.get("body", b"")
        if len(body) <= PIECE_BYTES or _is_shared(scope):
            await leave(message, body)
            return
        try:
            with memory.held(_whose(scope), len(body)) as held:
                await leave(message, body, held.taken)
        except NoRoomError:
            if head is None:
                raise
            head, is_refused = None, True
            await _no_room().response()(scope, _nothing, send)

    async def leave(
        message: Message,
        body: bytes,
        taken: Callable[[], contextlib.AbstractAsyncContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        nonlocal head
        if head is not None:
            begun, head = head, None
            await send(begun)
        if len(body) <= PIECE_BYTES:
            await send(message)
            return
        n_left = len(body)
        for piece in in_pieces(body):
            n_left -= len(piece)
            more = message.get("more_body", False) or n_left > 0
            async with taken():
                await send({"type": "http.response.body", "body": piece, "more_body": more})

    return sending


def in_pieces(body: bytes) -> Iterator[bytes]:
    """Yield what leaves at once, so much that a client that does not read holds little."""
    whole = memoryview(body)
    for first in range(0, len(body), PIECE_BYTES):
        yield bytes(whole[first : first + PIECE_BYTES])


def without_body(send: Send) -> Send:
    """Return what sends the head of an answer alone; whatever makes the rest is told that nobody listens any more."""
    has_ended = False

    async def sending(message: Message) -> None:
        nonlocal has_ended
        if message["type"] == "http.response.start" and not has_ended:
            has_ended = True
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sending


def _is_shared(scope: Scope) -> bool:
    return bool(scope.get("state", {}).get("is_shared"))


def _whose(scope: Scope) -> str:
    principal = scope.get("state", {}).get("principal")
    if principal is not None:
        return str(principal.token_id)
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _no_room() -> Problem:
    return Problem(
        503,
        "Too many large answers are on their way: read those that were asked for, then ask again.",
        headers={"Retry-After": "5"},
    )


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
