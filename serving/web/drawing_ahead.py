"""Draws the first views of all boards after each snapshot, so that nobody waits for them."""

import asyncio
import logging

from dashboards.binding import tables_of
from dashboards.definition import read_boards
from serving.api.problems import named
from serving.api.snapshots import Follower
from serving.web import drawing
from serving.web.pictures import draw_default_views
from serving.web.rendering import ENVIRONMENT

SECONDS_BEFORE = 2.0
"""Whoever waits for the snapshot itself comes first."""
_SECONDS_OF_WAITING = 3_600.0
_log = logging.getLogger(__name__)


async def draw_ahead(follower: Follower) -> None:
    """Draw whenever another snapshot is served, until cancelled."""
    await asyncio.to_thread(_learn)
    seen = None
    while True:
        if await _next_edition(follower, seen) is None:
            continue
        await asyncio.sleep(SECONDS_BEFORE)
        # Held only while it is drawn: a snapshot is closed when nobody holds it.
        view = follower.current
        if view is not None:
            seen = view.edition
            try:
                await asyncio.to_thread(draw_default_views, view)
            except Exception as error:  # a picture is drawn when it is asked for, too
                _log.error("the first pictures of a snapshot were not drawn: %s", named(error))
        del view


def _learn() -> None:
    """Do what the first page of a process would wait for: read the definitions and which tables each card reads."""
    for board in read_boards().values():
        for card in board.cards.values():
            tables_of(card.sql)
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)
    drawing.warm_up()


async def _next_edition(follower: Follower, seen: str | None) -> str | None:
    view = await follower.changed(seen, _SECONDS_OF_WAITING)
    return None if view is None else view.edition
