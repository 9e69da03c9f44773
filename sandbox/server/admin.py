"""Routes under /_sandbox/ for tests: health, faults, scenario, counters, log, reset.

No vendor has them and no loader may call them; they ask for no key.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from datetime import date

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server.faults import parse_fault
from sandbox.server.options import WorldOptions
from sandbox.server.state import State
from sandbox.server.worlds import make_world


def _refused(message: str) -> JSONResponse:
    return JSONResponse({"error": message}, 400)


def _as_json(options: WorldOptions) -> dict[str, object]:
    return {**asdict(options), "as_of": options.as_of.isoformat()}


def admin_routes(state: State, options: WorldOptions | None) -> list[Route]:
    """Return the admin routes; without options the world is the caller's own and stays."""
    current = options

    async def health(_request: Request) -> Response:
        return JSONResponse({"ready": True, "invented": True})

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            state.faults.replace([])
        if request.method == "POST":
            body = orjson.loads(await request.body())
            try:
                wanted = [parse_fault(text) for text in body["faults"]]
            except ValueError as error:
                return _refused(str(error))
            state.faults.replace(wanted)
        return JSONResponse({"faults": state.faults.report()})

    async def scenario(request: Request) -> Response:
        nonlocal current
        if current is None:
            return _refused("this server was given a ready world")
        if request.method == "POST":
            changes = orjson.loads(await request.body())
            unknown = changes.keys() - {item.name for item in fields(WorldOptions)}
            if unknown:
                return _refused(f"unknown options: {', '.join(sorted(unknown))}")
            if "as_of" in changes:
                changes["as_of"] = date.fromisoformat(changes["as_of"])
            current = replace(current, **changes)
            state.serve(make_world(current))
        return JSONResponse(_as_json(current))

    async def requests(_request: Request) -> Response:
        return JSONResponse(
            {
                "total": state.requests.total(),
                "requests": dict(state.requests),
                "statuses": dict(state.statuses),
            }
        )

    async def log(_request: Request) -> Response:
        return JSONResponse({"log": list(state.log)})

    async def reset(_request: Request) -> Response:
        state.reset()
        return JSONResponse({"reset": True})

    handlers: list[tuple[str, list[str], Callable[[Request], Awaitable[Response]]]] = [
        ("health", ["GET"], health),
        ("faults", ["GET", "POST", "DELETE"], faults),
        ("scenario", ["GET", "POST"], scenario),
        ("requests", ["GET"], requests),
        ("log", ["GET"], log),
        ("reset", ["POST"], reset),
    ]
    return [
        Route(f"/_sandbox/{name}", handler, methods=methods) for name, methods, handler in handlers
    ]
