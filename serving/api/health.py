"""Is the service there, may it be asked, and what do its instruments say. The first two are open to everybody: no data is told."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from serving.api.access import Permission, Principal, refused, require
from serving.api.problems import documented
from serving.api.tokens import METRICS, ROLES

router = APIRouter(tags=["health"])
_OF_THE_COMPANY = Permission(None, frozenset({"admin"}))


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses=documented(503))
async def readyz(request: Request) -> Response:
    """Say whether questions are answered, from which snapshot, who must be hidden in it, and whether there is a log to account in."""
    state = request.app.state
    checks = {
        "snapshot": "ok"
        if state.follower.current is not None
        else "nothing is published yet, or it cannot be opened: the log says which",
        "answers": await state.readiness.tried(),
        "erasures": "ok"
        if state.follower.exposes is None
        else "cannot be read: nothing that could show a person is answered",
        "boards": "ok" if state.ahead.is_ready else "the first pages are being drawn",
        "audit_log": "cannot be written" if state.uses.is_broken else "ok",
    }
    is_ready = all(found == "ok" for found in checks.values())
    is_newest = state.follower.current is None or state.follower.trouble is None
    said = {
        "status": "ok" if is_ready else "not ready",
        **checks,
        # Answered as before, so that a load balancer need not care; whoever publishes does.
        "newest_snapshot": "ok"
        if is_newest
        else "cannot be opened: the one before is served, the log says why",
    }
    if (view := state.follower.current) is not None:
        said["data_origin"] = view.data_origin
        said["environment"] = view.environment
    return JSONResponse(said, 200 if is_ready else 503)


@router.get("/metrics", response_class=Response, responses=documented(401, 403, 429))
async def metrics(
    request: Request, principal: Annotated[Principal, Depends(require(*ROLES))]
) -> Response:
    """Return the metrics in Prometheus' text format, to a token of the role `metrics`, or to an admin of the whole company."""
    if principal.role != METRICS and not principal.may(_OF_THE_COMPANY):
        raise refused()
    return Response(
        request.app.state.meter.text(),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )
