"""The application: what there is to ask, behind the gate, over the snapshot that is followed."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from serving.api import (
    events,
    explaining,
    health,
    mart_list,
    mart_names,
    marts,
    savings,
    spend,
    user_data,
)
from serving.api.addresses import OPEN, PREFIX
from serving.api.audit import open_log
from serving.api.gate import Gate
from serving.api.metrics import Meter
from serving.api.problems import ProblemDetails, Wrong, answer_with_problems
from serving.api.rate import RateLimit
from serving.api.snapshots import Follower
from serving.api.token_uses import TokenUses
from serving.api.tokens import TokenStore
from serving.config import Settings

GROUPS: tuple[APIRouter, ...] = (
    savings.router,
    spend.router,
    explaining.router,
    mart_list.router,
    marts.router,
    events.router,
    user_data.router,
)
"""Route groups behind the gate."""
OPEN_GROUPS: tuple[APIRouter, ...] = (health.router,)
"""Route groups that need no token."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it opens the snapshot when it starts."""
    follower = Follower(settings.publish_dir, settings.state_dir)
    tokens = TokenStore(settings.state_dir)
    audit = open_log(settings)
    uses = TokenUses(audit)
    meter = Meter(follower, now=lambda: dt.datetime.now(dt.UTC))

    @contextlib.asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        await follower.look()
        tasks = [
            asyncio.create_task(follower.follow()),
            asyncio.create_task(uses.write_regularly()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="AI usage analytics",
        version="1",
        description="What routing saved, what AI tools cost, and every published mart. See docs/api.md.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page is loaded from another host
        redoc_url=None,
        lifespan=running,
    )
    app.state.settings, app.state.follower, app.state.tokens = settings, follower, tokens
    app.state.audit, app.state.uses, app.state.meter = audit, uses, meter
    for group in (*GROUPS, *OPEN_GROUPS):
        app.include_router(group, prefix=PREFIX)
    for group in OPEN_GROUPS:
        # Where those who probe and scrape look first.
        app.include_router(group, include_in_schema=False)
    answer_with_problems(app)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app.add_middleware(
        Gate,
        tokens=tokens,
        rate=RateLimit(settings.api_rate_per_minute),
        uses=uses,
        follower=follower,
        meter=meter,
    )
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # as FastAPI's manual says
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        parts = found.setdefault("components", {})
        for model in (ProblemDetails, Wrong):
            parts.setdefault("schemas", {})[model.__name__] = model.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        mart_names.describe(found["paths"])
        for path, operations in found["paths"].items():
            for operation in operations.values():
                operation["security"] = [] if path in OPEN else [{"token": []}]
                _our_shape_of_422(operation)
        app.openapi_schema = found
    return app.openapi_schema


def _our_shape_of_422(operation: dict[str, Any]) -> None:
    """Take out the shape that the framework would have answered with."""
    operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
