"""The application: what there is to ask and to look at, behind the gate, over the snapshot that is followed."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from persons.keys import load_key
from serving.api import (
    events,
    explaining,
    health,
    mart_list,
    marts,
    organizations,
    reports,
    savings,
    spend,
    user_data,
)
from serving.api.addresses import PREFIX, STATIC
from serving.api.admission import Admission
from serving.api.audit import open_log
from serving.api.boards_opened import BoardsOpened
from serving.api.erased_access import end_access_of_waiting
from serving.api.gate import Gate
from serving.api.metrics import Meter
from serving.api.openapi import document_of
from serving.api.people import People
from serving.api.problems import answer_with_problems
from serving.api.rate import RateLimit
from serving.api.readiness import Readiness
from serving.api.sessions import sessions_of
from serving.api.snapshots import Follower
from serving.api.token_uses import TokenUses
from serving.api.tokens import TokenStore
from serving.config import Settings
from serving.door.limits import MEBIBYTE
from serving.door.slots import EvenShare, Share
from serving.web import cards, pages, reference, sign_in, single_sign_on
from serving.web.drawing_ahead import Ahead
from serving.web.links import Links
from serving.web.refusals import answer_with_pages
from serving.web.rendering import STATIC_FILES

GROUPS: tuple[APIRouter, ...] = (
    savings.router,
    spend.router,
    explaining.router,
    reports.router,
    organizations.router,
    mart_list.router,
    marts.router,
    events.router,
    user_data.router,
)
"""Route groups behind the gate."""
OPEN_GROUPS: tuple[APIRouter, ...] = (health.router,)
"""Route groups that need no token."""
PAGES: tuple[APIRouter, ...] = (
    sign_in.router,
    single_sign_on.router,
    pages.router,
    cards.router,
    reference.router,
)
"""What browsers are shown; the gate asks who it is for all but the way in."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it opens the snapshot when it starts."""
    tokens = TokenStore(settings.state_dir)
    key = load_key(settings.state_dir, settings.privacy_key)
    sessions = sessions_of(settings)
    ahead = Ahead(tokens, is_wanted=settings.boards_ahead)
    follower = Follower(
        settings.publish_dir,
        settings.state_dir,
        partial(end_access_of_waiting, tokens, sessions, key),
        ahead.first,
    )
    admission = Admission(
        tokens=tokens,
        sessions=sessions,
        follower=follower,
        key=key,
        people=People(key),
        public_url=settings.api_public_url,
        has_single_sign_on=settings.oidc is not None,
    )
    audit = open_log(settings)
    uses = TokenUses(audit)
    boards = BoardsOpened(settings.state_dir)
    boards.newest()  # the whole log is read now, not while somebody waits
    meter = Meter(follower, lambda: dt.datetime.now(dt.UTC), boards)

    @contextlib.asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        await follower.look()
        tasks = [
            asyncio.create_task(follower.follow()),
            asyncio.create_task(uses.write_regularly()),
            asyncio.create_task(ahead.go_on(follower)),
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
        redirect_slashes=False,  # an address that is nearly right would lead to the host that was sent
        lifespan=running,
    )
    app.state.settings, app.state.follower, app.state.tokens = settings, follower, tokens
    app.state.audit, app.state.uses, app.state.meter = audit, uses, meter
    app.state.admission, app.state.links, app.state.ahead = admission, Links(), ahead
    app.state.single_sign_on = single_sign_on.single_sign_on(settings)
    limits = settings.limits
    app.state.readiness = Readiness(follower, limits.ready_seconds)
    app.state.streams = Share(
        limits.streams,
        limits.streams_per_token,
        # As many as are sent may wait; who comes then is told so at once.
        most_waiting_of_one=limits.streams_per_token,
    )
    app.state.event_streams = EvenShare(limits.event_streams, limits.event_streams_per_token)
    sending = limits.sending_mib * MEBIBYTE
    app.state.sign_in_rate = RateLimit(sign_in.FAILURES_PER_MINUTE)
    for group in (*GROUPS, *OPEN_GROUPS):
        app.include_router(group, prefix=PREFIX)
    for group in OPEN_GROUPS:
        # Where those who probe and scrape look first.
        app.include_router(group, include_in_schema=False)
    for group in PAGES:
        app.include_router(group, include_in_schema=False)
    app.mount(STATIC.rstrip("/"), StaticFiles(directory=STATIC_FILES))
    answer_with_problems(app)
    answer_with_pages(app)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app.add_middleware(
        Gate,
        admission=admission,
        rate=RateLimit(settings.api_rate_per_minute),
        uses=uses,
        follower=follower,
        meter=meter,
        sending=Share(sending, sending // 2),
        event_streams=app.state.event_streams,
    )
    app.openapi = lambda: document_of(app)  # type: ignore[method-assign]  # as FastAPI's manual says
    return app
