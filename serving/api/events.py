"""A server-sent stream that announces each new snapshot; whoever listens asks anew then."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from serving.api.access import Principal, require
from serving.api.problems import documented
from serving.api.snapshots import Follower
from serving.api.tokens import ROLES
from serving.api.view import View

HEARTBEAT_SECONDS = 15.0
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
    request: Request, principal: Annotated[Principal, Depends(require(*ROLES))]
) -> Response:
    """Send `event: snapshot` now and whenever another snapshot is served."""
    state = request.app.state
    return StreamingResponse(
        _announced(
            state.follower,
            last_seen=request.headers.get("last-event-id"),
            # Whose token is revoked, or session ended, meanwhile hears no more.
            is_welcome=lambda: state.admission.is_still_welcome(principal),
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _announced(
    follower: Follower, *, last_seen: str | None, is_welcome: Callable[[], bool]
) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    while is_welcome():
        view = await follower.changed(last_seen, HEARTBEAT_SECONDS)
        if view is None:
            yield ": still here\n\n"
        else:
            last_seen = view.edition
            yield _event(view)


def _event(view: View) -> str:
    content = {"snapshot_id": view.snapshot_id, "as_of": view.as_of}
    return f"id: {view.edition}\nevent: snapshot\ndata: {json.dumps(content)}\n\n"
