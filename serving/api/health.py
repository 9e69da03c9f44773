"""Is the service there, may it be asked, and what do its instruments say. Open to everybody: no data is told."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from serving.api.problems import documented

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses=documented(503))
async def readyz(request: Request) -> Response:
    """Say whether there is a snapshot to answer from, with its first pages, who must be hidden in it, and a log."""
    state = request.app.state
    view = state.follower.current
    checks = {
        "snapshot": "ok" if view is not None else "nothing is published yet",
        "erasures": "ok"
        if state.follower.exposes is None
        else "cannot be read: nothing that could show a person is answered",
        "boards": "ok" if state.ahead.is_ready else "the first pages are being drawn",
        "audit_log": "cannot be written" if state.uses.is_broken else "ok",
    }
    is_ready = all(found == "ok" for found in checks.values())
    return JSONResponse(
        {"status": "ok" if is_ready else "not ready", **checks}, 200 if is_ready else 503
    )


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Return the metrics in Prometheus' text format."""
    return Response(request.app.state.meter.text(), media_type=CONTENT_TYPE_LATEST)
