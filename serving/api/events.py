"""A server-sent stream that announces each new snapshot; whoever listens asks anew then."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from serving.api.access import READERS, Principal, require
from serving.api.addresses import PREFIX
from serving.api.problems import Problem, documented
from serving.api.snapshots import Follower
from serving.api.view import View
from serving.door.slots import CutOffError, NoRoomError, Share

HEARTBEAT_SECONDS = 15.0
EVENTS = f"{PREFIX}/events"
router = APIRouter(tags=["events"])


@router.get(
    "/events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **documented(401, 403, 429, 503),
    },
)
async def events(
    request: Request, principal: Annotated[Principal, Depends(require(*READERS))]
) -> Response:
    """Send `event: snapshot` now and whenever another snapshot is served."""
    state = request.app.state
    return _Announcements(
        state.event_streams,
        principal.token_id,
        _announced(
            state.follower,
            last_seen=request.headers.get("last-event-id"),
            # Whose token is revoked, or session ended, meanwhile hears no more.
            is_welcome=lambda: state.admission.is_still_welcome(principal),
        ),
    )


class _Announcements(StreamingResponse):
    """A stream of events, in a place that is given back however it ends."""

    def __init__(self, places: Share, whose: str, pieces: AsyncGenerator[str]) -> None:
        super().__init__(
            pieces,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._places, self._whose, self._pieces = places, whose, pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce, where there is a place, until somebody needs it more."""
        try:
            with self._places.held(self._whose) as held:
                try:
                    async with held.taken():
                        await super().__call__(scope, receive, send)
                except CutOffError:
                    # Ended as streams end, so that a browser comes again.
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        except NoRoomError as error:
            raise no_place() from error
        finally:
            await self._pieces.aclose()


def no_place() -> Problem:
    """Return the refusal of one stream more."""
    return Problem(
        429,
        "Too many streams of events are open: close one first.",
        headers={"Retry-After": "10"},
    )


async def _announced(
    follower: Follower, *, last_seen: str | None, is_welcome: Callable[[], bool]
) -> AsyncGenerator[str]:
    yield "retry: 3000\n\n"
    while is_welcome():
        view = await follower.changed(last_seen, HEARTBEAT_SECONDS)
        if view is None:
            yield ": still here\n\n"
        else:
            last_seen = view.edition
            yield _event(view)


def _event(view: View) -> str:
    content = {
        "snapshot_id": view.snapshot_id,
        "as_of": view.as_of,
        "data_origin": view.data_origin,
    }
    return f"id: {view.edition}\nevent: snapshot\ndata: {json.dumps(content)}\n\n"
